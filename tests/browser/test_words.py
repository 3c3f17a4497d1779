"""Words: the language of each part, what controls are called, and what the first layer says."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import PHONE
from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import Shop
from tests.browser.surfaces import FEW, FRAME, LOCALES, PAGES, SURFACES, at
from tests.browser.visitor import Visitor

OTHER = {"id": "en", "en": "id"}
LANGUAGE = {"id": "Bahasa Indonesia", "en": "English"}

# Through open shadow trees, slots and the frames of the page's own origin, in their order.
EACH = """
const each = (node, see) => {
  if (node.nodeType !== 1 && node.nodeType !== 9 && node.nodeType !== 11) return;
  if (node.nodeType === 1) see(node);
  const below = node.shadowRoot || node.contentDocument || node;
  const nodes = node.localName === "slot" ? node.assignedElements() : below.children;
  for (const one of [...nodes]) each(one, see);
};
"""

# The language of every control's words, by the nearest `lang` above it.
LANGUAGES = (
    "() => {"
    + EACH
    + """
  const found = [];
  const up = (one) => one.assignedSlot || one.parentElement || one.getRootNode().host;
  each(document, (one) => {
    if (!one.matches("h1, h2, h3, p, button, a, summary, label, th")) return;
    const words = one.textContent.trim();
    let holder = one;
    while (holder && !holder.lang) holder = up(holder);
    if (words && one.checkVisibility()) found.push([words.slice(0, 60), holder ? holder.lang : ""]);
  });
  return found;
}"""
)

# Controls whose name is not the words that are seen on them, at its beginning (WCAG 2.5.3).
MISNAMED = (
    "() => {"
    + EACH
    + """
  const found = [];
  each(document, (one) => {
    if (!one.matches("a[href], button, summary, input") || !one.checkVisibility()) return;
    const seen = (one.labels?.[0] || one).innerText?.trim();
    const name = one.getAttribute("aria-label") || seen || one.title;
    if (!name || (seen && !name.startsWith(seen))) found.push(one.outerHTML.slice(0, 100));
  });
  return found;
}"""
)

# Help that only a pointer finds, and pictures without a name (WCAG 1.4.13 and 1.1.1).
TITLES_AND_PICTURES = (
    "() => {"
    + EACH
    + """
  const found = [];
  each(document.body, (one) => {
    const isPage = one.getRootNode() === document && one.matches("iframe");
    if (!isPage && one.matches("[title], svg, img, canvas, picture"))
      found.push(one.outerHTML.slice(0, 100));
  });
  return found;
}"""
)


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    return open_shop(services=FEW)


@pytest.mark.shows(
    "WCAG 2.2: 3.1.1 Language of page, 3.1.2 Language of parts",
    "The nearest lang above the words of every heading, paragraph and control is compared with the "
    "language shown, also where the owner's page is in the other language; what offers the other "
    "language is in that.",
)
@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("name", ["banner", "dialog", "message", *PAGES])
def test_every_part_says_its_language(
    shop: Shop, new_visitor: NewVisitor, name: str, language: str
) -> None:
    visitor = new_visitor(locale=LOCALES[language], viewport=PHONE)
    page = SURFACES[name](shop, visitor)
    if name in ("banner", "dialog", "message"):  # the owner's page may be in any language
        page.evaluate("() => { document.documentElement.lang = 'fr' }")

    found = dict(map(tuple, page.evaluate(LANGUAGES)))

    other = LANGUAGE[OTHER[language]]
    ours = {words: said for words, said in found.items() if words not in (other, "Toko")}
    assert set(ours.values()) == {language}, found
    assert found.get(other, OTHER[language]) == OTHER[language]


def test_a_switch_of_the_language_changes_what_the_parts_say(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/", FRAME))
    visitor.banner.get_by_role("button", name="English").click()
    visitor.language = "en"

    expect(visitor.banner).to_have_attribute("lang", "en")
    visitor.customise()

    expect(visitor.dialog).to_have_attribute("lang", "en")
    expect(visitor.banner.get_by_text("awal halaman")).to_have_count(0)


@pytest.mark.shows(
    "WCAG 2.2: 2.5.3 Label in name",
    "The accessible name of every control is compared with the words seen on it: it begins with "
    "them. No help is only in a title (1.4.13), and there is no picture without words (1.1.1).",
)
@pytest.mark.parametrize("name", ["banner", "dialog", "message", *PAGES])
def test_every_control_is_called_what_is_seen_on_it(
    shop: Shop, new_visitor: NewVisitor, name: str
) -> None:
    visitor = new_visitor(viewport=PHONE)

    page = SURFACES[name](shop, visitor)

    assert page.evaluate(MISNAMED) == []
    assert page.evaluate(TITLES_AND_PICTURES) == []


@pytest.mark.shows(
    "No dark patterns: An informed first layer",
    "The banner's words, in both languages, name who asks, for what, through whom, where the data "
    "goes, that it is free and how to take it back, in at most 120 words.",
)
@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("id", ["PT Toko Contoh", "mengukur penggunaan situs", "Google Analytics", "Alamat IP",
                "di luar Indonesia", "tetap dapat digunakan", "menarik persetujuan",
                "Pengaturan kuki", "Kebijakan Privasi"]),
        ("en", ["PT Toko Contoh", "measure use of the site", "Google Analytics",
                "IP address", "outside Indonesia", "works without them", "withdraw",
                "Cookie settings", "Privacy Policy"]),
    ],
)  # fmt: skip
def test_the_first_layer_says_what_has_to_be_known_in_few_words(
    shop: Shop, new_visitor: NewVisitor, language: str, told: list[str]
) -> None:
    visitor = new_visitor(locale=LOCALES[language])
    visitor.open(shop.page("/", lang=language))
    visitor.banner.wait_for()

    words = visitor.banner.evaluate("(host) => host.shadowRoot.querySelector('div').innerText")

    assert [each for each in told if each not in words] == []
    assert len(re.findall(r"\w+", words)) <= 120


@pytest.mark.shows(
    "WCAG 2.2: 1.3.2 Meaningful sequence",
    "All styles are taken away, and the places of title, words, links and answers are compared "
    "with their order.",
)
def test_without_styles_the_order_still_makes_sense(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/"))
    visitor.banner.wait_for()

    order = visitor.banner.evaluate(
        """(host) => {
          host.hidePopover();
          host.removeAttribute("popover");
          host.shadowRoot.adoptedStyleSheets = [];
          const [title, words, links] = host.shadowRoot.querySelectorAll("h2, h2 + p, p + p");
          return [title, words, links, ...host.children]
            .map((one) => one.getBoundingClientRect())
            .map(({ x, y, width }) => (width ? [Math.round(y), Math.round(x)] : null));
        }"""
    )

    assert None not in order
    assert order == sorted(order)


@pytest.mark.shows(
    "WCAG 2.2: 3.2.3 Consistent navigation, 3.2.6 Consistent help",
    "The corner button's place is measured on three pages, and the links at the end of the "
    "service's pages are listed: the same ones come in the same order on each.",
)
def test_the_way_back_is_in_the_same_place_on_every_page(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/"))
    visitor.refuse_all()
    visitor.recorded()
    control = visitor.page.get_by_role("button", name=visitor.names.dialog, exact=True)
    places = []
    for path in ("/", "/satu", "/dua"):
        visitor.open(shop.page(path, f"<p>{path}</p>" * 40))
        control.wait_for()
        places.append(control.bounding_box())
    orders = []
    for name in ("preferences", "declaration", "records"):
        page = at(shop, visitor, name)
        hrefs = (
            page.locator(".ways")
            .last.locator("a")
            .evaluate_all("(links) => links.map((link) => link.getAttribute('href').split('?')[0])")
        )
        orders.append([href.rsplit("/", 1)[-1] for href in hrefs if href])

    assert places[0] is not None
    assert places[0] == places[1] == places[2]
    for one in orders:
        for other in orders:
            both = set(one) & set(other)
            assert [each for each in one if each in both] == [
                each for each in other if each in both
            ], orders


@pytest.mark.shows(
    "WCAG 2.2: 2.2.1 Timing adjustable",
    "Ten minutes pass by the browser's clock, and an hour: the banner stands as it stood, and "
    "nothing has been decided.",
)
def test_the_banner_waits_for_as_long_as_it_takes(shop: Shop, visitor: Visitor) -> None:
    visitor.page.clock.install()
    visitor.open(shop.page("/"))
    visitor.banner.wait_for()
    before = visitor.banner.get_by_role("button").all_inner_texts()

    visitor.page.clock.run_for("10:00")
    visitor.page.clock.fast_forward("01:00:00")

    assert visitor.is_asked()
    assert visitor.banner.get_by_role("button").all_inner_texts() == before
    assert visitor.decision() is None
    assert shop.count() == 0


@pytest.mark.shows(
    "WCAG 2.2: 1.4.1 Use of colour",
    "The words beside a switch are read before and after it is turned, in both languages.",
)
@pytest.mark.parametrize(
    ("language", "off", "on"), [("id", "Nonaktif", "Aktif"), ("en", "Off", "On")]
)
def test_on_and_off_are_said_in_words(
    shop: Shop, new_visitor: NewVisitor, language: str, off: str, on: str
) -> None:
    visitor = new_visitor(locale=LOCALES[language])
    visitor.open(shop.page("/", lang=language))
    visitor.customise()
    switch = visitor.dialog.get_by_role("switch").first
    row = visitor.dialog.locator("label").first

    expect(row.get_by_text(off, exact=True)).to_be_visible()
    name = row.locator("span").first.inner_text()
    switch.check()

    expect(row.get_by_text(on, exact=True)).to_be_visible()
    assert row.locator("span").first.inner_text() == name, "the name does not change with the state"
