"""The browser and the world for every test in this folder."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests import budgets
from tests.browser import chromium
from tests.browser.shop import Clock, Shop
from tests.browser.visitor import PATIENCE, Visitor
from tests.browser.world import World

expect.set_options(timeout=PATIENCE)


class Hold(Protocol):
    """Notes a figure for the end of the run, and fails if it is over its limit."""

    def __call__(self, name: str, figure: int, limit: int) -> None: ...


@pytest.fixture
def hold(record_property: Callable[[str, object], None]) -> Hold:
    def hold(name: str, figure: int, limit: int) -> None:
        record_property(*budgets.measured(name, figure, limit))
        assert figure <= limit

    return hold


class NewVisitor(Protocol):
    """Makes one more visitor, with Visitor's options."""

    def __call__(self, **options: Any) -> Visitor: ...


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def served_world() -> Iterator[World]:
    """The one server of the session; tests take `world`."""
    world = World()
    world.start()
    yield world
    world.stop()


@pytest.fixture(scope="session")
def shell(playwright: Playwright, served_world: World) -> Iterator[Browser]:
    """Chromium without what it draws around a page: a visitor costs a tenth there."""
    yield from launched(playwright, served_world, chromium.find(playwright))


@pytest.fixture(scope="session")
def whole(playwright: Playwright, served_world: World) -> Iterator[Browser]:
    """Chromium as visitors have it, in whose private windows no third party keeps a cookie."""
    yield from launched(playwright, served_world, chromium.find_whole(playwright))


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> Browser:
    """The shell; the whole of it for a test with the mark `whole_browser`."""
    marked = request.node.get_closest_marker("whole_browser")
    found: Browser = request.getfixturevalue("whole" if marked else "shell")
    return found


@pytest.fixture
def browser_with_page_memory(playwright: Playwright, served_world: World) -> Iterator[Browser]:
    """Playwright turns the back/forward cache off; here it is on."""
    off = ["--disable-back-forward-cache"]
    path = chromium.find_whole(playwright)
    yield from launched(playwright, served_world, path, ignore_default_args=off)


def launched(playwright: Playwright, world: World, path: str, **options: Any) -> Iterator[Browser]:
    browser = playwright.chromium.launch(
        executable_path=path,
        headless=True,
        args=chromium.arguments(world.port, world.fingerprint),
        **options,
    )
    yield browser
    browser.close()


@pytest.fixture
def world(served_world: World) -> Iterator[World]:
    """An empty world. Fails the test if something was asked for that nobody expected."""
    served_world.reset()
    yield served_world
    try:
        served_world.check()
    finally:
        served_world.reset()


@pytest.fixture
def new_visitor(browser: Browser, world: World) -> Iterator[NewVisitor]:
    """Visitors that are closed at the end. Fails the test if one saw an uncaught error.

    A test that provokes such errors says `visitor.errors.clear()` at its end.
    """
    visitors: list[Visitor] = []

    def new_visitor(**options: Any) -> Visitor:
        visitors.append(Visitor(browser, world, **options))
        return visitors[-1]

    yield new_visitor
    # What is just leaving a page must be counted before its context is closed under it.
    with contextlib.suppress(AssertionError):
        world.settle(quiet=0.05, limit=1.0)
    for visitor in visitors:
        visitor.close()
    # And what leaves as it closes must not be counted to the next test.
    with contextlib.suppress(AssertionError):
        world.settle(quiet=0.1, limit=1.0)
    assert not [each for visitor in visitors for each in visitor.uncaught()]


class OpenShop(Protocol):
    """Opens a shop with Izin, with Shop's options."""

    def __call__(self, **options: Any) -> Shop: ...


@pytest.fixture
def open_shop(world: World, tmp_path: Path) -> OpenShop:
    def open_shop(**options: Any) -> Shop:
        clock = Clock(time.time_ns() // 1_000_000)
        return Shop(world, tmp_path, clock, **options).open()

    return open_shop


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """The first customer's case: pages on www and shop, the service on a subdomain."""
    return open_shop()


@pytest.fixture
def visitor(new_visitor: NewVisitor) -> Visitor:
    """The only visitor of most tests: Indonesian, on a desktop."""
    return new_visitor()
