"""The commands: ``flask --app wsgi …``."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from threading import Thread
from urllib.request import urlopen

import click
from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from .core.errors import SettingsWrong
from .keys import make_keys
from .settings import Settings, read_settings
from .site_files import load_sites
from .store.engine import open_engine
from .store.migrate import migrate


def add_commands(app: Flask, settings: Settings) -> None:
    for make in (_check, _migrate, _keys):
        app.cli.add_command(make(lambda: settings))
    app.cli.add_command(_serve(settings))


def _check(settings_of: Callable[[], Settings]) -> click.Command:
    @click.command("check")
    @click.option("--production", is_flag=True, help="Warnings are errors, as in production.")
    def check(production: bool) -> None:
        """Say everything that is wrong with the sites' files, all at once."""
        settings = settings_of()
        sites, problems = load_sites(
            settings.sites_folder, production=production or settings.is_production
        )
        for problem in problems:
            click.echo(f"{problem.severity}: {problem}", err=problem.severity == "error")
        wrong = [problem for problem in problems if problem.severity == "error"]
        click.echo(f"{_count(sites, 'site')}, {_count(wrong, 'error')}, "
                   f"{_count(problems[len(wrong):], 'warning')}")  # fmt: skip
        sys.exit(1 if wrong else 0)

    return check


def _migrate(settings_of: Callable[[], Settings]) -> click.Command:
    @click.command("migrate")
    def run() -> None:
        """Bring the database to the newest schema. Safe to run again."""
        engine = open_engine(settings_of().database_url)
        migrate(engine)
        engine.dispose()
        click.echo("the database is up to date")

    return run


def _keys(settings_of: Callable[[], Settings]) -> click.Command:
    @click.command("keys")
    def keys() -> None:
        """Make the file of secret keys, unless there is one."""
        file = settings_of().keys_file
        try:
            make_keys(file)
        except FileExistsError:
            raise click.ClickException(f"{file} is there already") from None
        click.echo(f"made {file}, readable by its owner alone")

    return keys


def _serve(settings: Settings) -> click.Command:
    @click.command("serve")
    @click.option("--host", default="127.0.0.1", show_default=True, help="The address to bind.")
    @click.option("--port", default=8000, show_default=True, help="The port to bind.")
    @click.option("--workers", default=1, show_default=True, help="Processes; 1 with SQLite.")
    @click.option("--threads", default=16, show_default=True, help="Threads of each process.")
    def serve(host: str, port: int, workers: int, threads: int) -> None:
        """Serve with granian, and say when the first request can be made."""
        if workers > 1 and settings.database_url.startswith("sqlite"):
            raise click.UsageError("SQLite takes one process; use PostgreSQL for more")
        address = f"http://{host}:{port}"
        Thread(target=_announce, args=(address, settings.url), daemon=True).start()
        Granian(
            "wsgi:app",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=threads,
            log_level=LogLevels.error,
        ).serve()

    return serve


def _announce(address: str, url: str) -> None:
    """Print where browsers reach the service, once it answers."""
    while True:
        try:
            with urlopen(f"{address}/livez", timeout=1):
                break
        except OSError:
            time.sleep(0.1)
    click.echo(f"Izin is ready: {url}/  (stop with Ctrl-C)")


def _count(things: object, name: str) -> str:
    number = len(things)  # type: ignore[arg-type]
    return f"{number} {name}{'' if number == 1 else 's'}"


def _settings_of_environment() -> Settings:
    try:
        return read_settings(os.environ)
    except SettingsWrong as error:
        raise click.ClickException(str(error)) from None


# The same commands for a service that cannot start, which is when they are needed: Flask finds
# them by the entry points in `setup.cfg` and does not load the service for them.
check_alone, migrate_alone, keys_alone = (
    make(_settings_of_environment) for make in (_check, _migrate, _keys)
)
