"""Every state of consent on every kind of host, at once, after a reload and in a new tab.

What is asserted, and for which state, stands in `states.py` as data; what counts as wrong, in
`judge.py`.
"""

from __future__ import annotations

import time

import pytest

from tests.browser.conftest import NewVisitor
from tests.browser.shop import Clock, Shop
from tests.browser.states import STATES, Walk
from tests.browser.world import World

pytestmark = [
    pytest.mark.holds_at_first,
    pytest.mark.whole_browser,  # what tags leave depends on cookies of third parties
]

HOSTS = ("www.toko.co.id", "toko.co.id", "shop.toko.co.id")


@pytest.fixture(scope="module")
def founded(served_world: World, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """One service for the whole table: no row looks at another's records."""
    clock = Clock(time.time_ns() // 1_000_000)
    origins = tuple(f"https://{host}" for host in HOSTS)
    return Shop(served_world, tmp_path_factory.mktemp("toko"), clock, origins=origins).open()


@pytest.fixture
def shop(founded: Shop, world: World) -> Shop:
    world.service(founded.service, founded.app)
    return founded


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("state", STATES)
def test_what_leaves_and_what_stays(
    shop: Shop, new_visitor: NewVisitor, state: str, host: str
) -> None:
    visitor = new_visitor(java_script_enabled=STATES[state].javascript)

    wrong = [*Walk(shop, visitor, STATES[state], host).problems()]

    assert not wrong, "\n".join(wrong)
