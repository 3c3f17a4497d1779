"""Which Chromium is driven."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

COMMANDS = ("chromium", "chromium-browser", "google-chrome")


class NoBrowser(RuntimeError):
    """Playwright or a Chromium is missing; the message says what to do."""


def find(playwright: Playwright) -> str:
    """The path of a Chromium: Playwright's own before the system's."""
    own = playwright.chromium.executable_path
    for path in (own if Path(own).exists() else None, *map(shutil.which, COMMANDS)):
        if path:
            return path
    raise NoBrowser(
        "no Chromium found: run `python -m playwright install chromium`, or install one of "
        + ", ".join(COMMANDS)
    )


@contextmanager
def a_browser() -> Iterator[Browser]:
    """One without a window, closed at the end. Raises NoBrowser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise NoBrowser("Playwright is missing: run `pip install 'izin[audit]'`") from None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(playwright), headless=True)
        try:
            yield browser
        finally:
            browser.close()
