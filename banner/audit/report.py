"""What was measured, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .judge import contrast_of
from .measure import Measured
from .visit import Audit

COLUMNS = (
    "language",
    "system",
    "window",
    "layer",
    "refuse",
    "accept",
    "save",
    "contrast",
    "in view",
)


def as_text(audit: Audit) -> str:
    rows = [COLUMNS, *(_row(each) for each in audit.measured)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = ["  ".join(f"{cell:{n}}" for cell, n in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in [*table, "", *_verdict(audit.faults)])


def _row(measured: Measured) -> Sequence[str]:
    view, answers = measured.view, measured.facts["answers"]
    ratios = {f"{contrast_of(each):.2f}" for each in answers.values()}
    in_view = [name for name, each in answers.items() if each["isInView"]]
    return (
        view.language,
        view.scheme,
        f"{view.width} x {view.height}",
        measured.layer,
        *(_drawn(answers.get(name)) for name in ("refuse", "accept", "save")),
        " / ".join(sorted(ratios)),
        "all" if len(in_view) == len(answers) else ", ".join(in_view) or "none",
    )


def _drawn(answer: Any) -> str:
    if not answer:
        return ""
    style = answer["style"]
    size = f"{answer['width']:.0f} x {answer['height']:.0f}"
    return f"{size}, {style['font-size']} {style['font-weight']}"


def _verdict(faults: Sequence[str]) -> Iterator[str]:
    if not faults:
        yield "Refusing is as easy as accepting, and no known tag asked for anything first."
    for fault in faults:
        yield f"wrong: {fault}"


def as_data(audit: Audit) -> dict[str, Any]:
    return {
        "url": audit.url,
        "measured": [
            {
                "language": each.view.language,
                "scheme": each.view.scheme,
                "width": each.view.width,
                "height": each.view.height,
                "layer": each.layer,
                **each.facts,
            }
            for each in audit.measured
        ],
        "early": list(audit.early),
        "faults": audit.faults,
    }
