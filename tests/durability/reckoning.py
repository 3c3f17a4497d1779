"""The reckoning after a fault: what was acknowledged against what is stored."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from tests.durability.crowd import Crowd
from tests.durability.running import Running

_RECORDS = "SELECT event, id FROM records"
_LEAVES = "SELECT site, position, record FROM leaves ORDER BY site, position"


@dataclass(frozen=True, slots=True)
class Stored:
    """What is really there, read without the service's code."""

    records: dict[str, str]
    """The record of each event."""
    leaves: list[tuple[str, int, str | None]]
    """Of which site's log, at which position, and whose record's leaf it is, if any's."""


def stored(database_url: str) -> Stored:
    """What the database holds. Fails the test if an event is stored twice."""
    select = _selecting(database_url)
    rows = select(_RECORDS)
    twice = [event for event, count in Counter(event for event, _ in rows).items() if count > 1]
    assert not twice, f"stored more than once: {twice}"
    leaves = [(site, position, record) for site, position, record in select(_LEAVES)]
    return Stored(dict(rows), leaves)


def reckon(crowd: Crowd, database_url: str) -> Stored:
    """Fail the test if an acknowledged decision is missing, or anything is half there."""
    found = stored(database_url)
    missing = crowd.told.keys() - found.records.keys()
    assert not missing, f"{len(missing)} of {len(crowd.told)} acknowledged are missing"
    assert not crowd.strange, crowd.strange[:5]
    for event, told in crowd.told.items():
        assert told.record in (None, found.records[event]), "another record was acknowledged"
    for site in {site for site, _, _ in found.leaves}:
        positions = [position for own, position, _ in found.leaves if own == site]
        assert positions == list(range(len(positions))), f"a gap in the log of {site}"
    logged = [record for _, _, record in found.leaves if record]
    assert sorted(logged) == sorted(found.records.values())
    return found


def settle(crowd: Crowd, running: Running) -> int:
    """Reckon, have everything sent again, and reckon once more; how many were stored and unsaid.

    Afterwards each event that was ever sent is one row with one answer.
    """
    before = reckon(crowd, running.database_url)
    open_acts = {**crowd.unanswered, **crowd.put_off}
    first = crowd.settle()
    again = crowd.send_again(open_acts.values())
    assert again == {event: first[event] for event in open_acts}, "another answer the second time"
    after = reckon(crowd, running.database_url)
    assert after.records.keys() == crowd.told.keys(), "rows of events that nobody sent"
    assert before.records.items() <= after.records.items(), "a record has changed"
    return len(open_acts.keys() & before.records.keys())


def verify_ledger(running: Running) -> None:
    """The service's own judge agrees. Fails the test with what it says if not."""
    running.flask("ledger", "verify")


def check_integrity(database: Path) -> None:
    """SQLite's own check of the whole file."""
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def _selecting(database_url: str) -> Callable[[str], list[tuple[Any, ...]]]:
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        assert url.database is not None
        path = url.database

        def select(statement: str) -> list[tuple[Any, ...]]:
            with closing(sqlite3.connect(path)) as connection:
                return connection.execute(statement).fetchall()

        return select
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)

    def select_there(statement: str) -> list[tuple[Any, ...]]:
        with closing(psycopg.connect(plain)) as connection:
            return connection.execute(statement.encode()).fetchall()

    return select_there
