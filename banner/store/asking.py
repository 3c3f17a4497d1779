"""How the database is asked: each of its faults is ``StoreUnavailable`` and says what failed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ..core.errors import StoreUnavailable

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


@contextmanager
def told_as(words: str) -> Iterator[None]:
    """Raise ``StoreUnavailable`` with these ``words`` for whatever the database raises."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        raise StoreUnavailable(words) from error


@contextmanager
def reading(engine: Engine, words: str) -> Iterator[Connection]:
    """A connection. Raises ``StoreUnavailable`` with ``words``."""
    with told_as(words), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine, words: str) -> Iterator[Connection]:
    """A transaction, committed at the end. Raises ``StoreUnavailable`` with ``words``."""
    with told_as(words), engine.begin() as connection:
        yield connection


def lock(connection: Connection, name: str) -> None:
    """Let no other process that locks this name go on before the transaction ends; SQLite, which
    takes one writer at a time, does so by itself."""
    if connection.dialect.name != "sqlite":
        connection.execute(_LOCK, {"name": name})
