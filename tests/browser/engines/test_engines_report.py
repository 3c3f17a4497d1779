"""A run of everything tells which engines ran, and fails where one did not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

# A suite of its own, with the hooks of this one.
CONFTEST = """
from tests.browser.engines import report

def pytest_terminal_summary(terminalreporter):
    report.show(terminalreporter)

def pytest_sessionfinish(session):
    report.judge(session)
"""
WALK = """
import pytest
from tests.browser.engines import report

@pytest.mark.parametrize("name", {names})
def test_walk(name, record_property):
    record_property(*report.ran(name, "1.2"))
    if name in {skipped}:
        pytest.skip()
"""


def run(
    folder: Path, *names: str, skipped: tuple[str, ...] = (), arguments: tuple[str, ...] = ()
) -> tuple[int, str]:
    """Its exit status and what it said."""
    (folder / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    tests = folder / "tests"
    tests.mkdir()
    (tests / "conftest.py").write_text(CONFTEST)
    (tests / "test_walks.py").write_text(WALK.format(names=names, skipped=skipped))
    command = [sys.executable, "-m", "pytest", "-p", "no:valkey", "-p", "no:cacheprovider"]
    answer = subprocess.run(
        [*command, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
    )
    return answer.returncode, answer.stdout


def test_a_run_in_which_every_engine_ran_says_so(tmp_path: Path) -> None:
    status, said = run(tmp_path, "Chromium", "Firefox", "WebKitGTK", arguments=("-n", "2"))

    assert status == 0, said
    for engine in ("Chromium 1.2", "Firefox 1.2", "WebKitGTK 1.2"):
        assert engine in said


def test_a_run_of_everything_without_one_engine_has_failed(tmp_path: Path) -> None:
    status, said = run(tmp_path, "Chromium", "WebKitGTK", arguments=("-n", "2"))

    assert status == 1
    assert "Firefox has run no walk" in said


def test_a_skipped_walk_is_none(tmp_path: Path) -> None:
    status, said = run(tmp_path, "Chromium", "Firefox", "WebKitGTK", skipped=("WebKitGTK",))

    assert status == 1
    assert "WebKitGTK has run no walk" in said


@pytest.mark.parametrize("arguments", [("tests/test_walks.py",), ("-k", "Chromium")])
def test_a_part_of_the_tests_needs_no_engine(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    status, said = run(tmp_path, "Chromium", arguments=arguments)

    assert status == 0, said
