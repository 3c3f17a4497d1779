"""Stop requests: added with the record that takes something back, done once an attempt worked."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, delete, func, insert, select

from ..core import statement as said
from ..core.stop import Stop
from .asking import reading, writing
from .grow import Growth, NewLeaf, is_said, statement
from .schema import open_stops, records, stop_attempts, stops

UNASKED = "the stop requests cannot be read or written"
ANSWER_LENGTH = 120
SALT_BYTES = 32
BATCH = 500
MOST_COUNTED = 10_000

_site = open_stops.c.site


@dataclass(frozen=True, slots=True)
class OpenStop:
    """A stop request that nobody has yet said is done."""

    stop: Stop
    attempts: int
    last_at: int
    """When it was last tried, in milliseconds since 1970 UTC; 0 if never."""
    last_answer: str


def add(connection: Connection, growth: Growth, asked: Sequence[Stop]) -> None:
    """Store stop requests, each with its leaf, in the transaction of the records that they follow
    from."""
    by_site: dict[str, list[NewLeaf]] = defaultdict(list)
    rows, waiting = [], []
    for stop in asked:
        salt = secrets.token_bytes(SALT_BYTES)
        rows.append({**_row_of(stop), "salt": salt})
        waiting.append({"stop": stop.id, "site": stop.site, "due_at": stop.due_at})
        by_site[stop.site].append(statement(said.STOP, said.stop(stop, salt), at=stop.at))
    connection.execute(insert(stops), rows)
    connection.execute(insert(open_stops), waiting)
    growth.append(by_site)


class Stops:
    """Every method raises ``StoreUnavailable`` when it cannot answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(self) -> list[OpenStop]:
        """All open ones, what is due first."""
        with writing(self._engine, UNASKED) as connection:
            return [_open_of(row) for row in connection.execute(_open())]

    def next(self, site: str, *, most: int = BATCH) -> list[OpenStop]:
        """The open ones of one site, ``most`` of them, what is due first."""
        with writing(self._engine, UNASKED) as connection:
            found = _open().where(open_stops.c.site == site).limit(most)
            return [_open_of(row) for row in connection.execute(found)]

    def late(self, *, now: int) -> dict[str, int]:
        """How many open ones of each site should have been done by ``now`` (milliseconds);
        ``MOST_COUNTED`` where there are more."""
        with writing(self._engine, UNASKED) as connection:
            counts = {site: _late(connection, site, now) for site in _sites(connection)}
        return {site: count for site, count in counts.items() if count}

    def find(self, stop_id: str) -> OpenStop | None:
        """The open stop request of that id."""
        with writing(self._engine, UNASKED) as connection:
            row = connection.execute(
                _open().where(open_stops.c.stop == stop_id).order_by(None)
            ).first()
        return _open_of(row) if row else None

    def tried(self, stop_id: str, *, at: int, done: bool, answer: str) -> None:
        """Add an attempt, made at ``at`` (milliseconds), and how it was answered. That one worked
        is a leaf of the ledger."""
        row = {"stop": stop_id, "done": done, "answer": answer[:ANSWER_LENGTH]}
        with writing(self._engine, UNASKED) as connection:
            taken = select(func.max(stop_attempts.c.at)).where(stop_attempts.c.stop == stop_id)
            # Two in one millisecond, or a clock that was set back: the order is kept.
            later = max(at, (connection.scalar(taken) or 0) + 1)
            connection.execute(insert(stop_attempts), {**row, "at": later})
            if done:
                connection.execute(delete(open_stops).where(open_stops.c.stop == stop_id))
                # After the row: SQLite's lock is taken by writing, and the log's end read under it.
                _log_done(connection, stop_id, at=later)

    def forget_done(self) -> int:
        """Delete what is done and whose record is erased; returns how many that were."""
        forgotten, last = 0, ""
        while some := self._some(last):
            *_, last = some  # as the database orders them
            forgotten += self._forget(some)
        return forgotten

    def _some(self, last: str) -> dict[str, str]:
        """The records of some stop requests, by their ids, of those after the ``last``."""
        found = select(stops.c.id, stops.c.record).where(stops.c.id > last)
        with reading(self._engine, UNASKED) as connection:
            rows = connection.execute(found.order_by(stops.c.id).limit(BATCH))
            return dict(map(tuple, rows))

    def _forget(self, some: Mapping[str, str]) -> int:
        """Those of ``some``, whose records are given, that are done and without a record."""
        is_open = select(open_stops.c.stop).where(open_stops.c.stop.in_(some))
        is_kept = select(records.c.id).where(records.c.id.in_(some.values()))
        with writing(self._engine, UNASKED) as connection:
            left, kept = set(connection.scalars(is_open)), set(connection.scalars(is_kept))
            gone = [id for id, record in some.items() if id not in left and record not in kept]
            if gone:
                connection.execute(delete(stop_attempts).where(stop_attempts.c.stop.in_(gone)))
                connection.execute(delete(stops).where(stops.c.id.in_(gone)))
        return len(gone)


def _log_done(connection: Connection, stop_id: str, *, at: int) -> None:
    """The leaf that says so, once; a stop request from before the ledger told of them has none."""
    site = connection.scalar(
        select(stops.c.site).where(stops.c.id == stop_id, stops.c.salt.is_not(None))
    )
    if site is None:
        return
    growth = Growth(connection)
    growth.lock({site})
    if not is_said(connection, site, said.PASSED_ON, stop_id):
        body = said.passed_on(stop_id, at=at)
        growth.append({site: [statement(said.PASSED_ON, body, at=at)]})


def stop_of_row(row: Row[Any]) -> Stop:
    """Raises what reading JSON does, for a row that somebody has changed."""
    withdrawn = json.loads(row.withdrawn)
    return Stop(
        id=row.id,
        site=row.site,
        record=row.record,
        principal=row.principal,
        categories=tuple(withdrawn["categories"]),
        services=tuple(withdrawn["services"]),
        at=row.at,
        due_at=row.due_at,
    )


def _sites(connection: Connection) -> Iterator[str]:
    """Those with an open one: each is found behind the last, and not among all that are open."""
    last = ""
    while site := connection.scalar(select(func.min(open_stops.c.site)).where(_site > last)):
        yield site
        last = site


def _late(connection: Connection, site: str, now: int) -> int:
    mine = select(open_stops.c.stop).where(_site == site, open_stops.c.due_at < now)
    some = mine.limit(MOST_COUNTED).subquery()
    return int(connection.scalar(select(func.count()).select_from(some)) or 0)


def _open() -> Select[Any]:
    """One row for each open stop request, with how it was tried."""
    mine = stop_attempts.c.stop == stops.c.id
    tried = select(func.count()).where(mine).scalar_subquery()
    last = select(stop_attempts.c.at, stop_attempts.c.answer).where(mine)
    last = last.order_by(stop_attempts.c.at.desc()).limit(1)
    return (
        select(
            stops,
            tried.label("attempts"),
            last.with_only_columns(stop_attempts.c.at).scalar_subquery().label("last_at"),
            last.with_only_columns(stop_attempts.c.answer).scalar_subquery().label("last_answer"),
        )
        .join(open_stops, open_stops.c.stop == stops.c.id)
        .order_by(open_stops.c.due_at, open_stops.c.stop)
    )


def _row_of(stop: Stop) -> dict[str, object]:
    withdrawn = {"categories": stop.categories, "services": stop.services}
    row = {column.name: getattr(stop, column.name, None) for column in stops.columns}
    return {**row, "withdrawn": json.dumps(withdrawn, separators=(",", ":"))}


def _open_of(row: Row[Any]) -> OpenStop:
    return OpenStop(stop_of_row(row), row.attempts, row.last_at or 0, row.last_answer or "")
