"""The first layer on phones held either way, at 400 % zoom and with large letters."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor

LONG_PAGE = "<p style='height: 4000px'>Panjang</p>"

# How much of the height may be covered; what is left shows that there is a page behind it.
SCREENS = [
    pytest.param(1280, 720, 0.6, id="desktop"),
    pytest.param(390, 844, 0.5, id="phone"),
    pytest.param(320, 568, 0.5, id="small phone"),
    pytest.param(667, 375, 0.6, id="phone in landscape"),
    pytest.param(568, 320, 0.7, id="small phone in landscape"),
    pytest.param(320, 256, 0.75, id="400 % zoom"),
]

# Which lines of the words can be brought to where nothing lies over them, by scrolling alone.
LINES = """(host) => {
  const root = host.shadowRoot;
  const words = root.querySelector("h2 + p");
  const range = document.createRange();
  range.selectNodeContents(words);
  const isSeen = ({ left, top, bottom }) => [top + 2, bottom - 2].every(
    (y) => y > 0 && y < innerHeight && root.elementFromPoint(left + 2, y) === words);
  const seen = new Set();
  const look = () => [...range.getClientRects()].forEach((line, i) => isSeen(line) && seen.add(i));
  const scroll = ([one, ...others]) => {
    if (!one) return look();
    for (one.scrollTop = 0; ; one.scrollTop += 8) {
      scroll(others);
      if (one.scrollTop + one.clientHeight >= one.scrollHeight - 1) return;
    }
  };
  look();
  const atOnce = seen.size;
  scroll([host, words.parentElement]);
  host.scrollTop = words.parentElement.scrollTop = 0;
  return { lines: range.getClientRects().length, atOnce, reached: seen.size };
}"""

# Does the control lie where the visitor sees and presses it, all of it?
IS_SHOWN = """(control) => {
  const { left, right, top, bottom } = control.getBoundingClientRect();
  const root = control.getRootNode();
  return [[left + 3, top + 3], [right - 3, bottom - 3]].every(
    ([x, y]) => control.contains(root.elementFromPoint(x, y)));
}"""


def lines_of(visitor: Visitor) -> dict[str, int]:
    found: dict[str, int] = visitor.banner.evaluate(LINES)
    return found


def controls(visitor: Visitor) -> list[Any]:
    banner = visitor.banner
    *answers, language = banner.get_by_role("button").all()  # the page's own tree comes first
    return [*banner.get_by_role("link").all(), language, *answers]


def a_visitor(new_visitor: NewVisitor, width: int, height: int, **options: Any) -> Visitor:
    return new_visitor(viewport={"width": width, "height": height}, **options)


# On phones, held either way, every layout is the bar.
LAYOUTS = [
    *(pytest.param("bar", *screen.values, id=str(screen.id)) for screen in SCREENS),
    pytest.param("box", 1280, 720, 0.6, id="a box"),
    pytest.param("corner", 1280, 720, 0.6, id="a box in the corner"),
    pytest.param("corner", 768, 1024, 0.6, id="a box in the corner of a tablet"),
]


@pytest.mark.shows(
    "WCAG 2.2: 1.4.10 Reflow",
    "On six screens down to 320 x 256 (400 % zoom), bar and box: every line of the words is "
    "brought into view by scrolling alone, part of the page stays uncovered, and nothing "
    "scrolls sideways.",
)
@pytest.mark.parametrize(("layout", "width", "height", "share"), LAYOUTS)
def test_every_word_can_be_read_and_part_of_the_page_stays_in_view(
    open_shop: OpenShop,
    new_visitor: NewVisitor,
    layout: str,
    width: int,
    height: int,
    share: float,
) -> None:
    shop = open_shop(layout=layout)
    visitor = a_visitor(new_visitor, width, height)
    visitor.open(shop.page("/", LONG_PAGE))
    visitor.banner.wait_for()

    lines = lines_of(visitor)
    box = visitor.banner.bounding_box()

    assert lines["reached"] == lines["lines"] > 0
    assert lines["atOnce"] >= 2, "enough to see that there are words"
    assert box is not None
    assert box["height"] <= height * share
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.shows(
    "WCAG 2.2: 1.4.10 Reflow",
    "By the wheel and the arrow keys on three low screens; the page itself does not move.",
)
@pytest.mark.parametrize(("width", "height"), [(667, 375), (568, 320), (320, 256)])
def test_the_words_scroll_by_the_wheel_and_by_the_keys(
    shop: Shop, new_visitor: NewVisitor, width: int, height: int
) -> None:
    visitor = a_visitor(new_visitor, width, height)
    visitor.open(shop.page("/", LONG_PAGE))
    heading = visitor.banner.get_by_role("heading")
    link = visitor.banner.get_by_role("link")
    top = heading.bounding_box()
    assert top is not None

    visitor.page.mouse.move(top["x"] + 5, top["y"] + 5)
    visitor.page.mouse.wheel(0, 40)
    visitor.page.wait_for_function("(y) => y > 0", arg=1)
    expect(heading).not_to_be_in_viewport(ratio=1)
    link.focus()
    for _ in range(12):
        visitor.page.keyboard.press("ArrowUp")

    expect(heading).to_be_in_viewport(ratio=1)
    assert visitor.page.evaluate("scrollY") == 0, "the page itself has not moved"


@pytest.mark.shows(
    "Phones: Small screens",
    "On phones upright and in landscape both answers are hit by elementFromPoint before "
    "anything is scrolled.",
)
@pytest.mark.parametrize(("width", "height"), [(667, 375), (568, 320), (390, 844), (320, 568)])
def test_both_answers_are_in_view_without_scrolling(
    shop: Shop, new_visitor: NewVisitor, width: int, height: int
) -> None:
    visitor = a_visitor(new_visitor, width, height)

    visitor.open(shop.page("/"))
    visitor.banner.wait_for()

    for name in (visitor.names.refuse_all, visitor.names.accept_all, visitor.names.customise):
        assert visitor.banner.get_by_role("button", name=name).evaluate(IS_SHOWN)


@pytest.mark.shows(
    "WCAG 2.2: 2.4.11 Focus not obscured",
    "Each control of the banner is reached by Tab on six screens and lies wholly in view.",
)
@pytest.mark.parametrize(("width", "height", "_"), SCREENS)
def test_what_the_tab_key_reaches_is_wholly_in_view(
    shop: Shop, new_visitor: NewVisitor, width: int, height: int, _: float
) -> None:
    visitor = a_visitor(new_visitor, width, height)
    visitor.open(shop.page("/"))
    visitor.banner.wait_for()

    for control in controls(visitor):
        visitor.page.keyboard.press("Tab")

        expect(control).to_be_focused()
        assert control.evaluate(IS_SHOWN)


@pytest.mark.shows(
    "WCAG 2.2: 1.4.4 Resize text",
    "The browser's own letters are made 32 px: the banner follows, and every line and control "
    "can be brought into view.",
)
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844), (320, 568)])
def test_letters_of_twice_the_size_lose_nothing(
    shop: Shop, new_visitor: NewVisitor, width: int, height: int
) -> None:
    """WCAG 1.4.4, where the browser's own setting makes letters larger and not the page."""
    visitor = a_visitor(new_visitor, width, height)
    visitor.context.new_cdp_session(visitor.page).send(
        "Page.setFontSizes", {"fontSizes": {"standard": 32}}
    )
    visitor.open(shop.page("/", LONG_PAGE))
    visitor.banner.wait_for()

    lines = lines_of(visitor)
    size = visitor.banner.get_by_role("button").last.evaluate("(b) => getComputedStyle(b).fontSize")

    assert size == "32px"
    assert lines["reached"] == lines["lines"]
    for control in controls(visitor):
        control.focus()
        assert control.evaluate(IS_SHOWN)
        assert control.evaluate("(c) => c.scrollWidth <= c.clientWidth + 1 || !c.clientWidth")
