"""Retention: what has been kept for as long as was said is erased, without anyone asking."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, Engine, exists, func, select, tuple_

from ..store.append import Erase
from ..store.asking import reading
from ..store.records import UNREAD
from ..store.schema import records
from ..store.stops import Stops

BATCH = 256
REASON = "retention"


def due(engine: Engine, *, now: int) -> dict[str, int]:
    """How many records of each site are past their time at ``now`` (milliseconds)."""
    counted = select(records.c.site, func.count()).where(_is_past(now)).group_by(records.c.site)
    with reading(engine, UNREAD) as connection:
        rows = connection.execute(counted.order_by(records.c.site)).all()
    return {site: int(count) for site, count in rows}


def prune(engine: Engine, erase: Callable[[Sequence[Erase]], Sequence[object]], *, now: int) -> int:
    """Erase every record that is past its time at ``now`` (milliseconds); returns how many.

    ``erase`` writes acts and gives the outcome of each, as ``Writer.write_all`` does. Stop
    requests go with the records that they follow from, once they are done. Raises
    ``StoreUnavailable``; what was erased until then stays so, and it is safe to ask again.
    """
    erased = 0
    while count := _once_through(engine, erase, now):
        erased += count  # and what those had been replaced by is due now
    Stops(engine).forget_done()
    return erased


def _once_through(
    engine: Engine, erase: Callable[[Sequence[Erase]], Sequence[object]], now: int
) -> int:
    erased, last = 0, (0, "")
    while rows := _next(engine, now, last):
        outcomes = erase([Erase(id, now, REASON) for _, id in rows])
        erased += sum(bool(outcome) for outcome in outcomes)
        last = rows[-1]
    return erased


def _next(engine: Engine, now: int, last: tuple[int, str]) -> list[tuple[int, str]]:
    """Some of them, after the ``last`` of those before: one that stays must not stop the rest."""
    place = tuple_(records.c.keep_until, records.c.id)
    found = (
        select(records.c.keep_until, records.c.id)
        .where(_is_past(now), place > last)
        .order_by(records.c.keep_until, records.c.id)
        .limit(BATCH)
    )
    with reading(engine, UNREAD) as connection:
        return [(keep_until, id) for keep_until, id in connection.execute(found)]


def _is_past(now: int) -> ColumnElement[bool]:
    # 0 in rows from before there was a ledger: nobody has said how long they are kept.
    # And what has replaced another stays as long as that: or the other would count again.
    earlier = records.alias()
    replaces = exists().where(earlier.c.id == records.c.previous)
    return (records.c.keep_until > 0) & (records.c.keep_until <= now) & ~replaces
