"""Finding records by what is known of them, however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select, true

from ..core.record import Record
from .rows import record_of
from .schema import erasures, leaves, records

ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records are meant: those of which all holds that is set."""

    id: str | None = None
    principal: str | None = None
    event: str | None = None
    site: str | None = None
    kind: str | None = None
    since: int | None = None
    """Recorded at this time or later, in milliseconds since 1970 UTC."""
    until: int | None = None
    """Recorded before this time."""


@dataclass(frozen=True, slots=True)
class Found:
    record: Record
    position: int | None
    """The place of its leaf in the site's log; ``None`` for one from before the ledger."""


def search(connection: Connection, wanted: Wanted) -> Iterator[Found]:
    """The records that are meant, oldest first, some hundred in memory at a time."""
    options = {"yield_per": ROWS_AT_ONCE}
    with connection.execute(_statement(wanted), execution_options=options) as rows:
        for row in rows:
            *_, position = row
            yield Found(record_of(row), position)


@dataclass(frozen=True, slots=True)
class Erasure:
    """That a record was erased."""

    site: str
    position: int
    """The place of the leaf that commits to it."""
    at: int
    """Milliseconds since 1970 UTC."""
    reason: str


def erasure_of_record(connection: Connection, record_id: str) -> Erasure | None:
    found = (
        select(
            erasures.c.site, erasures.c.erased.label("position"), erasures.c.at, erasures.c.reason
        )
        .join(
            leaves,
            (leaves.c.site == erasures.c.site) & (leaves.c.position == erasures.c.erased),
        )
        .where(leaves.c.record == record_id)
    )
    row = connection.execute(found).first()
    return Erasure(**row._mapping) if row else None


def _statement(wanted: Wanted) -> Select[Any]:
    joined = records.outerjoin(
        leaves, (leaves.c.record == records.c.id) & (leaves.c.site == records.c.site)
    )
    return (
        select(records, leaves.c.position)
        .select_from(joined)
        .where(true(), *_conditions(wanted))
        .order_by(records.c.recorded_at, records.c.id)
    )


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    for name in ("id", "principal", "event", "site", "kind"):
        if (value := getattr(wanted, name)) is not None:
            yield records.c[name] == value
    if wanted.since is not None:
        yield records.c.recorded_at >= wanted.since
    if wanted.until is not None:
        yield records.c.recorded_at < wanted.until
