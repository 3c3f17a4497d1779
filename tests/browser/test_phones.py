"""Phones: fingers, notches, keyboards on the screen, and processors that take their time."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import Shop
from tests.browser.surfaces import FEW
from tests.browser.test_focus import IS_SEEN
from tests.browser.visitor import Visitor

COVER = (
    '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
    "<style>body { margin: 0 }</style>"
)
LONG_PAGE = "<p style='height: 4000px'>Panjang</p>"
TOUCH: dict[str, Any] = {"has_touch": True, "is_mobile": True}

# A phone with a notch, held upright and on either side.
UPRIGHT = {"top": 47, "left": 0, "bottom": 34, "right": 0}
SIDEWAYS = {"top": 0, "left": 47, "bottom": 21, "right": 47}


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    return open_shop(services=FEW)


def phone(new_visitor: NewVisitor, width: int = 360, height: int = 640) -> Visitor:
    return new_visitor(viewport={"width": width, "height": height}, **TOUCH)


def devtools(visitor: Visitor) -> CDPSession:
    return visitor.context.new_cdp_session(visitor.page)


# --- safe areas -------------------------------------------------------------------------------


def insets(visitor: Visitor, areas: dict[str, int]) -> None:
    devtools(visitor).send("Emulation.setSafeAreaInsetsOverride", {"insets": areas})


def edges(visitor: Visitor, selector: str) -> dict[str, float]:
    """How far what is inside lies from each edge of the window, at least."""
    found: dict[str, float] = visitor.page.locator(selector).first.evaluate(
        """(host) => {
          const inside = [...host.children, ...(host.shadowRoot || host).querySelectorAll("*")]
            .filter((one) => one.matches("h2,a,button,.top,.bottom") && one.checkVisibility());
          const least = (all, of) => Math.min(...all.map((one) => of(one.getBoundingClientRect())));
          // What can be scrolled is looked at from both ends.
          const below = (host.shadowRoot || host).querySelectorAll("div, dialog");
          const scroll = (to) => [host, ...below].forEach((one) => (one.scrollTop = to));
          scroll(9999);
          const last = inside.filter((one) => one.matches("button,.bottom"));
          const bottom = least(last, (box) => innerHeight - box.bottom);
          scroll(0);
          return {
            top: least(inside, (box) => box.top),
            left: least(inside, (box) => box.left),
            bottom,
            right: least(inside, (box) => innerWidth - box.right),
          };
        }"""
    )
    return found


def too_near(found: dict[str, float], areas: dict[str, int]) -> dict[str, float]:
    return {side: space for side, space in found.items() if space < areas[side]}


@pytest.mark.shows(
    "Phones: Safe areas",
    "Chromium is given the insets of a phone with a notch, upright and sideways, on a page with "
    "viewport-fit=cover: banner (bar and box, at either edge), dialog and corner button keep their "
    "words and controls out of all four.",
)
@pytest.mark.parametrize("layout", ["bar", "box"])
@pytest.mark.parametrize(
    ("width", "height", "areas"),
    [
        pytest.param(375, 812, UPRIGHT, id="upright"),
        pytest.param(812, 375, SIDEWAYS, id="sideways"),
    ],
)
def test_nothing_lies_under_a_notch_or_the_edge_of_gestures(
    open_shop: OpenShop,
    new_visitor: NewVisitor,
    layout: str,
    width: int,
    height: int,
    areas: dict[str, int],
) -> None:
    shop = open_shop(services=FEW, layout=layout)
    visitor = phone(new_visitor, width, height)
    insets(visitor, areas)
    visitor.open(shop.page("/", LONG_PAGE, head=COVER))
    visitor.banner.wait_for()

    below = edges(visitor, "section.izin")
    visitor.banner.evaluate("(host) => host.classList.add('izin-top')")
    above = edges(visitor, "section.izin")
    visitor.banner.evaluate("(host) => host.classList.remove('izin-top')")
    visitor.customise()
    inside = edges(visitor, ".izin-dialog")
    visitor.save()
    visitor.recorded()
    visitor.page.get_by_role("button", name=visitor.names.dialog, exact=True).wait_for()
    corner = edges(visitor, ".izin-button")

    assert too_near({**below, "top": 99}, areas) == {}
    assert too_near({**above, "bottom": 99}, areas) == {}
    assert too_near(inside, areas) == {}
    assert too_near(corner, areas) == {}


# --- keyboards on the screen ------------------------------------------------------------------

FIELD = """<p style="height: 180px">Cari</p><label>Cari <input id="field"></label>"""


@pytest.mark.shows(
    "Phones: On-screen keyboards",
    "A field of the page has the focus while the banner shows; then the window becomes as low as a "
    "keyboard leaves it (interactive-widget=resizes-content, and Firefox). The field is looked for "
    "at its own place: nothing may lie over it.",
)
@pytest.mark.parametrize("page", ["long", "short"])
def test_a_keyboard_on_the_screen_leaves_the_field_in_view(
    shop: Shop, new_visitor: NewVisitor, page: str
) -> None:
    visitor = phone(new_visitor)
    body = FIELD + (LONG_PAGE if page == "long" else "")
    visitor.open(shop.page("/", body, head=COVER))
    visitor.banner.wait_for()
    field = visitor.page.locator("#field")
    field.tap()
    visitor.page.wait_for_function(IS_SEEN)

    visitor.page.set_viewport_size({"width": 360, "height": 300})

    visitor.page.wait_for_function("() => innerHeight === 300")
    visitor.page.wait_for_function(IS_SEEN)
    expect(field).to_be_focused()
    visitor.page.keyboard.type("sepatu")
    expect(field).to_have_value("sepatu")
    assert visitor.is_asked()


# --- fingers ----------------------------------------------------------------------------------


def drag(visitor: Visitor, fingers: list[tuple[float, float]], *ways: tuple[float, float]) -> None:
    """Each finger goes down, its own way in twenty steps, and up."""
    session = devtools(visitor)
    for step in range(21):
        points = [
            {"x": x + across * step / 20, "y": y + down * step / 20, "id": finger}
            for finger, ((x, y), (across, down)) in enumerate(zip(fingers, ways, strict=True))
        ]
        kind = "touchMove" if step else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.shows(
    "Phones: Touch",
    "A finger is drawn over the banner's words: they scroll, and the page "
    "behind does not; then the refusal is tapped and recorded.",
)
@pytest.mark.parametrize(("width", "height"), [(320, 568), (667, 375)])
def test_the_words_scroll_by_touch_and_a_tap_answers(
    shop: Shop, new_visitor: NewVisitor, width: int, height: int
) -> None:
    visitor = phone(new_visitor, width, height)
    visitor.open(shop.page("/", LONG_PAGE, head=COVER))
    heading = visitor.banner.get_by_role("heading")
    box = heading.bounding_box()
    assert box is not None

    drag(visitor, [(box["x"] + 60, box["y"] + 60)], (0, -60))
    expect(heading).not_to_be_in_viewport(ratio=1)
    scrolled = visitor.page.evaluate("scrollY")
    visitor.banner.get_by_role("button", name=visitor.names.refuse_all).tap()
    visitor.recorded()

    assert scrolled == 0, "the page itself has not moved"
    assert shop.acts() == [("refused", "banner", set())]


@pytest.mark.shows(
    "Phones: Zoom by two fingers",
    "Two fingers are spread over the banner, and the visual viewport's scale "
    "is awaited (WCAG 1.4.4).",
)
def test_two_fingers_on_the_banner_make_the_page_larger(
    shop: Shop, new_visitor: NewVisitor
) -> None:
    visitor = phone(new_visitor)
    visitor.open(shop.page("/", LONG_PAGE, head=COVER))
    box = visitor.banner.get_by_role("heading").bounding_box()
    assert box is not None

    at = (box["x"] + 120, box["y"] + 20)
    drag(visitor, [at, at], (-100, 0), (100, 0))

    visitor.page.wait_for_function("() => visualViewport.scale > 1.5")


# --- slow processors --------------------------------------------------------------------------

# A finger as fast as the eye: pressed in the first frame in which it is there to be pressed.
AT_FIRST_SIGHT = """
const look = () => {
  const button = document.querySelector("section.izin > button");
  if (button?.checkVisibility() && button.getBoundingClientRect().height) button.click();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


@pytest.mark.shows(
    "Phones: Slow processors",
    "Chromium is slowed down six times, and the refusal is pressed in the first frame in which it "
    "can be seen: it is recorded.",
)
def test_on_a_slow_phone_a_press_at_first_sight_counts(shop: Shop, new_visitor: NewVisitor) -> None:
    visitor = phone(new_visitor)
    devtools(visitor).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    visitor.context.add_init_script(AT_FIRST_SIGHT)

    visitor.open(shop.page("/", LONG_PAGE, head=COVER))
    visitor.recorded()

    assert shop.acts() == [("refused", "banner", set())]
