"""Everything that a site's log consists of, a batch in memory at a time: to check and to export it.

The queries trust nothing: what should be there once may be there twice, elsewhere or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    exists,
    func,
    not_,
    or_,
    select,
    union,
    union_all,
)

from ..core.merkle import Place
from .schema import (
    checkpoints,
    erasures,
    leaves,
    nodes,
    notices,
    records,
    shown,
    statements,
    stop_attempts,
    stops,
)

BATCH = 1000

AnyRow = Row[Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some leaves in their order, with all that is stored about them."""

    leaves: list[AnyRow]
    records: Mapping[str, AnyRow]
    """The whole rows, by the record's id."""
    tells: Mapping[int, AnyRow]
    """The erasures that leaves of this batch tell of, by the leaf's position."""
    erased_by: Mapping[int, int]
    """The positions of the leaves that tell of the erasure of one of this batch's."""
    said: Mapping[int, AnyRow]
    """The statements of this batch's leaves, by position."""
    nodes: Mapping[Place, bytes]
    """The subtrees that these leaves finish, if none is missing before them."""


def sites_of(connection: Connection) -> list[str]:
    """Every site that any of these rows names."""
    tables = (records, leaves, nodes, erasures, statements, checkpoints, notices)
    found = connection.scalars(union(*(select(table.c.site).distinct() for table in tables)))
    return sorted(found)


def batches(connection: Connection, site: str, *, size: int = BATCH) -> Iterator[Batch]:
    """The site's log from its first leaf to its last."""
    start: int | None = None
    while True:
        found = select(leaves).where(leaves.c.site == site).order_by(leaves.c.position)
        if start is not None:
            found = found.where(leaves.c.position >= start)
        rows = list(connection.execute(found.limit(size)))
        if rows:
            yield _batch(connection, site, rows)
            start = rows[-1].position + 1
        if len(rows) < size:
            return


def _batch(connection: Connection, site: str, rows: list[AnyRow]) -> Batch:
    start, end = rows[0].position, rows[-1].position + 1
    within = and_(leaves.c.site == site, leaves.c.position >= start, leaves.c.position < end)
    named = select(leaves.c.record).where(within)
    tells = select(erasures).where(
        erasures.c.site == site, erasures.c.position >= start, erasures.c.position < end
    )
    erased = select(erasures.c.erased, erasures.c.position).where(
        erasures.c.site == site, erasures.c.erased >= start, erasures.c.erased < end
    )
    said = select(statements).where(
        statements.c.site == site, statements.c.position >= start, statements.c.position < end
    )
    return Batch(
        leaves=rows,
        records={
            row.id: row
            for row in connection.execute(select(records).where(records.c.id.in_(named)))
        },
        tells={row.position: row for row in connection.execute(tells)},
        erased_by={row.erased: row.position for row in connection.execute(erased)},
        said={row.position: row for row in connection.execute(said)},
        nodes=_nodes(connection, site, start, end),
    )


def _nodes(connection: Connection, site: str, start: int, end: int) -> dict[Place, bytes]:
    """The stored nodes that end within these leaves."""
    # A query for each level: for one with all of them SQLite reads every node of the site.
    finished = [
        select(nodes.c.level, nodes.c.position, nodes.c.hash).where(
            nodes.c.site == site,
            nodes.c.level == level,
            nodes.c.position >= start >> level,
            nodes.c.position < end >> level,
        )
        for level in range(1, end.bit_length() + 1)
        if start >> level < end >> level
    ]
    if not finished:
        return {}
    rows = connection.execute(union_all(*finished))
    return {(level, position): hash for level, position, hash in rows}


# --- what belongs to no leaf ---------------------------------------------------------------


def nodes_beyond(connection: Connection, site: str, size: int) -> Iterator[AnyRow]:
    """Stored nodes that a log of ``size`` leaves does not have, by ``level`` and ``position``."""
    within = [
        and_(nodes.c.level == level, nodes.c.position >= 0, nodes.c.position < size >> level)
        for level in range(1, size.bit_length())
    ]
    found = select(nodes.c.level, nodes.c.position).where(nodes.c.site == site)
    if within:
        found = found.where(not_(or_(*within)))
    return _streamed(connection, found)


def erasures_beyond(connection: Connection, site: str) -> Iterator[int]:
    """The places of erasures where there is no leaf."""
    same = and_(leaves.c.site == erasures.c.site, leaves.c.position == erasures.c.position)
    found = select(erasures.c.position).where(erasures.c.site == site, ~exists().where(same))
    return (row.position for row in _streamed(connection, found))


def records_without_leaf(connection: Connection, site: str) -> Iterator[AnyRow]:
    """Id and time (``recorded_at``) of records that were made for the ledger and are not in it."""
    return _streamed(connection, _unlogged(site).where(_is_salted()))


def records_before_ledger(connection: Connection, site: str) -> tuple[int, int | None]:
    """How many records have neither leaf nor salt, and when the newest was made."""
    found = _unlogged(site).where(not_(_is_salted())).subquery()
    counted = select(func.count(), func.max(found.c.recorded_at)).select_from(found)
    number, newest = connection.execute(counted).one()
    return number, newest


def ledger_began(connection: Connection, site: str) -> int | None:
    """The time of the oldest record that is in the ledger, or of the first erasure in it."""
    logged = exists().where(leaves.c.record == records.c.id)
    oldest = connection.scalar(
        select(func.min(records.c.recorded_at)).where(records.c.site == site, logged)
    )
    first = connection.scalar(select(func.min(erasures.c.at)).where(erasures.c.site == site))
    return min((each for each in (oldest, first) if each is not None), default=None)


def named_twice(connection: Connection, site: str) -> Iterator[str]:
    """Records that more than one leaf names."""
    found = (
        select(leaves.c.record)
        .where(leaves.c.record.in_(select(leaves.c.record).where(leaves.c.site == site)))
        .group_by(leaves.c.record)
        .having(func.count() > 1)
    )
    return (row.record for row in _streamed(connection, found))


def notices_of(connection: Connection, site: str) -> Iterator[AnyRow]:
    """Every stored notice of the site, with its hash and body."""
    found = select(notices).where(notices.c.site == site).order_by(notices.c.stored_at)
    return _streamed(connection, found.order_by(notices.c.hash))


def notices_missing(connection: Connection, site: str) -> Iterator[tuple[str, int]]:
    """Hashes that records name and no notice has, with the number of those records."""
    found = (
        select(records.c.notice_hash, func.count().label("number"))
        .where(
            records.c.site == site,
            records.c.notice_hash != "",
            ~exists().where(notices.c.hash == records.c.notice_hash),
        )
        .group_by(records.c.notice_hash)
    )
    return ((row.notice_hash, row.number) for row in _streamed(connection, found))


# --- what statements say, and what is so ---------------------------------------------------


def statements_beyond(connection: Connection, site: str) -> Iterator[AnyRow]:
    """Statements where there is no leaf."""
    same = and_(leaves.c.site == statements.c.site, leaves.c.position == statements.c.position)
    found = select(statements).where(statements.c.site == site, ~exists().where(same))
    return _streamed(connection, found)


def statements_of(connection: Connection, site: str, kind: str) -> Iterator[AnyRow]:
    """Every statement of this kind, in the order of the log. A false one is found at its leaf."""
    own = select(statements).where(statements.c.site == site, statements.c.kind == kind)
    return _streamed(connection, own.order_by(statements.c.position))


def shown_of(connection: Connection, site: str) -> Iterator[AnyRow]:
    """Which words each script is said to show, by ``script``, ``locale`` and ``notice``."""
    return _streamed(connection, select(shown).where(shown.c.site == site))


def stops_of(connection: Connection, site: str) -> Iterator[AnyRow]:
    """Every stop request of the site; ``done_at`` says when an attempt is first said to have
    worked."""
    worked = select(func.min(stop_attempts.c.at)).where(
        stop_attempts.c.stop == stops.c.id, stop_attempts.c.done
    )
    found = select(stops, worked.scalar_subquery().label("done_at")).where(stops.c.site == site)
    found = found.order_by(stops.c.at)
    return _streamed(connection, found)


def is_stored(connection: Connection, record: str) -> bool:
    return bool(connection.scalar(select(exists().where(records.c.id == record))))


def _unlogged(site: str) -> Select[Any]:
    logged = exists().where(leaves.c.record == records.c.id)
    return select(records.c.id, records.c.recorded_at).where(records.c.site == site, ~logged)


def _is_salted() -> ColumnElement[bool]:
    return and_(records.c.salt.is_not(None), func.length(records.c.salt) > 0)


def _streamed(connection: Connection, found: Select[Any]) -> Iterator[AnyRow]:
    return iter(connection.execute(found, execution_options={"yield_per": BATCH}))
