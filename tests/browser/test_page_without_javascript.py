"""The preferences page: the same choice, by a form and nothing else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator

from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import SLOTS, Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

LANGUAGES = {"id": "id-ID", "en": "en-US"}
UNDECIDED = {"id": "Anda belum memilih", "en": "You have not chosen yet"}
DECIDED = {
    "id": "Pilihan Anda saat ini ditandai di bawah.",
    "en": "Your present choice is marked below.",
}
EXPIRED = {"id": "Formulir ini sudah kedaluwarsa", "en": "This form has expired"}
NAMES = {
    "id": {"preferences": "Preferensi", "analytics": "Analitik", "advertising": "Periklanan"},
    "en": {"preferences": "Preferences", "analytics": "Analytics", "advertising": "Advertising"},
}
SERVICES = {
    "google-analytics": "Google Analytics",
    "adsense": "Google AdSense",
    "ad-manager": "Google Ad Manager (DoubleClick)",
    "floodlight": "Floodlight (DoubleClick)",
}
ALL = {*NAMES["id"], *SERVICES}

CHOICE = ("__Secure-izin-toko", ".toko.co.id")
FORM = ("__Host-izin-form", "izin.toko.co.id")
FPID = ("FPID", ".toko.co.id")
GA = ("_ga", ".toko.co.id")
BASKET = ("keranjang", ".toko.co.id")

GPC = {"extra_http_headers": {"Sec-GPC": "1"}}
NOT_ADVERTISING = {"preferences", "analytics", "google-analytics"}


@pytest.fixture(params=LANGUAGES)
def speaker(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Visitor:
    """A visitor without JavaScript, in each language."""
    return new_visitor(locale=LANGUAGES[request.param], java_script_enabled=False)


@pytest.fixture
def visitor(new_visitor: NewVisitor) -> Visitor:
    """A visitor without JavaScript, where the words do not matter."""
    return new_visitor(java_script_enabled=False)


def address(shop: Shop) -> str:
    return f"https://{shop.service}/v1/toko/preferences"


def box(visitor: Visitor, id: str) -> Locator:
    name = {**NAMES[visitor.language], **SERVICES}[id]
    return visitor.page.get_by_role("checkbox", name=name, exact=True)


def press(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("button", name=name, exact=True).click()


def marked(visitor: Visitor) -> set[str]:
    return {id for id in ALL if box(visitor, id).is_checked()}


def marked_when_reopened(shop: Shop, visitor: Visitor) -> set[str]:
    visitor.open(address(shop))
    visitor.page.get_by_text(DECIDED[visitor.language]).wait_for()
    return marked(visitor)


def set_by_the_shops_server(world: World, visitor: Visitor) -> None:
    """HttpOnly cookies of Google's tags on the shop's own server, and one of the shop itself."""
    host = "gtm.toko.co.id"
    for name in ("FPID", "_ga", "keranjang"):
        cookie = f"{name}=1; Domain=toko.co.id; Path=/; Max-Age=1000; Secure; HttpOnly"
        world.page(host, f"/{name}", "<p>.</p>", headers={"Set-Cookie": cookie})
        visitor.open(f"https://{host}/{name}")


def tab_to(visitor: Visitor, target: Locator) -> None:
    for _ in range(60):
        visitor.page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"the Tab key does not lead to {target}")


# --- choosing ------------------------------------------------------------------------------------


def test_nothing_is_marked_before_a_choice(shop: Shop, world: World, speaker: Visitor) -> None:
    speaker.open(address(shop))

    assert speaker.page.get_by_text(UNDECIDED[speaker.language]).is_visible()
    assert speaker.page.locator("html").get_attribute("lang") == speaker.language
    assert marked(speaker) == set()
    assert speaker.cookies().keys() == {FORM}
    assert shop.count() == 0
    assert not world.outside()
    assert speaker.errors == []


def test_everything_is_accepted_by_one_press(shop: Shop, world: World, speaker: Visitor) -> None:
    speaker.open(address(shop))

    press(speaker, speaker.names.accept_all)
    speaker.status.wait_for()

    assert shop.acts() == [("granted", "page", ALL)]
    assert shop.rows()[0]["locale"] == speaker.language
    assert speaker.cookies().keys() == {FORM, CHOICE}
    assert marked(speaker) == marked_when_reopened(shop, speaker) == ALL
    assert not world.outside()
    assert speaker.errors == []


def test_everything_is_refused_by_one_press(shop: Shop, world: World, speaker: Visitor) -> None:
    speaker.open(address(shop))

    press(speaker, speaker.names.refuse_all)
    speaker.status.wait_for()

    assert shop.acts() == [("refused", "page", set())]
    assert marked(speaker) == marked_when_reopened(shop, speaker) == set()
    assert not world.outside()
    assert speaker.errors == []


@pytest.mark.parametrize(
    "granted",
    [{"preferences"}, {"analytics", "google-analytics"}, {"advertising", "adsense"}],
    ids=["a category", "a category and its service", "one of several services"],
)
def test_what_is_ticked_is_granted_and_remembered(
    shop: Shop, world: World, speaker: Visitor, granted: set[str]
) -> None:
    speaker.open(address(shop))

    for id in granted:
        box(speaker, id).check()
    press(speaker, speaker.names.save)
    speaker.status.wait_for()

    assert shop.acts() == [("granted", "page", granted)]
    assert marked(speaker) == marked_when_reopened(shop, speaker) == granted
    assert not world.outside()


@pytest.mark.shows(
    "WCAG 2.2: 3.3.1 Error identification",
    "A choice that cannot be recorded comes back with role=alert and words.",
)
def test_a_service_without_its_category_is_sent_back_and_nothing_is_recorded(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(address(shop))

    box(visitor, "adsense").check()
    press(visitor, visitor.names.save)
    visitor.page.get_by_role("alert").wait_for()

    assert shop.count() == 0
    assert CHOICE not in visitor.cookies()
    visitor.errors.clear()


def test_a_withdrawal_replaces_the_grant(shop: Shop, speaker: Visitor) -> None:
    speaker.open(address(shop))
    press(speaker, speaker.names.accept_all)
    speaker.status.wait_for()
    speaker.open(address(shop))

    press(speaker, speaker.names.withdraw_all)
    speaker.status.wait_for()

    grant, withdrawal = shop.rows()
    assert shop.acts()[-1] == ("withdrawn", "page", set())
    assert withdrawal["previous"] == grant["id"]
    assert marked(speaker) == marked_when_reopened(shop, speaker) == set()
    assert not speaker.page.get_by_role("button", name=speaker.names.withdraw_all).is_visible()


@pytest.mark.shows(
    "WCAG 2.2: 2.1.1 Keyboard",
    "The preferences page without JavaScript is filled in and sent by Tab, Space and Enter.",
)
def test_the_whole_form_works_with_the_keyboard_alone(shop: Shop, visitor: Visitor) -> None:
    visitor.open(address(shop))

    for id in ("analytics", "google-analytics"):
        tab_to(visitor, box(visitor, id))
        visitor.page.keyboard.press("Space")
    tab_to(visitor, visitor.page.get_by_role("button", name=visitor.names.save, exact=True))
    visitor.page.keyboard.press("Enter")
    visitor.status.wait_for()

    assert shop.acts() == [("granted", "page", {"analytics", "google-analytics"})]


def test_the_page_can_be_read_in_the_other_language(shop: Shop, visitor: Visitor) -> None:
    other = {"id": "en", "en": "id"}[visitor.language]
    visitor.open(address(shop))

    visitor.page.locator(f'a[hreflang="{other}"]').click()
    visitor.language = other
    press(visitor, visitor.names.refuse_all)
    visitor.status.wait_for()

    assert visitor.page.locator("html").get_attribute("lang") == other
    assert [row["locale"] for row in shop.rows()] == [other]


# --- what is sent and deleted --------------------------------------------------------------------


def test_a_reload_after_a_choice_sends_nothing_again(
    shop: Shop, world: World, speaker: Visitor
) -> None:
    speaker.open(address(shop))
    press(speaker, speaker.names.accept_all)
    speaker.status.wait_for()
    world.clear()

    speaker.page.reload()

    assert shop.asked() == ["GET /v1/toko/preferences"]
    assert speaker.page.get_by_text(DECIDED[speaker.language]).is_visible()
    assert not speaker.status.is_visible()
    assert speaker.page.url == f"{address(shop)}?lang={speaker.language}"
    assert shop.count() == 1


def test_a_withdrawal_deletes_what_only_a_server_can(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(address(shop))
    press(visitor, visitor.names.accept_all)
    visitor.status.wait_for()
    set_by_the_shops_server(world, visitor)

    visitor.open(address(shop))
    press(visitor, visitor.names.withdraw_all)
    visitor.status.wait_for()

    assert visitor.cookies().keys() == {FORM, CHOICE, BASKET}


def test_what_is_still_granted_keeps_its_cookies(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    set_by_the_shops_server(world, visitor)

    visitor.open(address(shop))
    for id in ("analytics", "google-analytics"):
        box(visitor, id).check()
    press(visitor, visitor.names.save)
    visitor.status.wait_for()

    assert visitor.cookies().keys() == {FORM, CHOICE, BASKET, FPID, GA}


# --- Global Privacy Control ----------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_advertising_stays_off_for_who_asks_by_signal(
    shop: Shop, new_visitor: NewVisitor, language: str
) -> None:
    speaker = new_visitor(locale=LANGUAGES[language], java_script_enabled=False, **GPC)
    speaker.open(address(shop))

    told = speaker.page.get_by_text("Global Privacy Control").is_visible()
    enabled = {id for id in ALL if box(speaker, id).is_enabled()}
    press(speaker, speaker.names.accept_all)
    speaker.status.wait_for()

    assert told
    assert enabled == NOT_ADVERTISING
    assert shop.acts() == [("granted", "page", NOT_ADVERTISING)]
    assert shop.rows()[0]["gpc"]
    assert marked(speaker) == NOT_ADVERTISING
    assert speaker.errors == []


def test_an_older_grant_counts_no_more_under_the_signal_and_can_be_withdrawn(
    shop: Shop, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    visitor.open(address(shop))
    press(visitor, visitor.names.accept_all)
    visitor.status.wait_for()
    same = new_visitor(java_script_enabled=False, **GPC)
    same.context.add_cookies([dict(each) for each in visitor.cookies().values()])  # type: ignore[misc]

    shown = marked_when_reopened(shop, same)
    press(same, same.names.withdraw_all)
    same.status.wait_for()

    assert shown == NOT_ADVERTISING
    assert [kind for kind, _, _ in shop.acts()] == ["granted", "withdrawn"]


# --- who is kept out -----------------------------------------------------------------------------


def test_a_form_without_its_token_is_refused_and_nothing_is_recorded(
    shop: Shop, speaker: Visitor
) -> None:
    speaker.open(address(shop))
    speaker.context.clear_cookies()

    press(speaker, speaker.names.accept_all)
    speaker.page.get_by_role("alert").get_by_text(EXPIRED[speaker.language]).wait_for()
    rows, cookies = shop.count(), speaker.cookies()
    press(speaker, speaker.names.accept_all)
    speaker.status.wait_for()

    assert rows == 0
    assert CHOICE not in cookies
    assert shop.count() == 1
    speaker.errors.clear()


@pytest.mark.parametrize("host", ["jahat.toko.co.id", "www.jahat.id"])
def test_a_form_on_another_page_records_nothing(
    shop: Shop, world: World, visitor: Visitor, host: str
) -> None:
    visitor.open(address(shop))
    button = '<button name="accept">Menang!</button>'
    world.page(host, "/", f'<form method="post" action="{address(shop)}">{button}</form>')
    visitor.open(f"https://{host}/")

    press(visitor, "Menang!")
    visitor.page.get_by_role("alert").wait_for()

    assert shop.count() == 0
    assert CHOICE not in visitor.cookies()
    visitor.errors.clear()


# --- with JavaScript again -----------------------------------------------------------------------


@pytest.mark.parametrize("choice", ["accepted", "refused"])
def test_a_choice_made_here_holds_on_the_site_with_one_request(
    open_shop: OpenShop, world: World, visitor: Visitor, new_visitor: NewVisitor, choice: str
) -> None:
    shop = open_shop(button="none")
    visitor.open(address(shop))
    names = {"accepted": visitor.names.accept_all, "refused": visitor.names.refuse_all}
    press(visitor, names[choice])
    visitor.status.wait_for()
    same = new_visitor()
    same.context.add_cookies([dict(each) for each in visitor.cookies().values()])  # type: ignore[misc]
    shop.page("/", SLOTS)
    world.clear()

    same.open("https://www.toko.co.id/")
    decision = same.recorded()
    world.settle(same.page)

    assert shop.asked() == ["GET /v1/toko.js", "GET /v1/toko/release"]
    assert set(decision["categories"].values()) == {choice == "accepted"}
    assert bool(world.outside()) == same.has("analytics") == (choice == "accepted")
    assert not same.banner.is_visible()
    assert shop.count() == 1


def test_a_withdrawal_made_here_holds_on_the_site_and_deletes_what_was_left(
    shop: Shop, world: World, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    visitor.open(address(shop))
    press(visitor, visitor.names.accept_all)
    visitor.status.wait_for()
    press(visitor, visitor.names.withdraw_all)
    visitor.status.wait_for()
    same = new_visitor()
    same.context.add_cookies([dict(each) for each in visitor.cookies().values()])  # type: ignore[misc]
    same.open(shop.page("/tanpa", tag=""))
    same.write_cookie("_ga=1; path=/; domain=toko.co.id")
    world.clear()

    same.open(shop.page("/", SLOTS))
    same.recorded()
    world.settle(same.page)

    assert not world.outside()
    assert not any(map(same.has, ALL))
    assert same.cookies().keys() == {FORM, CHOICE}
