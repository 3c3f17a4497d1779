"""The pictures in docs/screenshots, taken by ``make screenshots``.

The demo site in the browser of the tests, banner and dialog in every language, size and scheme.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, sync_playwright

from banner import create_app
from banner.paths import ROOT
from banner.settings import Settings
from banner.store.engine import open_engine
from banner.store.migrate import migrate
from tests.browser import chromium
from tests.browser.palette import reduced
from tests.browser.visitor import Visitor
from tests.browser.world import World

if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

FOLDER = ROOT / "docs" / "screenshots"
HOST = "demo.example"

LAYERS = ("banner", "dialog")
LANGUAGES = {"id": "id-ID", "en": "en-GB"}
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "desktop": {"width": 1280, "height": 800},
}
SCHEMES = ("light", "dark")
DEMO = "demo-accepted.png"
PLACEHOLDERS = {language: f"placeholder-{language}.png" for language in LANGUAGES}
PANEL = "why-it-is-held.png"


def names() -> list[str]:
    """Every picture that there should be."""
    parts = product(LAYERS, LANGUAGES, SIZES, SCHEMES)
    pictures = ("-".join(each) + ".png" for each in parts)
    return [*pictures, DEMO, *PLACEHOLDERS.values(), PANEL]


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _demo() as (world, browser):
        for language, size, scheme in product(LANGUAGES, SIZES, SCHEMES):
            _both_layers(world, browser, language, size, scheme)
        _accepted(world, browser)
        for language in LANGUAGES:
            _held(world, browser, language)
        _explained(world, browser)


@contextmanager
def _demo() -> Iterator[tuple[World, Browser]]:
    """The demo with its stand-ins, and a browser that reaches nothing else."""
    world = World()
    world.start()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        settings = Settings(
            url=f"https://{HOST}",
            database_url=f"sqlite:///{Path(folder) / 'izin.sqlite3'}",
            keys=str(Path(folder) / "keys.json"),
            demo="1",
            stand_in="/stand-in/",
        )
        engine = open_engine(settings.database_url)
        migrate(engine)
        engine.dispose()
        world.service(HOST, create_app(settings))
        browser = playwright.chromium.launch(
            executable_path=chromium.find_whole(playwright),
            headless=True,
            args=chromium.arguments(world.port, world.fingerprint),
        )
        yield world, browser
        browser.close()
    world.stop()


def _both_layers(world: World, browser: Browser, language: str, size: str, scheme: str) -> None:
    visitor = Visitor(
        browser, world, locale=LANGUAGES[language], viewport=SIZES[size], color_scheme=scheme
    )
    visitor.open(f"https://{HOST}/{language}/")
    visitor.banner.wait_for()
    _keep(visitor, f"banner-{language}-{size}-{scheme}.png")
    visitor.customise()
    _keep(visitor, f"dialog-{language}-{size}-{scheme}.png")
    visitor.close()


def _accepted(world: World, browser: Browser) -> None:
    """The README's picture: everything accepted, and the panel that shows what came of it."""
    visitor = Visitor(browser, world, locale="en-GB", viewport=SIZES["desktop"])
    visitor.open(f"https://{HOST}/en/")
    visitor.accept_all()
    visitor.recorded()
    visitor.status.wait_for(state="hidden", timeout=20_000)
    _keep(visitor, DEMO)
    visitor.close()


def _held(world: World, browser: Browser, language: str) -> None:
    """A map that waits, with its placeholder."""
    visitor = Visitor(browser, world, locale=LANGUAGES[language], viewport=SIZES["desktop"])
    visitor.open(f"https://{HOST}/{language}/")
    visitor.refuse_all()
    visitor.recorded()
    visitor.status.wait_for(state="hidden", timeout=20_000)
    frame = visitor.page.locator("iframe[data-izin]").first
    frame.scroll_into_view_if_needed()
    frame.content_frame.get_by_role("button").first.wait_for()
    _keep(visitor, PLACEHOLDERS[language])
    visitor.close()


def _explained(world: World, browser: Browser) -> None:
    """The panel that says why each tag is held or released."""
    visitor = Visitor(browser, world, locale="en-GB", viewport=SIZES["desktop"])
    visitor.open(f"https://{HOST}/en/?izin-debug")
    visitor.choose("Analytics")
    visitor.recorded()
    visitor.banner.wait_for(state="hidden", timeout=20_000)
    _keep(visitor, PANEL)
    visitor.close()


def _keep(visitor: Visitor, name: str) -> None:
    visitor.world.settle(visitor.page)
    picture = visitor.page.screenshot(animations="disabled")
    blank = visitor.context.new_page()
    picture = reduced(picture, blank)
    blank.close()
    (FOLDER / name).write_bytes(picture)
    print(f"{name}: {len(picture)} bytes")


if __name__ == "__main__":
    main()
