"""Running the service's commands in this process, on either database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from banner.cli import COMMANDS
from banner.keys import load_keys
from tests.builders import a_document, toml


@dataclass(frozen=True, slots=True)
class Commands:
    """What an owner types, for a service with these files and this database."""

    folder: Path
    database_url: str

    def run(self, *words: str, given: str | None = None, **environment: str) -> Result:
        [command] = [command for command in COMMANDS if command.name == words[0]]
        settings = {
            "IZIN_SITES": str(self.folder / "sites"),
            "IZIN_KEYS": str(self.keys),
            "IZIN_DATABASE_URL": self.database_url,
            **environment,
        }
        return CliRunner().invoke(command, words[1:], env=settings, input=given)

    def lines(self, *words: str, **environment: str) -> list[str]:
        """What a command prints that ends well."""
        result = self.run(*words, **environment)
        assert result.exit_code == 0, result.output
        return result.stdout.splitlines()

    @property
    def keys(self) -> Path:
        return self.folder / "keys.json"


def commands_for(
    folder: Path, database_url: str, sites: Mapping[str, Mapping[str, Any]] | None = None
) -> Commands:
    """With the files of some sites, and keys."""
    (folder / "sites").mkdir()
    for name, document in (sites or {"example": a_document()}).items():
        (folder / "sites" / f"{name}.toml").write_text(toml(document), "utf-8")
    load_keys(folder / "keys.json", production=False)
    return Commands(folder, database_url)
