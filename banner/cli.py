"""The commands: ``flask --app wsgi …``."""

from __future__ import annotations

import sys

import click
from flask import Flask

from .keys import make_keys
from .settings import Settings
from .site_files import load_sites
from .store.engine import open_engine
from .store.migrate import migrate


def add_commands(app: Flask, settings: Settings) -> None:
    for make in (_check, _migrate, _keys):
        app.cli.add_command(make(settings))


def _check(settings: Settings) -> click.Command:
    @click.command("check")
    @click.option("--production", is_flag=True, help="Warnings are errors, as in production.")
    def check(production: bool) -> None:
        """Say everything that is wrong with the sites' files, all at once."""
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


def _migrate(settings: Settings) -> click.Command:
    @click.command("migrate")
    def run() -> None:
        """Bring the database to the newest schema. Safe to run again."""
        migrate(open_engine(settings.database_url))
        click.echo("the database is up to date")

    return run


def _keys(settings: Settings) -> click.Command:
    @click.command("keys")
    def keys() -> None:
        """Make the file of secret keys, unless there is one."""
        try:
            make_keys(settings.keys_file)
        except FileExistsError:
            raise click.ClickException(f"{settings.keys_file} is there already") from None
        click.echo(f"made {settings.keys_file}, readable by its owner alone")

    return keys


def _count(things: object, name: str) -> str:
    number = len(things)  # type: ignore[arg-type]
    return f"{number} {name}{'' if number == 1 else 's'}"
