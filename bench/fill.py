"""A database as it is after a while: many records, each with its leaf."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

import psycopg
from sqlalchemy import Connection, Engine, Table, make_url

from banner.core.evidence import evidence_of, leaf_of_record
from banner.core.merkle import EMPTY, extend, leaf_hash
from banner.core.record import Record
from banner.store.engine import open_engine
from banner.store.rows import add_rows, row_of
from banner.store.schema import leaves, nodes, records
from tests.builders import ANALYTICS, SITE, a_record

IN_A_BATCH = 5000
APART = 1000
"""Milliseconds between two of them, so that they end long before the benchmark begins."""


class Filling:
    """Adds first decisions to an empty database of one site, in several goes.

    The same rows as the service writes, in bulk: a million in a minute or two.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._records = _records()
        self._peaks = EMPTY

    @property
    def size(self) -> int:
        return self._peaks.size

    def up_to(self, size: int) -> None:
        """Add what is missing of so many."""
        while missing := size - self.size:
            self._add(list(islice(self._records, min(missing, IN_A_BATCH))))

    def _add(self, batch: Sequence[Record]) -> None:
        hashes = [leaf_hash(leaf_of_record(evidence_of(each), each.salt)) for each in batch]
        places = enumerate(zip(hashes, batch, strict=True), self.size)
        leaf_rows = [(SITE.id, at, hash, record.id) for at, (hash, record) in places]
        self._peaks, finished = extend(self._peaks, hashes)
        with self._engine.begin() as connection:
            _bulk(connection, records, [row_of(record) for record in batch])
            _bulk(connection, leaves, leaf_rows)
            _bulk(
                connection,
                nodes,
                [(SITE.id, node.level, node.position, node.hash) for node in finished],
            )


def fill(database_url: str, count: int) -> float:
    """Store so many first decisions; how many bytes each takes, with its leaf and all indexes."""
    before = size(database_url)
    engine = open_engine(database_url)
    Filling(engine).up_to(count)
    engine.dispose()
    return (size(database_url) - before) / count


def size(database_url: str) -> int:
    """Bytes on the disk."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return Path(str(url.database)).stat().st_size
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(psycopg.connect(plain)) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row
    return int(row[0])


def _bulk(connection: Connection, table: Table, rows: Sequence[Sequence[object]]) -> None:
    if connection.dialect.name == "sqlite":
        add_rows(connection, table, rows)
        return
    cursor = connection.connection.cursor()
    columns = ", ".join(table.columns.keys())
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _records() -> Iterator[Record]:
    granted, refused = a_record(*ANALYTICS), a_record()
    at = granted.recorded_at - 10_000_000 * APART
    while True:
        for made, has_principal in ((granted, True), (refused, False)):
            at += APART
            yield replace(
                made,
                id=_id(),
                event=_id(),
                principal=_id() if has_principal else None,
                recorded_at=at,
                keep_until=made.keep_until + at - made.recorded_at,
            )


def _id() -> str:
    return str(uuid.uuid4())
