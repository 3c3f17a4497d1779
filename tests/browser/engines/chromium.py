"""Chromium, driven by Playwright, with the memory of pages that Playwright turns off elsewhere."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tests.browser import chromium
from tests.browser.engines.driver import Cookie, Key

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Playwright

    from tests.browser.world import World

_BLOCKED = {"profile": {"default_content_setting_values": {"cookies": 2}}}
"""What the browser writes when a visitor blocks all cookies in its settings."""


class ChromiumDriver:
    """A Driver over one of Playwright's contexts."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._context.set_default_timeout(60_000)
        self._page = context.pages[0] if context.pages else context.new_page()

    def open(self, url: str) -> None:
        self._page.goto(url)

    def back(self) -> None:
        self.run("setTimeout(() => history.back())")

    def run(self, script: str, *arguments: object) -> Any:
        return self._page.evaluate(
            f"(given) => (function () {{ {script} }}).apply(null, given)", list(arguments)
        )

    def is_shown(self, role: str, name: str, *, within: str) -> bool:
        return self._control(role, name, within).is_visible()

    def press(self, role: str, name: str, *, within: str) -> None:
        self._control(role, name, within).click()

    def type(self, key: Key) -> None:
        self._page.keyboard.press(key)

    def cookies(self) -> list[Cookie]:
        found = self._context.cookies(self._page.url)
        return [Cookie.of(cast("dict[str, Any]", each)) for each in found]

    def close(self) -> None:
        self._context.close()

    def _control(self, role: Any, name: str, within: str) -> Locator:
        return self._page.locator(within).get_by_role(role, name=name, exact=True)


class Chromium:
    """One Chromium; each visitor is a context of its own."""

    name = "Chromium"

    def __init__(self, playwright: Playwright, world: World) -> None:
        self._playwright = playwright
        self._options: dict[str, Any] = {
            "executable_path": chromium.find_whole(playwright),
            "headless": True,
            "args": chromium.arguments(world.port, world.fingerprint),
            "ignore_default_args": ["--disable-back-forward-cache"],
        }
        self._browser = playwright.chromium.launch(**self._options)
        self.version: str = self._browser.version

    def visitor(self, *, keeps_nothing: bool = False) -> ChromiumDriver:
        if keeps_nothing:
            return _KeepingNothing(self._playwright, self._options)
        return ChromiumDriver(self._browser.new_context())

    def close(self) -> None:
        self._browser.close()


class _KeepingNothing(ChromiumDriver):
    """Only a browser with a profile of its own takes settings."""

    def __init__(self, playwright: Playwright, options: dict[str, Any]) -> None:
        self._folder = tempfile.TemporaryDirectory(
            prefix="izin-chromium-", ignore_cleanup_errors=True
        )
        preferences = Path(self._folder.name, "Default", "Preferences")
        preferences.parent.mkdir()
        preferences.write_text(json.dumps(_BLOCKED), "utf-8")
        super().__init__(
            playwright.chromium.launch_persistent_context(self._folder.name, **options)
        )

    def close(self) -> None:
        super().close()
        self._folder.cleanup()
