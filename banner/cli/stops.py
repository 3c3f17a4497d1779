"""Withdrawals that somebody outside must hear of, and by when."""

from __future__ import annotations

import sys

import click

from ..core.evidence import moment
from ..keys import load_keys
from ..rounds.courier import Courier
from ..rounds.stops import StopRound, webhook_of
from ..settings import Settings
from ..site_files import load_sites
from ..store.stops import OpenStop, Stops
from .common import now, the_database, with_settings


@click.group(invoke_without_command=True)
@with_settings
def stops(settings: Settings) -> None:
    """List the open stop requests, late ones first. Ends with status 1 when one is late."""
    if click.get_current_context().invoked_subcommand:
        return
    at = now()
    with the_database(settings) as engine:
        waiting = Stops(engine).open()
    for one in waiting:
        click.echo(_line(one, at))
    if any(one.stop.due_at < at for one in waiting):
        sys.exit(1)


@stops.command()
@click.argument("stop")
@click.option("--note", required=True, help="Who was told and how: it is kept with the request.")
@with_settings
def done(settings: Settings, stop: str, note: str) -> None:
    """Say that a stop request was passed on by hand."""
    with the_database(settings) as engine:
        known = Stops(engine)
        if not known.find(stop):
            raise click.ClickException("there is no such open stop request")
        known.tried(stop, at=now(), done=True, answer=f"by hand: {note}")
    click.echo("done")


@stops.command()
@with_settings
def send(settings: Settings) -> None:
    """Send the open stop requests to their sites' webhooks now. Ends with status 1 when one of
    them is not taken."""
    sites, _ = load_sites(settings.sites_folder, production=settings.is_production)
    keys = load_keys(settings.keys_file, production=settings.is_production)
    courier = Courier(keys.webhook, now=now, production=settings.is_production)
    with the_database(settings) as engine:
        tried = StopRound(Stops(engine), sites, courier, now).send()
        left = Stops(engine).open()
    for one, receipt in tried:
        click.echo(f"{one.stop.id}  {one.stop.site}: {receipt.answer}")
    click.echo(f"{sum(receipt.done for _, receipt in tried)} sent, {len(left)} still open")
    for id in sorted({one.stop.site for one in left}):
        if not webhook_of(id, sites):
            click.echo(f"{id} has no webhook (stops.url): pass these on by hand, see `stops`")
    if not all(receipt.done for _, receipt in tried):
        sys.exit(1)


def _line(one: OpenStop, at: int) -> str:
    stop = one.stop
    mark = "LATE" if stop.due_at < at else "open"
    taken_back = " ".join([*stop.categories, *stop.services])
    tried = f"; tried {one.attempts} times, last: {one.last_answer}" if one.attempts else ""
    return f"{mark}  due {moment(stop.due_at)}  {stop.id}  {stop.site}: {taken_back}{tried}"
