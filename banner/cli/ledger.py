"""The ledger: checked, signed, proved, and handed to an auditor."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import Engine

from ..core.errors import IzinError, SettingsWrong, StoreUnavailable
from ..core.evidence import erasure_of
from ..ledger import Ledger
from ..ledger.check import check_ledger
from ..ledger.export import export_log
from ..settings import Settings
from ..store.figures import sizes_of_logs
from ..store.tree import Leaf
from .common import kept_outside, the_database, with_settings
from .logs import genuine, the_ledger


@click.group()
def ledger() -> None:
    """The log that every record is a leaf of."""


@ledger.command()
@click.argument("site", required=False)
@click.option(
    "--checkpoint",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that was kept elsewhere, which the log must still meet; may be repeated.",
)
@click.option(
    "--key",
    "vkeys",
    multiple=True,
    help="A public key that was kept elsewhere: then only such keys count; may be repeated.",
)
@with_settings
def verify(
    settings: Settings, site: str | None, files: Sequence[Path], vkeys: Sequence[str]
) -> None:
    """Rebuild a site's log, or all, and say which record, leaf or checkpoint is wrong."""
    faults = 0
    with _engine(settings) as engine:
        signer = the_ledger(settings, engine)
        keys = (lambda _: vkeys) if vkeys else signer.vkeys_named
        outside = kept_outside(files)
        for finding in check_ledger(
            engine, keys=keys, sites=[site] if site else [], outside=outside
        ):
            faults += finding.is_fault
            word = "error" if finding.is_fault else "note"
            click.echo(f"{word}: {finding}", err=finding.is_fault)
        for name, reason in signer.closed([site] if site else sizes_of_logs(engine)).items():
            faults += 1
            click.echo(f"error: {name}: nothing more is signed: {reason}", err=True)
    click.echo(f"{faults} fault{'' if faults == 1 else 's'}")
    sys.exit(1 if faults else 0)


@ledger.command()
@click.argument("site")
@with_settings
def export(settings: Settings, site: str) -> None:
    """Write a site's whole log for an auditor, one JSON object a line."""
    with _engine(settings) as engine:
        signer = the_ledger(settings, engine)
        origin = signer.origin(site)
        for line in export_log(engine, site, origin=origin, vkeys=signer.vkeys(site)):
            click.echo(json.dumps(line, ensure_ascii=False, separators=(",", ":")))


@ledger.command()
@click.argument("site")
@with_settings
def checkpoint(settings: Settings, site: str) -> None:
    """Print a checkpoint over everything that a site's log holds, signed now if need be."""
    with _engine(settings) as engine:
        click.echo(the_ledger(settings, engine).covering_all(site).note, nl=False)


@ledger.command("continue")
@click.argument("site")
@click.option(
    "--checkpoint",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Checkpoints that were kept elsewhere: the log says what they cover; may be repeated.",
)
@click.option("--yes", is_flag=True, help="Do not ask first.")
@with_settings
def go_on(settings: Settings, site: str, files: Sequence[Path], yes: bool) -> None:
    """Give a log that cannot go on a new name, under which it says what it continues."""
    outside = kept_outside(files)
    if not yes:
        click.confirm(f"The log of {site} gets another name for good. Go on?", abort=True)
    with _engine(settings) as engine:
        signer = the_ledger(settings, engine)
        begun = signer.go_on(site, genuine(outside, signer, site))
        click.echo(f"{site}: from leaf {begun.position} on the log is {begun.name}")


@ledger.command()
@click.argument("site")
@click.argument("record")
@with_settings
def proof(settings: Settings, site: str, record: str) -> None:
    """Print the proof that a record is in its site's log, as JSON; of an erased one, the proof of
    its erasure too."""
    with _engine(settings) as engine:
        signer = the_ledger(settings, engine)
        leaf = signer.leaf_of(record)
        if leaf is None or leaf.site != site:
            raise click.ClickException(f"no leaf of {site} commits to the record {record}")
        gone = signer.erasure_of(site, leaf.position)
        covering = signer.covering(site, max(leaf.position, gone.position if gone else 0))
        told: dict[str, object] = {
            "record": record,
            "origin": covering.origin,
            "size": covering.size,
            "checkpoint": covering.note,
            **_place(signer, leaf, covering.size),
        }
        if gone:
            told["erasure"] = {
                "told": erasure_of(erased=gone.erased, at=gone.at, reason=gone.reason),
                "salt": gone.salt.hex() if gone.salt else None,
                **_place(signer, signer.leaf(site, gone.position), covering.size),
            }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))


def _place(signer: Ledger, leaf: Leaf, size: int) -> dict[str, object]:
    path = signer.inclusion(leaf.site, leaf.position, size)
    return {
        "position": leaf.position,
        "leaf": leaf.hash.hex(),
        "proof": [hash.hex() for hash in path],
    }


@contextmanager
def _engine(settings: Settings) -> Iterator[Engine]:
    """The database; what it or the ledger refuses ends the command with one line."""
    try:
        with the_database(settings) as engine:
            yield engine
    except (SettingsWrong, StoreUnavailable):
        raise
    except IzinError as error:
        raise click.ClickException(error.message) from error
