"""Figures about the database that somebody watches: looked up when asked for."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, Engine, and_, func, select, text

from .asking import reading
from .schema import checkpoints, erasures, leaves, records, statements
from .stops import Stops


def uncovered_seconds(engine: Engine, sites: Iterable[str], *, now: int) -> dict[str, float]:
    """By site: the age of the oldest leaf that no checkpoint covers, 0 when all are covered.

    ``now`` is in milliseconds. Raises ``StoreUnavailable``.
    """
    with reading(engine, "the ledger cannot be read") as connection:
        return {site: _uncovered_seconds(connection, site, now) for site in sites}


def _uncovered_seconds(connection: Connection, site: str, now: int) -> float:
    covered = connection.scalar(
        select(func.coalesce(func.max(checkpoints.c.size), 0)).where(checkpoints.c.site == site)
    )
    told = and_(erasures.c.site == leaves.c.site, erasures.c.position == leaves.c.position)
    said = and_(statements.c.site == leaves.c.site, statements.c.position == leaves.c.position)
    since = connection.scalar(
        select(func.coalesce(records.c.recorded_at, erasures.c.at, statements.c.at, now))
        .select_from(leaves)
        .outerjoin(records, records.c.id == leaves.c.record)
        .outerjoin(erasures, told)
        .outerjoin(statements, said)
        .where(leaves.c.site == site, leaves.c.position == covered)
    )
    return max(0, now - since) / 1000 if since is not None else 0.0


def sizes_of_logs(engine: Engine) -> dict[str, int]:
    """By site: how many leaves its log has. Raises ``StoreUnavailable``."""
    found = select(leaves.c.site, func.max(leaves.c.position) + 1).group_by(leaves.c.site)
    with reading(engine, "the ledger cannot be read") as connection:
        return dict(map(tuple, connection.execute(found)))


def late_stops(engine: Engine, sites: Iterable[str], *, now: int) -> dict[str, int]:
    """By site: withdrawals that had to be passed on by ``now`` (milliseconds) and were not.

    Raises ``StoreUnavailable``.
    """
    counts = Stops(engine).late(now=now)
    return {site: counts.get(site, 0) for site in sites}


def database_file(engine: Engine) -> Path | None:
    """SQLite's file; ``None`` for PostgreSQL, whose disk is another machine's."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    return Path(engine.url.database)


def free_bytes(engine: Engine) -> int | None:
    """Room on the disk of SQLite's file; 0 when its folder is not there."""
    file = database_file(engine)
    if file is None:
        return None
    try:
        return shutil.disk_usage(file.parent).free
    except OSError:
        return 0


def is_read_only(engine: Engine) -> bool:
    """Is it a PostgreSQL that takes no rows: a standby, or one that was told so?

    Raises ``StoreUnavailable``.
    """
    if engine.dialect.name != "postgresql":
        return False
    with reading(engine, "the database does not answer") as connection:
        return bool(connection.scalar(text("SHOW transaction_read_only")) == "on")
