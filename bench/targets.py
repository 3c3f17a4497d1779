"""The servers that are compared, all started at once: who is not asked costs nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench.fill import fill
from bench.load import EVENT
from bench.measure import Target
from tests.builders import ANALYTICS
from tests.durability.crowd import Crowd
from tests.durability.disk import Disk
from tests.durability.own_postgres import OwnPostgres, own_postgres
from tests.durability.running import Running

NOOP = ("-m", "bench.noop", "--port", "{port}", "--workers", "{workers}")
GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


@contextmanager
def started(*, sync: float | None, records: int) -> Iterator[list[Target]]:
    """The no-op first. With `sync`, SQLite once more where each sync takes that many ms more;
    with `records`, every database holds that many from the start."""
    with ExitStack() as closing:
        servers = Servers(closing, records)
        noop = servers.start("noop", command=NOOP)
        sqlite = servers.start("sqlite")
        post = decision(sqlite)
        received = post.replace("/v1/example/decisions", "/receive")
        found = [
            Target("no-op: GET", noop.port, GET, noop.leader),
            Target("no-op: takes the POST in", noop.port, received, noop.leader),
            Target("SQLite, 1 worker", sqlite.port, post, sqlite.leader),
        ]
        if sync is not None:
            slow = servers.start("slow", sync=sync)
            found.append(Target(f"the same, sync +{sync:g} ms", slow.port, post, slow.leader))
        for count in (1, 2):
            running = servers.start(f"postgresql-{count}", workers=count, postgres=True)
            name = f"PostgreSQL, {count} worker{'s' if count > 1 else ''}"
            pids = servers.postgres_pids
            found.append(Target(name, running.port, post, running.leader, pids))
        yield found


class Servers:
    """Starts servers, each in a folder of its own, and ends them with `closing`."""

    def __init__(self, closing: ExitStack, records: int = 0) -> None:
        self._closing = closing
        self._records = records
        self._folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="izin-")))
        self._postgres: OwnPostgres | None = None

    def postgres(self) -> OwnPostgres:
        if self._postgres is None:
            self._postgres = self._closing.enter_context(own_postgres())
        return self._postgres

    def postgres_pids(self) -> Sequence[int]:
        return self.postgres().pids

    def start(
        self, name: str, *, postgres: bool = False, sync: float = 0, **options: Any
    ) -> Running:
        home = self._folder / name
        home.mkdir()
        url = f"sqlite:///{home / 'izin.sqlite3'}"
        if postgres:
            url = self.postgres().new_database()
        if sync:
            disk = Disk(home, sync_microseconds=round(sync * 1000))
            url = f"sqlite:///{disk.folder / 'izin.sqlite3'}"
            options["environment"] = disk.slowness
        running = Running(home, url, **options)
        self._closing.callback(running.end)
        if self._records and "command" not in options:
            each = fill(url, self._records)
            print(f"{name}: {self._records} records, {each:.0f} bytes each")
        running.start()
        return running


def decision(running: Running) -> str:
    """A first decision, which grants something; the word EVENT stands for its id."""
    act = Crowd(running.port).act(*ANALYTICS)
    return act.request.decode().replace(act.event, EVENT)
