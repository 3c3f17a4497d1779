"""Against the vectors of Certificate Transparency, and against RFC 6962 written down naively."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banner.core.merkle import (
    EMPTY,
    Peaks,
    check_consistency,
    check_inclusion,
    consistency_proof,
    extend,
    inclusion_proof,
    leaf_hash,
    node_hash,
    nodes_of_consistency,
    nodes_of_inclusion,
    peaks_needed,
    root_of,
)

# --- the vectors of google/certificate-transparency, kept on in transparency-dev/merkle --------
# (Apache-2.0): proof/verify_test.go and testdata/ at 417fb0c314750d94e53942e9f92e79b6d35915db.

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    bytes.fromhex(text)
    for text in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
INCLUSIONS = [
    (0, 1, ()),
    (
        0,
        8,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ),
    ),
    (
        5,
        8,
        (
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
    (2, 3, ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",)),
    (
        1,
        5,
        (
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ),
    ),
]
CONSISTENCIES = [
    (1, 1, ()),
    (
        1,
        8,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ),
    ),
    (
        6,
        8,
        (
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
    (
        2,
        5,
        (
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ),
    ),
    (
        6,
        7,
        (
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
]

# --- RFC 6962, section 2.1, as it is written there ---------------------------------------------

MOST = 71
"""One more than the largest tree that is tried."""
DATA = [b"leaf %d" % number for number in range(MOST)]


@cache
def naive_root(start: int, end: int) -> bytes:
    """MTH(D[start:end])."""
    if start == end:
        return hashlib.sha256(b"").digest()
    if end - start == 1:
        return hashlib.sha256(b"\x00" + DATA[start]).digest()
    middle = start + split(end - start)
    children = naive_root(start, middle) + naive_root(middle, end)
    return hashlib.sha256(b"\x01" + children).digest()


def naive_path(position: int, start: int, end: int) -> list[bytes]:
    """PATH(m, D[start:end])."""
    if end - start == 1:
        return []
    middle = start + split(end - start)
    if start + position < middle:
        return [*naive_path(position, start, middle), naive_root(middle, end)]
    return [*naive_path(start + position - middle, middle, end), naive_root(start, middle)]


def naive_growth(first: int, start: int, end: int, *, known: bool = True) -> list[bytes]:
    """SUBPROOF(m, D[start:end], b); PROOF(m, D[n]) is SUBPROOF(m, D[n], true)."""
    if first == end - start:
        return [] if known else [naive_root(start, end)]
    middle = start + split(end - start)
    if start + first <= middle:
        deeper = naive_growth(first, start, middle, known=known)
        return [*deeper, naive_root(middle, end)]
    deeper = naive_growth(start + first - middle, middle, end, known=False)
    return [*deeper, naive_root(start, middle)]


def split(count: int) -> int:
    """The largest power of two that is smaller than `count`."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


class Stored:
    """What a store keeps of a log: leaf hashes and complete subtrees, nothing else."""

    def __init__(self, data: Sequence[bytes]) -> None:
        hashes = [leaf_hash(each) for each in data]
        self.peaks, nodes = extend(EMPTY, hashes)
        self.hashes = {(0, position): hash for position, hash in enumerate(hashes)}
        self.hashes |= {(node.level, node.position): node.hash for node in nodes}
        self.read: list[tuple[int, int]] = []

    def __call__(self, level: int, position: int) -> bytes:
        self.read.append((level, position))
        return self.hashes[level, position]


STORED = Stored(DATA)
sizes = st.integers(1, MOST - 1)


def flipped(value: bytes, bit: int) -> bytes:
    changed = bytearray(value)
    changed[bit // 8 % len(value)] ^= 1 << bit % 8
    return bytes(changed)


def test_the_hash_of_no_leaves_is_that_of_nothing() -> None:
    assert root_of(EMPTY) == ROOTS[0]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    peaks, _ = extend(EMPTY, [leaf_hash(leaf) for leaf in LEAVES[:size]])

    assert root_of(peaks) == ROOTS[size]


@pytest.mark.parametrize(("position", "size", "path"), INCLUSIONS)
def test_inclusion_proofs_are_those_of_certificate_transparency(
    position: int, size: int, path: tuple[str, ...]
) -> None:
    proof = inclusion_proof(position, size, Stored(LEAVES))

    assert [hash.hex() for hash in proof] == list(path)
    assert check_inclusion(leaf_hash(LEAVES[position]), position, size, proof, ROOTS[size])


@pytest.mark.parametrize(("first", "second", "path"), CONSISTENCIES)
def test_consistency_proofs_are_those_of_certificate_transparency(
    first: int, second: int, path: tuple[str, ...]
) -> None:
    proof = consistency_proof(first, second, Stored(LEAVES))

    assert [hash.hex() for hash in proof] == list(path)
    assert check_consistency(first, second, ROOTS[first], ROOTS[second], proof)


@pytest.mark.parametrize("size", range(MOST))
def test_a_tree_grown_leaf_by_leaf_or_at_once_has_the_root_of_the_standard(size: int) -> None:
    one_by_one = EMPTY
    nodes = []
    for data in DATA[:size]:
        one_by_one, finished = extend(one_by_one, [leaf_hash(data)])
        nodes += finished

    at_once, all_nodes = extend(EMPTY, [leaf_hash(data) for data in DATA[:size]])

    assert root_of(one_by_one) == naive_root(0, size)
    assert (one_by_one, nodes) == (at_once, all_nodes)


def test_every_complete_subtree_is_told_once_with_its_own_root() -> None:
    _, nodes = extend(EMPTY, [leaf_hash(data) for data in DATA])

    told = [(node.level, node.position) for node in nodes]
    complete = [(level, position) for level in range(1, 7) for position in range(MOST >> level)]
    assert sorted(told) == complete
    for node in nodes:
        start, end = node.position << node.level, (node.position + 1) << node.level
        assert node.hash == naive_root(start, end)


@pytest.mark.parametrize("size", range(MOST))
def test_a_tree_goes_on_from_the_subtrees_that_it_needs(size: int) -> None:
    places = peaks_needed(size)

    peaks = Peaks(size, tuple(STORED.hashes[place] for place in places))

    assert root_of(peaks) == naive_root(0, size)
    assert extend(peaks, [leaf_hash(data) for data in DATA[size:]])[0] == STORED.peaks
    assert places == sorted(places, reverse=True)


@pytest.mark.parametrize("size", range(1, MOST))
def test_every_leaf_of_every_tree_is_proved_as_the_standard_does(size: int) -> None:
    for position in range(size):
        stored = Stored(DATA)

        proof = inclusion_proof(position, size, stored)

        assert proof == naive_path(position, 0, size)
        assert stored.read == nodes_of_inclusion(position, size)
        leaf = leaf_hash(DATA[position])
        assert check_inclusion(leaf, position, size, proof, naive_root(0, size))


@pytest.mark.parametrize("second", range(1, MOST))
def test_every_growth_of_every_tree_is_proved_as_the_standard_does(second: int) -> None:
    for first in range(1, second + 1):
        stored = Stored(DATA)

        proof = consistency_proof(first, second, stored)

        assert proof == naive_growth(first, 0, second)
        assert stored.read == nodes_of_consistency(first, second)
        roots = naive_root(0, first), naive_root(0, second)
        assert check_consistency(first, second, *roots, proof)


def test_every_tree_continues_the_empty_one() -> None:
    assert consistency_proof(0, 5, STORED) == []
    assert check_consistency(0, 5, ROOTS[0], ROOTS[5], [])
    assert not check_consistency(0, 5, ROOTS[1], ROOTS[5], [])
    assert not check_consistency(0, 5, ROOTS[0], ROOTS[5], [ROOTS[1]])


# --- what must not pass ------------------------------------------------------------------------


@given(size=sizes, data=st.data())
def test_one_flipped_bit_in_leaf_path_or_root_fails(size: int, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(position, size, STORED)
    hashes = [leaf_hash(DATA[position]), *proof, naive_root(0, size)]
    which = data.draw(st.integers(0, len(hashes) - 1))

    hashes[which] = flipped(hashes[which], data.draw(st.integers(0, 255)))

    leaf, *path, root = hashes
    assert not check_inclusion(leaf, position, size, path, root)


@given(size=sizes, data=st.data())
def test_a_leaf_is_proved_for_its_own_place_alone(size: int, data: st.DataObject) -> None:
    position, other = (data.draw(st.integers(0, size - 1)) for _ in range(2))
    proof = inclusion_proof(position, size, STORED)

    passes = check_inclusion(leaf_hash(DATA[position]), other, size, proof, naive_root(0, size))

    assert passes is (position == other)


@given(second=sizes, data=st.data())
def test_one_flipped_bit_in_either_root_or_the_proof_fails(
    second: int, data: st.DataObject
) -> None:
    first = data.draw(st.integers(1, second))
    proof = consistency_proof(first, second, STORED)
    hashes = [naive_root(0, first), naive_root(0, second), *proof]
    which = data.draw(st.integers(0, len(hashes) - 1))

    hashes[which] = flipped(hashes[which], data.draw(st.integers(0, 255)))

    older, newer, *path = hashes
    assert not check_consistency(first, second, older, newer, path)


@given(size=sizes, data=st.data())
def test_a_proof_that_lacks_a_hash_or_has_one_too_many_fails(
    size: int, data: st.DataObject
) -> None:
    position = data.draw(st.integers(0, size - 1))
    first = data.draw(st.integers(1, size))
    leaf, root = leaf_hash(DATA[position]), naive_root(0, size)
    inclusion = inclusion_proof(position, size, STORED)
    growth = consistency_proof(first, size, STORED)
    more = data.draw(st.sampled_from([root, leaf, b"", root[:31], root + b"\x00"]))

    for path in ([*inclusion, more], [more, *inclusion], inclusion[1:], inclusion[:-1]):
        assert path == inclusion or not check_inclusion(leaf, position, size, path, root)
    for path in ([*growth, more], [more, *growth], growth[1:], growth[:-1]):
        older = naive_root(0, first)
        assert path == growth or not check_consistency(first, size, older, root, path)


def test_hashes_of_another_length_prove_nothing() -> None:
    left, right = leaf_hash(DATA[0]), leaf_hash(DATA[1])
    root = node_hash(left, right)

    # The same bytes under the root, cut elsewhere.
    assert not check_inclusion(left + right[:1], 0, 2, [right[1:]], root)
    assert not check_consistency(1, 2, left[:31], root, [left[31:] + right])


@pytest.mark.parametrize(("position", "size"), [(0, 0), (1, 1), (-1, 1), (5, 3)])
def test_a_leaf_outside_the_tree_has_no_proof(position: int, size: int) -> None:
    assert not check_inclusion(leaf_hash(b""), position, size, [], ROOTS[1])
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(position, size, STORED)


@pytest.mark.parametrize(("first", "second"), [(1, 0), (3, 2), (-1, 1)])
def test_no_tree_shrinks(first: int, second: int) -> None:
    assert not check_consistency(first, second, ROOTS[1], ROOTS[1], [])
    with pytest.raises(ValueError, match="does not grow"):
        consistency_proof(first, second, STORED)


def test_equal_sizes_need_equal_roots() -> None:
    assert check_consistency(2, 2, ROOTS[2], ROOTS[2], [])
    assert not check_consistency(2, 2, ROOTS[2], ROOTS[3], [])
    assert not check_consistency(0, 0, ROOTS[0], ROOTS[1], [])


def test_a_leaf_never_passes_for_an_inner_node() -> None:
    left, right = leaf_hash(DATA[0]), leaf_hash(DATA[1])

    assert leaf_hash(left + right) != node_hash(left, right)
