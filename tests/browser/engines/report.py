"""Which engines ran, told at the end of a run; a run of everything in which one did not has failed.

As the budgets, from whichever process the tests ran in.
"""

from __future__ import annotations

from collections import Counter

import pytest

PROPERTY = "engine"
ENGINES = ("Chromium", "Firefox", "WebKitGTK")


def ran(name: str, version: str) -> tuple[str, str]:
    """What a test tells of itself, for `record_property`."""
    return PROPERTY, f"{name} {version}"


def show(terminal: pytest.TerminalReporter) -> None:
    counted = _counted(terminal)
    missed = missing(terminal) if is_whole(terminal.config) else []
    if counted or missed:
        terminal.section("engines")
    for engine, walks in sorted(counted.items()):
        terminal.line(f"{engine:<62}{walks:>6} walks")
    for name in missed:
        terminal.line(f"{name} has run no walk: the run has failed", red=True)


def judge(session: pytest.Session) -> None:
    """At the end of a run, in the process that tells it."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.exitstatus == pytest.ExitCode.OK and is_whole(session.config) and terminal:
        session.exitstatus = (
            pytest.ExitCode.TESTS_FAILED if missing(terminal) else pytest.ExitCode.OK
        )


def missing(terminal: pytest.TerminalReporter) -> list[str]:
    """The engines in which no walk was made to its end, well or badly."""
    names = {engine.split()[0] for engine in _counted(terminal)}
    return [engine for engine in ENGINES if engine not in names]


def is_whole(config: pytest.Config) -> bool:
    """Has every test been asked for, and by this process?"""
    option = config.option
    chosen = (option.keyword, option.markexpr, option.deselect, option.ignore, option.ignore_glob)
    return (
        config.args_source is pytest.Config.ArgsSource.TESTPATHS
        and not any(chosen)
        and not option.collectonly
        and not option.maxfail
        and not hasattr(config, "workerinput")  # one of pytest-xdist's, which runs a part
    )


def _counted(terminal: pytest.TerminalReporter) -> Counter[str]:
    reports = [report for kind in ("passed", "failed") for report in terminal.getreports(kind)]
    return Counter(
        str(value)
        for report in reports
        if report.when == "call"
        for name, value in report.user_properties
        if name == PROPERTY
    )
