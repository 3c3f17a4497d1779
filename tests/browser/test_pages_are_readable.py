"""What visitors read beside the banner: words whole, columns announced, acts told apart."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page

from tests.browser import surfaces
from tests.browser.conftest import NewVisitor
from tests.browser.palette import Colour
from tests.browser.shop import Shop
from tests.browser.surfaces import LOCALES
from tests.browser.test_scrolling import colours

PHONE = {"width": 320, "height": 640}
READ = {
    "declaration": surfaces.declaration,
    "preferences": surfaces.preferences,
    "records": surfaces.records,
    "receipt": surfaces.receipt,
}

# The words of tables, of no more letters than a word has, that stand on two lines.
BROKEN = """(root) => {
  const WORD = /\\p{L}{2,15}(?=[\\s,;)]|\\.?(?:\\s|$))/gu;
  const found = [];
  for (const cell of root.querySelectorAll("th,td")) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let text; (text = texts.nextNode()); )
      for (const { 0: word, index } of text.data.matchAll(WORD)) {
        const range = document.createRange();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        const tops = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
        if (tops.size > 1 && (index === 0 || /[\\s(]/.test(text.data[index - 1]))) found.push(word);
      }
  }
  return found;
}"""


@pytest.mark.parametrize("locale", sorted(LOCALES))
@pytest.mark.parametrize("name", sorted(READ))
def test_no_word_of_a_table_breaks_on_a_phone_and_the_page_stays_as_wide(
    shop: Shop, new_visitor: NewVisitor, name: str, locale: str
) -> None:
    visitor = new_visitor(locale=LOCALES[locale], viewport=PHONE)

    page = READ[name](shop, visitor)

    page.locator("details").evaluate_all("(all) => all.forEach((one) => (one.open = true))")
    assert page.locator("body").evaluate(BROKEN) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("locale", sorted(LOCALES))
@pytest.mark.parametrize("width", [390, 1280])
def test_no_word_of_the_debug_panel_breaks(
    shop: Shop, new_visitor: NewVisitor, locale: str, width: int
) -> None:
    visitor = new_visitor(locale=LOCALES[locale], viewport={"width": width, "height": 844})
    visitor.open(shop.page("/", lang=visitor.language) + "?izin-debug")
    visitor.accept_all()
    visitor.recorded()
    panel = visitor.page.locator(".izin-panel")
    panel.locator("table").first.wait_for()

    broken = panel.evaluate(f"(host) => ({BROKEN})(host.shadowRoot)")

    assert broken == []


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_columns_that_stand_outside_announce_themselves_and_their_caption_is_in_view(
    shop: Shop, new_visitor: NewVisitor, locale: str
) -> None:
    visitor = new_visitor(locale=LOCALES[locale], viewport=PHONE)
    page = surfaces.declaration(shop, visitor)
    wide = page.locator(".scroll").first
    assert wide.evaluate("(box) => box.scrollWidth > box.clientWidth + 20")

    caption = wide.evaluate(
        """(box) => {
          const range = document.createRange();
          range.selectNodeContents(box.querySelector("caption"));
          return range.getBoundingClientRect().right - box.getBoundingClientRect().right;
        }"""
    )
    more = edge(wide)
    wide.evaluate("(box) => { box.scrollLeft = 1e6 }")
    end = edge(wide)

    assert caption <= 0
    assert len(more) > 2, "a line and a shadow"
    assert len(end) == 1, "the paper alone"


def edge(wide: Locator) -> set[Colour]:
    """The colours at the right edge, along the one row of points over the caption's letters."""
    box = wide.evaluate(
        """(box) => {
          box.scrollIntoView();
          const { right } = box.getBoundingClientRect();
          const { top } = box.querySelector("table").getBoundingClientRect();
          return { x: Math.floor(right) - 10, y: Math.ceil(top) + 1, width: 9, height: 1 };
        }"""
    )
    return colours(wide.page, wide.page.screenshot(clip=box))


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_what_opens_looks_as_if_it_did(shop: Shop, new_visitor: NewVisitor, locale: str) -> None:
    visitor = new_visitor(locale=LOCALES[locale], java_script_enabled=False)

    page = surfaces.at(shop, visitor, "preferences")

    style = page.locator("summary").first.evaluate(
        "(one) => [getComputedStyle(one).display, getComputedStyle(one).textDecorationLine]"
    )
    assert style == ["list-item", "underline"]


@pytest.mark.parametrize("locale", sorted(LOCALES))
@pytest.mark.parametrize("name", ["receipt", "verifier"])
def test_how_to_withdraw_is_said_once(
    shop: Shop, new_visitor: NewVisitor, name: str, locale: str
) -> None:
    visitor = new_visitor(locale=LOCALES[locale])

    page = getattr(surfaces, name)(shop, visitor)

    words = page.locator("body").inner_text()
    heading = {"id": "Cara menarik persetujuan", "en": "How to withdraw"}[locale]
    assert words.count(heading) <= 1


@pytest.mark.parametrize("locale", sorted(LOCALES))
@pytest.mark.parametrize("name", ["records", "receipt"])
def test_the_main_act_of_a_page_is_told_from_the_others(
    shop: Shop, new_visitor: NewVisitor, name: str, locale: str
) -> None:
    visitor = new_visitor(locale=LOCALES[locale], viewport=PHONE)

    page = READ[name](shop, visitor)

    main = look(page, "form[action*='.json'] button")
    others = [look(page, "form:has(button[lang]) button")]
    if name == "records":
        others.append(look(page, "form[action*='erase'] button"))
    assert all(other[0] != main[0] for other in others)
    assert page.locator("button[lang]").evaluate("(one) => one.clientWidth") < 200


def look(page: Page, selector: str) -> list[str]:
    found: list[str] = page.locator(selector).first.evaluate(
        "(one) => [getComputedStyle(one).backgroundColor, getComputedStyle(one).fontWeight]"
    )
    return found
