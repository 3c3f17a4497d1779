"""What scrolls, scrolls to something: never into an empty box, and never unannounced."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.palette import Colour, pixels_of
from tests.browser.shop import Shop
from tests.browser.test_small_screens import LONG_PAGE, a_visitor
from tests.browser.visitor import Visitor

SCREENS = [(1280, 800), (390, 844), (320, 568), (320, 256)]


# --- the dialog ------------------------------------------------------------------------------

# How far the dialog and its words can be scrolled, and what is at the very end of each.
ENDS = """(dialog) => {
  const body = dialog.querySelector(".body");
  const rest = (one) => one.scrollHeight - one.clientHeight;
  dialog.scrollTop = body.scrollTop = 1e6;
  const bodyRest = rest(body), dialogRest = rest(dialog);
  const frame = dialog.getBoundingClientRect(), words = body.getBoundingClientRect();
  const last = body.lastElementChild.getBoundingClientRect();
  const foot = dialog.querySelector(".foot").getBoundingClientRect();
  return {
    body: bodyRest,
    dialog: dialogRest,
    afterTheWords: Math.round(words.bottom - last.bottom),
    afterTheButtons: Math.round(frame.bottom - foot.bottom),
    sideways: rest({ scrollHeight: dialog.scrollWidth, clientHeight: dialog.clientWidth }),
    header: dialog.querySelector(".top").getBoundingClientRect().top - frame.top,
  };
}"""


@pytest.mark.parametrize("locale", ["id-ID", "en-GB"])
@pytest.mark.parametrize(("width", "height"), SCREENS)
@pytest.mark.parametrize("letters", [16, 32])
def test_the_dialog_never_scrolls_into_emptiness(
    shop: Shop, new_visitor: NewVisitor, locale: str, width: int, height: int, letters: int
) -> None:
    visitor = a_visitor(new_visitor, width, height, locale=locale)
    visitor.context.new_cdp_session(visitor.page).send(
        "Page.setFontSizes", {"fontSizes": {"standard": letters}}
    )
    visitor.open(shop.page("/", LONG_PAGE, lang=visitor.language))
    visitor.customise()
    for summary in visitor.dialog.locator("summary").all():
        summary.click()

    ends = visitor.dialog.evaluate(ENDS)

    assert max(ends["body"], ends["dialog"]) > 0, "there is more than fits"
    assert not (ends["body"] and ends["dialog"]), "one of the two scrolls"
    assert 0 <= ends["afterTheWords"] <= 32
    assert 0 <= ends["afterTheButtons"] <= 2
    assert ends["sideways"] == 0
    assert bool(ends["body"]) == (0 <= ends["header"] <= 2)


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_the_wheel_past_the_end_of_the_words_moves_neither_dialog_nor_page(
    shop: Shop, new_visitor: NewVisitor, width: int, height: int
) -> None:
    visitor = a_visitor(new_visitor, width, height)
    visitor.open(shop.page("/", LONG_PAGE))
    visitor.customise()

    visitor.page.mouse.move(width / 2, height / 2)
    for _ in range(14):
        visitor.page.mouse.wheel(0, 900)
        visitor.page.wait_for_timeout(40)

    end = visitor.dialog.locator(".body > :last-child")
    if height > 480:
        expect(end).to_be_in_viewport()
        expect(visitor.dialog.get_by_role("heading", level=2)).to_be_in_viewport(ratio=1)
    expect(visitor.dialog.get_by_role("button", name=visitor.names.save)).to_be_in_viewport(ratio=1)
    assert visitor.page.evaluate("scrollY") == 0


# Where the answers stand: how many rows, and how much of the width each row leaves empty.
ROWS = """(dialog) => {
  const answers = [...dialog.querySelectorAll(".bottom button:not([hidden])")];
  const { left, right } = dialog.getBoundingClientRect();
  const boxes = answers.map((one) => one.getBoundingClientRect());
  const rows = Map.groupBy(boxes, ({ top }) => Math.round(top));
  return {
    answers: boxes.length,
    sizes: new Set(boxes.map((box) => Math.round(box.width) + " " + Math.round(box.height))).size,
    gaps: [...rows.values()].map((row) => Math.round(
      row[0].left - left + right - row.at(-1).right)),
    broken: answers.filter((one) => one.scrollWidth > one.clientWidth).length,
  };
}"""


@pytest.mark.parametrize("locale", ["id-ID", "en-GB"])
@pytest.mark.parametrize("granted", [False, True])
@pytest.mark.parametrize("width", [1280, 620, 480, 390, 320])
def test_the_answers_of_the_dialog_fill_their_rows_and_are_of_one_size(
    shop: Shop, new_visitor: NewVisitor, locale: str, granted: bool, width: int
) -> None:
    visitor = a_visitor(new_visitor, width, 800, locale=locale)
    visitor.open(shop.page("/", lang=visitor.language))
    if granted:
        visitor.accept_all()
    else:
        visitor.refuse_all()
    visitor.recorded()
    visitor.reopen()

    rows = visitor.dialog.evaluate(ROWS)

    assert rows["answers"] == 3 + granted
    assert rows["sizes"] == 1
    assert set(rows["gaps"]) <= {33, 34, 35}, "the padding and the border alone"
    assert rows["broken"] == 0


# --- the banner ------------------------------------------------------------------------------

GREEN = 'paper = "#f4faf5"\nink = "#0b1f12"\ndark = {paper = "#101a14", ink = "#e6f4ea"}'
LOOKS = [
    pytest.param("bar", 320, 568, {}, id="a small phone"),
    pytest.param("bar", 390, 700, {"color_scheme": "dark"}, id="a dark phone"),
    pytest.param("bar", 568, 320, {}, id="a phone in landscape"),
    pytest.param("corner", 800, 520, {}, id="a box in the corner"),
    pytest.param("bar", 320, 568, {"forced_colors": "active"}, id="forced colours"),
]


def edge_of_the_words(visitor: Visitor) -> set[Colour]:
    """The colours of the words' last rows of points, where no letter stands."""
    box = visitor.banner.evaluate(
        """(host) => {
          const { right, bottom } = host.shadowRoot.querySelector("div").getBoundingClientRect();
          return { x: right - 3, y: Math.floor(bottom) - 6, width: 2, height: 5 };
        }"""
    )
    return colours(visitor.page, visitor.page.screenshot(clip=box))


def colours(page: Page, png: bytes) -> set[Colour]:
    return set(pixels_of(png, page)[1])


@pytest.mark.parametrize("look", [pytest.param("", id="plain"), pytest.param(GREEN, id="green")])
@pytest.mark.parametrize(("layout", "width", "height", "seen"), LOOKS)
def test_words_that_are_cut_off_say_so_until_their_end(
    open_shop: OpenShop,
    new_visitor: NewVisitor,
    look: str,
    layout: str,
    width: int,
    height: int,
    seen: dict[str, Any],
) -> None:
    shop = open_shop(layout=layout, look=look)
    visitor = a_visitor(new_visitor, width, height, **seen)
    visitor.open(shop.page("/", head="<style>:root { --izin-radius: 0 }</style>"))
    words = visitor.banner.locator("div")
    assert words.evaluate("(div) => div.scrollHeight > div.clientHeight + 20")

    more = edge_of_the_words(visitor)
    words.evaluate("(div) => { div.scrollTop = 1e6 }")
    end = edge_of_the_words(visitor)
    visitor.page.set_viewport_size({"width": 1280, "height": 1000})
    whole = edge_of_the_words(visitor)

    assert len(more) > 1, "a line and a shadow"
    assert len(end) == len(whole) == 1
    assert end == whole, "the paper alone"
