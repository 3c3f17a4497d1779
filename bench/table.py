"""What a run found, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from bench.measure import Window

HEAD = ("", "CPU µs", "of it DB", "× no-op", "requests/s", "p50 ms", "p99 ms", "other work")


def show(results: Sequence[tuple[str, Sequence[Window]]]) -> str:
    """Processor time of the cheapest window; the rest of the quickest one."""
    noop = min(window.cost for window in results[0][1])
    return in_columns([HEAD, *(_row(name, windows, noop) for name, windows in results)])


def in_columns(rows: Sequence[Sequence[str]]) -> str:
    """The first row is the head."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.rjust(width) if at else cell.ljust(width) for at, (cell, width) in pairs)
        for pairs in (list(enumerate(zip(row, widths, strict=True))) for row in rows)
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _row(name: str, windows: Sequence[Window], noop: float) -> tuple[str, ...]:
    cheapest = min(windows, key=lambda window: window.cost)
    quickest = max(windows, key=lambda window: window.found.answered / window.found.seconds)
    found = quickest.found
    return (
        name,
        f"{cheapest.cost:.0f}",
        f"{cheapest.database:.0f}" if cheapest.database else "",
        f"{cheapest.cost / noop:.2f}",
        f"{found.answered / found.seconds:.0f}",
        f"{found.p50:.1f}",
        f"{found.p99:.1f}",
        f"{quickest.foreign:.0%}",
    )
