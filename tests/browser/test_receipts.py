"""From the dialog to one's own records: receipts that anyone can verify, and erasure."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import SLOTS, Shop
from tests.browser.test_hosting import ANOTHER_SITE, PAGE, UNDER_A_PATH
from tests.browser.test_verify_page import AUTHENTIC, Verifier
from tests.browser.visitor import Visitor
from tests.browser.world import World
from tests.receipts import the_script

LANGUAGES = {"id": "id-ID", "en": "en-US"}
RECORDS = {"id": "Catatan dan tanda terima saya", "en": "My records and receipt"}
SHOW = {"id": "Lihat tanda terima", "en": "Show receipt"}
DOWNLOAD = {"id": "Unduh tanda terima (JSON)", "en": "Download receipt (JSON)"}
RECEIPT = {"id": "Tanda terima persetujuan", "en": "Consent receipt"}
ASK = "Beri saya tanda terima"
ERASE, REALLY = "Hapus catatan saya…", "Ya, hapus untuk selamanya"
CHOICE = ("__Secure-izin-toko", ".toko.co.id")

HOSTINGS: dict[str, dict[str, Any]] = {
    "a subdomain": {},
    "a path of the same host": UNDER_A_PATH,
    "another site": ANOTHER_SITE,
}
each_hosting = pytest.mark.parametrize("hosting", HOSTINGS.values(), ids=HOSTINGS)


def decide(visitor: Visitor, shop: Shop, *, accepted: bool = True) -> dict[str, Any]:
    visitor.open(shop.page("/", SLOTS, lang=visitor.language))
    if accepted:
        visitor.accept_all()
    else:
        visitor.refuse_all()
    return visitor.recorded()


@contextmanager
def in_new_tab(visitor: Visitor, act: Callable[[], None]) -> Iterator[Page]:
    with visitor.context.expect_page() as opened:
        act()
    page = opened.value
    page.wait_for_load_state()
    yield page


def to_records(visitor: Visitor) -> Any:
    """From the settings dialog to the records, in the tab that opens."""
    visitor.reopen()
    button = visitor.dialog.get_by_role("button", name=RECORDS[visitor.language], exact=True)
    return in_new_tab(visitor, button.click)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def fields_of(token: str) -> dict[str, Any]:
    payload = token.split(".")[0]
    found: dict[str, Any] = json.loads(
        base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    )
    return found


def keys_of(shop: Shop) -> str:
    return shop.app.test_client().get("/v1/toko/ledger/key").text


def come_back(visitor: Visitor) -> None:
    """From the tab with the records to the site's own."""
    visitor.page.bring_to_front()
    visitor.page.evaluate("() => { window.dispatchEvent(new Event('focus')) }")


# --- the way there -------------------------------------------------------------------------------


@each_hosting
@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_dialog_to_a_receipt_that_both_verifiers_accept(
    open_shop: OpenShop,
    new_visitor: NewVisitor,
    browser: Browser,
    tmp_path: Path,
    hosting: dict[str, Any],
    language: str,
) -> None:
    shop = open_shop(**hosting)
    visitor = new_visitor(locale=LANGUAGES[language])
    record = decide(visitor, shop)["record"]
    file = tmp_path / "downloaded.json"

    with to_records(visitor) as page:
        listed = page.get_by_role("heading", level=1).inner_text()
        press(page, SHOW[language])
        shown = page.get_by_role("heading", level=1).inner_text()
        with page.expect_download() as download:
            page.get_by_role("button", name=DOWNLOAD[language], exact=True).click()
        download.value.save_as(file)
        numbers = page.get_by_text(record).count()

    verifier = Verifier(browser, tmp_path, locale=language)
    assert (listed, shown) == (RECORDS[language], RECEIPT[language])
    assert numbers >= 1
    assert page.locator("html").get_attribute("lang") == language
    assert download.value.suggested_filename == f"izin-{record}.json"
    assert the_script().main([str(file), "--key", keys_of(shop)]) == 0
    assert verifier.check(file.read_bytes(), key=keys_of(shop)) == AUTHENTIC[language]
    assert verifier.asked == [verifier.address]
    verifier.context.close()
    assert visitor.errors == []


def test_the_page_without_a_choice_offers_no_records(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/"))
    visitor.customise()

    assert not visitor.dialog.get_by_role("button", name=RECORDS["id"], exact=True).is_visible()


def test_without_a_script_the_preferences_lead_there(shop: Shop, new_visitor: NewVisitor) -> None:
    visitor = new_visitor(java_script_enabled=False)
    visitor.open(f"https://{shop.service}/v1/toko/preferences")
    press(visitor.page, visitor.names.accept_all)

    visitor.page.get_by_role("link", name=RECORDS["id"], exact=True).click()
    press(visitor.page, SHOW["id"])

    assert visitor.page.get_by_role("heading", level=1).inner_text() == RECEIPT["id"]
    visitor.page.get_by_role("button", name="English", exact=True).click()
    assert visitor.page.get_by_role("heading", level=1).inner_text() == RECEIPT["en"]


def test_the_token_stands_in_no_address_and_the_identifier_goes_to_nobody_else(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    record = decide(visitor, shop)["record"]
    token = visitor.kept()["token"]

    with to_records(visitor) as page:
        press(page, SHOW["id"])
        page.get_by_role("link", name="Periksa tanda terima", exact=True).click()
        page.wait_for_load_state()
        world.settle(page)

    assert shop.count() == 1
    for request in world.requests:
        assert token not in f"{request.query} {request.headers.get('referer', '')}"
    for request in world.outside():
        assert record not in f"{request.path}{request.query}{request.headers}{request.body!r}"


@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_fit_a_phone_and_a_desktop(
    shop: Shop, new_visitor: NewVisitor, width: int
) -> None:
    visitor = new_visitor(viewport={"width": width, "height": 800})
    decide(visitor, shop)

    with to_records(visitor) as page:
        page.set_viewport_size({"width": width, "height": 800})
        assert is_within_width(page)
        press(page, SHOW["id"])
        assert is_within_width(page)


def is_within_width(page: Page) -> bool:
    return bool(
        page.evaluate(
            "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


def test_a_receipt_prints_to_pdf_with_its_words_and_without_its_buttons(
    shop: Shop, visitor: Visitor
) -> None:
    record = decide(visitor, shop)["record"]

    with to_records(visitor) as page:
        press(page, SHOW["id"])
        paper = page.pdf(format="A4")
        page.emulate_media(media="print")
        buttons = page.get_by_role("button").count()
        number = page.get_by_role("cell", name=record, exact=True).first.is_visible()
        width = is_within_width(page)

    assert paper.startswith(b"%PDF-")
    assert len(paper) > 5000
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) <= 4
    assert (buttons, number, width) == (0, True, True)


# --- a refusal -----------------------------------------------------------------------------------


def test_a_refusal_has_an_identifier_only_once_the_visitor_asks_for_a_receipt(
    shop: Shop, visitor: Visitor, world: World
) -> None:
    decision = decide(visitor, shop, accepted=False)
    before = fields_of(visitor.cookies()[CHOICE]["value"])
    storage = json.dumps(visitor.storage())

    with to_records(visitor) as page:
        press(page, ASK)
        told = page.get_by_role("status").inner_text()
        world.settle(page)

    refusal, asked = shop.rows()
    after = fields_of(visitor.cookies()[CHOICE]["value"])
    assert decision["record"] is None
    assert "record" not in before
    assert str(refusal["id"]) not in storage
    assert refusal["principal"] is None
    assert after["record"] == asked["id"] == asked["principal"]
    assert (after["granted"], after["refused"]) == (before["granted"], before["refused"])
    assert told.startswith("Pilihan Anda dicatat sekali lagi")
    assert not world.outside()


def test_the_identifier_reaches_the_site_and_the_visitor_is_not_asked_again(
    shop: Shop, visitor: Visitor, world: World
) -> None:
    decide(visitor, shop, accepted=False)
    with to_records(visitor) as page:
        press(page, ASK)

    come_back(visitor)
    visitor.open(shop.page("/lain", SLOTS))
    decision = visitor.recorded()

    assert decision["record"] == shop.rows()[1]["id"]
    assert not visitor.banner.is_visible()
    assert not world.outside()
    with to_records(visitor) as page:
        assert page.get_by_role("button", name=SHOW["id"], exact=True).count() == 1


def test_where_no_cookie_reaches_the_receipt_is_to_be_saved_at_once(
    open_shop: OpenShop, visitor: Visitor
) -> None:
    shop = open_shop(**ANOTHER_SITE)
    decide(visitor, shop, accepted=False)

    with to_records(visitor) as page:
        press(page, ASK)
        told = page.get_by_role("status").inner_text()

    assert "unduh tanda terimanya sekarang" in told
    assert not [key for key in visitor.cookies() if key[1] == "izin.lain.id"]


# --- erasing -------------------------------------------------------------------------------------


def erase(page: Page) -> None:
    press(page, ERASE)
    press(page, REALLY)
    page.get_by_role("status").wait_for()


@each_hosting
def test_after_an_erasure_the_site_asks_again_and_no_tag_runs(
    open_shop: OpenShop, world: World, visitor: Visitor, hosting: dict[str, Any]
) -> None:
    shop = open_shop(**hosting)
    decide(visitor, shop)
    with to_records(visitor) as page:
        erase(page)
    visitor.leave()

    visitor.open(shop.page("/lain", SLOTS))
    visitor.banner.wait_for()
    world.settle(visitor.page)

    assert shop.count() == 0
    assert visitor.is_asked()
    assert visitor.decision() is None
    assert not world.outside()


@each_hosting
def test_the_tab_from_which_it_was_erased_stops_when_one_comes_back(
    open_shop: OpenShop, world: World, visitor: Visitor, hosting: dict[str, Any]
) -> None:
    shop = open_shop(**hosting)
    decide(visitor, shop)
    with to_records(visitor) as page:
        erase(page)
    world.settle(visitor.page)

    with visitor.reloading():
        come_back(visitor)
    visitor.banner.wait_for()
    world.clear()
    world.settle(visitor.page)

    assert visitor.is_asked()
    assert not world.outside()
    assert not visitor.has("analytics")
    visitor.errors.clear()  # the browser's own line about the answer 403


def test_who_comes_back_without_erasing_goes_on_as_before(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    decide(visitor, shop)
    with to_records(visitor) as page:
        page.close()
    visitor.mark_page()

    come_back(visitor)
    world.settle(visitor.page)

    assert visitor.is_on_marked_page()
    assert visitor.has("analytics")
    visitor.open(shop.page("/lain", SLOTS))
    assert visitor.recorded()["record"] == shop.rows()[0]["id"]
    assert not visitor.banner.is_visible()


def test_another_tab_stops_too(shop: Shop, world: World, visitor: Visitor) -> None:
    decide(visitor, shop)
    other = visitor.context.new_page()
    other.goto(shop.page("/lain", SLOTS))
    other.wait_for_function("() => izin.has('analytics')")
    with to_records(visitor) as page:
        erase(page)

    come_back(visitor)
    other.wait_for_function("() => izin.decision === null && !izin.has('analytics')")

    assert shop.count() == 0
    visitor.errors.clear()


def test_a_receipt_that_was_saved_can_still_be_verified_after_the_erasure(
    shop: Shop, visitor: Visitor, tmp_path: Path
) -> None:
    decide(visitor, shop)
    file = tmp_path / "kept.json"
    with to_records(visitor) as page:
        with page.expect_download() as download:
            page.get_by_role("button", name=DOWNLOAD["id"], exact=True).click()
        download.value.save_as(file)

        erase(page)

    assert the_script().main([str(file), "--key", keys_of(shop)]) == 0


# --- who is kept out -----------------------------------------------------------------------------


def test_another_sites_page_can_neither_see_nor_erase_nor_overwrite(
    shop: Shop, world: World, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    decide(visitor, shop)
    mine = visitor.cookies()[CHOICE]["value"]
    villain = new_visitor()
    decide(villain, shop, accepted=False)
    theirs = villain.cookies()[CHOICE]["value"]
    service = f"https://{shop.service}/v1/toko"
    forms = [
        f'<form method="post" action="{service}/records/erase">'
        f'<input name="confirm" value="yes"><button>Satu</button></form>',
        f'<form method="post" action="{service}/receipts">'
        f'<input name="token" value="{theirs}"><button>Dua</button></form>',
        f'<form method="post" action="{service}/records"><button>Tiga</button></form>',
    ]
    world.page("www.jahat.id", "/", "".join(forms))

    codes = []
    for name in ("Satu", "Dua", "Tiga"):
        visitor.open("https://www.jahat.id/")
        with visitor.page.expect_navigation() as answer:
            visitor.page.get_by_role("button", name=name, exact=True).click()
        codes.append(answer.value.status)

    assert codes == [403, 200, 403]
    assert visitor.cookies()[CHOICE]["value"] == mine
    assert [row["kind"] for row in shop.rows()] == ["granted", "refused", "refused"]
    visitor.errors.clear()


def test_a_policy_that_names_the_service_lets_the_form_go(
    open_shop: OpenShop, visitor: Visitor
) -> None:
    """Under a policy for forms, the owner names the service, as for everything else of it."""
    shop = open_shop(origins=(PAGE,))
    policy = f"form-action 'self' https://{shop.service}"
    visitor.open(shop.page("/", headers={"Content-Security-Policy": policy}))
    visitor.accept_all()
    visitor.recorded()

    with to_records(visitor) as page:
        assert page.get_by_role("heading", level=1).inner_text() == RECORDS["id"]


# How many lines the words of each cell take.
LINES = """(cells) => cells.map((cell) => {
  const range = document.createRange();
  range.selectNodeContents(cell);
  return new Set([...range.getClientRects()].map(({ top }) => top)).size;
})"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_a_choice_breaks_on_a_small_phone(
    shop: Shop, new_visitor: NewVisitor, language: str
) -> None:
    visitor = new_visitor(locale=LANGUAGES[language], viewport={"width": 320, "height": 568})
    decide(visitor, shop)

    with to_records(visitor) as page:
        lines = page.locator(".facts td").evaluate_all(LINES)

    assert set(lines) == {1}
