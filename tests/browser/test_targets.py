"""What is pressed: large enough, apart enough, and nothing happens before the finger is lifted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import axe
from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import Shop
from tests.browser.surfaces import FEW, LOCALES, PAGES, SURFACES
from tests.browser.visitor import Visitor

# Everything that can be pressed, through open shadow trees and the frames of the page's own origin:
# what it says, what it stands in, and its box, that of its label where there is one.
TARGETS = """() => {
  const found = [];
  const rows = [];
  const look = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.shadowRoot) look(one.shadowRoot);
      if (one.contentDocument) look(one.contentDocument);
      if (!one.matches("a[href], button, summary, textarea, input:not([type=hidden])")) continue;
      const whole = one.closest("label") || one;
      if (!one.checkVisibility({ visibilityProperty: true })) continue;
      const { x, y, width, height } = whole.getBoundingClientRect();
      const text = (one.textContent || whole.textContent || one.id).trim().slice(0, 40);
      const parent = whole.parentNode;
      const row = rows.includes(parent) ? rows.indexOf(parent) : rows.push(parent) - 1;
      found.push({ text, row, x, y, width, height });
    }
  };
  // Behind a modal dialog nothing can be pressed.
  const hosts = [...document.querySelectorAll("*")].filter((one) => one.shadowRoot);
  look(hosts.map((one) => one.shadowRoot.querySelector("dialog:modal")).find((one) => one)
    || document);
  return found;
}"""

APART = 8
"""Pixels between two targets on one line."""


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    return open_shop(services=FEW)


@pytest.mark.shows(
    "WCAG 2.2: 2.5.8 Target size",
    "The boxes of everything that can be pressed are measured at 320 px in both languages: each is "
    "44 px high and wide or more, and 8 px or more lie between two on one line.",
)
@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("name", ["banner", "dialog", "message", *PAGES])
def test_every_target_is_44_pixels_large_and_apart_from_its_neighbours(
    shop: Shop, new_visitor: NewVisitor, name: str, language: str
) -> None:
    visitor = new_visitor(locale=LOCALES[language], viewport=axe.PHONE)
    page = SURFACES[name](shop, visitor)
    page.set_viewport_size(axe.PHONE)  # type: ignore[arg-type]

    targets = page.evaluate(TARGETS)

    small = [each for each in targets if min(each["width"], each["height"]) < 44]
    assert targets
    assert small == []
    assert [*too_close(targets)] == []


def too_close(targets: list[dict[str, Any]]) -> list[tuple[str, str, float]]:
    """Neighbours on one line with less than `APART` between them."""
    found = []
    for one in targets:
        for other in targets:
            beside = one["row"] == other["row"] and one["x"] < other["x"]
            on_one_line = beside and abs(one["y"] - other["y"]) < 10
            between = other["x"] - one["x"] - one["width"]
            if on_one_line and between < APART:
                found.append((one["text"], other["text"], between))
    return found


@pytest.mark.shows(
    "WCAG 2.2: 2.5.2 Pointer cancellation",
    "The mouse is pressed on each answer, moved away and let go; nothing is decided or opened.",
)
@pytest.mark.parametrize("answer", ["refuse_all", "accept_all", "customise"])
def test_a_press_that_is_moved_away_does_nothing(shop: Shop, visitor: Visitor, answer: str) -> None:
    visitor.open(shop.page("/", "<p style='height: 300px'>Toko</p>"))
    button = visitor.banner.get_by_role("button", name=getattr(visitor.names, answer))
    box = button.bounding_box()
    assert box is not None

    visitor.page.mouse.move(box["x"] + 9, box["y"] + 9)
    visitor.page.mouse.down()
    visitor.page.mouse.move(9, 9)
    visitor.page.mouse.up()
    visitor.world.settle(visitor.page)

    assert visitor.is_asked()
    assert visitor.decision() is None
    assert not visitor.dialog.is_visible()
    assert shop.count() == 0
