"""The tree of RFC 6962: what makes an entry of a log impossible to change, drop or move unseen.

Written from RFC 6962, section 2.1, and RFC 9162, sections 2.1.3.2 and 2.1.4.2. Only complete
subtrees are ever stored: they never change, while the ragged right edge changes with every leaf
and is computed when it is asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Place = tuple[int, int]
"""The level and position of a complete subtree: over the 2**level leaves from position << level."""


@dataclass(frozen=True, slots=True)
class Peaks:
    """All that a tree needs in order to grow: the roots of the complete subtrees of its size's
    binary digits, largest first."""

    size: int
    hashes: tuple[bytes, ...]


EMPTY = Peaks(0, ())


@dataclass(frozen=True, slots=True)
class Node:
    """A complete subtree of level 1 or more, to be stored."""

    level: int
    position: int
    hash: bytes


def leaf_hash(data: bytes) -> bytes:
    # A leaf and an inner node begin with different bytes, so that neither passes for the other.
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def extend(peaks: Peaks, hashes: Sequence[bytes]) -> tuple[Peaks, list[Node]]:
    """The peaks after these leaf hashes, and every subtree of level 1 or more that they finish."""
    size = peaks.size
    stack = list(peaks.hashes)
    nodes: list[Node] = []
    for hash in hashes:
        level, position = 0, size
        # An odd position is the right half of a subtree whose left half is the last peak.
        while position & 1:
            hash = node_hash(stack.pop(), hash)
            level, position = level + 1, position >> 1
            nodes.append(Node(level, position, hash))
        stack.append(hash)
        size += 1
    return Peaks(size, tuple(stack)), nodes


def root_of(peaks: Peaks) -> bytes:
    return _fold(peaks.hashes)


def peaks_needed(size: int) -> list[Place]:
    """The complete subtrees that make up a tree of this size, largest first; level 0 is a leaf."""
    return _complete_subtrees(0, size)


def nodes_of_inclusion(position: int, size: int) -> list[Place]:
    """What ``inclusion_proof`` reads. Raises ``ValueError`` when no such leaf is in the tree."""
    return [
        place
        for start, end in _ranges_of_inclusion(position, size)
        for place in _complete_subtrees(start, end)
    ]


def nodes_of_consistency(first: int, second: int) -> list[Place]:
    """What ``consistency_proof`` reads. Raises ``ValueError`` for sizes that make no sense."""
    return [
        place
        for start, end in _ranges_of_consistency(first, second)
        for place in _complete_subtrees(start, end)
    ]


def inclusion_proof(position: int, size: int, node: Callable[[int, int], bytes]) -> list[bytes]:
    """The path from the leaf at ``position`` to the root of the tree of ``size`` (2.1.1).

    ``node`` returns the hash of a complete subtree by level and position.
    """
    return [_root(start, end, node) for start, end in _ranges_of_inclusion(position, size)]


def consistency_proof(first: int, second: int, node: Callable[[int, int], bytes]) -> list[bytes]:
    """That the tree of size ``second`` begins with all the leaves of ``first`` (2.1.2)."""
    return [_root(start, end, node) for start, end in _ranges_of_consistency(first, second)]


def check_inclusion(
    leaf: bytes, position: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Is ``leaf`` (a leaf hash) at ``position`` of the tree with this size and root?

    By RFC 9162, 2.1.3.2, which shares nothing with the code that makes proofs.
    """
    if not 0 <= position < size or not _are_hashes(leaf, *proof):
        return False
    index, last = position, size - 1
    found = leaf
    for hash in proof:
        if last == 0:
            return False
        if index & 1 or index == last:
            found = node_hash(hash, found)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = node_hash(found, hash)
        index, last = index >> 1, last >> 1
    return last == 0 and found == root


def check_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Does the tree of size ``second`` begin with all the leaves of the tree of size ``first``?

    By RFC 9162, 2.1.4.2. Every tree begins with the empty one: no proof is needed for that.
    """
    if not 0 <= first <= second or not _are_hashes(first_root, second_root, *proof):
        return False
    if first == 0 and first_root != EMPTY_ROOT:
        return False
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof
    # The root of a complete first tree is a node of the second and is left out of the proof.
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        return False
    index, last = first - 1, second - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    older = newer = path[0]
    for hash in path[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            older, newer = node_hash(hash, older), node_hash(hash, newer)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            newer = node_hash(newer, hash)
        index, last = index >> 1, last >> 1
    return last == 0 and older == first_root and newer == second_root


def _ranges_of_inclusion(position: int, size: int) -> list[Place]:
    """The subtrees beside the way down to the leaf, as ranges of leaves, lowest first."""
    if not 0 <= position < size:
        raise ValueError(f"there is no leaf {position} in a tree of {size}")
    start, end = 0, size
    ranges: list[Place] = []
    while end - start > 1:
        middle = start + _left_half(end - start)
        if position < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def _ranges_of_consistency(first: int, second: int) -> list[Place]:
    if not 0 <= first <= second:
        raise ValueError(f"a tree of {first} does not grow into a tree of {second}")
    start, end = 0, second
    ranges: list[Place] = []
    while first not in (0, end):
        middle = start + _left_half(end - start)
        if first <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    # A verifier has the first root already, when it is a node of the second tree.
    return [*([(start, end)] if start else []), *ranges[::-1]]


def _left_half(count: int) -> int:
    """The largest power of two below ``count``."""
    return int(1 << (count - 1).bit_length() - 1)


def _complete_subtrees(start: int, end: int) -> list[Place]:
    """The complete subtrees of a range of leaves that is a subtree itself, largest first."""
    places: list[Place] = []
    while start < end:
        level = (end - start).bit_length() - 1
        places.append((level, start >> level))
        start += 1 << level
    return places


def _root(start: int, end: int, node: Callable[[int, int], bytes]) -> bytes:
    return _fold([node(level, position) for level, position in _complete_subtrees(start, end)])


def _fold(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in hashes[-2::-1]:
        root = node_hash(left, root)
    return root


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
