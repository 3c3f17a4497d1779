"""One layer of the banner in one view of a page, in figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Page

Layer = Literal["banner", "dialog"]


@dataclass(frozen=True, slots=True)
class View:
    """How a page is looked at: the width and height are in CSS pixels."""

    language: str
    scheme: Literal["light", "dark"]
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.language} {self.scheme} {self.width} x {self.height}"


@dataclass(frozen=True, slots=True)
class Measured:
    """What ``measure.js`` says of a layer: sizes in CSS pixels, colours as red, green, blue and
    alpha, each up to 255."""

    view: View
    layer: Layer
    facts: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.view}, {self.layer}"


def measure(page: Page, view: View, layer: Layer) -> Measured:
    """The layer must be shown, and the last thing done on the page a press of a key: only then does
    a browser draw the ring around what gets the focus by script."""
    return Measured(view, layer, page.evaluate(_script(), layer))


@cache
def _script() -> str:
    source = (Path(__file__).parent / "measure.js").read_text("utf-8")
    return source[source.index("(layer) =>") :]
