"""Pages whose styles reach for everything: what we show looks there as it does anywhere else."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor

MAP = """
[services.peta]
product = "embed"
name = "Peta"
category = "preferences"
provider = "PT Peta"
host = "peta.example"
retention = "18 months"
"""
BODY = """<iframe data-izin="peta" data-izin-src="https://peta.example/" title="Peta"
  width="600" height="450"></iframe><p style="height: 2000px">Panjang</p>"""

PAGES = {
    "all is unset": "* { all: unset !important }",
    "nothing is displayed": """div, span, p, section, h2, h3, ul, li, label, dialog, slot,
      [popover], :popover-open, [class*=izin] { display: none !important }""",
    "buttons of one's own": """button, input, a, summary {
      background: red !important; color: red !important; font: 3px serif !important;
      padding: 40px !important; min-height: 0 !important; height: 4px !important;
      width: 900px !important; border: 0 !important; outline: 0 !important;
      text-transform: uppercase !important; letter-spacing: 1em !important;
      opacity: 0 !important; appearance: auto !important; float: right !important }""",
    "all is out of sight": """* { visibility: hidden; opacity: .01 !important;
      transform: scale(0) !important; clip-path: inset(50%) !important;
      filter: blur(9px) !important;
      pointer-events: none !important; user-select: none !important; left: -9999px !important;
      position: static !important; max-height: 0 !important; overflow: hidden !important }""",
    "all moves": """* { transition: all 9s !important; animation: turn 1s infinite !important }
      @keyframes turn { to { transform: rotate(1turn); opacity: 0 } }""",
    "other bars are on top": ".bar { position: fixed; inset: 0; z-index: 2147483647 }",
    "inherited things are odd": """html { font: 5px/9 monospace; color: white;
      letter-spacing: 9px; word-spacing: 9px; text-indent: 99px; text-transform: uppercase;
      white-space: pre; word-break: break-all; text-align: right; cursor: none; zoom: 1;
      font-variant: small-caps; text-shadow: 9px 9px red; quotes: none; list-style: none;
      visibility: hidden; -webkit-text-fill-color: transparent; writing-mode: vertical-rl }
      body { display: grid; transform: translateX(50%); contain: strict; overflow: hidden;
      position: fixed; width: 10px; height: 10px }""",
    "our own properties are spoken for": """* { --accent: red !important; --on-accent: red;
      --paper: red !important; --ink: red; --radius: 99px; --font: fantasy }""",
    "through the parts": """::part(button), ::slotted(*), ::backdrop, :host {
      display: none !important; background: red !important; opacity: 0 !important }""",
}

# Where things stand on the screen is the page's size and scrolling; how they look is ours.
LOOK = """(root) => {
  const places = new RegExp("^(inset|left|right|top|bottom|perspective-origin|transform-origin|"
    + "width|height|block|inline|min|max|-webkit-locale)");
  const look = (element) => {
    const style = getComputedStyle(element), found = { tag: element.localName };
    for (const name of style) if (!places.test(name) && !name.startsWith("--"))
      found[name] = style.getPropertyValue(name);
    const { width, height } = element.getBoundingClientRect();
    return { ...found, width: Math.round(width), height: Math.round(height) };
  };
  const inside = root.shadowRoot ? [...root.shadowRoot.querySelectorAll("*")] : [];
  // What is heard and not seen, `i`, has words for a few seconds only.
  return [root, ...root.querySelectorAll("*"), ...inside]
    .filter((element) => !/^(style|i)$/.test(element.localName)).map(look);
}"""


Looks = dict[str, list[dict[str, Any]]]
"""The computed style of each element, by surface."""


@pytest.fixture(scope="module")
def plain() -> Looks:
    """How it looks on a page without styles, once known."""
    return {}


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    return open_shop(services=MAP)


def page(shop: Shop, css: str) -> str:
    return shop.page("/", '<div class="bar">Bar lain</div>' + BODY, head=f"<style>{css}</style>")


def host(visitor: Visitor, selector: str) -> Locator:
    return visitor.page.locator(selector)


def looks(shop: Shop, new_visitor: NewVisitor, css: str) -> Looks:
    """How banner, dialog, message and control look to a visitor who goes through all of them."""
    visitor = new_visitor()
    found = {}
    visitor.open(page(shop, css))
    visitor.banner.wait_for()
    found["banner"] = host(visitor, "section.izin").evaluate(LOOK)
    visitor.customise()
    found["dialog"] = host(visitor, ".izin-dialog").evaluate(LOOK)
    visitor.refuse_all()  # Playwright clicks only what is in sight and under nothing
    visitor.recorded()
    expect(visitor.status).to_contain_text("telah disimpan")
    found["message"] = host(visitor, "section.izin").evaluate(LOOK)
    control = visitor.page.get_by_role("button", name=visitor.names.dialog, exact=True)
    expect(control).to_be_visible()
    found["control"] = host(visitor, ".izin-button").evaluate(LOOK)
    visitor.reopen()
    return found


@pytest.mark.shows(
    "Hostile pages: Styles that reach for everything",
    "Every computed property of every element of banner, dialog, message and corner button is"
    " compared with a plain page's, and each is clicked.",
)
@pytest.mark.parametrize("css", PAGES.values(), ids=PAGES.keys())
def test_what_we_show_looks_as_it_does_on_a_plain_page(
    shop: Shop, new_visitor: NewVisitor, plain: Looks, css: str
) -> None:
    if not plain:
        plain.update(looks(shop, new_visitor, ""))

    hostile = looks(shop, new_visitor, css)

    for surface, elements in plain.items():
        for before, after in zip(elements, hostile[surface], strict=True):
            changed = {name for name in before if before[name] != after.get(name)}
            assert not changed, (surface, before["tag"], {n: after.get(n) for n in changed})
