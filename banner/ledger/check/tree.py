"""The tree above the leaves, built anew and compared with what is stored and what was signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...core.merkle import EMPTY, HASH_BYTES, Node, Place, extend, node_hash, root_of
from .claims import Claim

NONE = bytes(HASH_BYTES)
"""Stands for what is no hash at all."""


class Rebuilt:
    """A log's tree, fed with leaf hashes in their order; it holds no more than its peaks."""

    def __init__(self, claims: Iterator[Claim]) -> None:
        """``claims`` come smallest first."""
        self.peaks = EMPTY
        self.covered = 0
        """The size of the largest claim that is met."""
        self._claims = claims
        self._claim = next(claims, None)
        self._below: dict[Place, bytes] = {}
        # A stored checkpoint may have been signed anew, so it says nothing about how far one
        # from outside is met: each kind is located by its own.
        self._met = {False: 0, True: 0}
        self._located = {False: False, True: False}

    def grow(self, hashes: Sequence[object], nodes: Mapping[Place, bytes]) -> Iterator[str]:
        """Add leaves, of which ``nodes`` are the stored subtrees; gives what is wrong."""
        left = [_hash_of(each) for each in hashes]
        self._below |= {(0, at): hash for at, hash in enumerate(left, self.peaks.size)}
        yield from self._compare()
        while left:
            upto = self._claim.size - self.peaks.size if self._claim else len(left)
            self.peaks, finished = extend(self.peaks, left[:upto])
            left = left[upto:]
            for node in finished:
                yield from self._judge(node, nodes)
            yield from self._compare()

    def end(self, *, whole: bool) -> Iterator[str]:
        """What is left to say: of claims that go beyond the log, or beyond its first gap."""
        yield from self._compare()
        size = self.peaks.size
        if self._claim and not whole:
            yield f"checkpoints of more leaves than {size}: they cannot be checked without the rest"
            return
        while self._claim:
            yield f"{self._claim.name}: it is of {self._claim.size} leaves, and there are {size}"
            self._claim = next(self._claims, None)

    def _compare(self) -> Iterator[str]:
        while self._claim and self._claim.size == self.peaks.size:
            if root_of(self.peaks) == self._claim.checkpoint.root:
                self.covered = self._met[self._claim.is_outside] = self.peaks.size
            else:
                yield from self._unmet(self._claim)
            self._claim = next(self._claims, None)

    def _unmet(self, claim: Claim) -> Iterator[str]:
        yield f"{claim.name}: the first {claim.size} leaves are not those of its root"
        if not self._located[claim.is_outside] and claim.size:
            self._located[claim.is_outside] = True
            suspects = _range(self._met[claim.is_outside], claim.size - 1)
            yield f"{suspects}: what was changed is there"

    def _judge(self, node: Node, nodes: Mapping[Place, bytes]) -> Iterator[str]:
        """Does the stored node follow from what is stored right below it?

        By the stored ones, and not by those built anew: so a changed leaf is told once, and not
        again by every node above it.
        """
        level, position = node.level, node.position
        left, right = (self._below.pop((level - 1, 2 * position + side)) for side in (0, 1))
        follows = node_hash(left, right)
        found = nodes.get((level, position))
        self._below[level, position] = follows if found is None else _hash_of(found)
        if self._below[level, position] == follows and found is not None:
            return
        first, last = position << level, (position + 1 << level) - 1
        fault = "is missing" if found is None else "is not theirs"
        yield f"leaves {first} to {last}: the stored node above them {fault}"


def _range(first: int, last: int) -> str:
    return f"leaf {first}" if first == last else f"leaves {first} to {last}"


def _hash_of(value: object) -> bytes:
    return value if isinstance(value, bytes) and len(value) == HASH_BYTES else NONE
