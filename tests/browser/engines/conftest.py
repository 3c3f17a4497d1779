"""The three engines: every test that takes `guest` runs once in each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.browser.engines import report
from tests.browser.engines.chromium import Chromium
from tests.browser.engines.driver import Engine
from tests.browser.engines.firefox import Firefox
from tests.browser.engines.guest import Guest
from tests.browser.engines.webkit import WebKit
from tests.browser.world import World

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

START: dict[str, Callable[[Playwright, World], Engine]] = {
    "chromium": Chromium,
    "firefox": lambda _playwright, world: Firefox(world.port),
    "webkitgtk": lambda _playwright, world: WebKit(world.port),
}


class NewGuest(Protocol):
    """Makes the visitor of a test: one, with the engine's options."""

    def __call__(self, *, keeps_nothing: bool = False) -> Guest: ...


@pytest.fixture(scope="session", params=START)
def engine(
    request: pytest.FixtureRequest, playwright: Playwright, served_world: World
) -> Iterator[Engine]:
    """Started once in each process that runs tests of it, and ended before the next one starts."""
    engine = START[request.param](playwright, served_world)
    yield engine
    engine.close()


@pytest.fixture
def new_guest(
    engine: Engine, world: World, record_property: Callable[[str, object], None]
) -> Iterator[NewGuest]:
    """Fails the test if the visitor's pages let an error through."""
    record_property(*report.ran(engine.name, engine.version))
    guests: list[Guest] = []

    def new_guest(*, keeps_nothing: bool = False) -> Guest:
        guests.append(Guest(engine.visitor(keeps_nothing=keeps_nothing), world))
        return guests[-1]

    yield new_guest
    uncaught = [error for guest in guests for error in guest.close()]
    assert not uncaught


@pytest.fixture
def guest(new_guest: NewGuest) -> Guest:
    """The only visitor of most walks."""
    return new_guest()
