"""What an erased record would leave behind in SQLite's files, and how it goes.

``secure_delete`` (``engine``) overwrites what is deleted. Two things it does not reach: the pages
as they were before, in the write-ahead log and in the file until the log is copied into it; and,
about once in a thousand erasures (measured), an id in the unused part of an index's page, left
there when entries moved to the next one. PostgreSQL's vacuum does by itself what is done here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Engine, text

from .asking import reading

AWAY = "the database cannot be reached"
BUSY_MILLISECONDS = 500
"""Writers wait while this waits for readers: not for long."""
LAST = text("SELECT max(position) FROM erasures WHERE site = :site")
INDEXES = text("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'records'")


def wipe(engine: Engine) -> bool:
    """Copy SQLite's write-ahead log into the file and cut it off; ``False`` if somebody was still
    reading what was before. Raises ``StoreUnavailable``."""
    if engine.dialect.name != "sqlite":
        return True
    with reading(engine, AWAY) as connection:
        before = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        try:
            row = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={before}")
    return bool(row[0] == 0)


def rebuild_indexes(engine: Engine) -> None:
    """Write the indexes of the records anew, one after the other: with a million records nothing
    else can be written for a second and a half each time. Raises ``StoreUnavailable``."""
    if engine.dialect.name != "sqlite":
        return
    with reading(engine, AWAY) as connection:
        for name in connection.scalars(INDEXES).all():
            connection.exec_driver_sql(f'REINDEX "{name}"')
            connection.commit()


@dataclass(slots=True)
class TraceRound:
    """Wipes after erasures, whoever made them. For one thread at a time."""

    engine: Engine
    sites: Collection[str]
    thoroughly: bool = False
    """The indexes too?"""
    _seen: Mapping[str, int | None] = field(default_factory=dict, init=False)

    def __call__(self) -> None:
        if self.engine.dialect.name != "sqlite":
            return
        with reading(self.engine, AWAY) as connection:
            last = {site: connection.scalar(LAST, {"site": site}) for site in self.sites}
        if last == self._seen or not any(each is not None for each in last.values()):
            return
        if self.thoroughly:
            rebuild_indexes(self.engine)
        if wipe(self.engine):
            self._seen = last
