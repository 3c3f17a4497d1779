"""Retention: what has been kept for as long as was said is erased, without anyone asking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, FromClause, and_, exists, func, select, tuple_

from ..store.append import Erase
from ..store.asking import reading
from ..store.records import UNREAD
from ..store.schema import records
from ..store.stops import Stops

BATCH = 256
REASON = "retention"


def due(engine: Engine, *, now: int) -> dict[str, int]:
    """How many records of each site are past their time at ``now`` (milliseconds)."""
    earlier = records.alias()
    stays = exists().where(earlier.c.id == records.c.previous, ~_is_past(now, earlier))
    past = _is_past(now), ~stays
    counted = select(records.c.site, func.count()).where(*past).group_by(records.c.site)
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
    while some := _next(engine, now, last):
        last = some[-1].keep_until, some[-1].id
        outcomes = erase([Erase(each.id, now, REASON) for each in _oldest_first(some)])
        erased += sum(bool(outcome) for outcome in outcomes)
    return erased


@dataclass(frozen=True, slots=True)
class _Past:
    id: str
    keep_until: int
    replaces: str | None
    """The record that it has replaced, if that is still there."""


def _next(engine: Engine, now: int, last: tuple[int, str]) -> list[_Past]:
    """Some that are past their time, after the ``last`` of those before: some of them may stay,
    and must not stop the rest."""
    earlier = records.alias()
    found = (
        select(records.c.id, records.c.keep_until, earlier.c.id.label("replaces"))
        .select_from(records.outerjoin(earlier, earlier.c.id == records.c.previous))
        .where(_is_past(now), tuple_(records.c.keep_until, records.c.id) > last)
        .order_by(records.c.keep_until, records.c.id)
        .limit(BATCH)
    )
    with reading(engine, UNREAD) as connection:
        return [_Past(**row._mapping) for row in connection.execute(found)]


def _oldest_first(some: Sequence[_Past]) -> list[_Past]:
    """Those of ``some`` that may go, each after what it has replaced: what has replaced another
    stays as long as that, or the other would count again."""
    waiting: dict[str | None, list[_Past]] = defaultdict(list)
    here = {each.id for each in some}
    for each in some:
        waiting[each.replaces if each.replaces in here else None].append(each)
    going = [each for each in waiting[None] if each.replaces is None]
    for each in going:  # and it grows meanwhile
        going += waiting[each.id]
    return going


def _is_past(now: int, some: FromClause = records) -> ColumnElement[bool]:
    # 0 in rows from before there was a ledger: nobody has said how long they are kept.
    return and_(some.c.keep_until > 0, some.c.keep_until <= now)
