"""What the commands say of words that have changed since they were shown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from banner.cli import COMMANDS
from banner.store.engine import open_engine
from tests.builders import a_document, changed, toml, with_service
from tests.conftest import NewApp


class Owner:
    """Someone who has served a site before, and asks what a changed file would do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "IZIN_SITES": str(folder / "sites"),
            "IZIN_KEYS": str(folder / "keys.json"),
            "IZIN_DATABASE_URL": f"sqlite:///{folder / 'service.sqlite3'}",
        }

    def runs(self, name: str, document: Mapping[str, Any], **environment: str) -> Result:
        (self.folder / "sites" / "example.toml").write_text(toml(document), "utf-8")
        [command] = [command for command in COMMANDS if command.name == name]
        return CliRunner().invoke(command, env={**self.environment, **environment})


@pytest.fixture
def owner(tmp_path: Path, new_app: NewApp) -> Owner:
    new_app()
    return Owner(tmp_path)


OTHER_ADDRESS = changed("contact", address="Jalan Lain 2")
ONE_MORE = with_service("lain", product="embed", category="analytics", retention="1 years")


def in_revision(document: dict[str, Any], revision: int) -> dict[str, Any]:
    return {**document, "notice": {**document["notice"], "revision": revision}}


def in_version(document: dict[str, Any], version: str, **more: Any) -> dict[str, Any]:
    return {**document, "notice": {**document["notice"], "version": version, **more}}


def test_check_is_content_with_the_words_that_were_shown(owner: Owner) -> None:
    result = owner.runs("check", a_document())

    assert result.exit_code == 0
    assert "notice" not in result.output


def test_check_says_which_words_have_changed_and_what_to_do(owner: Owner) -> None:
    result = owner.runs("check", OTHER_ADDRESS)

    assert result.exit_code == 1
    assert "example.toml: `notice.revision`: found other words in `id`" in result.stderr
    assert "Jalan Contoh 1" in result.stderr
    assert "expected `2`, which asks nobody again" in result.stderr


def test_check_wants_a_new_version_for_what_visitors_must_be_asked_about(owner: Owner) -> None:
    result = owner.runs("check", in_revision(ONE_MORE, 2))

    assert result.exit_code == 1
    assert "`notice.version`: found the service `lain` is new" in result.stderr


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(in_revision(OTHER_ADDRESS, 2), id="a revision for other words"),
        pytest.param(in_version(ONE_MORE, "2027", changes="Baru: Lain."), id="a version"),
    ],
)
def test_check_is_content_with(owner: Owner, document: dict[str, Any]) -> None:
    result = owner.runs("check", document)

    assert result.exit_code == 0
    assert "`notice" not in result.output


def test_check_notes_a_new_version_that_does_not_say_what_is_new(owner: Owner) -> None:
    result = owner.runs("check", in_version(ONE_MORE, "2027"))

    assert result.exit_code == 0
    assert "note: " in result.stdout
    assert "`notice.changes`: everyone is asked again" in result.stdout


def test_check_of_a_demo_lets_its_words_change(owner: Owner) -> None:
    result = owner.runs("check", OTHER_ADDRESS, IZIN_DEMO="1")

    assert result.exit_code == 0


def test_check_without_a_database_makes_none(owner: Owner, tmp_path: Path) -> None:
    missing = tmp_path / "missing" / "izin.sqlite3"

    result = owner.runs("check", OTHER_ADDRESS, IZIN_DATABASE_URL=f"sqlite:///{missing}")

    assert result.exit_code == 0
    assert not missing.parent.exists()


def test_check_of_an_empty_database_has_nothing_to_compare(owner: Owner, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    engine = open_engine(url)
    engine.connect().close()
    engine.dispose()

    result = owner.runs("check", OTHER_ADDRESS, IZIN_DATABASE_URL=url)

    assert result.exit_code == 0


def test_check_notes_that_a_database_could_not_be_asked(owner: Owner) -> None:
    away = "postgresql+psycopg://izin@127.0.0.1:1/izin"

    result = owner.runs("check", OTHER_ADDRESS, IZIN_DATABASE_URL=away)

    assert result.exit_code == 0
    assert "could not be compared" in result.stdout


def test_serve_refuses_changed_words_before_any_worker_starts(owner: Owner) -> None:
    result = owner.runs("serve", OTHER_ADDRESS)

    assert result.exit_code == 1
    assert "Error: the words shown have changed:" in result.output
    assert "`notice.revision`" in result.output
