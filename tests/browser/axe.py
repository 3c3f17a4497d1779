"""axe-core on a page as it stands, and the ways in which people look at one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from playwright.sync_api import Page

from banner.paths import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PLACE = ("target-size", "scrollable-region-focusable")
"""The rules that look at sizes and places."""
COLOUR = ("color-contrast", "link-in-text-block")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = {"width": 320, "height": 640}

# What WCAG 1.4.12 lets anybody set.
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important } p { margin-bottom: 2em !important }"""

SPACE = """(css) => {
  for (const host of [document, ...[...document.querySelectorAll("*")].map((e) => e.shadowRoot)])
    if (host) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css + css.replace("*", "::slotted(*)"));
      host.adoptedStyleSheets = [...host.adoptedStyleSheets, sheet];
    }
}"""

# What sticks out of its own box or of the window, as text that is cut off does.
CUT_OFF = """(whole) => {
  const inside = [...(whole.shadowRoot || whole).querySelectorAll("*"), ...whole.children];
  return inside.filter((one) => one.clientWidth && (one.scrollWidth > one.clientWidth + 1
      || (getComputedStyle(one).overflowY === "hidden" && one.scrollHeight > one.clientHeight + 1))
      && !one.closest(".scroll,.unseen"))
    .map((one) => one.outerHTML.slice(0, 80));
}"""


@cache
def checker() -> str:
    assert AXE.exists(), "run `python -m tests.javascript npm install`"
    return AXE.read_text("utf-8")


def violations(page: Page, only: Sequence[str] = ()) -> list[str]:
    """In words, in the page and in every frame of its own origin; by `only` these rules."""
    for frame in page.frames:
        frame.evaluate("(source) => { window.axe || (0, eval)(source) }", checker())
    chosen = {"type": "rule", "values": only} if only else {"type": "tag", "values": LEVELS}
    found: list[dict[str, Any]] = page.evaluate(
        "async (runOnly) => (await axe.run({ runOnly, resultTypes: ['violations'] })).violations",
        chosen,
    )
    return [
        f"{each['id']}: {node['html'][:120]} {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]


def as_usual(page: Page) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.emulate_media(
        media="screen",
        color_scheme="light",
        forced_colors="none",
        reduced_motion="no-preference",
    )
    page.evaluate("() => { document.documentElement.dir = 'ltr' }")


def _in_the_dark(page: Page) -> None:
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")


def _at_400_percent(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 256})


def _in_forced_colours(page: Page) -> None:
    page.emulate_media(forced_colors="active")


def _from_right_to_left(page: Page) -> None:
    page.evaluate("() => { document.documentElement.dir = 'rtl' }")


def _printed(page: Page) -> None:
    page.emulate_media(media="print")


def larger_letters(page: Page, pixels: int = 32) -> None:
    """As the browser's own setting makes them; 16 is the usual."""
    sizes = {"fontSizes": {"standard": pixels}}
    page.context.new_cdp_session(page).send("Page.setFontSizes", sizes)


def _with_wider_spacing(page: Page) -> None:
    page.evaluate(SPACE, SPACED)  # cannot be taken back: the last


WAYS: Mapping[str, tuple[Callable[[Page], None], Sequence[str]]] = {
    "light": (as_usual, ()),
    "dark, nothing moving": (_in_the_dark, COLOUR),
    "forced colours": (_in_forced_colours, COLOUR),
    "printed": (_printed, COLOUR),
    "400 % zoom": (_at_400_percent, PLACE),
    "letters of twice the size": (larger_letters, PLACE),
    "right to left": (_from_right_to_left, PLACE),
    "wider spacing": (_with_wider_spacing, PLACE),
}
"""How it is looked at, and which rules can then come to another answer; none named are all."""


def in_every_way(page: Page) -> Iterator[str]:
    """The violations on one page, looked at in one way after the other."""
    for name, (look, rules) in WAYS.items():
        as_usual(page)
        look(page)
        for violation in violations(page, rules):
            yield f"{name}: {violation}"
        if look is larger_letters:
            larger_letters(page, 16)
