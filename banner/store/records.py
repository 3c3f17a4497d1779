"""Records: read by id, by browser, or by what they replace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, exists, select

from ..core.record import Record
from .asking import reading
from .rows import record_of
from .schema import records

UNREAD = "the records cannot be read"


class Records:
    """What one service has recorded. Every method raises ``StoreUnavailable`` when it cannot
    answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, record_id: str) -> Record | None:
        return next(self._found(records.c.id == record_id), None)

    def of_principal(self, site: str, principal: str) -> list[Record]:
        """All records of one browser, newest first."""
        return list(self._found((records.c.site == site) & (records.c.principal == principal)))

    def newest_after(self, record: Record) -> Record:
        """The last of the decisions that have replaced ``record``, or ``record`` itself."""
        while later := next(self._found(records.c.previous == record.id), None):
            record = later
        return record

    def is_superseded(self, record_id: str) -> bool:
        """Has a later decision replaced this one?"""
        with reading(self._engine, UNREAD) as connection:
            return bool(connection.scalar(select(exists().where(records.c.previous == record_id))))

    def check(self) -> None:
        """Raise ``StoreUnavailable`` unless the table is there and can be read."""
        self.find("")

    def _found(self, condition: Any) -> Iterator[Record]:
        with reading(self._engine, UNREAD) as connection:
            found = select(records).where(condition).order_by(records.c.recorded_at.desc())
            rows = connection.execute(found).all()
        return map(record_of, rows)
