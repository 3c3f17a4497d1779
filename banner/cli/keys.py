"""The secret keys: made, renewed, and what of them anyone may know."""

from __future__ import annotations

from contextlib import suppress

import click

from ..core.checkpoint import public_key, vkey_of
from ..core.errors import StoreUnavailable
from ..core.log_name import LogName
from ..keys import LISTS, complete_keys, drop_keys, load_keys, make_keys, rotate_keys
from ..ledger import host_of
from ..settings import Settings
from ..site_files import load_sites
from .common import the_database, with_settings
from .logs import the_ledger

DROPPABLE = tuple(name for name in LISTS if name != "ledger")
"""Without its ledger keys the service could not show that its older checkpoints are its own."""


@click.group(invoke_without_command=True)
@with_settings
def keys(settings: Settings) -> None:
    """Make the file of secret keys, or add what an older file lacks."""
    if click.get_current_context().invoked_subcommand:
        return
    file = settings.keys_file
    try:
        make_keys(file)
    except FileExistsError:
        added = complete_keys(file)
        if not added:
            raise click.ClickException(f"{file} is there already") from None
        click.echo(f"added to {file}: a key for {' and for '.join(added)}")
        return
    click.echo(f"made {file}, readable by its owner alone")


@keys.command()
@click.argument("name", type=click.Choice([*LISTS, "all"]))
@with_settings
def rotate(settings: Settings, name: str) -> None:
    """Add a newest key; the older ones go on verifying, and nobody is asked again."""
    rotate_keys(settings.keys_file, LISTS if name == "all" else [name])
    click.echo(f"{_told(name)} a new key, which signs in each process from its restart on")


@keys.command()
@click.argument("name", type=click.Choice(DROPPABLE))
@click.option("--keep", type=click.IntRange(min=1), required=True, help="How many to keep.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@with_settings
def drop(settings: Settings, name: str, keep: int, yes: bool) -> None:
    """Take the oldest keys out; what they signed counts for nothing."""
    if not yes:
        click.confirm(
            f"What the older {name} keys signed counts for nothing then. Go on?", abort=True
        )
    gone = drop_keys(settings.keys_file, name, keep=keep)
    click.echo(f"{gone} taken out of {name}; restart every process")


@keys.command()
@with_settings
def public(settings: Settings) -> None:
    """Print the public keys of each site's ledger, under every name that it has had, the newest
    last: anyone may have them."""
    if not settings.keys_file.exists():
        raise click.ClickException(f"no keys at {settings.keys_file}")
    seeds = load_keys(settings.keys_file, production=settings.is_production).ledger
    sites, _ = load_sites(settings.sites_folder, production=False)
    host = host_of(settings.origin)
    for site in sites:
        for name in _names(settings, site) or [LogName(host, site)]:
            for seed in seeds:
                click.echo(vkey_of(str(name), public_key(seed)))


def _names(settings: Settings, site: str) -> list[LogName]:
    """Those that the database tells of; none where there is no database."""
    with suppress(StoreUnavailable), the_database(settings) as engine:
        return the_ledger(settings, engine).names(site)
    return []


def _told(name: str) -> str:
    return "each list has" if name == "all" else f"{name} has"
