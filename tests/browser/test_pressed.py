"""What consent extensions and block lists rely on when a control is pressed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from banner.paths import STATIC
from tests.browser.conftest import OpenShop
from tests.browser.shop import Shop
from tests.browser.surfaces import FEW
from tests.browser.visitor import Visitor
from tests.browser.world import World

SENT = """
window.sent = [];
const fetched = window.fetch;
window.fetch = (address, options) => {
  sent.push([options?.method || "GET", String(address), !!options?.keepalive]);
  return fetched(address, options);
};
navigator.sendBeacon = (address) => sent.push(["beacon", String(address), false]);
"""

# Presses, and counts the frames until the control has left the layout. Half a second has thirty.
FRAMES = """async (button) => {
  const isThere = () => button.isConnected && button.checkVisibility();
  button.click();
  for (let frames = 0; frames < 30; frames++) {
    if (!isThere()) return frames;
    await new Promise(requestAnimationFrame);
  }
  return 30;
}"""


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    return open_shop(services=FEW)


@pytest.mark.shows(
    "Block lists and extensions: Handlers before the banner",
    "The refusal is pressed by script the moment it is in the document, before it has been drawn "
    "once: it is recorded.",
)
def test_a_press_before_the_banner_is_drawn_counts(shop: Shop, visitor: Visitor) -> None:
    visitor.context.add_init_script(
        """new MutationObserver((_, observer) => {
          const button = document.querySelector("section.izin > button");
          if (!button) return;
          observer.disconnect();
          button.click();
        }).observe(document, { childList: true, subtree: true });"""
    )

    visitor.open(shop.page("/"))
    visitor.recorded()

    assert shop.acts() == [("refused", "banner", set())]


@pytest.mark.shows(
    "Block lists and extensions: Pressed controls leave within 500 ms",
    "Frames are counted from the press until the control has left the layout, while the service "
    "does not answer and while it is away: none passes.",
)
@pytest.mark.parametrize("service", ["slow", "away"])
@pytest.mark.parametrize("name", ["refuse_all", "accept_all", "save"])
def test_what_was_pressed_leaves_at_once(
    shop: Shop, world: World, visitor: Visitor, name: str, service: str
) -> None:
    visitor.open(shop.page("/"))
    visitor.banner.wait_for()
    where = visitor.banner
    if name == "save":
        visitor.customise()
        where = visitor.dialog
    if service == "slow":
        world.stuck(shop.service, "/v1/toko/decisions")
    else:
        world.down(shop.service)

    frames = where.get_by_role("button", name=getattr(visitor.names, name)).evaluate(FRAMES)

    assert frames == 0
    visitor.errors.clear()


@pytest.mark.shows(
    "Block lists and extensions: fetch with keepalive, never sendBeacon",
    "Both are watched in the page through acceptance and withdrawal: what reports a choice is a "
    "fetch with keepalive.",
)
def test_a_choice_is_reported_by_fetch_with_keepalive(shop: Shop, visitor: Visitor) -> None:
    visitor.context.add_init_script(SENT)
    visitor.open(shop.page("/"))
    visitor.choose("Preferensi")  # no tag runs for it, so the page stays
    visitor.recorded()
    visitor.reopen()
    visitor.withdraw_all()
    visitor.page.wait_for_function("() => !izin.decision.categories.preferences")
    visitor.recorded()

    sent = visitor.page.evaluate(
        "() => sent.filter(([, address]) => address.includes('izin.toko'))"
    )

    posts = [each for each in sent if each[0] == "POST"]
    assert len(posts) == 2
    assert all(keepalive for _, _, keepalive in posts)
    assert not [each for each in sent if each[0] == "beacon"]


@pytest.mark.shows(
    "Block lists and extensions: Automation is a person",
    "Reads of navigator.webdriver are counted through a choice, and there is none.",
)
def test_nobody_asks_whether_a_person_is_there(shop: Shop, visitor: Visitor) -> None:
    visitor.context.add_init_script(
        """window.asked = 0;
        Object.defineProperty(Navigator.prototype, "webdriver", { get: () => !!++window.asked });"""
    )
    visitor.open(shop.page("/"))
    visitor.choose("Analitik")
    visitor.recorded()

    assert visitor.page.evaluate("() => window.asked") == 0


TELLS_THEM_APART = re.compile(r"webdriver|isTrusted|sendBeacon|userAgent\b|HeadlessChrome|phantom")


@pytest.mark.shows(
    "Block lists and extensions: Automation is a person",
    "The sources of all that browsers run are searched for what tells machines from people, and "
    "for sendBeacon.",
)
@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.js")), ids=lambda path: path.name)
def test_no_source_asks_who_presses(path: Path) -> None:
    assert TELLS_THEM_APART.findall(path.read_text("utf-8")) == []
