"""By keyboard alone: the way through, where the focus is seen, and that nothing holds it."""

from __future__ import annotations

import pytest
from playwright.sync_api import TimeoutError as TooLate
from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor

LONG_PAGE = "".join(
    f'<p style="margin: 0 0 120px; text-align: {side}"><a href="/{number}">Tautan {number}</a></p>'
    for number, side in enumerate(["left", "right"] * 7)
)
SCROLLED_INSIDE = f'<div style="height: 100vh; overflow: auto">{LONG_PAGE}</div>'

# Is any corner of what has the focus in view, with nothing of ours over it (WCAG 2.4.11)?
IS_SEEN = """() => {
  const focused = document.activeElement;
  const { left, right, top, bottom } = focused.getBoundingClientRect();
  return [[left + 1, top + 1], [right - 1, bottom - 1]].some(
    ([x, y]) => focused.contains(document.elementFromPoint(x, y)));
}"""


def hidden_on_the_way(visitor: Visitor, key: str, steps: int) -> list[str]:
    """The links that had the focus and could not be seen."""
    hidden = []
    for _ in range(steps):
        visitor.page.keyboard.press(key)
        try:
            visitor.page.wait_for_function(IS_SEEN, timeout=5000)
        except TooLate:
            hidden.append(visitor.page.evaluate("document.activeElement.textContent"))
    return hidden


@pytest.mark.shows(
    "WCAG 2.2: 2.4.11 Focus not obscured",
    "Tab forth and Shift+Tab back through a long page at 1280 x 800, 360 x 640 and 320 x 256, "
    "bar and box: a corner of what has the focus is hit by elementFromPoint at every stop.",
)
@pytest.mark.parametrize(
    ("layout", "position", "width", "height"),
    [
        ("bar", "bottom", 1280, 800), ("bar", "bottom", 360, 640), ("bar", "bottom", 320, 256),
        ("bar", "top", 1280, 800), ("bar", "top", 320, 256),
        ("box", "bottom", 1280, 800), ("corner", "top", 1280, 800),
    ],
)  # fmt: skip
def test_what_has_the_focus_is_never_hidden_behind_the_banner(
    open_shop: OpenShop,
    new_visitor: NewVisitor,
    layout: str,
    position: str,
    width: int,
    height: int,
) -> None:
    shop = open_shop(layout=layout, look=f'position = "{position}"')
    visitor = new_visitor(viewport={"width": width, "height": height})
    visitor.open(shop.page("/", LONG_PAGE))
    visitor.banner.get_by_role("button", name=visitor.names.customise).focus()

    forth = hidden_on_the_way(visitor, "Tab", 14)
    back = hidden_on_the_way(visitor, "Shift+Tab", 13)

    assert (forth, back) == ([], [])


@pytest.mark.shows(
    "WCAG 2.2: 2.4.11 Focus not obscured",
    "The same in a page that scrolls inside, one that scrolls smoothly and one too short to "
    "scroll.",
)
@pytest.mark.parametrize(
    ("body", "head"),
    [
        pytest.param(SCROLLED_INSIDE, "", id="in a page that scrolls inside"),
        pytest.param(LONG_PAGE, "<style>html { scroll-behavior: smooth }</style>", id="smoothly"),
        pytest.param('<a href="/1">Tautan</a>' * 3 + LONG_PAGE[:300], "", id="in a short page"),
    ],
)
def test_nor_is_it_hidden(shop: Shop, new_visitor: NewVisitor, body: str, head: str) -> None:
    visitor = new_visitor(viewport={"width": 1280, "height": 500})
    visitor.open(shop.page("/", body, head=head))
    visitor.banner.get_by_role("button", name=visitor.names.customise).focus()
    steps = visitor.page.locator("main a").count()

    assert hidden_on_the_way(visitor, "Tab", steps) == []


def test_the_page_is_left_as_it_was(shop: Shop, visitor: Visitor) -> None:
    """Its own scroll padding counts, nothing moves at the start, and no attribute is written."""
    own = "<style>html { scroll-padding: 40px 0 70px }</style>"
    state = """() => [document.documentElement, document.body].map((element) =>
      [getComputedStyle(element).scrollPadding, getComputedStyle(element).padding,
       element.getAttributeNames().join()]).concat(document.documentElement.scrollHeight)"""
    visitor.open(shop.page("/tanpa", LONG_PAGE, head=own, tag=""))
    before = visitor.page.evaluate(state)

    visitor.open(shop.page("/", LONG_PAGE, head=own))
    visitor.banner.get_by_role("button", name=visitor.names.customise).focus()
    hidden_on_the_way(visitor, "Tab", 8)
    during = visitor.page.evaluate(state)
    visitor.refuse_all()
    visitor.recorded()

    assert before == during == visitor.page.evaluate(state)


def test_after_the_banner_a_page_scrolls_by_itself_again(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/", LONG_PAGE))
    visitor.refuse_all()
    visitor.recorded()
    visitor.status.wait_for(state="hidden", timeout=20_000)

    assert visitor.page.evaluate(
        """async () => {
          const before = scrollY;
          document.querySelectorAll("a")[3].focus({ preventScroll: true });
          await new Promise((go) => setTimeout(go, 100));
          return scrollY === before;
        }"""
    )


@pytest.mark.shows(
    "WCAG 2.2: 2.1.2 No keyboard trap",
    "Tab from the banner's first control to the page's own link, and Shift+Tab back, in both "
    "languages.",
)
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_tab_key_goes_from_the_banner_into_the_page_and_back(
    shop: Shop, new_visitor: NewVisitor, language: str
) -> None:
    visitor = new_visitor(locale=f"{language}-ID")
    visitor.open(shop.page("/", '<a href="/lain">Tautan</a>', lang=language))
    visitor.banner.wait_for()
    names = visitor.names

    for control in (
        *visitor.banner.get_by_role("link").all(),
        visitor.banner.get_by_role("button").last,
        *(visitor.banner.get_by_role("button", name=name) for name in
          (names.refuse_all, names.accept_all, names.customise)),
        visitor.page.get_by_role("link", name="Tautan"),
    ):  # fmt: skip
        visitor.page.keyboard.press("Tab")
        expect(control).to_be_focused()
    visitor.page.keyboard.press("Shift+Tab")

    expect(visitor.banner.get_by_role("button", name=names.customise)).to_be_focused()


# The outline is what everybody sees, in forced colours too; 2 px is what WCAG 2.4.13 asks.
RING = """() => {
  let on = document.activeElement;
  while (on.shadowRoot && on.shadowRoot.activeElement) on = on.shadowRoot.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(on);
  return on === document.body || (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2);
}"""


@pytest.mark.shows(
    "WCAG 2.2: 2.4.3 Focus order",
    "Forty-five times Tab inside the modal dialog: a ring at each stop, none outside; after "
    "Escape the opener has the focus.",
)
def test_in_the_dialog_the_focus_is_seen_stays_inside_and_comes_back(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page("/", '<a href="/lain">Tautan</a>'))
    customise = visitor.banner.get_by_role("button", name=visitor.names.customise)
    customise.focus()
    visitor.page.keyboard.press("Enter")
    visitor.dialog.wait_for()
    rings, places = [], set()

    for _ in range(45):
        visitor.page.keyboard.press("Tab")
        rings.append(visitor.page.evaluate(RING))
        places.add(visitor.page.evaluate("document.activeElement.className"))
    visitor.page.keyboard.press("Escape")

    assert all(rings)
    # Past its last control a modal dialog lets the browser's own bar have its turn: then the body.
    assert places <= {"izin-dialog", ""}
    expect(visitor.dialog).to_have_count(0)
    expect(customise).to_be_focused()


@pytest.mark.shows(
    "WCAG 2.2: 3.2.2 On input",
    "Space on a switch: it is turned, keeps the focus, and no record is made.",
)
def test_a_switch_is_turned_by_the_space_bar_and_changes_nothing_else(
    shop: Shop, visitor: Visitor
) -> None:
    """WCAG 3.2.2: a setting is a setting until it is saved."""
    visitor.open(shop.page("/"))
    visitor.customise()
    one = visitor.switch("Analitik")
    one.focus()

    visitor.page.keyboard.press("Space")

    expect(one).to_be_checked()
    expect(one).to_be_focused()
    assert shop.count() == 0
