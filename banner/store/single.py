"""What only one process of a service may do at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

from .asking import reading

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
    # The lock is the session's. In a transaction it would hold one open for as long as the job
    # takes, which the server ends (`engine`).
    by_itself = engine.execution_options(isolation_level="AUTOCOMMIT")
    with reading(by_itself, "the database cannot be reached") as connection:
        taken = bool(connection.scalar(TAKE, words))
        try:
            yield taken
        finally:
            if taken:
                connection.execute(GIVE_BACK, words)
