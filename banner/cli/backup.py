"""A copy of the whole database, and putting it back with a proof."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from alembic.util import CommandError

from ..core.checkpoint import parse_checkpoint, read_checkpoint
from ..core.errors import CheckpointRefused, IzinError
from ..ledger import Ledger
from ..ledger.check import Finding, Outside, check_ledger
from ..settings import Settings
from ..store import backup as copies
from ..store.engine import open_engine
from ..store.figures import sizes_of_logs
from ..store.migrate import migrate
from .common import kept_outside, with_settings
from .logs import genuine, sites_of, the_ledger

FILE = click.Path(dir_okay=False, path_type=Path)
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@with_settings
def backup(settings: Settings, file: Path) -> None:
    """Copy the whole database into a file, while the service runs."""
    with _told_in_one_line():
        copies.back_up(settings.database_url, file)
    click.echo(f"{file}: {file.stat().st_size} bytes; the keys are not among them")


@click.command()
@click.argument("file", type=EXISTING)
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=EXISTING,
    help="A file of checkpoints that were kept elsewhere; may be repeated.",
)
@click.option("--force", is_flag=True, help="Replace a database that holds records.")
@with_settings
def restore(settings: Settings, file: Path, checkpoints: Sequence[Path], force: bool) -> None:
    """Put a backup in the database's place, and prove what it holds."""
    if not settings.keys_file.exists():
        raise click.ClickException(f"put the keys back first: there are none at {settings.keys}")
    outside = kept_outside(checkpoints)
    with _told_in_one_line():
        kept = copies.restore(settings.database_url, file, force=force)
        if kept:
            click.echo(f"what was there before is kept at {kept}")
        faults = 0
        for finding in _prove(settings, outside):
            faults += finding.is_fault
            word = "error" if finding.is_fault else "note"
            click.echo(f"{word}: {finding}", err=finding.is_fault)
    if not outside:
        click.echo("note: without --checkpoint nothing tells whether newer records are missing")
    click.echo(f"restored {file}: {faults} fault{'' if faults == 1 else 's'}")
    sys.exit(1 if faults else 0)


def _prove(settings: Settings, outside: Sequence[Outside]) -> Iterator[Finding]:
    """What a check of every log says, which leaves are newer than the backup, and the name that
    each log has from now on: whatever it lacks, no two logs of one name differ."""
    engine = open_engine(settings.database_url)
    try:
        try:
            migrate(engine)
        except CommandError as error:
            raise click.ClickException(f"made by a newer version of Izin: {error}") from error
        ledger = the_ledger(settings, engine)
        sizes = sizes_of_logs(engine)
        newer = {each: _newer(each, ledger, sizes) for each in _telling(outside, sizes)}
        within = [each for each, finding in newer.items() if finding is None]
        yield from check_ledger(engine, keys=ledger.vkeys_named, outside=within)
        yield from filter(None, newer.values())
        for site in sorted({*sizes, *sites_of(outside, ledger)}):
            begun = ledger.go_on(site, genuine(outside, ledger, site))
            words = f"from leaf {begun.position} on the log is {begun.name}, and says so"
            yield Finding(site, words, is_fault=False)
    finally:
        engine.dispose()


def _telling(outside: Sequence[Outside], sizes: Mapping[str, int]) -> list[Outside]:
    """Of each log the newest checkpoint, and the newest that it can meet; and what is none."""
    telling: dict[object, tuple[int, Outside]] = {}
    for each in outside:
        try:
            checkpoint = parse_checkpoint(each.note)
        except CheckpointRefused:
            telling[each] = 0, each
            continue
        can_be_met = checkpoint.size <= sizes.get(_site_of(checkpoint.origin), 0)
        key = checkpoint.origin, can_be_met
        if key not in telling or telling[key][0] < checkpoint.size:
            telling[key] = checkpoint.size, each
    return [each for _, each in telling.values()]


def _newer(each: Outside, ledger: Ledger, sizes: Mapping[str, int]) -> Finding | None:
    """What a genuine checkpoint over more than there is says of what is missing."""
    try:
        origin = parse_checkpoint(each.note).origin
        checkpoint = read_checkpoint(each.note, ledger.vkeys_named(origin))
    except CheckpointRefused:
        return None  # the check of the log says why
    site = _site_of(origin)
    size = sizes.get(site, 0)
    if checkpoint.size <= size:
        return None
    sentence = (
        f"{each.name}: {checkpoint.size - size} leaves (records, or erasures) are newer than this "
        f"backup and are missing: those from {size} to {checkpoint.size - 1}."
    )
    return Finding(site, sentence, is_fault=False)


def _site_of(origin: str) -> str:
    return origin.rpartition("/")[2]


@contextmanager
def _told_in_one_line() -> Iterator[None]:
    try:
        yield
    except IzinError as error:
        raise click.ClickException(error.message) from error
