"""Copying a database into one file while it serves, and putting it back while it does not."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from ..core.errors import IzinError
from .files import BESIDE


class BackupFailed(IzinError):
    """There is no copy, or it is not in its place; nothing was changed unless the words say so."""


def back_up(database_url: str, file: Path) -> None:
    """Copy the whole database to ``file``, of one moment, readable by its owner alone.

    Safe while the service writes. What stood at ``file`` is there until the copy is whole. Raises
    ``BackupFailed``.
    """
    url = make_url(database_url)
    _refuse_itself(url, file)
    with _draft(file) as draft:
        if url.get_backend_name() == "sqlite":
            _copy_sqlite(_existing(url), draft)
        else:
            _run("pg_dump", url, "--format=custom", "--no-owner", f"--file={draft}")
        _put(draft, file)


def restore(database_url: str, file: Path, *, force: bool) -> Path | None:
    """Put the copy in ``file`` in the database's place; returns where SQLite's old file is kept.

    Raises ``BackupFailed`` when somebody uses the database, and when it holds records, or cannot
    be read, and ``force`` is not given.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return _restore_sqlite(url, file, force=force)
    _refuse_postgresql(url, force=force)
    options = ("--clean", "--if-exists", "--no-owner", "--no-privileges")
    _run("pg_restore", url, *options, "--single-transaction", "--exit-on-error", str(file))
    return None


def _refuse_itself(url: URL, file: Path) -> None:
    """A copy in the place of the database that is being served would be written to no more."""
    own = Path(url.database or "").resolve()
    beside = {own.with_name(own.name + end) for end in ("", *BESIDE)}
    if url.get_backend_name() == "sqlite" and file.resolve() in beside:
        raise BackupFailed(f"{file} is the database itself")


# --- SQLite --------------------------------------------------------------------------------


def _copy_sqlite(database: Path, draft: Path) -> None:
    try:
        with closing(sqlite3.connect(database)) as connection:
            if not _has_tables(connection):
                raise BackupFailed(
                    f"{database} has no tables: `flask --app wsgi migrate` makes them"
                )
            # Not the file as it is: pages of what was erased are left out.
            connection.execute("VACUUM INTO ?", (str(draft),))
        _check_sqlite(draft)
    except sqlite3.Error as error:
        raise BackupFailed(f"{database} cannot be copied: {error}") from error


def _restore_sqlite(url: URL, file: Path, *, force: bool) -> Path | None:
    database = Path(url.database or "")
    _check_sqlite(file)
    if database.exists():
        _refuse_sqlite(database, force=force)
    database.parent.mkdir(parents=True, exist_ok=True)
    with _draft(database) as draft:
        shutil.copyfile(file, draft)
        _own_as(draft, database if database.exists() else database.parent)
        kept = _set_aside(database)
        _put(draft, database)
    return kept


def _refuse_sqlite(database: Path, *, force: bool) -> None:
    try:
        with closing(sqlite3.connect(database, timeout=0)) as connection:
            has_records = _has_records(connection)
            if has_records and not force:
                raise BackupFailed(f"{database} holds records: --force sets it aside")
            # Only who is alone can leave WAL mode; all of it is in the one file then.
            connection.execute("PRAGMA journal_mode=DELETE").fetchall()
    except sqlite3.OperationalError as error:
        raise BackupFailed(f"{database} is in use, stop the service first: {error}") from error
    except sqlite3.DatabaseError as error:
        if not force:
            raise BackupFailed(f"{database} cannot be read: --force sets it aside") from error


def _has_tables(connection: sqlite3.Connection) -> bool:
    named = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'records'"
    return connection.execute(named).fetchone() is not None


def _has_records(connection: sqlite3.Connection) -> bool:
    if not _has_tables(connection):
        return False
    return connection.execute("SELECT 1 FROM records LIMIT 1").fetchone() is not None


def _check_sqlite(file: Path) -> None:
    """Raise ``BackupFailed`` unless ``file`` is a whole database of ours."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
            connection.execute("SELECT 1 FROM alembic_version")
    except sqlite3.Error as error:
        raise BackupFailed(f"{file} is no copy of a database: {error}") from error
    if found != "ok":
        raise BackupFailed(f"{file} is damaged: {found}")


def _set_aside(database: Path) -> Path | None:
    if not database.exists():
        return None
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    kept = database.with_name(f"{database.name}.before-{moment}")
    # A second name and no move: whoever is killed here leaves a database in its place.
    os.link(database, kept)
    for end in BESIDE:
        if (part := database.with_name(database.name + end)).exists():
            part.rename(kept.with_name(kept.name + end))
    return kept


def _existing(url: URL) -> Path:
    if not url.database or not Path(url.database).is_file():
        raise BackupFailed(f"there is no database at {url.database}")
    return Path(url.database)


# --- PostgreSQL ----------------------------------------------------------------------------


def _refuse_postgresql(url: URL, *, force: bool) -> None:
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    engine = create_engine(url, hide_parameters=True)
    try:
        with engine.connect() as connection:
            if connection.scalar(others):
                raise BackupFailed("others are connected to the database: stop the service first")
            there = connection.scalar(text("SELECT to_regclass('records') IS NOT NULL"))
            if there and not force and connection.scalar(text("SELECT 1 FROM records LIMIT 1")):
                raise BackupFailed("the database holds records: --force replaces them for good")
    except DBAPIError as error:
        raise BackupFailed(f"the database cannot be reached: {error.orig}") from error
    finally:
        engine.dispose()


def _run(program: str, url: URL, *arguments: str) -> None:
    """Run one of PostgreSQL's programs. The password is not among its arguments, which all see."""
    path = shutil.which(program)
    if path is None:
        raise BackupFailed(
            f"{program} is not on the PATH: install PostgreSQL's client programs, of the server's "
            "version or a newer one"
        )
    environment = dict(os.environ)
    if url.password:
        environment["PGPASSWORD"] = url.password
    plain = URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    )
    address = plain.render_as_string(hide_password=False)
    ended = subprocess.run(
        [path, "--no-password", f"--dbname={address}", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise BackupFailed(ended.stderr.strip() or f"{program} failed")


# --- files ---------------------------------------------------------------------------------


@contextmanager
def _draft(file: Path) -> Iterator[Path]:
    """An empty file beside ``file`` that only its owner can read; gone afterwards."""
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}.part")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise BackupFailed(f"{file.parent} cannot be written to: {error.strerror}") from error
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _put(draft: Path, file: Path) -> None:
    """Give the draft its name once it is whole on the disk."""
    _sync(draft)
    os.replace(draft, file)
    _sync(file.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _own_as(draft: Path, other: Path) -> None:
    """What root puts back must stay the serving user's."""
    if os.geteuid() == 0:
        os.chown(draft, other.stat().st_uid, other.stat().st_gid)
