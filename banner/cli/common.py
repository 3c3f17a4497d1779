"""What all commands share."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from ..core.checkpoint import as_kept, notes_in
from ..core.errors import SettingsWrong, StoreUnavailable
from ..ledger.check import Outside
from ..logs import cause_of
from ..settings import Settings, read_settings
from ..store.engine import open_engine
from ..store.files import database_file


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command the settings; wrong ones end it with one line and not a traceback."""

    @wraps(command)
    def run(**options: Any) -> None:
        try:
            command(read_settings(os.environ), **options)
        except SettingsWrong as error:
            raise click.ClickException(str(error)) from None
        except StoreUnavailable as error:
            raise click.ClickException(
                f"{error}: is the database there, and did you run `flask --app wsgi migrate`?"
            ) from None
        except OperationalError as error:
            raise click.ClickException(f"the database cannot be used: {cause_of(error)}") from None

    return run


@contextmanager
def the_database(settings: Settings) -> Iterator[Engine]:
    """The service's database, for as long as the command needs it."""
    file = database_file(settings.database_url)
    if file and not file.exists():
        # To open it would make it, and then there would be a database without tables.
        raise StoreUnavailable("there is no database")
    engine = open_engine(settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


def kept_outside(files: Iterable[Path]) -> list[Outside]:
    """The checkpoints in ``files``: one in each, or all that ``IZIN_CHECKPOINT_FILE`` gathered."""
    return [each for file in files for each in _in_file(file)]


def _in_file(file: Path) -> Iterator[Outside]:
    try:
        notes = notes_in(as_kept(file.read_bytes().decode("utf-8")))
    except UnicodeDecodeError:
        raise click.ClickException(f"{file} is no checkpoint: it is not UTF-8") from None
    if len(notes) == 1:
        yield Outside(file.name, notes[0])
        return
    for number, note in enumerate(notes, 1):
        yield Outside(f"{file.name}, the {number}. checkpoint", note)


def now() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000
