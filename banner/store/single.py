"""What only one process of a service may do at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ..core.errors import StoreUnavailable

TAKE = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
GIVE_BACK = text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))")


@contextmanager
def single(engine: Engine, name: str) -> Iterator[bool]:
    """Is this the only process that does ``name`` now? Does not wait for another to end.

    PostgreSQL gives the lock back by itself when the process dies. SQLite has one process, which
    is always the only one. Raises ``StoreUnavailable``.
    """
    if engine.dialect.name == "sqlite":
        yield True
        return
    words = {"name": f"izin.job.{name}"}
    try:
        # The lock is the session's. In a transaction it would hold one open for as long as the
        # job takes, which the server ends (`engine`).
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            taken = bool(connection.scalar(TAKE, words))
            try:
                yield taken
            finally:
                if taken:
                    connection.execute(GIVE_BACK, words)
    except (DBAPIError, PoolTimeout) as error:
        raise StoreUnavailable("the database cannot be reached") from error
