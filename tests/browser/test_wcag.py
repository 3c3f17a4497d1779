"""WCAG 2.2 AA by axe-core on everything that visitors see, and what no checker can see."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from banner.paths import ROOT
from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import SERVICES, Shop
from tests.browser.visitor import Visitor

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOCALES = {"id": "id-ID", "en": "en-GB"}
RECORDS = {"id": "Catatan dan tanda terima saya", "en": "My records and receipt"}
PHONE = {"width": 320, "height": 640}

MAP = """
[services.google-maps]
product = "embed"
name = "Google Maps"
category = "preferences"
provider = "Google LLC"
host = "maps.example"
retention = "18 months"
"""
FRAME = """<iframe data-izin="google-maps" data-src="https://maps.example/embed" title="Peta"
  width="300" height="450"></iframe>"""


@cache
def checker() -> str:
    assert AXE.exists(), "run `python -m tests.javascript npm install`"
    return AXE.read_text("utf-8")


def violations(page: Page) -> list[str]:
    """In words, in the page and in every frame of its own origin."""
    for frame in page.frames:
        frame.evaluate("(source) => { window.axe || (0, eval)(source) }", checker())
    found: list[dict[str, Any]] = page.evaluate(
        "async (values) => (await axe.run({ runOnly: { type: 'tag', values } })).violations", LEVELS
    )
    return [
        f"{each['id']}: {node['html'][:120]} {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    return open_shop(services=SERVICES + MAP)


@pytest.fixture(params=LOCALES)
def speaker(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Visitor:
    """A visitor in each language, on a small phone."""
    return new_visitor(locale=LOCALES[request.param], viewport=PHONE)


def in_both_schemes(page: Page) -> Iterator[str]:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for violation in violations(page):
            yield f"{scheme}: {violation}"


def test_the_banner_and_the_placeholder_break_no_rule(shop: Shop, speaker: Visitor) -> None:
    head = "<style>:root { color-scheme: light dark }</style>"
    speaker.open(shop.page("/", FRAME, lang=speaker.language, head=head))
    speaker.banner.wait_for()
    speaker.page.frame_locator("iframe").get_by_role("button").first.wait_for()

    assert [*in_both_schemes(speaker.page)] == []


def test_the_dialog_breaks_no_rule(shop: Shop, speaker: Visitor) -> None:
    speaker.open(shop.page("/", lang=speaker.language))
    speaker.customise()
    speaker.dialog.locator("summary").first.click()
    speaker.dialog.get_by_role("switch").first.check()

    assert [*in_both_schemes(speaker.page)] == []


@pytest.mark.parametrize("name", ["preferences", "declaration"])
def test_a_page_of_the_service_breaks_no_rule(shop: Shop, speaker: Visitor, name: str) -> None:
    speaker.open(f"https://{shop.service}/v1/toko/{name}?lang={speaker.language}")
    for summary in speaker.page.locator("summary").all()[:2]:
        summary.click()

    assert [*in_both_schemes(speaker.page)] == []
    assert speaker.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_records_and_the_receipt_break_no_rule(shop: Shop, speaker: Visitor) -> None:
    speaker.open(shop.page("/", lang=speaker.language))
    speaker.accept_all()
    speaker.recorded()
    speaker.reopen()

    with speaker.context.expect_page() as opened:
        speaker.dialog.get_by_role("button", name=RECORDS[speaker.language], exact=True).click()
    page = opened.value
    page.wait_for_load_state()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    records = [*in_both_schemes(page)]
    page.locator("form[action*='receipts/'] button").first.click()
    page.wait_for_load_state()

    assert records == []
    assert [*in_both_schemes(page)] == []


# --- what a checker does not see -----------------------------------------------------------

# What WCAG 1.4.12 lets anybody set.
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important } p { margin-bottom: 2em !important }"""

SPACE = """(css) => {
  for (const host of [document, ...[...document.querySelectorAll("*")].map((e) => e.shadowRoot)])
    if (host) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css + css.replace("*", "::slotted(*)"));
      host.adoptedStyleSheets = [...host.adoptedStyleSheets, sheet];
    }
}"""

# What sticks out of its own box or of the window, as text that is cut off does.
CUT_OFF = """(whole) => {
  const inside = [...(whole.shadowRoot || whole).querySelectorAll("*"), ...whole.children];
  return inside.filter((one) => one.clientWidth && (one.scrollWidth > one.clientWidth + 1
      || (getComputedStyle(one).overflowY === "hidden" && one.scrollHeight > one.clientHeight + 1))
      && !one.closest(".scroll,.unseen"))
    .map((one) => one.outerHTML.slice(0, 80));
}"""


def test_wider_spacing_of_text_cuts_nothing_off(shop: Shop, speaker: Visitor) -> None:
    speaker.open(shop.page("/", lang=speaker.language))
    speaker.banner.wait_for()
    speaker.page.evaluate(SPACE, SPACED)
    banner = speaker.banner.evaluate(CUT_OFF)

    speaker.customise()
    speaker.page.evaluate(SPACE, SPACED)

    assert banner == []
    assert speaker.dialog.evaluate(CUT_OFF) == []


def test_in_forced_colours_every_control_keeps_an_edge(shop: Shop, new_visitor: NewVisitor) -> None:
    """There backgrounds are taken away, and a control without an edge is a word among words."""
    visitor = new_visitor(forced_colors="active")
    edge = """(control) => {
      const style = getComputedStyle(control);
      return parseFloat(style.borderTopWidth) >= 1 && style.borderTopStyle === "solid"
        && style.borderTopColor !== getComputedStyle(control.parentElement || document.body)
          .backgroundColor && style.borderTopColor !== style.backgroundColor;
    }"""
    visitor.open(shop.page("/"))
    names = visitor.names
    visitor.banner.wait_for()
    answers = [
        visitor.banner.get_by_role("button", name=name).evaluate(edge)
        for name in (names.refuse_all, names.accept_all, names.customise)
    ]
    visitor.customise()
    one = visitor.switch("Analitik")
    off = one.screenshot()
    edges = [each.evaluate(edge) for each in visitor.dialog.get_by_role("switch").all()]
    one.check()

    assert all([*answers, *edges])
    assert one.screenshot() != off, "on and off are told apart by their shape"


def test_every_target_is_44_pixels_high(shop: Shop, speaker: Visitor) -> None:
    height = "(one) => (one.closest('label') || one).getBoundingClientRect().height"
    speaker.open(shop.page("/", lang=speaker.language))
    speaker.banner.wait_for()
    banner = [
        *speaker.banner.get_by_role("button").all(),
        *speaker.banner.get_by_role("link").all(),
    ]
    low = [one.inner_text() for one in banner if one.evaluate(height) < 44]

    speaker.customise()
    dialog = [
        *speaker.dialog.get_by_role("button").all(),
        *speaker.dialog.get_by_role("switch").all(),
        *speaker.dialog.locator("summary").all(),
    ]
    low += [one.inner_text() for one in dialog if one.evaluate(height) < 44]

    assert low == []


def test_nothing_moves_by_itself(shop: Shop, new_visitor: NewVisitor) -> None:
    visitor = new_visitor(reduced_motion="reduce")
    visitor.open(shop.page("/"))
    visitor.customise()
    visitor.switch("Analitik").check()

    assert visitor.page.evaluate("document.getAnimations().length") == 0


def test_the_banner_is_not_printed(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/"))
    visitor.banner.wait_for()

    visitor.page.emulate_media(media="print")

    expect(visitor.page.locator("section.izin")).to_be_hidden()


def test_a_page_from_right_to_left_mirrors_the_banner_and_loses_nothing(
    shop: Shop, speaker: Visitor
) -> None:
    head = "<script>document.documentElement.dir = 'rtl'</script>"
    speaker.open(shop.page("/", lang=speaker.language, head=head))
    names = speaker.names
    refuse = speaker.banner.get_by_role("button", name=names.refuse_all).bounding_box()
    accept = speaker.banner.get_by_role("button", name=names.accept_all).bounding_box()
    banner = speaker.banner.evaluate(CUT_OFF)
    speaker.customise()

    assert refuse is not None
    assert accept is not None
    assert refuse["x"] > accept["x"]
    assert banner == []
    assert speaker.dialog.evaluate(CUT_OFF) == []
    assert speaker.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_note_on_the_signal_is_read_before_the_buttons(
    shop: Shop, new_visitor: NewVisitor
) -> None:
    visitor = new_visitor()
    visitor.context.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})"
    )
    visitor.open(shop.page("/"))
    status = visitor.banner.get_by_role("status")
    expect(status).not_to_be_empty()
    told, button = (
        each.bounding_box() for each in (status, visitor.banner.get_by_role("button").first)
    )

    assert told is not None
    assert button is not None
    assert told["y"] + told["height"] <= button["y"]
    tree = visitor.banner.aria_snapshot()
    assert tree.index("status") < tree.index(visitor.names.refuse_all)
