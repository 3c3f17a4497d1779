"""One URL, two databases: SQLite beside the service, or PostgreSQL."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url

from .files import database_file, make_for_owner

BUSY_SECONDS = 5

READS_MANY = ("seqscan", "bitmapscan", "hashjoin", "mergejoin", "sort")
"""The ways by which PostgreSQL reads all the rows that fit before it gives the first. It takes them
by its statistics, of which a visitor's many records are a part (docs/adr/0020)."""

# A pipeline that ends in an error is said twice: by the error, and by a warning for each retry of
# an event that is stored already.
logging.getLogger("psycopg").setLevel(logging.ERROR)


def open_engine(url: str) -> Engine:
    """The engine for ``url``, set so that what is committed survives a loss of power.

    SQLite runs in WAL mode with ``synchronous=FULL``: NORMAL lost acknowledged rows when power
    was cut in our measurements. PostgreSQL keeps ``synchronous_commit=on``, whatever its
    server's default is.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        engine = create_engine(
            address, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS}
        )
        if database := database_file(url):
            event.listen(engine, "do_connect", lambda *_: make_for_owner(database))
        event.listen(engine, "connect", _make_sqlite_durable)
        return engine
    return create_engine(
        address,
        hide_parameters=True,
        pool_pre_ping=True,
        # Fewer than a process has threads: when the server hangs, those that do not need it go on.
        pool_size=3,
        max_overflow=3,
        pool_timeout=2,
        connect_args={
            "options": "-c synchronous_commit=on -c statement_timeout=10000"
            # Or a worker that hangs would hold the others up (docs/adr/0011).
            " -c idle_in_transaction_session_timeout=5000"
            + "".join(f" -c enable_{way}=off" for way in READS_MANY),
            "connect_timeout": BUSY_SECONDS,
            # A network that swallows everything is noticed in ten seconds, not in a quarter hour.
            "tcp_user_timeout": 10_000,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
        },
    )


def _make_sqlite_durable(connection: Any, _: object) -> None:
    # `secure_delete`: what is erased is overwritten, not only forgotten.
    for statement in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {statement}")
