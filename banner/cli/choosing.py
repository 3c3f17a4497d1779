"""Which records are meant: the options that all commands for records share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import wraps
from typing import Any, get_args

import click

from ..core.errors import TokenRefused
from ..core.record import Kind
from ..core.token import Token, read_token
from ..keys import load_keys
from ..settings import Settings
from ..site_files import load_sites
from ..store.search import Wanted


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for: all of it must hold."""

    wanted: Wanted
    token: str | None = field(default=None, repr=False)

    @property
    def names_some(self) -> bool:
        return self.token is not None or self.wanted != Wanted()


def _moment(_context: Any, _option: Any, value: str | None) -> int | None:
    """A day, or a time as RFC 3339 writes it, in milliseconds."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter("a day such as 2026-11-25, or 2026-11-25T10:00:00Z") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)


OPTIONS = (
    click.option("--id", metavar="RECORD", help="The record of this id."),
    click.option("--principal", help="All records of one browser, by their principal's id."),
    click.option("--event", help="The record of this event, as the browser named it."),
    click.option("--token", help="The record of a visitor's token; `-` reads it from the input."),
    click.option("--site", help="Only records of this site."),
    click.option("--kind", type=click.Choice(get_args(Kind)), help="Only records of this kind."),
    click.option("--since", callback=_moment, help="Only from this day or time on, in UTC."),
    click.option("--until", callback=_moment, help="Only before this day or time, in UTC."),
)


def choosing(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command the options above, as one ``choice``."""

    @wraps(command)
    def run(token: str | None, **options: Any) -> None:
        known = {name: options.pop(name) for name in Wanted.__dataclass_fields__}
        command(choice=Choice(Wanted(**known), token), **options)

    for option in reversed(OPTIONS):
        run = option(run)
    return run


def resolved(choice: Choice, settings: Settings) -> Wanted:
    """The choice with the record that its token names, if it has one.

    Ends the command for a token that no key of these sites has signed: what a visitor presents is
    believed by its signature alone.
    """
    if choice.token is None:
        return choice.wanted
    text = sys.stdin.read() if choice.token == "-" else choice.token
    site, token = _genuine(text.strip(), choice.wanted.site, settings)
    if token.record is None:
        raise click.ClickException(
            f"the token is genuine: a refusal on {site}, whose record nobody can find by it"
        )
    return replace(choice.wanted, id=token.record, site=site)


def _genuine(text: str, site_id: str | None, settings: Settings) -> tuple[str, Token]:
    keys = load_keys(settings.keys_file, production=settings.is_production).token
    sites, _ = load_sites(settings.sites_folder, production=False)
    for site in sites.values():
        if site_id in (None, site.id):
            try:
                return site.id, read_token(text, site, keys)
            except TokenRefused:
                continue
    raise click.ClickException("no key of these sites has signed this token")
