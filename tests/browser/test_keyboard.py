"""The whole life of a choice by the keyboard alone: ask, customise, save, reopen, withdraw."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.focused import Focus, tab_to, without_a_ring
from tests.browser.shop import Shop
from tests.browser.surfaces import FEW, FRAME, LOCALES, RECORDS, at
from tests.browser.visitor import Visitor

# What a page may do to every ring there is.
NO_RINGS = "<style>*, *:focus, *:focus-visible { outline: none !important }</style>"
LINK = '<a href="/lain">Tautan</a>'
ANALYTICS = {"id": "Analitik", "en": "Analytics"}
CLOSE = {"id": "Tutup tanpa menyimpan", "en": "Close without saving"}
ONCE = {"id": "Muat sekali ini", "en": "Load this once"}
SETTINGS = {"id": "Pengaturan kuki", "en": "Cookie settings"}
RECEIPT = {"id": "Lihat tanda terima", "en": "Show receipt"}
ERASE = {"id": "Hapus catatan saya", "en": "Erase my records"}


CANCEL = {"id": "Batal", "en": "Cancel"}


def enter(page: Page) -> list[Focus]:
    """What has the focus is pressed, and leads to another page."""
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return []


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    return open_shop(services=FEW)


@pytest.fixture(params=[(language, scheme) for language in LOCALES for scheme in ("light", "dark")])
def speaker(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Visitor:
    """A visitor in each language, in the light and in the dark."""
    language, scheme = request.param
    return new_visitor(locale=LOCALES[language], color_scheme=scheme)


@pytest.mark.shows(
    "WCAG 2.2: 2.1.1 Keyboard, 2.4.3 Focus order, 2.4.7 Focus visible",
    "One walk by Tab, Enter and Space in both languages, light and dark: customise, one switch, "
    "save, reopen by the corner button, withdraw. Every stop has a solid ring of 2 px or more with "
    "3:1, on a page that forbids outlines.",
)
def test_a_choice_is_made_and_taken_back_by_the_keyboard_alone(
    shop: Shop, speaker: Visitor
) -> None:
    page, names = speaker.page, speaker.names
    analytics = ANALYTICS[speaker.language]
    speaker.open(shop.page("/", LINK, lang=speaker.language, head=NO_RINGS))
    speaker.banner.wait_for()

    way = tab_to(page, names.customise)
    page.keyboard.press("Enter")
    expect(speaker.dialog.get_by_role("heading", name=names.dialog)).to_be_focused()
    way += tab_to(page, analytics)
    page.keyboard.press("Space")
    way += tab_to(page, names.save)
    page.keyboard.press("Enter")
    saved = speaker.recorded()
    way += tab_to(page, names.dialog)
    page.keyboard.press("Enter")
    expect(speaker.dialog.get_by_role("heading", name=names.dialog)).to_be_focused()
    way += tab_to(page, names.withdraw_all)
    page.keyboard.press("Enter")
    speaker.dialog.wait_for(state="detached")
    speaker.page.wait_for_function("() => izin.decision && !izin.decision.categories.analytics")

    assert saved["categories"]["analytics"] is True
    assert saved["categories"]["preferences"] is False
    assert without_a_ring(way) == []
    speaker.recorded()


@pytest.mark.shows(
    "WCAG 2.2: 2.4.3 Focus order",
    "The places of the banner's stops of the Tab key are compared with their order, at two widths.",
)
@pytest.mark.parametrize("width", [1280, 320])
def test_the_order_of_the_tab_key_is_the_order_on_the_screen(
    shop: Shop, new_visitor: NewVisitor, width: int
) -> None:
    visitor = new_visitor(viewport={"width": width, "height": 800})
    visitor.open(shop.page("/"))
    visitor.banner.wait_for()
    places = []

    for _ in range(5):
        visitor.page.keyboard.press("Tab")
        places.append(
            visitor.page.evaluate(
                """() => {
                  let on = document.activeElement;
                  while (on.shadowRoot?.activeElement) on = on.shadowRoot.activeElement;
                  const { x, y } = on.getBoundingClientRect();
                  return [Math.round(y), Math.round(x)];
                }"""
            )
        )

    assert places == sorted(places)


# --- where the focus goes when the dialog closes -------------------------------------------------


@pytest.mark.shows(
    "WCAG 2.2: 2.4.3 Focus order",
    "After Escape, Close and saving, by what the dialog was opened: the focus is compared with the "
    "opener, or, where that has gone with the banner, with what reopens the settings.",
)
@pytest.mark.parametrize("way_out", ["Escape", "close"])
def test_the_focus_goes_back_to_the_corner_button(
    shop: Shop, visitor: Visitor, way_out: str
) -> None:
    visitor.open(shop.page("/", LINK))
    visitor.refuse_all()
    visitor.recorded()
    tab_to(visitor.page, visitor.names.dialog)
    visitor.page.keyboard.press("Enter")
    expect(visitor.dialog.get_by_role("heading", name=visitor.names.dialog)).to_be_focused()

    if way_out == "close":
        tab_to(visitor.page, CLOSE["id"])
    visitor.page.keyboard.press("Enter" if way_out == "close" else "Escape")

    reopens = visitor.page.get_by_role("button", name=visitor.names.dialog, exact=True)
    expect(reopens).to_be_focused()


@pytest.mark.shows(
    "WCAG 2.2: 2.4.3 Focus order",
    "The dialog is opened from the banner and saved; the banner goes, and the focus is awaited on "
    "the corner button, or on the owner's own link.",
)
@pytest.mark.parametrize("button", ["left", "none"])
def test_where_what_opened_the_dialog_has_gone_the_focus_goes_to_what_opens_it_again(
    open_shop: OpenShop, visitor: Visitor, button: str
) -> None:
    shop = open_shop(services=FEW, button=button)
    own = '<footer><a href="#izin-open">Pengaturan kuki</a></footer>' if button == "none" else ""
    visitor.open(shop.page("/", LINK + own))
    tab_to(visitor.page, visitor.names.customise)
    visitor.page.keyboard.press("Enter")
    expect(visitor.dialog.get_by_role("heading", name=visitor.names.dialog)).to_be_focused()

    tab_to(visitor.page, visitor.names.save)
    visitor.page.keyboard.press("Enter")
    visitor.recorded()

    control = visitor.page.get_by_role("link" if own else "button", name=visitor.names.dialog)
    expect(control).to_be_focused()


@pytest.mark.shows(
    "WCAG 2.2: 2.4.3 Focus order",
    "The settings are opened from a placeholder by the keyboard and left by Escape: the focus is "
    "looked for inside the frame again.",
)
def test_the_focus_goes_back_into_the_placeholder(shop: Shop, speaker: Visitor) -> None:
    settings = SETTINGS[speaker.language]
    speaker.open(shop.page("/", FRAME, lang=speaker.language))
    speaker.banner.wait_for()
    way = tab_to(speaker.page, ONCE[speaker.language])
    way += tab_to(speaker.page, settings)
    speaker.page.keyboard.press("Enter")
    expect(speaker.dialog.get_by_role("heading", name=settings)).to_be_focused()

    speaker.page.keyboard.press("Escape")

    frame = speaker.page.frame_locator("iframe")
    expect(frame.get_by_role("button", name=settings, exact=True)).to_be_focused()
    assert without_a_ring(way) == []


# --- no trap --------------------------------------------------------------------------------------


@pytest.mark.shows(
    "WCAG 2.2: 2.1.2 No keyboard trap",
    "Shift+Tab is pressed from the page through the banner, and Escape in it: nothing is decided, "
    "and the focus leaves at both ends.",
)
def test_the_banner_holds_nobody_and_escape_decides_nothing(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/", LINK))
    visitor.banner.wait_for()
    tab_to(visitor.page, "Tautan")

    tab_to(visitor.page, visitor.names.refuse_all, key="Shift+Tab")
    visitor.page.keyboard.press("Escape")

    expect(visitor.banner).to_be_visible()
    tab_to(visitor.page, "Tautan")
    assert visitor.decision() is None
    assert shop.count() == 0


# --- pages of the service ----------------------------------------------------------------------


@pytest.mark.shows(
    "WCAG 2.2: 2.1.1 Keyboard, 2.4.7 Focus visible",
    "One walk by Tab, Space and Enter, in both languages, light and dark: the preferences page is "
    "filled in and sent, then from the dialog to the records, the receipt and the question before "
    "an erasure.",
)
def test_the_pages_of_the_service_are_walked_by_the_keyboard_alone(
    shop: Shop, speaker: Visitor
) -> None:
    language, names = speaker.language, speaker.names
    page = at(shop, speaker, "preferences")

    way = tab_to(page, ANALYTICS[language])
    page.keyboard.press("Space")
    way += tab_to(page, names.save) + enter(page)
    expect(speaker.status).not_to_be_empty()
    told = speaker.status.inner_text()
    way += tab_to(page, RECORDS[language]) + enter(page)
    way += tab_to(page, ERASE[language]) + enter(page)
    asked = page.get_by_role("alert").inner_text()
    way += tab_to(page, CANCEL[language]) + enter(page)
    way += tab_to(page, RECEIPT[language]) + enter(page)
    way += tab_to(page, "verify.py")

    assert told
    assert asked
    assert without_a_ring(way) == []
