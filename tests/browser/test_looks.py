"""Layouts, places, colours, font and logo, as a browser draws them."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from banner.core.site_look import SYSTEM
from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.palette import pixels_of
from tests.browser.shop import SERVICES, Shop
from tests.browser.visitor import PATIENCE, Visitor
from tests.browser.world import World

WIDE = {"width": 1280, "height": 800}
LONG_PAGE = "<h2>Toko</h2>" + "<p>Kopi, teh dan cokelat.</p>" * 200
DARK_PAGE = "<style>:root { color-scheme: light dark }</style>"

MAP = """
[services.google-maps]
product = "embed"
name = "Google Maps"
category = "preferences"
provider = "Google LLC"
host = "maps.example"
retention = "18 months"
"""
FRAME = """<iframe data-izin="google-maps" data-izin-src="https://maps.example/embed" title="Peta"
  width="300" height="450"></iframe>"""

GREEN = """
accent = "#146c2e"
paper = "#f4faf5"
ink = "#0b1f12"
font = "Source Sans 3, serif"
dark = {accent = "#6dd58c", on_accent = "#0a3818", paper = "#101a14", ink = "#e6f4ea"}
"""
DRAWN = {
    "light": ("rgb(20, 108, 46)", "rgb(255, 255, 255)", "rgb(244, 250, 245)", "rgb(11, 31, 18)"),
    "dark": ("rgb(109, 213, 140)", "rgb(10, 56, 24)", "rgb(16, 26, 20)", "rgb(230, 244, 234)"),
}
"""Accent, what is on it, paper and ink."""

STYLE = """(one, names) => {
  const style = getComputedStyle(one);
  return names.map((name) => style[name]);
}"""


def style(one: Locator, *names: str) -> tuple[str, ...]:
    return tuple(one.evaluate(STYLE, names))


# --- where it stands -------------------------------------------------------------------------


@pytest.mark.shows(
    "Themes: Layouts",
    "Places on the screen are read, on wide screens and phones.",
)
@pytest.mark.parametrize(
    ("layout", "look", "expected"),
    [
        pytest.param("bar", "", {"left": 0, "right": 0, "bottom": 0}, id="a bar"),
        pytest.param("bar", 'position = "top"', {"left": 0, "right": 0, "top": 0}, id="on top"),
        pytest.param("box", "", {"left": 280, "right": 280, "bottom": 16}, id="a box"),
        pytest.param("corner", "", {"right": 16, "bottom": 16}, id="a corner"),
        pytest.param(
            "corner", 'side = "left"\nposition = "top"', {"left": 16, "top": 16}, id="another"
        ),
    ],
)
def test_a_layout_stands_where_the_file_says_and_over_the_whole_width_on_phones(
    open_shop: OpenShop, visitor: Visitor, layout: str, look: str, expected: dict[str, float]
) -> None:
    shop = open_shop(layout=layout, look=look)
    visitor.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    visitor.open(shop.page("/", LONG_PAGE))
    visitor.banner.wait_for()

    wide = distances(visitor)
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    phone = distances(visitor)
    visitor.page.set_viewport_size({"width": 740, "height": 360})
    sideways = distances(visitor)

    assert {name: wide[name] for name in expected} == expected
    near = "top" if "top" in expected else "bottom"
    assert phone["left"] == phone["right"] == phone[near] == 0
    assert sideways["left"] == sideways["right"] == sideways[near] == 0


def distances(visitor: Visitor) -> dict[str, float]:
    """From the edges of the window, in CSS pixels."""
    found: dict[str, float] = visitor.banner.evaluate(
        """(host) => {
          const { left, right, top, bottom } = host.getBoundingClientRect();
          const { clientWidth, clientHeight } = document.documentElement;
          return { left, right: clientWidth - right, top, bottom: innerHeight - bottom };
        }"""
    )
    return {name: round(each) for name, each in found.items()}


# --- colours and font ------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_colours_paper_and_ink_are_the_systems_and_what_the_rules_reckon_with(
    shop: Shop, new_visitor: NewVisitor, scheme: str
) -> None:
    visitor = new_visitor(color_scheme=scheme)
    visitor.open(shop.page("/"))
    visitor.banner.wait_for()

    hexadecimal = tuple(
        "#" + "".join(f"{int(part):02x}" for part in each[4:-1].split(","))
        for each in style(visitor.banner, "backgroundColor", "color")
    )

    assert hexadecimal == SYSTEM[scheme]


@pytest.mark.shows(
    "Themes: Colours, corners and letters",
    "The computed styles of everything that visitors see.",
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_theme_is_on_everything_that_visitors_see(
    open_shop: OpenShop, new_visitor: NewVisitor, scheme: str
) -> None:
    shop = open_shop(services=SERVICES + MAP, look=GREEN)
    accent, on_accent, paper, ink = DRAWN[scheme]
    visitor = new_visitor(color_scheme=scheme)
    names = visitor.names
    visitor.open(shop.page("/", FRAME))
    frame = visitor.page.frame_locator("iframe[data-izin]")
    whole = ("backgroundColor", "color", "fontFamily")

    banner = style(visitor.banner, *whole)
    refuse = style(visitor.banner.get_by_role("button", name=names.refuse_all), *whole)
    placeholder = style(frame.locator("html"), *whole)
    once = style(frame.get_by_role("button").first, *whole)
    visitor.customise()
    dialog = style(visitor.dialog, *whole)
    save = style(visitor.dialog.get_by_role("button", name=names.save), *whole)
    visitor.save()
    visitor.recorded()
    small = visitor.page.get_by_role("button", name=names.dialog, exact=True)
    button = style(small, *whole)
    visitor.open(f"https://{shop.service}/v1/toko/preferences")
    page = style(visitor.page.locator("html"), *whole[:2])
    answer = style(visitor.page.get_by_role("button", name=names.refuse_all), *whole)

    font = '"Source Sans 3", serif'
    assert {banner, placeholder, dialog, button} == {(paper, ink, font)}
    assert {refuse, once, save, answer} == {(accent, on_accent, font)}
    assert page == (paper, ink)


def test_the_pages_own_properties_come_first(open_shop: OpenShop, visitor: Visitor) -> None:
    shop = open_shop(look=GREEN)
    head = "<style>:root { --izin-accent: rgb(90, 0, 90); --izin-radius: 3px }</style>"
    visitor.open(shop.page("/", head=head))

    refuse = visitor.banner.get_by_role("button", name=visitor.names.refuse_all)

    assert style(refuse, "backgroundColor", "borderRadius") == ("rgb(90, 0, 90)", "3px")


# --- nothing moves, nothing waits ------------------------------------------------------------

SHIFTS = """() => new Promise((tell) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => tell(sum), 0)));
})"""

PLACES = """(host) => {
  const all = [host, ...host.children, ...host.shadowRoot.querySelectorAll("*")];
  return all.map((one) => {
    const { x, y, width, height } = one.getBoundingClientRect();
    return [one.localName, x, y, width, height];
  });
}"""

LOGO = "https://www.toko.co.id/logo.svg"
PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" width="960" height="320"><rect width="960"
  height="320" fill="#ff0000"/></svg>"""


@pytest.fixture
def shop_with_a_logo(open_shop: OpenShop, world: World) -> Shop:
    world.file("www.toko.co.id", "/logo.svg", PICTURE, "image/svg+xml")
    return open_shop(look=f'logo = "{LOGO}"')


def red_in(visitor: Visitor) -> bool:
    """Is the red of the logo drawn anywhere in the title?"""
    title = visitor.banner.get_by_role("heading").screenshot()
    return (255, 0, 0) in pixels_of(title, visitor.page)[1]


def places_in_the_banner(visitor: Visitor) -> list[list[float]]:
    """Once it is whole: what is said to those who do not see it comes a moment later."""
    expect(visitor.banner.locator("i")).not_to_be_empty()
    found: list[list[float]] = visitor.banner.evaluate(PLACES)
    return found


def wait_for_red(visitor: Visitor) -> None:
    """A picture that has come is drawn in a later frame."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not red_in(visitor):
        assert time.monotonic() < deadline, "there is no logo"


@pytest.mark.shows(
    "Themes: Nothing moves",
    "Layout shifts, as the browser reports them, and scrolling.",
)
@pytest.mark.parametrize("layout", ["bar", "box", "corner"])
def test_the_page_does_not_move_and_can_be_scrolled(
    open_shop: OpenShop, visitor: Visitor, layout: str
) -> None:
    shop = open_shop(layout=layout)
    visitor.open(shop.page("/tanpa", LONG_PAGE, tag=""))
    before = visitor.page.evaluate(PLACE_OF_THE_PAGE)

    visitor.open(shop.page("/", LONG_PAGE))
    visitor.banner.wait_for()

    assert visitor.page.evaluate(PLACE_OF_THE_PAGE) == before
    assert visitor.page.evaluate(SHIFTS) == 0
    visitor.page.mouse.move(5, 5)
    visitor.page.mouse.wheel(0, 300)
    visitor.page.wait_for_function("scrollY > 0")


PLACE_OF_THE_PAGE = """() => [...document.querySelectorAll("main *")].map((one) => {
  const { x, y, width, height } = one.getBoundingClientRect();
  return [x, y, width, height];
})"""


@pytest.mark.shows(
    "Themes: A logo",
    "The picture is held back, and places are compared before and after.",
)
def test_a_logo_comes_late_and_moves_nothing(
    shop_with_a_logo: Shop, world: World, visitor: Visitor
) -> None:
    world.stuck("www.toko.co.id", "/logo.svg")
    visitor.open(shop_with_a_logo.page("/", LONG_PAGE), until="domcontentloaded")
    before = places_in_the_banner(visitor)
    nothing_yet = not red_in(visitor)

    with visitor.page.expect_response(LOGO):
        world.release("www.toko.co.id", "/logo.svg")
    visitor.page.wait_for_load_state()
    wait_for_red(visitor)

    assert nothing_yet
    assert places_in_the_banner(visitor) == before
    assert visitor.page.evaluate(SHIFTS) == 0


def test_a_logo_that_cannot_be_loaded_is_nowhere_and_moves_nothing(
    shop_with_a_logo: Shop, world: World, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    visitor.open(shop_with_a_logo.page("/", LONG_PAGE))
    there = places_in_the_banner(visitor)
    world.file("www.toko.co.id", "/logo.svg", "no picture", "text/plain")

    later = new_visitor()
    later.open(shop_with_a_logo.page("/", LONG_PAGE))
    later.banner.wait_for()
    world.settle(later.page)

    assert not red_in(later)
    assert places_in_the_banner(later) == there
    expect(later.banner.get_by_role("img")).to_have_count(0)


def test_a_logo_is_asked_for_by_a_page_that_asks_and_by_no_other(
    shop_with_a_logo: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop_with_a_logo.page("/"))
    visitor.banner.wait_for()
    world.settle(visitor.page)
    asked = logos(world)
    outside = world.outside()
    visitor.refuse_all()
    visitor.recorded()
    world.clear()

    visitor.open(shop_with_a_logo.page("/lain"))
    visitor.page.get_by_role("button", name=visitor.names.dialog, exact=True).wait_for()
    world.settle(visitor.page)

    assert (asked, outside) == (1, ())
    assert logos(world) == 0


def logos(world: World) -> int:
    return sum(each.path == "/logo.svg" for each in world.to("www.toko.co.id"))


def test_a_site_without_a_logo_has_no_room_for_one(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/"))

    after: Any = visitor.banner.get_by_role("heading").evaluate(
        "(title) => getComputedStyle(title, '::after').content"
    )

    assert after == "none"
