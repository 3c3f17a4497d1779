"""A database as it is after a while: many records, each with its leaf."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from banner.core.record import Record
from banner.store.append import Add, Appending
from banner.store.engine import open_engine
from tests.builders import ANALYTICS, a_record

IN_A_BATCH = 500


def fill(database_url: str, count: int) -> float:
    """Store so many first decisions; how many bytes each takes, with its leaf and all indexes."""
    before = size(database_url)
    engine = open_engine(database_url)
    append = Appending(engine)
    adds = map(Add, islice(_records(), count))
    while batch := list(islice(adds, IN_A_BATCH)):
        append(batch)
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


def _records() -> Iterator[Record]:
    granted, refused = a_record(*ANALYTICS), a_record()
    while True:
        yield replace(granted, id=_id(), event=_id(), principal=_id())
        yield replace(refused, id=_id(), event=_id(), principal=None)


def _id() -> str:
    return str(uuid.uuid4())
