"""Who else can read the keys and the evidence, or put others in their place."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from ..core.errors import SettingsWrong
from ..core.problem import Problem, Severity, note
from ..keys import load_keys
from ..settings import Settings
from ..store.files import database_file, open_to_others


def problems_with_files(settings: Settings) -> Iterator[Problem]:
    """What production would refuse, or should not rest on. It makes and changes nothing.

    A file that is not there yet is an error where it is needed at once, in production; who only
    checks a site's file for production elsewhere reads a note.
    """
    absent: Severity = "error" if settings.is_production else "note"
    database = database_file(settings.database_url)
    yield from _of_keys(settings.keys_file, absent)
    if database is not None:
        yield from _of_database(database, absent)
    if settings.checkpoint_path is not None:
        yield from _of_checkpoints(settings.checkpoint_path)
    files = [settings.keys_file] if database is None else [settings.keys_file, database]
    for folder in dict.fromkeys(file.resolve().parent for file in files):
        if folder.exists() and _others_may_rename_in(folder):
            yield _wrong(folder, "its files can be put aside by other users: chmod go-w")


def _of_keys(file: Path, absent: Severity) -> Iterator[Problem]:
    try:
        is_there = file.exists()
        if not is_there:
            sentence = "there are no keys: `flask --app wsgi keys` makes them"
            yield Problem(str(file), "IZIN_KEYS", sentence, "", severity=absent)
            return
        load_keys(file, production=True)
    except SettingsWrong as error:
        yield _wrong(file, error.message, "IZIN_KEYS")
    except OSError as error:
        yield _wrong(file, f"cannot be read: {error.strerror}", "IZIN_KEYS")


def _of_database(database: Path, absent: Severity) -> Iterator[Problem]:
    if not database.exists():
        sentence = "there is no database: `flask --app wsgi migrate` makes it"
        yield Problem(str(database), "IZIN_DATABASE_URL", sentence, "", severity=absent)
        return
    for file in open_to_others(database):
        yield _wrong(file, "can be read by others: `flask --app wsgi migrate` closes it")


def _of_checkpoints(file: Path) -> Iterator[Problem]:
    # A note: the disk or the bucket may be away for a while, and decisions are recorded meanwhile.
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        sentence = "cannot be written by this user, or its folder is not there: nothing is signed"
        yield note(str(file), "IZIN_CHECKPOINT_FILE", sentence)


def _others_may_rename_in(folder: Path) -> bool:
    mode = folder.stat().st_mode
    return bool(mode & (stat.S_IWGRP | stat.S_IWOTH)) and not mode & stat.S_ISVTX


def _wrong(file: Path, sentence: str, key: str = "(the file)") -> Problem:
    return Problem(str(file), key, sentence, "")
