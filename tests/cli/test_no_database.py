"""Commands without a database say so, and make none by looking."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import commands_for

COMMANDS = [
    ("ledger", "verify"),
    ("ledger", "export", "example"),
    ("ledger", "checkpoint", "example"),
    ("ledger", "proof", "example", "one"),
    ("records", "find"),
    ("stops",),
    ("prune",),
    ("backup", "copy"),
    ("serve", "--port", "0"),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_database_that_is_not_there_is_told_and_not_made(
    tmp_path: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    commands = commands_for(tmp_path, f"sqlite:///{tmp_path / 'none.sqlite3'}")
    before = sorted(path.name for path in tmp_path.iterdir())

    result = commands.run(*words)

    assert result.exit_code == 1
    assert "database" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_database_without_tables_is_no_backup(tmp_path: Path) -> None:
    file = tmp_path / "empty.sqlite3"
    file.touch()

    result = commands_for(tmp_path, f"sqlite:///{file}").run("backup", str(tmp_path / "copy"))

    assert result.exit_code == 1
    assert "empty.sqlite3 has no tables: `flask --app wsgi migrate` makes them" in result.stderr
    assert not (tmp_path / "copy").exists()
