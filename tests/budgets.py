"""What the budgets' tests measured, from whichever process they ran in to the end of the run."""

from __future__ import annotations

import pytest

PROPERTY = "budget"


def measured(name: str, figure: int, limit: int) -> tuple[str, str]:
    """What a test tells of itself, for `record_property`."""
    return PROPERTY, f"{name:<62}{figure:>6} of {limit}"


def show(terminal: pytest.TerminalReporter) -> None:
    reports = [report for kind in ("passed", "failed") for report in terminal.getreports(kind)]
    told = [
        value for report in reports for name, value in report.user_properties if name == PROPERTY
    ]
    if told:
        terminal.section("budgets")
        for line in sorted(map(str, told)):
            terminal.line(line)
