"""Whether refusing is as easy as accepting, on any page that a browser reaches."""

from __future__ import annotations

import json
import sys

import click

from ..audit.browsers import NoBrowser, a_browser
from ..audit.report import as_data, as_text
from ..audit.visit import NoBanner
from ..audit.visit import audit as audited

WRONG, NO_BANNER, NOT_RUN = 1, 2, 3


class NotRun(click.ClickException):
    exit_code = NOT_RUN


@click.command()
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="Print everything measured as JSON.")
@click.option(
    "--seconds", default=15.0, show_default=True, help="How long the banner may take to appear."
)
def audit(url: str, as_json: bool, seconds: float) -> None:
    """Measure on a live page whether refusing is as easy as accepting.

    The exit code is 0 if it is, 1 if something is unequal, hidden or sent too early, 2 without a
    banner of Izin's on the page, and 3 if there is no browser or no page.
    """
    try:
        with a_browser() as browser:
            from playwright.sync_api import Error

            try:
                found = audited(browser, url, seconds=seconds)
            except Error as error:
                raise NotRun(
                    f"{url} cannot be looked at: {error.message.splitlines()[0]}"
                ) from None
    except NoBrowser as error:
        raise NotRun(str(error)) from None
    except NoBanner as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(NO_BANNER)
    click.echo(json.dumps(as_data(found), indent=2) if as_json else as_text(found))
    sys.exit(WRONG if found.faults else 0)
