"""What WCAG 2.2 AA asks and no checker sees; what one sees is in `test_axe.py`."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import CUT_OFF, PHONE, SPACE, SPACED
from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import Shop
from tests.browser.surfaces import FEW, LOCALES
from tests.browser.visitor import Visitor


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    return open_shop(services=FEW)


@pytest.fixture(params=LOCALES)
def speaker(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Visitor:
    """A visitor in each language, on a small phone."""
    return new_visitor(locale=LOCALES[request.param], viewport=PHONE)


@pytest.mark.shows(
    "WCAG 2.2: 1.4.12 Text spacing",
    "The spacing of 1.4.12 is set on banner and dialog in both languages: no box is wider "
    "than its place or cuts words off.",
)
def test_wider_spacing_of_text_cuts_nothing_off(shop: Shop, speaker: Visitor) -> None:
    speaker.open(shop.page("/", lang=speaker.language))
    speaker.banner.wait_for()
    speaker.page.evaluate(SPACE, SPACED)
    banner = speaker.banner.evaluate(CUT_OFF)

    speaker.customise()
    speaker.page.evaluate(SPACE, SPACED)

    assert banner == []
    assert speaker.dialog.evaluate(CUT_OFF) == []


@pytest.mark.shows(
    "WCAG 2.2: 1.4.11 Non-text contrast",
    "In forced colours the borders of buttons and switches are compared with what lies beside "
    "them, and pictures of a switch on and off differ.",
)
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


@pytest.mark.shows(
    "WCAG 2.2: 2.3.3 Animation from interactions",
    "With reduced motion, document.getAnimations() is empty with the dialog open and a switch "
    "turned.",
)
def test_nothing_moves_by_itself(shop: Shop, new_visitor: NewVisitor) -> None:
    visitor = new_visitor(reduced_motion="reduce")
    visitor.open(shop.page("/"))
    visitor.customise()
    visitor.switch("Analitik").check()

    assert visitor.page.evaluate("document.getAnimations().length") == 0


@pytest.mark.shows(
    "WCAG 2.2: Print",
    "The banner is not in the page for print.",
)
def test_the_banner_is_not_printed(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/"))
    visitor.banner.wait_for()

    visitor.page.emulate_media(media="print")

    expect(visitor.page.locator("section.izin")).to_be_hidden()


@pytest.mark.shows(
    "WCAG 2.2: 1.3.2 Meaningful sequence",
    "In a page with dir=rtl the answers change sides, and nothing is cut off or scrolls sideways.",
)
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


@pytest.mark.shows(
    "WCAG 2.2: 1.3.2 Meaningful sequence",
    "Under Global Privacy Control the note lies above the buttons, on the screen and in the "
    "accessible tree.",
)
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
