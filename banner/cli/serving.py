"""From a checkout to a service that answers."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from typing import get_args

import click

from .. import announce
from ..core.problem import Problem, Severity, note
from ..core.site import Site
from ..settings import Settings
from ..site_files import load_sites
from ..store.engine import open_engine
from ..store.files import close_to_others, database_file
from ..store.migrate import migrate as bring_up_to_date
from .common import with_settings
from .guarding import problems_with_files
from .notices import problems_with_notices
from .server import run
from .starting import sites_that_can_start


@click.command()
@click.option(
    "--production",
    is_flag=True,
    help="Warnings are errors, as in production, and keys and database are looked at, too.",
)
@with_settings
def check(settings: Settings, production: bool) -> None:
    """Say everything that is wrong with the sites' files, and what is worth knowing of them."""
    sites, problems = load_sites(
        settings.sites_folder, production=production or settings.is_production
    )
    problems += _beyond_the_files(settings, sites)
    if production or settings.is_production:
        problems += problems_with_files(settings)
    problems += problems_with_notices(settings, sites)
    for problem in problems:
        click.echo(f"{problem.severity}: {problem}", err=problem.severity == "error")
    counts = Counter(problem.severity for problem in problems)
    told = [_counted(counts[severity], severity) for severity in get_args(Severity)]
    click.echo(", ".join([_counted(len(sites), "site"), *told]))
    sys.exit(1 if counts["error"] else 0)


@click.command()
@with_settings
def migrate(settings: Settings) -> None:
    """Bring the database to the newest schema. Safe to run again."""
    if database := database_file(settings.database_url):
        close_to_others(database)
    engine = open_engine(settings.database_url)
    bring_up_to_date(engine)
    engine.dispose()
    click.echo("the database is up to date")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to bind.")
@click.option("--port", default=8000, show_default=True, help="The port to bind.")
@click.option("--workers", default=1, show_default=True, help="Processes; 1 with SQLite.")
@click.option("--threads", default=16, show_default=True, help="Threads of each process.")
@click.option(
    "--drain",
    default=0,
    show_default=True,
    help="Seconds between SIGTERM, when `/readyz` says 503, and the end.",
)
@with_settings
def serve(settings: Settings, host: str, port: int, workers: int, threads: int, drain: int) -> None:
    """Serve with granian, and say when the first request can be made."""
    if workers > 1 and settings.database_url.startswith("sqlite"):
        raise click.UsageError("SQLite takes one process; use PostgreSQL for more")
    # What a worker would stumble over is said here once, in words.
    sites = sites_that_can_start(settings)
    subprocess.Popen([sys.executable, announce.__file__, f"http://{host}:{port}", settings.url])
    run(
        settings,
        host=host,
        port=port,
        workers=workers,
        threads=threads,
        drain=drain,
        sites=len(sites),
    )


def _beyond_the_files(settings: Settings, sites: Mapping[str, Site]) -> list[Problem]:
    """What only the service's settings and a site's file show together."""
    if int(settings.proxies):
        return []
    sentence = (
        "IZIN_PROXIES is 0: the header is not believed, and every visitor's country is unknown"
    )
    return [
        note(str(settings.sites_folder / f"{site.id}.toml"), "country.header", sentence)
        for site in sites.values()
        if site.country
    ]


def _counted(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"
