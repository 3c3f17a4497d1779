"""A second try for tests of the browser, which a busy machine can upset; never for a leak.

The run names each test that needed one. More than a few of them fail the run: a test that fails
now and then tells of a race, and is to be mended.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from playwright.sync_api import TimeoutError as WaitedInVain

from banner.paths import ROOT
from tests.browser.world import Unexpected

AT_FIRST = "holds_at_first"
"""The mark of what proves that nothing leaks: tried again only if the browser did not answer."""
MOST = 3
"""As many tests of a whole run may need a second try."""

_BROWSERS = ROOT / "tests" / "browser"


def allow(items: Iterable[pytest.Item]) -> None:
    for item in items:
        if _BROWSERS not in item.path.parents:
            continue
        if item.get_closest_marker(AT_FIRST):
            again = pytest.mark.flaky(reruns=1, only_rerun=[WaitedInVain])
        else:
            again = pytest.mark.flaky(reruns=1, rerun_except=[Unexpected])
        item.add_marker(again)


def show(terminal: pytest.TerminalReporter) -> None:
    tests = _needed_by(terminal)
    if tests:
        terminal.section("needed a second try")
    for test in tests:
        terminal.line(test)
    if len(tests) > MOST:
        terminal.line(f"more than {MOST}: the run has failed", red=True)


def judge(session: pytest.Session) -> None:
    """At the end of a run, in the process that tells it."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.exitstatus == pytest.ExitCode.OK and terminal and len(_needed_by(terminal)) > MOST:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _needed_by(terminal: pytest.TerminalReporter) -> list[str]:
    return sorted({report.nodeid for report in terminal.getreports("rerun")})
