"""The evidence: found, shown, taken along, and erased."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from sqlalchemy import Engine

from ..core.evidence import moment
from ..core.record import Record
from ..rounds.retention import BATCH, due
from ..rounds.retention import prune as erase_what_is_due
from ..settings import Settings
from ..site_files import load_sites
from ..store.append import Appending, Erase
from ..store.erasing import erasure_of, with_earlier
from ..store.records import Records
from ..store.search import Wanted, erasure_of_record, search
from ..store.snapshot import snapshot
from ..store.traces import rebuild_indexes, wipe
from .choosing import Choice, choosing, resolved
from .common import now, the_database, with_settings
from .showing import as_csv, as_json, as_jsonl, as_line, as_text

FORMATS = {"csv": as_csv, "jsonl": as_jsonl}
SHOWN_BEFORE_ERASING = 10
WIPE_SECONDS = 10.0


@click.group()
def records() -> None:
    """Find, show, export and erase the evidence."""


@records.command()
@choosing
@click.option("--json", "in_json", is_flag=True, help="One JSON object to a line.")
@with_settings
def find(settings: Settings, choice: Choice, in_json: bool) -> None:
    """List records, oldest first. Ends with status 1 when there is none."""
    wanted = resolved(choice, settings)
    count = 0
    with the_database(settings) as engine, snapshot(engine) as connection:
        for found in search(connection, wanted):
            click.echo(as_json(found) if in_json else as_line(found.record))
            count += 1
    if not count:
        raise click.ClickException("there is no such record")


@records.command()
@click.argument("record")
@click.option("--json", "in_json", is_flag=True, help="As the ledger commits to it.")
@with_settings
def show(settings: Settings, record: str, in_json: bool) -> None:
    """Show one record in full."""
    with the_database(settings) as engine, snapshot(engine) as connection:
        found = next(search(connection, Wanted(id=record)), None)
        gone = None if found else erasure_of_record(connection, record)
    if gone:
        raise click.ClickException(
            f"the record was erased on {moment(gone.at)} (reason: {gone.reason}); its leaf is "
            f"{gone.position} in the log of {gone.site}"
        )
    if not found:
        raise click.ClickException("there is no such record")
    click.echo(as_json(found) if in_json else as_text(found))


@records.command()
@choosing
@click.option(
    "--format", "form", type=click.Choice([*FORMATS]), default="csv", show_default=True,
    help="`jsonl` holds each record as the ledger commits to it.",
)  # fmt: skip
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file, readable by you alone; else the output.",
)
@with_settings
def export(settings: Settings, choice: Choice, form: str, output: Path | None) -> None:
    """Write records out, oldest first. A file is there whole or not at all."""
    wanted = resolved(choice, settings)
    with the_database(settings) as engine, snapshot(engine) as connection:
        lines = FORMATS[form](search(connection, wanted))
        if output:
            _write(output, lines)
            return
        for line in lines:
            click.echo(line, nl=False)


@records.command()
@choosing
@click.option(
    "--reason",
    type=click.Choice(["owner", "visitor"]),
    default="owner",
    show_default=True,
    help="Who asked for it: it stands in the ledger for ever.",
)
@click.option("--yes", is_flag=True, help="Do not ask first.")
@with_settings
def erase(settings: Settings, choice: Choice, reason: str, yes: bool) -> None:
    """Erase records for good; the ledger keeps that there was one, and that it was erased.

    The earlier records that a record replaced go along: a grant whose withdrawal is gone would
    count again. All of them are listed and counted first.
    """
    if not choice.names_some:
        raise click.UsageError("say which records: `--id`, `--principal`, `--token` …")
    wanted = resolved(choice, settings)
    with the_database(settings) as engine:
        meant = _meant(engine, wanted)
        gone = with_earlier(meant, Records(engine))
        _list(gone, earlier=len(gone) - len(meant))
        if not yes:
            click.confirm(f"Erase {_counted(len(gone))} for good?", abort=True)
        acts = _erasures(settings, engine, gone, reason)
        click.echo(f"erased {_counted(_erase(engine, acts))}")
        _wipe(engine)


@click.command()
@click.option("--dry-run", is_flag=True, help="Say how many there are, and erase none.")
@with_settings
def prune(settings: Settings, dry_run: bool) -> None:
    """Erase the records that have been kept for as long as their notice said. The service does it
    by itself once a day."""
    with the_database(settings) as engine:
        if dry_run:
            found = due(engine, now=now())
            for site, count in found.items():
                click.echo(f"{site}: {_counted(count)}")
            if not found:
                click.echo(_counted(0))
            return
        click.echo(f"erased {_counted(erase_what_is_due(engine, Appending(engine), now=now()))}")
        _wipe(engine)


def _erasures(
    settings: Settings, engine: Engine, gone: Sequence[Record], reason: str
) -> list[Erase]:
    sites, _ = load_sites(settings.sites_folder, production=False)
    at, stored = now(), Records(engine)
    hours = {name: site.stops.hours for name, site in sites.items()}
    return [
        erasure_of(record, stored, at=at, reason=reason, hours=hours.get(record.site, 72))
        for record in gone
    ]


def _meant(engine: Engine, wanted: Wanted) -> list[Record]:
    with snapshot(engine) as connection:
        meant = [found.record for found in search(connection, wanted)]
    if not meant:
        raise click.ClickException("there is no such record")
    return meant


def _list(gone: Sequence[Record], *, earlier: int) -> None:
    """What will go, and why there may be more of it than was asked for."""
    for record in gone[:SHOWN_BEFORE_ERASING]:
        click.echo(as_line(record))
    if (more := len(gone) - SHOWN_BEFORE_ERASING) > 0:
        click.echo(f"… and {more} more")
    if earlier:
        goes, it = ("goes", "it") if earlier == 1 else ("go", "them")
        click.echo(
            f"{earlier} earlier of these {goes} along: without what replaced {it}, a grant would "
            "count again"
        )


def _erase(engine: Engine, acts: Sequence[Erase]) -> int:
    append = Appending(engine)
    batches = [acts[start : start + BATCH] for start in range(0, len(acts), BATCH)]
    return sum(bool(outcome) for batch in batches for outcome in append(batch))


def _wipe(engine: Engine) -> None:
    """The service does the same by itself, but it may not be running."""
    rebuild_indexes(engine)
    until = time.monotonic() + WIPE_SECONDS
    while not wipe(engine):
        if time.monotonic() > until:
            click.echo(
                "the database is being read: what was erased stands in its log for a while",
                err=True,
            )
            return
        time.sleep(0.2)


def _write(path: Path, lines: Iterable[str]) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written to: {error.strerror}") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(descriptor)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _counted(number: int) -> str:
    return f"{number} record{'' if number == 1 else 's'}"
