"""SQLite's files: for the eyes of their owner alone."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside its file, with the mode that the file has when they are made."""
OTHERS = 0o077


def database_file(url: str) -> Path | None:
    """The file of a SQLite database; ``None`` for PostgreSQL, and for one in memory."""
    address = make_url(url)
    name = address.database or ""
    if address.get_backend_name() != "sqlite" or name in ("", ":memory:") or name[:5] == "file:":
        return None
    return Path(name)


def make_for_owner(database: Path) -> None:
    """An empty file where there is none: SQLite would make it with what the umask leaves."""
    # What cannot be made here SQLite cannot make either, and says so better.
    with contextlib.suppress(OSError):
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(database, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def close_to_others(database: Path) -> None:
    """Take from everybody but the owner what an older version has left them."""
    for file in open_to_others(database):
        file.chmod(file.stat().st_mode & ~OTHERS)


def open_to_others(database: Path) -> list[Path]:
    return [file for file in _files(database) if file.stat().st_mode & OTHERS]


def _files(database: Path) -> Iterator[Path]:
    for end in ("", *BESIDE):
        file = database.with_name(database.name + end)
        if file.exists():
            yield file
