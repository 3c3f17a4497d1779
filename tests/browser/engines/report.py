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
    if counted:
        terminal.section("engines")
        for engine, walks in sorted(counted.items()):
            terminal.line(f"{engine:<62}{walks:>6} walks")


def missing(terminal: pytest.TerminalReporter) -> list[str]:
    """The engines in which no walk was made to its end, well or badly."""
    names = {engine.split()[0] for engine in _counted(terminal)}
    return [engine for engine in ENGINES if engine not in names]


def is_whole(config: pytest.Config) -> bool:
    """Has every test been asked for?"""
    option = config.option
    chosen = (option.keyword, option.markexpr, option.deselect, option.ignore, option.ignore_glob)
    asked_for = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return asked_for and not any(chosen) and not option.collectonly and not option.maxfail


def _counted(terminal: pytest.TerminalReporter) -> Counter[str]:
    reports = [report for kind in ("passed", "failed") for report in terminal.getreports(kind)]
    return Counter(
        str(value)
        for report in reports
        if report.when == "call"
        for name, value in report.user_properties
        if name == PROPERTY
    )
