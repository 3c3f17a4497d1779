from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import inspect

from banner.cli import COMMANDS
from banner.core.errors import SettingsWrong
from banner.paths import ROOT
from banner.site_files import sites_to_serve
from banner.store.engine import open_engine
from tests.builders import GONE, a_document, a_service, toml, with_service
from tests.conftest import NewApp


class Run(Protocol):
    """Runs a command in this process, as for a service with these sites."""

    def __call__(self, name: str, *arguments: str) -> Result: ...


@pytest.fixture
def run(tmp_path: Path, new_app: NewApp) -> Run:
    environment = {
        "IZIN_SITES": str(tmp_path / "sites"),
        "IZIN_KEYS": str(tmp_path / "keys.json"),
        "IZIN_DATABASE_URL": f"sqlite:///{tmp_path / 'service.sqlite3'}",
    }

    def run(name: str, *arguments: str) -> Result:
        if not (tmp_path / "sites").exists():
            new_app()  # what a service leaves behind: sites, keys, a database
        [command] = [command for command in COMMANDS if command.name == name]
        return CliRunner().invoke(command, arguments, env=environment)

    return run


def flask(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as an owner types it, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "IZIN_SITES": str(folder),
            "IZIN_KEYS": str(folder / "keys.json"),
            "IZIN_DATABASE_URL": f"sqlite:///{folder / 'izin.sqlite3'}",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


# --- check ---------------------------------------------------------------------------------


QUIET = a_document(
    categories=["necessary", "analytics"],
    services={"google-analytics": a_service("google_analytics")},
)
"""A site with nothing worth a note."""
ABROAD = a_document(country={"header": "CF-IPCountry"})


def test_check_of_a_look_that_cannot_be_read_gives_the_figures_and_nothing_starts(
    tmp_path: Path, new_app: NewApp, run: Run
) -> None:
    new_app({"example": QUIET})
    file = tmp_path / "sites" / "example.toml"
    file.write_text(toml({**QUIET, "look": {"ink": "#999999"}}), "utf-8")

    result = run("check")

    assert result.exit_code == 1
    assert (
        "`look.ink`: found #999999 against #ffffff (`paper`), a contrast of 2.84" in result.output
    )
    assert "expected at least 4.5" in result.output
    with pytest.raises(SettingsWrong, match=r"a contrast of 2\.84"):
        sites_to_serve(tmp_path / "sites", production=False)


def test_check_of_a_right_file_is_content(new_app: NewApp, run: Run) -> None:
    new_app({"example": QUIET})

    result = run("check")

    assert (result.exit_code, result.output) == (0, "1 site, 0 errors, 0 warnings, 0 notes\n")


@pytest.mark.parametrize("arguments", [(), ("--production",)], ids=["development", "production"])
def test_check_prints_a_note_and_lets_it_pass_in_production_too(
    new_app: NewApp, run: Run, arguments: tuple[str, ...]
) -> None:
    new_app({"example": {**QUIET, "consent_mode": {"mode": "advanced"}}})

    result = run("check", *arguments)

    assert result.exit_code == 0
    note, counts = result.stdout.splitlines()
    assert note.startswith("note: ")
    assert "example.toml:22: `consent_mode.mode`: these load before any choice" in note
    assert counts == "1 site, 0 errors, 0 warnings, 1 note"


def test_check_notes_that_no_proxy_is_there_to_name_a_country(new_app: NewApp, run: Run) -> None:
    new_app({"example": ABROAD})

    result = run("check")

    assert result.exit_code == 0
    assert "example.toml: `country.header`: IZIN_PROXIES is 0" in result.stdout
    assert result.stdout.endswith("1 site, 0 errors, 0 warnings, 2 notes\n")


def test_check_believes_a_proxy_that_the_settings_name(tmp_path: Path) -> None:
    (tmp_path / "example.toml").write_text(toml(ABROAD), "utf-8")

    result = flask(tmp_path, "check", IZIN_PROXIES="1")

    assert result.returncode == 0
    assert "IZIN_PROXIES" not in result.stdout


def test_check_lets_warnings_pass(new_app: NewApp, run: Run) -> None:
    new_app({"example": with_service("adsense", retention=GONE)})

    result = run("check")

    assert result.exit_code == 0
    assert "warning: " in result.stdout
    assert "`services.adsense.retention`: found nothing" in result.stdout
    assert result.stdout.endswith("1 site, 0 errors, 1 warning, 1 note\n")


def test_check_for_production_fails_on_what_was_a_warning(new_app: NewApp, run: Run) -> None:
    new_app({"example": with_service("adsense", retention=GONE)})

    result = run("check", "--production")

    assert result.exit_code == 1
    assert "error: " in result.stderr
    assert "`services.adsense.retention`: found nothing" in result.stderr
    assert result.stdout.endswith("1 site, 1 error, 0 warnings, 1 note\n")


def test_check_tells_every_fault_of_every_file_although_the_service_cannot_start(
    tmp_path: Path,
) -> None:
    (tmp_path / "one.toml").write_text(toml(a_document(name=GONE, nmae="PT Contoh")), "utf-8")
    (tmp_path / "two.toml").write_text(toml(with_service("adsense", client="wrong")), "utf-8")
    (tmp_path / "three.toml").write_bytes(b'name = "\xff"')

    result = flask(tmp_path, "check")

    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    lines = result.stderr.splitlines()
    assert len(lines) == 4
    assert all(line.startswith("error: ") for line in lines)
    for words in ("one.toml: `name`", "did you mean `name`?", "three.toml", "two.toml"):
        assert words in result.stderr
    assert result.stdout == "0 sites, 4 errors, 0 warnings, 0 notes\n"


def test_check_of_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    result = flask(tmp_path, "check")

    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "found no file, expected one `.toml` for each site" in result.stderr


def test_check_for_production_refuses_the_sample_site_until_it_is_filled_in(
    tmp_path: Path,
) -> None:
    sample = (ROOT / "sites" / "netmarks.toml").read_text("utf-8")
    (tmp_path / "netmarks.toml").write_text(sample, "utf-8")

    development, production = flask(tmp_path, "check"), flask(tmp_path, "check", "--production")

    assert development.returncode == 0
    assert production.returncode == 1
    for key in ("contact.address", "contact.email", "services.google-analytics.measurement_id"):
        assert f"`{key}`: found the placeholder" in production.stderr


# --- check --production --------------------------------------------------------------------


def ready(folder: Path) -> dict[str, str]:
    """A service that may go into production; the settings for it."""
    sites = folder / "sites"
    sites.mkdir()
    (sites / "example.toml").write_text(toml(QUIET), "utf-8")
    environment = {
        "IZIN_MODE": "production",
        "IZIN_URL": "https://izin.example.co.id",
        "IZIN_SITES": str(sites),
    }
    for command in ("keys", "migrate"):
        assert flask(folder, command, **environment).returncode == 0
    return environment


def _loose_database(folder: Path) -> None:
    (folder / "izin.sqlite3").chmod(0o644)


def _loose_log(folder: Path) -> None:
    (folder / "izin.sqlite3-wal").touch(0o640)


def _no_database(folder: Path) -> None:
    (folder / "izin.sqlite3").unlink()


def _loose_keys(folder: Path) -> None:
    (folder / "keys.json").chmod(0o640)


def _no_keys(folder: Path) -> None:
    (folder / "keys.json").unlink()


def _keys_that_are_none(folder: Path) -> None:
    (folder / "keys.json").write_text("[]", "utf-8")


def _keys_in_a_folder(folder: Path) -> None:
    (folder / "keys.json").unlink()
    (folder / "keys.json").mkdir(0o700)


def _open_folder(folder: Path) -> None:
    folder.chmod(0o770)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_loose_database, "izin.sqlite3: `(the file)`: can be read by others"),
        (_loose_log, "izin.sqlite3-wal: `(the file)`: can be read by others"),
        (_no_database, "izin.sqlite3: `IZIN_DATABASE_URL`: there is no database"),
        (_loose_keys, "can be read by others: chmod 600"),
        (_no_keys, "keys.json: `IZIN_KEYS`: there are no keys"),
        (_keys_that_are_none, "is not a file of keys"),
        (_keys_in_a_folder, "keys.json: `IZIN_KEYS`: cannot be read"),
        (_open_folder, "its files can be put aside by other users"),
    ],
)
def test_check_for_production_looks_at_keys_and_database(
    tmp_path: Path, spoil: Callable[[Path], None], told: str
) -> None:
    environment = ready(tmp_path)
    before = flask(tmp_path, "check", "--production", **environment)

    spoil(tmp_path)
    after = flask(tmp_path, "check", "--production", **environment)

    assert (before.returncode, before.stderr) == (0, "")
    assert (after.returncode, after.stderr.count("\n")) == (1, 1)
    assert told in after.stderr


def test_check_for_production_notes_a_place_for_checkpoints_that_is_not_there(
    tmp_path: Path,
) -> None:
    away = str(tmp_path / "away" / "checkpoints.txt")
    environment = {**ready(tmp_path), "IZIN_CHECKPOINT_FILE": away}

    result = flask(tmp_path, "check", "--production", **environment)

    assert result.returncode == 0
    assert f"note: {away}: `IZIN_CHECKPOINT_FILE`: cannot be written" in result.stdout


def test_migrate_closes_what_others_could_read(tmp_path: Path) -> None:
    environment = ready(tmp_path)
    _loose_database(tmp_path)

    flask(tmp_path, "migrate", **environment)

    assert flask(tmp_path, "check", **environment).returncode == 0


def test_who_checks_a_file_elsewhere_needs_no_keys_and_no_database(tmp_path: Path) -> None:
    (tmp_path / "example.toml").write_text(toml(QUIET), "utf-8")

    result = flask(tmp_path, "check", "--production")

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.endswith("1 site, 0 errors, 0 warnings, 2 notes\n")
    assert {file.name for file in tmp_path.iterdir()} == {"example.toml"}


def test_a_wrong_setting_is_told_in_one_line(tmp_path: Path) -> None:
    result = flask(tmp_path, "check", IZIN_SITE="x")

    assert result.returncode == 1
    assert result.stderr == "Error: there is no setting IZIN_SITE\n"


# --- migrate -------------------------------------------------------------------------------


def test_migrate_makes_the_tables_and_may_be_run_again(run: Run, tmp_path: Path) -> None:
    first, second = run("migrate"), run("migrate")

    engine = open_engine(f"sqlite:///{tmp_path / 'service.sqlite3'}")
    tables = inspect(engine).get_table_names()
    engine.dispose()
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "records" in tables


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////dev/null/izin.sqlite3",
        "postgresql+psycopg://izin:secret@127.0.0.1:1/izin",
    ],
    ids=["no folder", "a server that does not answer"],
)
def test_migrate_says_in_one_line_that_there_is_no_database(tmp_path: Path, url: str) -> None:
    result = flask(tmp_path, "migrate", IZIN_DATABASE_URL=url)

    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith("Error: the database cannot be used: OperationalError: ")
    assert "secret" not in result.stderr


# --- keys ----------------------------------------------------------------------------------


def test_keys_for_production_are_made_although_the_service_cannot_start_without(
    tmp_path: Path,
) -> None:
    result = flask(tmp_path, "keys", IZIN_MODE="production", IZIN_URL="https://izin.example.co.id")

    file = tmp_path / "keys.json"
    assert (result.returncode, result.stderr) == (0, "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text("utf-8").split('"')[3] not in result.stdout


def test_keys_that_are_there_are_never_written_over(
    new_app: NewApp, run: Run, tmp_path: Path
) -> None:
    new_app()
    before = (tmp_path / "keys.json").read_bytes()

    result = run("keys")

    assert result.exit_code == 1
    assert "is there already" in result.output
    assert (tmp_path / "keys.json").read_bytes() == before


# --- serve ---------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", ["2", "8"])
def test_sqlite_is_served_by_one_process_only(run: Run, workers: str) -> None:
    result = run("serve", "--workers", workers)

    assert result.exit_code == 2
    assert "SQLite takes one process" in result.output


def test_serve_says_in_one_line_why_it_cannot(tmp_path: Path) -> None:
    (tmp_path / "example.toml").write_text(toml(a_document(name=GONE)), "utf-8")

    result = flask(tmp_path, "serve")

    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "Error: the sites cannot be served:" in result.stderr
    assert "example.toml: `name`" in result.stderr


@pytest.mark.parametrize("command", ["check", "migrate", "keys", "serve"])
def test_every_command_says_what_it_does(run: Run, command: str) -> None:
    result = run(command, "--help")

    assert result.exit_code == 0
    assert result.output.count("\n") > 4
