"""From a record to its row and back, and rows into their tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Row, Table, insert

from ..core.record import Record
from .schema import records

_NAMES = tuple(column.name for column in records.columns)
_values = attrgetter(*_NAMES)


_CATEGORIES, _SERVICES = _NAMES.index("categories"), _NAMES.index("services")


def row_of(record: Record) -> list[object]:
    """In the order of the table's columns."""
    row = [*_values(record)]
    row[_CATEGORIES] = _json(record.categories)
    row[_SERVICES] = _json(record.services)
    return row


def add_rows(connection: Connection, table: Table, rows: Sequence[Sequence[object]]) -> None:
    """Insert ``rows``, in the order of the table's columns: as SQLAlchemy would, without its work
    for each value, which took longer than the database's."""
    if not rows:
        return
    statement, names = _insert(table, connection.dialect)
    if connection.dialect.positional:
        connection.exec_driver_sql(statement, [tuple(row) for row in rows])
    else:
        connection.exec_driver_sql(statement, [dict(zip(names, row, strict=True)) for row in rows])


@cache
def _insert(table: Table, dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    return str(insert(table).compile(dialect=dialect)), tuple(table.columns.keys())


def record_of(row: Row[Any]) -> Record:
    # What a query has asked for beside the record stands after it.
    values = dict(zip(_NAMES, row, strict=False))
    values["categories"] = json.loads(values["categories"])
    values["services"] = json.loads(values["services"])
    values["salt"] = values["salt"] or b""
    return Record(**values)


_json: Callable[[Mapping[str, bool]], str] = json.JSONEncoder(
    sort_keys=True, separators=(",", ":")
).encode
