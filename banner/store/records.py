"""Records: read by id, by browser, or by what they replace."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, exists, func, select, tuple_

from ..core.record import Record
from .asking import reading
from .rows import record_of
from .schema import records

UNREAD = "the records cannot be read"
MOST_TRIED = 20
"""Of one browser's newest records, to find the one that counts."""


class Records:
    """What one service has recorded. Every method raises ``StoreUnavailable`` when it cannot
    answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, record_id: str) -> Record | None:
        if "\0" in record_id:  # PostgreSQL takes no such text, which is no fault of the database
            return None
        return self._first(select(records).where(records.c.id == record_id))

    def newest_of(
        self, site: str, principal: str, *, most: int, before: Record | None = None
    ) -> list[Record]:
        """The newest records of one browser, newest first: ``most`` of them, of all or of those
        ``before`` one of them."""
        time = records.c.recorded_at, records.c.id
        found = select(records).where(_of(site, principal))
        if before:
            found = found.where(tuple_(*time) < (before.recorded_at, before.id))
        return self._found(found.order_by(*(each.desc() for each in time)).limit(most))

    def oldest_of(self, site: str, principal: str, *, most: int) -> list[Record]:
        """The oldest ``most`` records of one browser, oldest first."""
        time = records.c.recorded_at, records.c.id
        return self._found(select(records).where(_of(site, principal)).order_by(*time).limit(most))

    def count_of(self, site: str, principal: str, *, most: int) -> int:
        """How many records one browser has; ``most`` when it has more."""
        some = select(records.c.id).where(_of(site, principal)).limit(most).subquery()
        with reading(self._engine, UNREAD) as connection:
            return int(connection.scalar(select(func.count()).select_from(some)) or 0)

    def newest_after(self, record: Record) -> Record:
        """What counts now of ``record`` and the decisions that followed it: ``record`` itself, or
        of its browser's records that none has replaced the newest.

        Not from one to the next: a visitor can make that way as long as they like. Nor past all
        that are replaced: the newest counts, unless a clock was set back or somebody else has ended
        it (ADR 0019), and then the search has an end.
        """
        if not self.is_superseded(record.id):
            return record
        while record.principal is None:  # from before the ledger; such a chain grows no more
            later = self._first(_newest(records.c.previous == record.id))
            if later is None:
                return record
            record = later
        recent = self.newest_of(record.site, record.principal, most=MOST_TRIED)
        return next((each for each in recent if not self.is_superseded(each.id)), record)

    def is_superseded(self, record_id: str) -> bool:
        """Has a later decision replaced this one?"""
        with reading(self._engine, UNREAD) as connection:
            return bool(connection.scalar(select(exists().where(records.c.previous == record_id))))

    def check(self) -> None:
        """Raise ``StoreUnavailable`` unless the table is there and can be read."""
        self.find("")

    def _first(self, found: Select[Any]) -> Record | None:
        return next(iter(self._found(found)), None)

    def _found(self, found: Select[Any]) -> list[Record]:
        with reading(self._engine, UNREAD) as connection:
            rows = connection.execute(found).all()
        return [record_of(row) for row in rows]


def _of(site: str, principal: str) -> ColumnElement[bool]:
    return and_(records.c.site == site, records.c.principal == principal)


def _newest(condition: ColumnElement[bool]) -> Select[Any]:
    # By the time alone, which stands in the indexes: to break a tie, both databases would read on
    # to the next record that fits, and past all that do not.
    return select(records).where(condition).order_by(records.c.recorded_at.desc()).limit(1)
