"""The log of each site as it is stored: its size, its leaves, and the tree above them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Engine,
    Select,
    bindparam,
    func,
    select,
    union_all,
)

from ..core.errors import LedgerBroken, LedgerPlace
from ..core.merkle import (
    Peaks,
    Place,
    consistency_proof,
    inclusion_proof,
    nodes_of_consistency,
    nodes_of_inclusion,
    peaks_needed,
)
from .asking import reading
from .schema import erasures, leaves, nodes

UNREAD = "the ledger cannot be read"


@dataclass(frozen=True, slots=True)
class Leaf:
    site: str
    position: int
    hash: bytes
    record: str | None
    """What it commits to; ``None`` when it tells of an erasure or says something else."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What a leaf tells of the erasure of another."""

    position: int
    erased: int
    at: int
    """Milliseconds since 1970 UTC."""
    reason: str
    salt: bytes | None
    """``None`` in a leaf that is in the open."""


class Tree:
    """The logs of one service, to be read.

    What makes up a tree of some size never changes, so no method needs a transaction. Every method
    raises ``StoreUnavailable`` when it cannot answer, and those that read nodes ``LedgerBroken``
    when one is missing.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def size(self, site: str) -> int:
        """How many leaves are committed."""
        with reading(self._engine, UNREAD) as connection:
            return size_of(connection, site)

    def leaf(self, site: str, position: int) -> Leaf:
        """Raises ``LedgerPlace`` when there is no such leaf."""
        found = self._first((leaves.c.site == site) & (leaves.c.position == position))
        if found is None:
            raise LedgerPlace("the log has no such leaf", position=position)
        return found

    def leaf_of(self, record_id: str) -> Leaf | None:
        """The leaf that commits to this record, erased or not."""
        return self._first(leaves.c.record == record_id)

    def erasure_of(self, site: str, position: int) -> Erasure | None:
        """The erasure of the record whose leaf is at ``position``."""
        columns = [erasures.c[name] for name in Erasure.__dataclass_fields__]
        found = select(*columns).where(erasures.c.site == site, erasures.c.erased == position)
        with reading(self._engine, UNREAD) as connection:
            row = connection.execute(found).first()
        return Erasure(**row._mapping) if row else None

    def peaks(self, site: str, size: int) -> Peaks:
        """The tree as it was at this size. Raises ``LedgerPlace`` if it never had it."""
        self._refuse_beyond(site, size)
        places = peaks_needed(size)
        node = self._nodes(site, places)
        return Peaks(size, tuple(node(level, position) for level, position in places))

    def inclusion(self, site: str, position: int, size: int) -> list[bytes]:
        """The path from a leaf to the root at ``size``. Raises ``LedgerPlace``."""
        self._refuse_beyond(site, size)
        if not 0 <= position < size:
            raise LedgerPlace("a tree of this size has no such leaf", position=position, size=size)
        return inclusion_proof(
            position, size, self._nodes(site, nodes_of_inclusion(position, size))
        )

    def consistency(self, site: str, first: int, second: int) -> list[bytes]:
        """That the tree of ``second`` leaves begins with that of ``first``. Raises
        ``LedgerPlace``."""
        self._refuse_beyond(site, second)
        if not 0 < first <= second:
            raise LedgerPlace("a tree grows from 1 leaf on", first=first, second=second)
        return consistency_proof(
            first, second, self._nodes(site, nodes_of_consistency(first, second))
        )

    def _refuse_beyond(self, site: str, size: int) -> None:
        if not 0 <= size <= self.size(site):
            raise LedgerPlace("the log has not had this size yet", size=size)

    def _nodes(self, site: str, places: Sequence[Place]) -> Callable[[int, int], bytes]:
        with reading(self._engine, UNREAD) as connection:
            hashes = hashes_at(connection, site, places)
        if missing := set(places) - hashes.keys():
            raise LedgerBroken("nodes of the log are missing", nodes=len(missing))
        return lambda level, position: hashes[level, position]

    def _first(self, condition: object) -> Leaf | None:
        with reading(self._engine, UNREAD) as connection:
            found = select(leaves).where(condition).order_by(leaves.c.position)  # type: ignore[arg-type]
            row = connection.execute(found).first()
        return Leaf(**row._mapping) if row else None


def size_of(connection: Connection, site: str) -> int:
    last = connection.scalar(select(func.max(leaves.c.position)).where(leaves.c.site == site))
    return 0 if last is None else last + 1


def hashes_at(connection: Connection, site: str, places: Collection[Place]) -> dict[Place, bytes]:
    """The stored hashes of those of ``places`` that are stored; level 0 is a leaf.

    A look-up for each place, all in one statement. Asked for with one ``IN`` over pairs, SQLite
    reads every node of the site.
    """
    ordered = sorted(places)
    if not ordered:
        return {}
    outer = sum(1 for level, _ in ordered if not level)
    words: dict[str, object] = {"site": site}
    for number, (level, position) in enumerate(ordered):
        words |= {f"level_{number}": level, f"position_{number}": position}
    rows = connection.execute(_look_ups(outer, len(ordered)), words)
    return {(level, position): hash for level, position, hash in rows}


@cache
def _look_ups(outer: int, count: int) -> CompoundSelect[Any]:
    """For that many places, of which the first ``outer`` are leaves. A proof has few hundred
    forms, so that each is put together once."""
    return union_all(*map(_leaf_at, range(outer)), *map(_node_at, range(outer, count)))


def _leaf_at(number: int) -> Select[Any]:
    level = bindparam(f"level_{number}", type_=nodes.c.level.type).label("level")
    return select(level, leaves.c.position, leaves.c.hash).where(
        leaves.c.site == bindparam("site"),
        leaves.c.position == bindparam(f"position_{number}"),
    )


def _node_at(number: int) -> Select[Any]:
    return select(nodes.c.level, nodes.c.position, nodes.c.hash).where(
        nodes.c.site == bindparam("site"),
        nodes.c.level == bindparam(f"level_{number}"),
        nodes.c.position == bindparam(f"position_{number}"),
    )
