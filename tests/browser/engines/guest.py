"""What a visitor sees and does, whichever engine they have: the page object of the walks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Error as PlaywrightError

from tests.browser.engines.driver import Cookie, Driver, Key
from tests.browser.engines.webdriver import WebDriverError
from tests.browser.visitor import NAMES
from tests.browser.world import World

LIMIT = 60.0
"""Seconds until what should happen has to have happened; busy machines are slow."""

BANNER = "section.izin"
DIALOG = ".izin-dialog"

# The window's name outlives reloads, and can be written where no storage can.
LISTENER = """<script>
for (const kind of ["error", "unhandledrejection"])
  addEventListener(kind, ({ message, reason }) => { window.name += (message || reason) + "\\n" });
</script>"""

_FOCUSED = """
let on = document.activeElement;
while (on.shadowRoot?.activeElement) on = on.shadowRoot.activeElement;
return on === document.body ? "" : on.textContent;
"""


class Guest:
    """One Indonesian visitor. Whatever they do waits until it can be done."""

    def __init__(self, driver: Driver, world: World) -> None:
        self._driver = driver
        self._world = world
        self.names = NAMES["id"]

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait for it. Raises AssertionError."""
        limit = time.monotonic() + LIMIT
        latest: Exception | None = None
        while time.monotonic() < limit:
            try:
                if condition():
                    return
                latest = None
            except (WebDriverError, PlaywrightError) as error:
                latest = error  # a page that is just being left answers nothing
            time.sleep(0.02)
        raise AssertionError(f"not in {LIMIT} s: {what}") from latest

    def settle(self) -> None:
        """Wait until nothing has left the browser for a while."""
        self._world.settle(limit=LIMIT)

    # Going about

    def open(self, url: str) -> None:
        self._driver.open(url)

    def back(self) -> None:
        self._driver.back()

    def run(self, script: str, *arguments: object) -> Any:
        return self._driver.run(script, *arguments)

    def type(self, *keys: Key) -> None:
        for key in keys:
            self._driver.type(key)

    def close(self) -> list[str]:
        """Leave; the errors that no script of the pages caught."""
        try:
            found: str = self.run("const found = window.name; window.name = ''; return found;")
        finally:
            self._driver.close()
        # What leaves with a page must not be counted to the next visitor.
        self.settle()
        return found.splitlines()

    # What is shown

    def sees(self, role: str, name: str, within: str = "html") -> bool:
        return self._driver.is_shown(role, name, within=within)

    def await_banner(self) -> None:
        self.until(self.is_asked, "the banner asks")

    def is_asked(self) -> bool:
        return self.sees("region", self.names.banner) and self.sees(
            "button", self.names.accept_all, BANNER
        )

    def has_dialog(self) -> bool:
        return self.sees("dialog", self.names.dialog, DIALOG)

    def focused(self) -> str:
        """The text of what has the focus; nothing when that is the page itself."""
        found: str = self.run(_FOCUSED)
        return found

    # What they do

    def press(self, name: str, within: str = BANNER, role: str = "button") -> None:
        self.until(lambda: self.sees(role, name, within), f"{role} {name!r} is shown")
        self._driver.press(role, name, within=within)

    def accept_all(self) -> None:
        self.press(self.names.accept_all)

    def refuse_all(self) -> None:
        self.press(self.names.refuse_all)

    def customise(self) -> None:
        self.press(self.names.customise)
        self.until(self.has_dialog, "the dialog is shown")

    def choose(self, *switches: str) -> None:
        """Open the dialog, switch these on by name, and save."""
        self.customise()
        for name in switches:
            self.press(name, DIALOG, "switch")
        self.press(self.names.save, DIALOG)

    def withdraw_all(self) -> None:
        """Open the settings again and withdraw, on a page where tags have run: it reloads."""
        self.press(self.names.dialog, ".izin-button")
        self.run("window.isMarked = true")
        self.press(self.names.withdraw_all, DIALOG)
        self.until(lambda: not self.is_on_marked_page(), "the page reloads")

    def recorded(self) -> None:
        """Wait until the decision is acknowledged."""
        self.until(
            lambda: self.run("return !!(window.izin?.decision && !izin.decision.pending)"),
            "the decision is acknowledged",
        )

    def is_on_marked_page(self) -> bool:
        return bool(self.run("return window.isMarked === true"))

    # What the browser holds

    def cookies(self) -> list[Cookie]:
        return self._driver.cookies()

    def storage(self) -> set[str]:
        """The keys of the page's localStorage."""
        return set(self.run("return Object.keys(localStorage)"))

    def has(self, id: str) -> bool:
        """Is this category or service released on the page?"""
        return bool(self.run("return !!window.izin?.has?.(arguments[0])", id))
