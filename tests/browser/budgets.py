"""What the budgets' tests measured, printed at the end of the run.

A module of its own: pytest loads a `conftest.py` under another name than tests import it by.
"""

from __future__ import annotations

measured: list[str] = []


def hold(name: str, figure: int, limit: int) -> None:
    """Note the figure, and fail if it is over its limit."""
    measured.append(f"{name:<62}{figure:>6} of {limit}")
    assert figure <= limit
