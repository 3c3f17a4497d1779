"""The first layer and the dialog, as visitors meet them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import SERVICES, Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

MAP = """
[services.google-maps]
product = "embed"
name = "Google Maps"
category = "preferences"
provider = "Google LLC"
host = "maps.example"
retention = "18 months"
"""
MAP_FRAME = """<iframe data-izin="google-maps" data-izin-src="https://maps.example/embed"
  title="Peta" width="300" height="450"></iframe>"""

HOSTILE = """<style>
* { all: unset !important }
div, span, p, section, button, h2 { display: none !important }
button { background: red !important; font-size: 3px !important; opacity: 0 !important }
section { visibility: hidden !important; transform: scale(0) !important }
.bar { position: fixed; inset: 0; z-index: 2147483647; display: block !important }
</style>"""


# --- language ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data_lang", "html_lang", "locale", "expected"),
    [
        pytest.param("en", "id", "id-ID", "en", id="the tag's data-lang comes first"),
        pytest.param("", "en-GB", "id-ID", "en", id="then the page's language"),
        pytest.param("de", "id", "en-US", "id", id="an unknown data-lang is passed over"),
        pytest.param("", "de", "en-US", "en", id="then the browser's"),
        pytest.param("", "", "fr-FR", "id", id="else the site's first"),
    ],
)
def test_the_banner_speaks_the_language_of(
    shop: Shop,
    new_visitor: NewVisitor,
    data_lang: str,
    html_lang: str,
    locale: str,
    expected: str,
) -> None:
    visitor = new_visitor(locale=locale)
    visitor.language = expected

    visitor.open(shop.page("/", lang=html_lang, tag=shop.tag(lang=data_lang)))

    expect(visitor.banner).to_be_visible()
    expect(visitor.banner).to_have_attribute("lang", expected)


def test_the_language_can_be_switched_and_the_record_says_which_was_read(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page("/"))

    visitor.banner.get_by_role("button", name="English").click()
    visitor.language = "en"
    visitor.refuse_all()
    visitor.recorded()

    assert [row["locale"] for row in shop.rows()] == ["en"]


def test_a_site_with_one_language_offers_no_switch(open_shop: OpenShop, visitor: Visitor) -> None:
    shop = open_shop()
    toml = shop.folder / "sites" / "toko.toml"
    text = toml.read_text("utf-8").replace('["id", "en"]', '["id"]')
    toml.write_text(text.replace("revision = 1", "revision = 2"), "utf-8")
    shop.restart()

    visitor.open(shop.page("/"))

    expect(visitor.banner.get_by_role("button")).to_have_count(3)


# --- the first layer -----------------------------------------------------------------------


@pytest.mark.parametrize("language", ["id", "en"])
def test_assistive_technology_finds_a_named_region_with_three_buttons(
    shop: Shop, new_visitor: NewVisitor, language: str
) -> None:
    visitor = new_visitor(locale=f"{language}-ID")

    visitor.open(shop.page("/", lang=language))

    names = visitor.names
    expect(visitor.banner).to_match_aria_snapshot(f"""
      - region "{names.banner}":
        - heading [level=2]
        - paragraph
        - paragraph:
          - link
          - button
        - status
        - button "{names.refuse_all}"
        - button "{names.accept_all}"
        - button "{names.customise}"
    """)


# Sizes to a tenth of a pixel: a third of a row is rounded to 1/64 here and there.
EVERY_COMPUTED_PROPERTY = """(button) => {
  const style = getComputedStyle(button), found = {};
  for (const name of style) found[name] = style.getPropertyValue(name).replace(
    /^([\\d.]+)px$/, (_, size) => Number(size).toFixed(1));
  for (const moving of ["inset-inline-start", "left", "right", "top", "bottom",
                        "perspective-origin", "transform-origin"]) delete found[moving];
  return {...found, tag: button.localName};
}"""


def computed(visitor: Visitor, name: str) -> dict[str, Any]:
    front = visitor.dialog if visitor.dialog.is_visible() else visitor.banner
    button = front.get_by_role("button", name=name, exact=True)
    found: dict[str, Any] = button.evaluate(EVERY_COMPUTED_PROPERTY)
    return found


@pytest.mark.shows(
    "No dark patterns: Accept and refuse are equal",
    "Computed size, font, weight, padding and colours of both, on both layers, light and "
    "dark, wide and narrow.",
)
@pytest.mark.parametrize("layer", ["banner", "dialog"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_accept_and_refuse_are_equal_in_every_computed_respect(
    shop: Shop, new_visitor: NewVisitor, layer: str, scheme: str, width: int
) -> None:
    visitor = new_visitor(viewport={"width": width, "height": 700}, color_scheme=scheme)
    visitor.open(shop.page("/"))
    visitor.banner.wait_for()
    if layer == "dialog":
        visitor.customise()

    accept = computed(visitor, visitor.names.accept_all)
    refuse = computed(visitor, visitor.names.refuse_all)

    assert accept == refuse


@pytest.mark.shows(
    "No dark patterns: No wall",
    "The focus stays in the page, the page scrolls, and part of it stays uncovered.",
)
def test_the_banner_takes_no_focus_blocks_no_scrolling_and_covers_part_of_the_page_only(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page("/", "<p style='height: 4000px'>Panjang</p>"))
    visitor.banner.wait_for()

    visitor.page.mouse.wheel(0, 500)
    visitor.page.wait_for_function("window.scrollY > 0")

    box = visitor.banner.bounding_box()
    viewport = visitor.page.viewport_size
    assert box is not None
    assert viewport is not None
    assert box["height"] <= viewport["height"] * 0.6
    assert visitor.page.evaluate("document.activeElement === document.body")


@pytest.mark.shows(
    "No dark patterns: Only an answer is an answer",
    "The page is scrolled, clicked, and Escape pressed: no record.",
)
def test_scrolling_escape_and_clicking_the_page_are_no_consent(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page("/"))
    visitor.banner.wait_for()

    visitor.page.mouse.wheel(0, 5000)
    visitor.page.keyboard.press("Escape")
    visitor.page.get_by_role("heading", name="Toko").click()
    world.settle(visitor.page)

    expect(visitor.banner).to_be_visible()
    assert shop.count() == 0


@pytest.mark.shows(
    "Hostile pages: Styles",
    "A page with `* { all: unset }`, display: none and a bar at the highest z-index: the "
    "refusal keeps its colours and is pressed.",
)
def test_a_hostile_page_cannot_hide_or_restyle_the_controls(shop: Shop, visitor: Visitor) -> None:
    bar = '<div class="bar">Bar lain</div>'

    visitor.open(shop.page("/", bar, head=HOSTILE))
    visitor.banner.wait_for()

    style = visitor.banner.get_by_role("button", name=visitor.names.refuse_all).evaluate(
        "(b) => [getComputedStyle(b).backgroundColor, getComputedStyle(b).fontSize]"
    )
    assert style == ["rgb(15, 95, 216)", "16px"]
    visitor.refuse_all()  # Playwright clicks only what is visible and not covered
    visitor.recorded()


@pytest.mark.parametrize("dark", [False, True])
def test_what_a_page_calls_its_own_colours_is_not_taken_for_ours(
    open_shop: OpenShop, new_visitor: NewVisitor, dark: bool
) -> None:
    """Custom properties are inherited, and `*` names the host and the buttons as well."""
    hostile = """<style>* { --accent: red; --on-accent: red; --ink: red; --paper: red; --line: red;
      --radius: 99px; --font: fantasy }</style>"""
    shop = open_shop(services=SERVICES + MAP, look='dark = {ink = "#fefefe"}')
    visitor = new_visitor(color_scheme="dark" if dark else "light")
    visitor.open(shop.page("/tanpa", MAP_FRAME))
    plain = looks(visitor)

    visitor.open(shop.page("/", MAP_FRAME, head=hostile))

    assert looks(visitor) == plain
    assert "rgb(255, 0, 0)" not in str(plain)


def looks(visitor: Visitor) -> list[Any]:
    """How everything of ours is drawn: banner, placeholder, dialog, and the small button."""
    names = visitor.names
    visitor.banner.wait_for()
    frame = visitor.page.frame_locator("iframe[data-izin]")
    found = [
        visitor.banner.evaluate(LOOK),
        *(each.evaluate(LOOK) for each in visitor.banner.locator("*").all()),
        *(each.evaluate(LOOK) for each in frame.locator("body *").all()),
    ]
    visitor.customise()
    found += [each.evaluate(LOOK) for each in visitor.dialog.locator("button, h2, input").all()]
    visitor.page.keyboard.press("Escape")
    visitor.refuse_all()
    visitor.recorded()
    button = visitor.page.get_by_role("button", name=names.dialog, exact=True)
    found.append(button.evaluate(LOOK))
    visitor.context.clear_cookies()
    visitor.page.evaluate("localStorage.clear()")
    return found


LOOK = """(one) => {
  const { color, backgroundColor, borderColor, borderRadius, fontFamily } = getComputedStyle(one);
  return [one.localName, color, backgroundColor, borderColor, borderRadius, fontFamily];
}"""


def test_the_choice_is_confirmed_in_words_without_moving_the_focus(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page("/"))
    visitor.banner.wait_for()

    visitor.refuse_all()

    status = visitor.page.get_by_role("status")
    expect(status).to_contain_text("Pilihan Anda telah disimpan")
    expect(visitor.page.get_by_role("button", name=visitor.names.refuse_all)).to_have_count(0)


def test_the_banner_can_be_used_by_keyboard_alone(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/", '<a href="/lain">Tautan</a>'))
    visitor.banner.wait_for()
    seen = []

    for _ in range(6):
        visitor.page.keyboard.press("Tab")
        seen.append(
            visitor.page.evaluate(
                """() => {
                  let on = document.activeElement;
                  while (on.shadowRoot && on.shadowRoot.activeElement)
                    on = on.shadowRoot.activeElement;
                  return on.textContent;
                }"""
            )
        )

    assert seen == [
        "Kebijakan Privasi",
        "English",
        "Tolak semua",
        "Setujui semua",
        "Atur pilihan",
        "Tautan",
    ]


# --- the dialog ----------------------------------------------------------------------------


def test_the_dialog_is_loaded_only_when_it_is_asked_for(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page("/"))
    visitor.banner.wait_for()
    world.settle(visitor.page)
    before = shop.asked(), shop.parts()

    visitor.customise()

    assert before == (["GET /v1/toko.js"], [])
    assert (shop.asked(), shop.parts()) == (["GET /v1/toko.js"], ["dialog"])


@pytest.mark.shows(
    "No dark patterns: Nothing is ticked beforehand",
    "Every switch of the dialog is read in both languages: all are off.",
)
@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("id", ["Preferensi", "Analitik", "Google Analytics", "Periklanan", "Google AdSense",
                "Google Ad Manager (DoubleClick)", "Floodlight (DoubleClick)"]),
        ("en", ["Preferences", "Analytics", "Google Analytics", "Advertising", "Google AdSense",
                "Google Ad Manager (DoubleClick)", "Floodlight (DoubleClick)"]),
    ],
)  # fmt: skip
def test_the_dialog_has_a_switch_for_each_category_and_service_and_none_is_pre_ticked(
    shop: Shop, new_visitor: NewVisitor, language: str, expected: list[str]
) -> None:
    visitor = new_visitor(locale=f"{language}-ID")
    visitor.open(shop.page("/", lang=language))

    visitor.customise()

    switches = visitor.dialog.get_by_role("switch")
    expect(switches).to_have_count(len(expected))
    for name in expected:
        expect(visitor.switch(name)).not_to_be_checked()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("id", ["Penyedia", "Google LLC", "Data yang diproses", "14 bulan", "184 hari", "_ga",
                "Transfer ke luar negeri", "Jalan Contoh 1, Jakarta", "privasi@toko.co.id",
                "Pasal 20 ayat (2) huruf a", "doubleclick.net"]),
        ("en", ["Provider", "Google LLC", "Data processed", "14 months", "184 days", "_ga",
                "Transfer abroad", "Jalan Contoh 1, Jakarta", "privasi@toko.co.id",
                "Article 20(2)(a)", "doubleclick.net"]),
    ],
)  # fmt: skip
def test_the_dialog_tells_who_what_why_how_long_and_where(
    shop: Shop, new_visitor: NewVisitor, language: str, words: list[str]
) -> None:
    visitor = new_visitor(locale=f"{language}-ID")
    visitor.open(shop.page("/", lang=language))

    visitor.customise()
    for details in visitor.dialog.locator("summary").all():
        details.click()

    for word in words:
        expect(visitor.dialog).to_contain_text(word)


def test_a_category_switches_its_services_and_a_service_its_category(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page("/"))
    visitor.customise()

    visitor.switch("Periklanan").check()
    all_on = [
        visitor.switch(name).is_checked() for name in ("Google AdSense", "Floodlight (DoubleClick)")
    ]
    visitor.switch("Periklanan").uncheck()
    visitor.switch("Google Analytics").check()

    assert all_on == [True, True]
    expect(visitor.switch("Google AdSense")).not_to_be_checked()
    expect(visitor.switch("Analitik")).to_be_checked()


def test_saving_records_exactly_the_switches_shown(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/"))

    visitor.choose("Preferensi", "Google AdSense")
    decision = visitor.recorded()

    assert decision["categories"] == {
        "preferences": True, "analytics": False, "advertising": True,
    }  # fmt: skip
    assert decision["services"] == {
        "google-analytics": False, "adsense": True, "ad-manager": False, "floodlight": False,
    }  # fmt: skip


@pytest.mark.shows(
    "WCAG 2.2: 2.4.3 Focus order",
    "A switch is turned and Escape pressed: no record, and the opener has the focus.",
)
def test_escape_closes_the_dialog_without_saving_and_gives_the_focus_back(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page("/"))
    visitor.customise()
    visitor.switch("Analitik").check()

    visitor.page.keyboard.press("Escape")
    world.settle(visitor.page)

    expect(visitor.dialog).to_have_count(0)
    expect(visitor.banner.get_by_role("button", name="Atur pilihan")).to_be_focused()
    assert shop.count() == 0


@pytest.mark.shows(
    "WCAG 2.2: 2.4.3 Focus order",
    "The dialog matches :modal, and its title has the focus.",
)
def test_the_dialog_is_modal_and_begins_at_its_title(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/"))

    visitor.customise()

    assert visitor.dialog.evaluate("(dialog) => dialog.matches(':modal')")
    expect(visitor.dialog.get_by_role("heading", name="Pengaturan kuki")).to_be_focused()


def test_the_reopened_dialog_shows_the_choice_that_counts(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/"))
    visitor.choose("Analitik")
    visitor.recorded()

    visitor.reopen()

    expect(visitor.switch("Analitik")).to_be_checked()
    expect(visitor.switch("Google Analytics")).to_be_checked()
    expect(visitor.switch("Periklanan")).not_to_be_checked()


def test_withdrawing_is_offered_only_where_there_is_something_to_withdraw(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page("/"))
    withdraw = visitor.dialog.get_by_role("button", name="Tarik semua persetujuan")

    visitor.customise()
    expect(withdraw).to_have_count(0)
    visitor.accept_all()
    visitor.recorded()
    visitor.reopen()

    expect(withdraw).to_be_visible()


def test_a_dialog_that_cannot_be_loaded_leaves_the_banner_to_choose_in(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page("/"))
    visitor.banner.wait_for()
    world.down(shop.service)

    visitor.banner.get_by_role("button", name="Atur pilihan").click()

    expect(visitor.page.get_by_role("status")).to_contain_text("Pengaturan tidak dapat dimuat")
    world.up(shop.service)
    visitor.refuse_all()
    visitor.recorded()


# --- the control that reopens --------------------------------------------------------------


def test_a_small_control_reopens_the_settings_on_every_page_once_decided(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page("/"))
    visitor.refuse_all()
    visitor.recorded()

    visitor.open(shop.page("/lain"))
    visitor.reopen()

    expect(visitor.dialog).to_be_visible()


def test_an_owner_with_a_control_of_their_own_can_have_no_button(
    open_shop: OpenShop, visitor: Visitor
) -> None:
    shop = open_shop(button="none")
    footer = "<button data-izin-open>Pengaturan kuki</button>"

    visitor.open(shop.page("/", footer))
    visitor.refuse_all()
    visitor.recorded()
    visitor.open(shop.page("/", footer))

    expect(visitor.page.get_by_role("button", name="Pengaturan kuki")).to_have_count(1)
    visitor.reopen()
    expect(visitor.dialog).to_be_visible()


@pytest.mark.shows(
    "WCAG 2.2: 1.3.4 Orientation",
    "Upright and in landscape, four screens, bar and box: each answer is scrolled to and lies "
    "inside the window, 44 px high.",
)
@pytest.mark.parametrize(
    ("layout", "width", "height"),
    [
        ("bar", 1280, 800), ("bar", 390, 844), ("bar", 320, 256), ("bar", 740, 360),
        ("box", 1280, 800), ("box", 640, 480), ("corner", 1280, 800), ("corner", 640, 480),
    ],
)  # fmt: skip
def test_every_button_can_be_reached_on_every_screen(
    open_shop: OpenShop, new_visitor: NewVisitor, layout: str, width: int, height: int
) -> None:
    shop = open_shop(layout=layout)
    visitor = new_visitor(viewport={"width": width, "height": height})

    visitor.open(shop.page("/"))
    visitor.banner.wait_for()

    for name in (visitor.names.accept_all, visitor.names.refuse_all, visitor.names.customise):
        button = visitor.banner.get_by_role("button", name=name)
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height + 1  # scrolled to a fraction of a pixel
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
