"""Records: added once, read by id or by event, never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, Row, exists, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ..core.errors import EventConflict, StoreUnavailable
from ..core.record import Record
from .schema import records


class Records:
    """The store of one service. Every method raises ``StoreUnavailable`` when it cannot answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, record: Record) -> Record:
        """Commit ``record`` and return it; the same act sent before returns what is stored.

        When this returns, the row is on disk. Raises ``EventConflict`` when the event is stored
        with other contents.
        """
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(records), _row_of(record))
        except IntegrityError:
            return self._stored(record)
        except (DBAPIError, PoolTimeout) as error:
            raise StoreUnavailable("the record could not be stored") from error
        return record

    def _stored(self, record: Record) -> Record:
        stored = self._first((records.c.site == record.site) & (records.c.event == record.event))
        if stored is None:
            raise StoreUnavailable("the record could not be stored")
        if not stored.says_the_same_as(record):
            raise EventConflict("this event is recorded with other contents")
        return stored

    def find(self, record_id: str) -> Record | None:
        return self._first(records.c.id == record_id)

    def newest_after(self, record: Record) -> Record:
        """The last of the decisions that have replaced ``record``, or ``record`` itself."""
        while later := self._first(records.c.previous == record.id):
            record = later
        return record

    def is_superseded(self, record_id: str) -> bool:
        """Has a later decision replaced this one?"""
        try:
            with self._engine.connect() as connection:
                found = select(exists().where(records.c.previous == record_id))
                return bool(connection.scalar(found))
        except (DBAPIError, PoolTimeout) as error:
            raise StoreUnavailable("the records cannot be read") from error

    def check(self) -> None:
        """Raise ``StoreUnavailable`` unless the table is there and can be read."""
        self.find("")

    def _first(self, condition: Any) -> Record | None:
        try:
            with self._engine.connect() as connection:
                found = select(records).where(condition).order_by(records.c.recorded_at.desc())
                row = connection.execute(found).first()
        except (DBAPIError, PoolTimeout) as error:
            raise StoreUnavailable("the records cannot be read") from error
        return _record_of(row) if row else None


def _row_of(record: Record) -> dict[str, object]:
    row = {column.name: getattr(record, column.name) for column in records.columns}
    return row | {"categories": _json(record.categories), "services": _json(record.services)}


def _record_of(row: Row[Any]) -> Record:
    values = dict(row._mapping)
    values["categories"] = json.loads(values["categories"])
    values["services"] = json.loads(values["services"])
    return Record(**values)


def _json(choices: Mapping[str, bool]) -> str:
    return json.dumps(choices, sort_keys=True, separators=(",", ":"))
