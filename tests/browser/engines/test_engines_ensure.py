"""An engine that is missing is installed or asked for, and never left out."""

from __future__ import annotations

import shutil

import pytest

from tests import debian
from tests.browser.engines import ensure
from tests.browser.engines.processes import Program


@pytest.mark.parametrize("lost", ensure.COMMANDS)
def test_without_an_engine_the_command_ends_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    monkeypatch.setattr(shutil, "which", lambda command: None if command == lost else command)
    asked: list[str] = []
    monkeypatch.setattr(debian, "install", lambda *packages: asked.extend(packages))

    with pytest.raises(SystemExit, match=f"Not found.*{lost}") as ended:
        ensure.ensure()

    assert asked == list(ensure.PACKAGES)
    assert f"apt-get install -y --no-install-recommends {' '.join(asked)}" in str(ended.value)


def test_a_program_that_does_not_do_what_it_should_is_quoted() -> None:
    program = Program(["sh", "-c", "echo no screen here >&2"])

    with pytest.raises(RuntimeError, match="no screen here"):
        program.until(lambda: None, "screen")
    program.end()
