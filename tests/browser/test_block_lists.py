"""Block lists hide by name, everywhere: nothing of ours has a name that they look for."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import SERVICES, SLOTS
from tests.browser.visitor import Visitor
from tests.browser.world import World

LISTED = re.compile("cookie|consent|banner|gdpr|cmp|privacy", re.IGNORECASE)

EMBED = """
[services.peta]
product = "embed"
name = "Peta"
category = "preferences"
provider = "PT Peta"
host = "maps.example"
retention = "18 months"
"""
FRAME = '<iframe title="Peta" data-izin="peta" data-izin-src="https://maps.example/embed"></iframe>'

# Open shadow trees and the documents of frames included. Where a link leads, its owner says.
NAMES = """() => {
  const roots = [document];
  const names = [];
  for (const root of roots)
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) roots.push(element.shadowRoot);
      if (element.contentDocument) roots.push(element.contentDocument);
      names.push(element.localName, element.id, ...element.classList);
      for (const name of ["name", "src", "action", "part", "style"])
        names.push(element.getAttribute(name) || "");
      if (element.localName === "link") names.push(element.href);
      names.push(...Object.keys(element.dataset));
    }
  return names.filter(Boolean);
}"""


@pytest.fixture(params=["id-ID", "en-US"])
def speaker(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Visitor:
    """A visitor in each language."""
    return new_visitor(locale=request.param)


def surfaces(visitor: Visitor) -> Iterator[str]:
    """Everything that the script can show on a page, one after the other."""
    frame = visitor.page.frame_locator("iframe[data-izin]")
    visitor.banner.wait_for()
    frame.get_by_role("heading").wait_for()
    yield "banner and placeholder"
    frame.get_by_role("button").first.click()
    visitor.page.wait_for_function(
        "() => document.querySelector('iframe').contentDocument?.querySelector('[role=status]')"
    )
    yield "placeholder pressed"
    visitor.page.reload()
    visitor.customise()
    yield "dialog"
    visitor.save()
    visitor.recorded()
    visitor.page.get_by_role("button", name=visitor.names.dialog, exact=True).wait_for()
    yield "button and message"
    visitor.reopen()
    yield "dialog of who has chosen"


@pytest.mark.shows(
    "Block lists and extensions: Neutral names",
    "Ids, classes and names of all of ours in the page, shadow trees and frames, are searched "
    "for what block lists hide.",
)
def test_no_name_in_the_page_is_one_that_block_lists_hide(
    open_shop: OpenShop, world: World, speaker: Visitor
) -> None:
    shop = open_shop(services=SERVICES + EMBED)
    world.file("maps.example", "/embed", "<p>Peta</p>", "text/html")
    speaker.open(shop.page("/", SLOTS + FRAME, lang=speaker.language))

    seen = {name: set(speaker.page.evaluate(NAMES)) for name in surfaces(speaker)}

    for name, found in seen.items():
        assert [each for each in found if LISTED.search(each)] == [], name
    assert {"izin", "izin-quiet"} <= seen["banner and placeholder"] | seen["button and message"]
    assert {"izin-dialog", "switch-analytics"} <= seen["dialog"]
    assert "note" in seen["banner and placeholder"]  # in the frame's own document


@pytest.mark.shows(
    "Block lists and extensions: Neutral names",
    "Every address that is asked for is searched likewise.",
)
def test_no_address_that_the_script_asks_for_is_one_that_block_lists_stop(
    open_shop: OpenShop, world: World, speaker: Visitor
) -> None:
    shop = open_shop(services=SERVICES + EMBED)
    world.file("maps.example", "/embed", "<p>Peta</p>", "text/html")
    speaker.open(shop.page("/", FRAME, lang=speaker.language))

    for _ in surfaces(speaker):
        pass
    world.settle(speaker.page)

    asked = [f"{each.host}{each.path}?{each.query}" for each in world.to(shop.service)]
    assert [each for each in asked if LISTED.search(each)] == []
    assert {"dialog", "embeds", "button"} <= set(shop.parts())
    assert any(each.endswith("/decisions?") for each in asked)
