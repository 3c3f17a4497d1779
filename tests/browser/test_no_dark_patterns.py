"""Refusing is as easy as accepting, in every look that an owner can give.

Measured by the code of the command ``audit``: each test opens the page in both languages, light and
dark, on a desktop and at 320 px, and looks at both layers.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from banner.audit.visit import SIZES, Audit, audit
from banner.script import compose, look
from tests.browser.conftest import OpenShop
from tests.browser.shop import SERVICES, Shop
from tests.browser.test_mistakes import mistaken_script
from tests.browser.world import World

PATIENCE = 60.0
LONG_PAGE = "<p style='height: 4000px'>Panjang</p>"

PLAIN = ""
GREEN = """
accent = "#146c2e"
paper = "#f4faf5"
ink = "#0b1f12"
radius = 24
font = "Georgia, serif"
dark = {accent = "#6dd58c", on_accent = "#0a3818", paper = "#101a14", ink = "#e6f4ea"}
"""
BARELY = """
accent = "#949494"
on_accent = "#000000"
ink = "#767676"
radius = 0
dark = {accent = "#767676", on_accent = "#ffffff", paper = "#000000", ink = "#757575"}
"""
"""As little contrast as the rules of a site's file let through."""

LOOKS = [
    pytest.param("bar", "bottom", PLAIN, id="a bar"),
    pytest.param("bar", "top", GREEN, id="a green bar at the top"),
    pytest.param("bar", "bottom", BARELY, id="a bar with little contrast"),
    pytest.param("box", "bottom", GREEN, id="a green box"),
    pytest.param("box", "top", BARELY, id="a box at the top with little contrast"),
    pytest.param("corner", "bottom", 'side = "left"' + BARELY, id="a box in the left corner"),
    pytest.param("corner", "top", PLAIN, id="a box in a corner at the top"),
]


@pytest.mark.shows(
    "No dark patterns: Accept and refuse are equal",
    "Layouts, places and themes, light and dark, wide and 320 px, both languages: size, "
    "letters, edges, colours and contrast are measured on both layers, by the code of `flask "
    "audit`.",
)
@pytest.mark.parametrize(("layout", "position", "colours"), LOOKS)
def test_accept_and_refuse_are_equal_and_clear_in_every_look(
    open_shop: OpenShop, world: World, browser: Browser, layout: str, position: str, colours: str
) -> None:
    shop = open_shop(layout=layout, look=f'position = "{position}"\n{colours}')

    found = audit(browser, shop.page("/", LONG_PAGE), seconds=PATIENCE)

    assert found.faults == []
    views = {(each.view, each.layer) for each in found.measured}
    assert len(views) == 16, "2 languages, 2 schemes, 2 sizes, 2 layers"
    assert {each.facts["language"] for each in found.measured} == {"id", "en"}
    assert all(each.facts["switches"] > 5 for each in found.measured if each.layer == "dialog")
    assert all(is_near(position, each.facts) for each in found.measured if each.layer == "banner")
    assert shop.count() == 0


def is_near(position: str, facts: Any) -> bool:
    bottom = facts["top"] + facts["height"]
    return bool(facts["top"] <= 16 if position == "top" else bottom >= min(SIZES)[1] - 16)


# --- what would be one -----------------------------------------------------------------------

ACCEPT_IS_BOLD = "::slotted(:nth-child(2)) { font-weight: 900 !important }"
REFUSE_IS_PALE = "::slotted(:first-child) { opacity: .6 !important }"
REFUSE_IS_SMALL = "::slotted(:first-child) { flex: none !important }"
REFUSE_IS_FAR = """slot { display: block } :host { max-height: 200px !important }
  ::slotted(:first-child) { position: relative !important; top: 900px !important }"""
NO_RING = "::slotted(:focus-visible) { outline: 0 !important }"

PLANTED = [
    pytest.param(ACCEPT_IS_BOLD, "refuse has `font-weight: 600`, accept `900`", id="a bold accept"),
    pytest.param(REFUSE_IS_PALE, "refuse has `opacity: 0.6`", id="a pale refusal"),
    pytest.param(REFUSE_IS_SMALL, "refuse has a width of", id="a small refusal"),
    pytest.param(REFUSE_IS_FAR, "refuse is not in view before scrolling", id="a far refusal"),
    pytest.param(NO_RING, "the ring around refuse is 0 px wide", id="no ring"),
]


def audited(browser: Browser, address: str) -> Audit:
    """In one view, which is enough for what is wrong in all."""
    return audit(browser, address, seconds=PATIENCE, sizes=SIZES[:1], schemes=["light"])


@pytest.mark.shows(
    "No dark patterns: The measure finds what is unequal",
    "The banner is made unequal on purpose, in several ways.",
)
@pytest.mark.parametrize(("css", "caught"), PLANTED)
def test_an_unequal_banner_is_caught(
    open_shop: OpenShop,
    world: World,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    css: str,
    caught: str,
) -> None:
    monkeypatch.setattr(compose, "banner_css", lambda each: look.banner_css(each) + css)
    shop = open_shop()

    found = audited(browser, shop.page("/"))

    assert any(f", banner: {caught}" in fault for fault in found.faults), found.faults
    assert not any(", dialog: " in fault for fault in found.faults)


@pytest.mark.shows(
    "No dark patterns: The measure finds what is unequal",
    "The dialog is made unequal, and a switch turned on beforehand.",
)
def test_an_unequal_dialog_with_a_switch_that_is_on_is_caught(
    open_shop: OpenShop, world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    css = ".bottom button:nth-child(3) { font-size: 80% }"
    monkeypatch.setattr(
        compose,
        "dressed",
        lambda each, name: look.dressed(each, name) + (css if name == "dialog" else ""),
    )
    with mistaken_script((("set(id, !!choices[id]);", "set(id, true);"),), monkeypatch):
        shop = open_shop()

    found = audited(browser, shop.page("/"))

    wrong = "\n".join(found.faults)
    assert ", dialog: save has `font-size: 12.8px`, accept `16px`" in wrong
    assert ", dialog: the switch `switch-advertising` is on before anything was chosen" in wrong
    assert ", banner: " not in wrong


@pytest.mark.shows(
    "No dark patterns: The measure finds what is unequal",
    "A page pales the buttons, locks itself or sends a tag's request early.",
)
@pytest.mark.parametrize(
    ("head", "caught"),
    [
        pytest.param(
            "<style>:root { --izin-accent: #fafafa }</style>",
            "the words of refuse have a contrast of 1.04",
            id="a page's own colours",
        ),
        pytest.param(
            "<style>html { overflow: hidden; height: 100% }</style>",
            "the page behind the banner cannot be scrolled",
            id="a page that is locked",
        ),
        pytest.param(
            '<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>',
            "a request went to www.googletagmanager.com/gtag/js",
            id="a tag that does not wait",
        ),
    ],
)
def test_what_a_page_does_about_it_is_caught(
    shop: Shop, world: World, browser: Browser, head: str, caught: str
) -> None:
    found = audited(browser, shop.page("/", LONG_PAGE, head=head))

    assert any(caught in fault for fault in found.faults), found.faults


def test_answers_are_equal_however_many_share_a_line(
    shop: Shop, world: World, browser: Browser
) -> None:
    """Between the phone and the desktop one, two or three of them do."""
    sizes = [(360, 640), (480, 800), (560, 800), (700, 800)]

    found = audit(browser, shop.page("/"), seconds=PATIENCE, sizes=sizes, schemes=["light"])

    assert found.faults == []


def test_a_site_of_one_service_and_one_language_is_measured_too(
    open_shop: OpenShop, world: World, browser: Browser
) -> None:
    shop = open_shop(services=SERVICES.partition("[services.adsense]")[0])
    toml = shop.folder / "sites" / "toko.toml"
    text = toml.read_text("utf-8").replace('["id", "en"]', '["id"]')
    toml.write_text(text.replace("revision = 1", "revision = 2"), "utf-8")
    shop.restart()

    found = audited(browser, shop.page("/"))

    assert found.faults == []
    assert {each.view.language for each in found.measured} == {"id"}
