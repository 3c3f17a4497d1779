"""One visitor with a browser, and the page object of what Izin shows them.

Everything is found by role and accessible name, as assistive technology finds it. Playwright
looks through open shadow roots.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from playwright.sync_api import (
        Browser,
        ConsoleMessage,
        Cookie,
        Locator,
        ViewportSize,
        WebError,
    )

    from tests.browser.world import World


@dataclass(frozen=True, slots=True)
class Names:
    """The accessible names in one language."""

    banner: str
    dialog: str
    accept_all: str
    refuse_all: str
    customise: str
    save: str
    withdraw_all: str


NAMES = {
    "id": Names(
        banner="Pilihan kuki",
        dialog="Pengaturan kuki",
        accept_all="Setujui semua",
        refuse_all="Tolak semua",
        customise="Atur pilihan",
        save="Simpan pilihan",
        withdraw_all="Tarik semua persetujuan",
    ),
    "en": Names(
        banner="Cookie choices",
        dialog="Cookie settings",
        accept_all="Accept all",
        refuse_all="Reject all",
        customise="Customise",
        save="Save choices",
        withdraw_all="Withdraw all consent",
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What the browser complained of: an exception nobody caught, or an error in the console."""

    kind: Literal["uncaught", "console"]
    text: str


PATIENCE = 20_000
"""Milliseconds for anything that should come at once: a busy machine is no failure."""

# As headless Chromium has it on Linux; the visitor's mark comes after it.
USER_AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "HeadlessChrome/156.0.0.0 Safari/537.36"
)


class Visitor:
    """A visitor with cookies and storage of their own, shared by all their pages.

    `options` are Playwright's for a new context. `language` is what the banner is expected to
    speak; set it when the page and not the browser decides.
    """

    def __init__(
        self,
        browser: Browser,
        world: World,
        *,
        locale: str = "id-ID",
        viewport: ViewportSize | None = None,
        **options: Any,
    ) -> None:
        if viewport is not None:
            options["viewport"] = viewport
        self.world = world
        self.language = "id" if locale.startswith("id") else "en"
        self.errors: list[Problem] = []
        self.mark = world.welcome()
        options["user_agent"] = f"{options.get('user_agent', USER_AGENT)} {self.mark}"
        self.context = browser.new_context(locale=locale, **options)
        self.context.set_default_timeout(PATIENCE)
        self.context.on("weberror", self._note_uncaught)
        self.context.on("console", self._note_console)
        self.page = self.context.new_page()

    @property
    def names(self) -> Names:
        return NAMES[self.language]

    def open(
        self,
        url: str,
        *,
        until: Literal["commit", "domcontentloaded", "load"] = "load",
    ) -> None:
        """Go there; with something stuck on the page, wait `until` less than its load event."""
        self.page.goto(url, wait_until=until)

    def close(self) -> None:
        self.context.close()
        self.world.farewell(self.mark)

    def leave(self) -> None:
        """Leave the page once its tags are quiet, and let what it sends at unload go: what follows
        is new."""
        self.world.settle(self.page)
        self.page.goto("about:blank")
        self.world.settle(self.page)
        self.world.clear()

    # What is shown

    @property
    def banner(self) -> Locator:
        return self.page.get_by_role("region", name=self.names.banner, exact=True)

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog", name=self.names.dialog, exact=True)

    def switch(self, name: str) -> Locator:
        return self.dialog.get_by_role("switch", name=name, exact=True)

    def is_asked(self) -> bool:
        """Is the visitor being asked, and not only told something?"""
        return self.banner.get_by_role(
            "button", name=self.names.accept_all, exact=True
        ).is_visible()

    @property
    def status(self) -> Locator:
        """Where the visitor is told how it went."""
        return self.page.get_by_role("status")

    # What the visitor does

    def accept_all(self) -> None:
        self._press(self._front(), self.names.accept_all)

    def refuse_all(self) -> None:
        self._press(self._front(), self.names.refuse_all)

    def customise(self) -> None:
        self._press(self.banner, self.names.customise)
        self.dialog.wait_for()

    def save(self) -> None:
        self._press(self.dialog, self.names.save)

    def withdraw_all(self) -> None:
        self._press(self.dialog, self.names.withdraw_all)

    def choose(self, *switches: str) -> None:
        """Open the dialog, switch these on by name, and save."""
        self.customise()
        for name in switches:
            self.switch(name).check()
        self.save()

    def recorded(self) -> dict[str, Any]:
        """Wait until the decision is acknowledged; the decision."""
        self.page.wait_for_function("() => window.izin.decision && !window.izin.decision.pending")
        decision = self.decision()
        assert decision is not None
        return decision

    def reopen(self) -> None:
        """Press what the page offers to open the settings, a button or a link."""
        button = self.page.get_by_role("button", name=self.names.dialog, exact=True)
        link = self.page.get_by_role("link", name=self.names.dialog, exact=True)
        button.or_(link).first.click()
        self.dialog.wait_for()

    @contextmanager
    def reloading(self) -> Iterator[None]:
        """What is done inside it makes the page reload by itself, and the script runs again."""
        self.mark_page()
        yield
        self.page.wait_for_function("() => !window.isMarked && window.izin && window.izin.site")

    def mark_page(self) -> None:
        """Remember this page, to tell it from itself after a reload."""
        self.page.evaluate("() => { window.isMarked = true }")

    def is_on_marked_page(self) -> bool:
        return bool(self.page.evaluate("() => Boolean(window.isMarked)"))

    def write_cookie(self, cookie: str) -> None:
        """As a script of the page writes it, attributes and all."""
        self.page.evaluate("cookie => { document.cookie = cookie }", cookie)

    def retry_now(self) -> None:
        """What waits to be sent again is sent now, as when the network has come back."""
        self.page.evaluate("() => dispatchEvent(new Event('online'))")

    # What the browser holds

    def cookies(self) -> dict[tuple[str, str], Cookie]:
        """Every cookie of the visitor by (name, domain), HttpOnly ones too."""
        return {(each["name"], each["domain"]): each for each in self.context.cookies()}

    def storage(self) -> dict[str, str]:
        """The localStorage of the page's origin."""
        found: dict[str, str] = self.page.evaluate("() => ({...localStorage})")
        return found

    def kept(self, site: str = "toko") -> dict[str, Any]:
        """What Izin keeps in the page's localStorage; empty when nothing."""
        found: dict[str, Any] = json.loads(self.storage().get(f"izin:{site}", "{}"))
        return found

    def decision(self) -> dict[str, Any] | None:
        """`izin.decision`; None while undecided or without the script."""
        found: dict[str, Any] | None = self.page.evaluate(
            "() => (window.izin && window.izin.decision) || null"
        )
        return found

    def has(self, id: str) -> bool:
        """Is this category or service released on the page? No, without the script."""
        return bool(
            self.page.evaluate("id => Boolean(window.izin && izin.has && izin.has(id))", id)
        )

    def uncaught(self) -> list[Problem]:
        """The errors that no script of the page caught."""
        return [each for each in self.errors if each.kind == "uncaught"]

    def _front(self) -> Locator:
        # Both surfaces have these buttons, and an open modal dialog covers the banner.
        return self.dialog if self.dialog.is_visible() else self.banner

    def _press(self, where: Locator, name: str) -> None:
        where.get_by_role("button", name=name, exact=True).click()

    def _note_uncaught(self, event: WebError) -> None:
        self.errors.append(Problem("uncaught", str(event.error)))

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(Problem("console", message.text))
