"""`flask csp`: what an owner puts into their pages. That it works is tested in a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from banner.script.compose import integrity_of
from tests.builders import a_document, a_service
from tests.commands import Commands, commands_for
from tests.conftest import NewApp
from tests.service import service_of

URL = "https://izin.example.co.id"


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    return commands_for(tmp_path, f"sqlite:///{tmp_path / 'none.sqlite3'}")


def lines(commands: Commands, *words: str) -> str:
    return "\n".join(commands.lines("csp", *words, IZIN_URL=URL))


def test_it_needs_neither_the_service_nor_a_database(commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "keys.json").unlink()

    printed = lines(commands, "example")

    assert f'src="{URL}/v1/example.js"' in printed
    assert not (tmp_path / "none.sqlite3").exists()


def test_the_pinned_tag_is_what_the_service_answers(commands: Commands, new_app: NewApp) -> None:
    app = new_app({"example": a_document()})

    printed = lines(commands, "example")

    [(path, integrity)] = re.findall(rf'src="{URL}(\S+)" integrity="(\S+)"', printed)
    response = app.test_client().get(path)
    assert response.status_code == 200
    assert integrity == integrity_of(response.data)
    assert path == f"/v1/example.{service_of(app).bundles['example'].pin}.js"


@pytest.mark.parametrize("path", ["/izin", "izin/", "/izin/"])
def test_a_service_under_a_path_has_it_in_its_tags(commands: Commands, path: str) -> None:
    printed = lines(commands, "example", "--path", path)

    assert f'src="{URL}/izin/v1/example.js"' in printed


def test_every_directive_that_is_printed_is_explained(commands: Commands) -> None:
    printed = lines(commands, "example")

    policies = re.findall(r"Content-Security-Policy: (.*)", printed)
    used = {part.split()[0] for policy in policies for part in policy.split("; ")}
    explained = set(re.findall(r"^  ([a-z-]+)  +\S", printed, re.MULTILINE))
    assert len(policies) == 4
    assert used == explained


def test_a_service_whose_hosts_nobody_knows_is_named(tmp_path: Path) -> None:
    services = {"peta": a_service("embed", category="preferences")}
    commands = commands_for(tmp_path, "sqlite://", {"example": a_document(services=services)})

    assert "peta: the site's file names no host" in lines(commands, "example")


def test_an_unknown_site_is_refused_with_those_there_are(commands: Commands) -> None:
    result = commands.run("csp", "other", IZIN_URL=URL)

    assert result.exit_code == 1
    assert "there is no site other; there are example" in result.output


def test_the_demo_has_no_pins(commands: Commands) -> None:
    result = commands.run("csp", "example", IZIN_DEMO="1")

    assert result.exit_code == 1
    assert "IZIN_DEMO" in result.output
