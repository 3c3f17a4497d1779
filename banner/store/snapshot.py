"""Reading one moment of the database, however long the reading takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from .asking import reading
from .engine import READS_MANY


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees nothing of what is committed after its first statement.

    Raises ``StoreUnavailable`` when the database cannot be read.
    """
    opened = _of_sqlite if engine.dialect.name == "sqlite" else _of_postgresql
    with reading(engine, "the ledger cannot be read") as connection, opened(connection):
        yield connection


@contextmanager
def _of_sqlite(connection: Connection) -> Iterator[None]:
    driver = connection.connection.driver_connection
    assert driver is not None, "it has just been opened"
    # Bytes that are no UTF-8 are for the reader to judge, and not for the driver.
    driver.text_factory = lambda value: value.decode("utf-8", "surrogateescape")
    try:
        connection.exec_driver_sql("BEGIN")  # the driver begins only for a write
        yield
    finally:
        driver.text_factory = str


@contextmanager
def _of_postgresql(connection: Connection) -> Iterator[None]:
    connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    # Whoever reads everything may write to a slow pipe meanwhile.
    for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
        connection.execute(text(f"SET LOCAL {limit} = 0"))
    for way in READS_MANY:
        connection.execute(text(f"SET LOCAL enable_{way} = on"))
    yield
