"""A page, opened as somebody new to it, in each language, scheme and size. Nothing is chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from .early import is_of_a_tag
from .judge import faults_of
from .measure import Measured, View, measure

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

BANNER = "section.izin[popover='manual']"
CUSTOMISE = f"{BANNER} > button:nth-of-type(3)"
OTHER_LANGUAGE = f"{BANNER} p > button"
DIALOG = ".izin-dialog dialog[open]"

SIZES = ((1280, 800), (320, 640))
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


class NoBanner(Exception):
    """There is no banner of Izin's on the page."""


@dataclass(frozen=True, slots=True)
class Audit:
    url: str
    measured: tuple[Measured, ...]
    early: tuple[str, ...]
    """Requests to hosts of known tags, as ``host/path``: nothing had been chosen."""

    @property
    def faults(self) -> list[str]:
        wrong = [fault for each in self.measured for fault in faults_of(each)]
        return [*wrong, *(f"before any choice a request went to {each}" for each in self.early)]


def audit(
    browser: Browser,
    url: str,
    *,
    seconds: float = 15,
    sizes: Sequence[tuple[int, int]] = SIZES,
    schemes: Sequence[Literal["light", "dark"]] = SCHEMES,
) -> Audit:
    """Open the page afresh for each of the languages that its banner offers, and measure.

    ``seconds`` is how long the banner may take to appear. Raises NoBanner, and Playwright's own
    errors for a page that cannot be reached.
    """
    measured: list[Measured] = []
    early: dict[str, None] = {}
    languages: list[str] = []
    language: str | None = ""
    while language is not None:
        with _fresh(browser, early) as page:
            _open(page, url, seconds)
            languages = languages or [*_languages(page)]
            language = language or languages[0]
            _switch(page, language)
            for width, height in sizes:
                page.set_viewport_size({"width": width, "height": height})
                measured += _in_schemes(page, language, width, height, schemes)
            # What a page asks for late counts as well.
            page.wait_for_timeout(500)
        rest = languages[languages.index(language) + 1 :]
        language = rest[0] if rest else None
    return Audit(url, tuple(measured), tuple(early))


@contextmanager
def _fresh(browser: Browser, early: dict[str, None]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": SIZES[0][0], "height": SIZES[0][1]})
    context.on("request", lambda request: _note(request, early))
    try:
        yield context.new_page()
    finally:
        context.close()


def _note(request: Request, early: dict[str, None]) -> None:
    host, _, rest = request.url.partition("://")[2].partition("/")
    if is_of_a_tag(host.partition(":")[0]):
        early[f"{host}/{rest.partition('?')[0]}"] = None


def _open(page: Page, url: str, seconds: float) -> None:
    from playwright.sync_api import TimeoutError as TooLate

    page.goto(url, wait_until="domcontentloaded", timeout=seconds * 1000)
    try:
        page.locator(CUSTOMISE).wait_for(state="attached", timeout=seconds * 1000)
    except TooLate:
        raise NoBanner(f"no banner of Izin's has appeared on {url} in {seconds:g} s") from None


def _languages(page: Page) -> Iterator[str]:
    """Those that the banner offers, beginning with its own: its button leads through all."""
    first = seen = _language(page)
    while True:
        yield seen
        if not page.locator(OTHER_LANGUAGE).count():
            return
        _press(page, OTHER_LANGUAGE)
        if (seen := _language(page)) == first:
            return


def _switch(page: Page, language: str) -> None:
    while _language(page) != language:
        _press(page, OTHER_LANGUAGE)


def _language(page: Page) -> str:
    return str(page.locator(BANNER).get_attribute("lang"))


def _press(page: Page, control: str) -> None:
    """By the keyboard, so that the browser draws the focus from then on."""
    page.locator(control).focus()
    page.keyboard.press("Enter")


def _in_schemes(
    page: Page, language: str, width: int, height: int, schemes: Sequence[Any]
) -> Iterator[Measured]:
    """Both layers; the dialog is opened once, and closed without a choice."""
    views = [View(language, scheme, width, height) for scheme in schemes]
    page.locator(CUSTOMISE).focus()
    page.keyboard.press("Shift")
    for view in views:
        page.emulate_media(color_scheme=view.scheme)
        yield measure(page, view, "banner")
    _press(page, CUSTOMISE)
    page.locator(DIALOG).wait_for()
    for view in views:
        page.emulate_media(color_scheme=view.scheme)
        yield measure(page, view, "dialog")
    page.keyboard.press("Escape")
    page.locator(DIALOG).wait_for(state="detached")
