"""Taking consent back: as easy as giving it, at once, and never lost."""

from __future__ import annotations

import pytest

from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import SLOTS, Shop, losing_answers, places
from tests.browser.visitor import Visitor
from tests.browser.world import World

pytestmark = [
    pytest.mark.holds_at_first,
    pytest.mark.whole_browser,  # what tags leave depends on cookies of third parties
]

LANGUAGES = {"id": "id-ID", "en": "en-US"}
OFF_BUT_UNREPORTED = {"id": "Yang ditolak sudah nonaktif", "en": "What you refused is off already"}
ADVERTISING = {"id": "Periklanan", "en": "Advertising"}

HOME = "www.toko.co.id"
EVERYTHING = {
    "preferences", "analytics", "advertising",
    "google-analytics", "adsense", "ad-manager", "floodlight",
}  # fmt: skip
ONLY_ANALYTICS = {"analytics", "google-analytics"}

EMBED = """
[services.peta]
product = "embed"
category = "preferences"
"""

# What Google's tags leave on the site's own domain.
LEFT_BEHIND = ("_ga", "_ga_TOKO1", "_gcl_au", "__gads", "__gpi", "__eoi")
CHOICE = ("__Secure-izin-toko", ".toko.co.id")

NOW = """() => {
  izin.withdraw();
  return {
    has: ["analytics", "advertising", "adsense"].some(izin.has),
    decision: izin.decision,
    cookie: document.cookie,
    kept: JSON.parse(localStorage["izin:toko"]),
  };
}"""


@pytest.fixture(params=LANGUAGES)
def speaker(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Visitor:
    """A visitor in each language."""
    return new_visitor(locale=LANGUAGES[request.param])


def page(
    shop: Shop, visitor: Visitor, path: str = "/", *, body: str = SLOTS, host: str = HOME
) -> str:
    """A page in the visitor's language with the owner's own control; its address."""
    control = f"<button data-izin-open>{visitor.names.dialog}</button>"
    return shop.page(path, control + body, host=host, lang=visitor.language)


def accept(shop: Shop, visitor: Visitor, *, body: str = SLOTS, host: str = HOME) -> str:
    """Open a page with ads and measuring and accept all of it; the token."""
    visitor.open(page(shop, visitor, body=body, host=host))
    visitor.accept_all()
    visitor.recorded()
    shop.world.settle(visitor.page)
    return visitor.cookies()[CHOICE]["value"]


def withdraw(visitor: Visitor) -> None:
    """Withdraw all in the dialog, on a page where tags have run."""
    visitor.reopen()
    with visitor.reloading():
        visitor.withdraw_all()


# --- at once -----------------------------------------------------------------------------------


@pytest.mark.shows(
    "No dark patterns: Withdrawing is as easy as giving",
    "Presses are counted: one after the settings are open.",
)
def test_one_press_after_reopening_withdraws_everything(
    shop: Shop, world: World, speaker: Visitor
) -> None:
    accept(shop, speaker)

    withdraw(speaker)

    decision = speaker.recorded()
    grant, withdrawal = shop.rows()
    assert not any([*decision["categories"].values(), *decision["services"].values()])
    assert shop.acts() == [("granted", "banner", EVERYTHING), ("withdrawn", "dialog", set())]
    assert withdrawal["previous"] == grant["id"]
    assert withdrawal["locale"] == speaker.language
    assert not speaker.is_asked()


@pytest.mark.shows(
    "No dark patterns: Withdrawing is as easy as giving",
    "Presses are counted on both ways, from the page to the end.",
)
def test_withdrawing_takes_as_many_presses_as_accepting_in_the_dialog(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.context.add_init_script(
        "addEventListener('click', () => { sessionStorage.presses++ }, true)"
    )
    address = page(shop, visitor, "/")
    visitor.open(address)
    visitor.page.evaluate("() => sessionStorage.presses = 0")

    visitor.customise()
    visitor.accept_all()
    visitor.recorded()
    to_accept = visitor.page.evaluate("() => sessionStorage.presses")
    visitor.page.evaluate("() => sessionStorage.presses = 0")
    withdraw(visitor)
    visitor.recorded()
    to_withdraw = visitor.page.evaluate("() => sessionStorage.presses")

    assert to_accept == to_withdraw == "2"
    assert shop.acts()[-1] == ("withdrawn", "dialog", set())


def test_withdrawal_closes_the_gate_before_it_is_reported(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    accept(shop, visitor)
    world.stuck(shop.service, "/v1/toko/decisions")

    with visitor.reloading():
        at_once = visitor.page.evaluate(NOW)

    assert at_once["has"] is False
    assert at_once["decision"]["pending"] is True
    assert "izin-toko" not in at_once["cookie"]
    assert "token" not in at_once["kept"]
    assert CHOICE not in visitor.cookies()
    assert "token" not in visitor.kept()
    assert not any(map(visitor.has, EVERYTHING))
    assert shop.count() == 1
    world.release(shop.service, "/v1/toko/decisions")
    visitor.recorded()
    assert shop.count() == 2


def test_no_tag_is_fetched_after_a_withdrawal(shop: Shop, world: World, visitor: Visitor) -> None:
    accept(shop, visitor)
    again = page(shop, visitor, "/lain")
    world.settle(visitor.page)  # what was granted still loads its own scripts
    world.clear()

    withdraw(visitor)
    visitor.recorded()
    world.settle(visitor.page)
    after_the_reload = world.outside()
    world.clear()
    visitor.open(again)
    world.settle(visitor.page)

    assert not after_the_reload
    assert not world.outside()
    assert not visitor.is_asked()


def test_a_page_reloads_when_a_withdrawn_tag_had_run(open_shop: OpenShop, visitor: Visitor) -> None:
    marked_up = '<script type="text/plain" data-izin="preferences">ran = true</script>'
    accept(open_shop(services=EMBED), visitor, body=marked_up)
    visitor.page.wait_for_function("() => window.ran")

    withdraw(visitor)

    visitor.recorded()
    assert visitor.page.evaluate("() => window.ran") is None


def test_a_page_does_not_reload_when_no_withdrawn_tag_had_run(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(services=EMBED)
    accept(shop, visitor, body="")
    visitor.mark_page()

    visitor.reopen()
    visitor.switch("Preferensi").uncheck()
    visitor.save()
    visitor.recorded()
    world.settle(visitor.page)

    assert shop.acts()[-1] == ("changed", "dialog", {"analytics", "advertising"})
    assert visitor.is_on_marked_page()


# --- what is left behind -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "domains"),
    [
        ("www.toko.co.id", ("", ".www.toko.co.id", ".toko.co.id")),
        ("shop.toko.co.id", ("", ".toko.co.id")),
        ("promo.shop.toko.co.id", ("", ".shop.toko.co.id", ".toko.co.id")),
    ],
)
def test_cookies_of_withdrawn_services_are_deleted_on_every_parent_domain(
    open_shop: OpenShop, world: World, visitor: Visitor, host: str, domains: tuple[str, ...]
) -> None:
    shop = open_shop(origins=(f"https://{host}",))
    accept(shop, visitor, host=host)
    for domain in domains:
        for name in (*LEFT_BEHIND, "session"):
            visitor.write_cookie(f"{name}=1; path=/" + (domain and f"; domain={domain}"))
    for domain in domains:
        assert {(name, domain or host) for name in LEFT_BEHIND} <= visitor.cookies().keys()

    withdraw(visitor)
    visitor.recorded()
    world.settle(visitor.page)

    own = {("session", domain or host) for domain in domains}
    assert visitor.cookies().keys() == {CHOICE} | own


def test_storage_of_withdrawn_services_is_deleted_and_nothing_else(
    shop: Shop, visitor: Visitor
) -> None:
    accept(shop, visitor)
    visitor.page.evaluate(
        "() => Object.assign(localStorage, {google_adsense_settings: 1, _gcl_ls: 1,"
        " _gcl_lsx: 1, google_map_style: 1, keranjang: 1})"
    )

    withdraw(visitor)
    visitor.recorded()

    assert visitor.storage().keys() == {"_gcl_lsx", "google_map_style", "keranjang", "izin:toko"}


def test_refusing_for_the_first_time_deletes_what_was_there_from_before(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page())
    for name in (*LEFT_BEHIND, "session"):
        visitor.write_cookie(f"{name}=1; path=/; domain=toko.co.id")
        visitor.write_cookie(f"{name}=1; path=/")
    visitor.page.evaluate("() => Object.assign(localStorage, {google_ama_config: 1, keranjang: 1})")
    visitor.mark_page()

    visitor.refuse_all()
    visitor.recorded()
    world.settle(visitor.page)

    sessions = {("session", ".toko.co.id"), ("session", "www.toko.co.id")}
    assert visitor.cookies().keys() == {CHOICE} | sessions
    assert visitor.storage().keys() == {"keranjang", "izin:toko"}
    assert visitor.is_on_marked_page()


# --- in part -----------------------------------------------------------------------------------


def test_narrowing_keeps_what_is_still_granted_and_drops_the_rest(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    accept(shop, visitor)

    visitor.reopen()
    visitor.switch(ADVERTISING[visitor.language]).uncheck()
    with visitor.reloading():
        visitor.save()
    visitor.recorded()
    world.settle(visitor.page)
    kept_cookies = visitor.cookies().keys()
    world.clear()
    visitor.open(page(shop, visitor, "/lain"))
    world.settle(visitor.page)

    grant, change = shop.rows()
    assert shop.acts()[-1] == ("changed", "dialog", ONLY_ANALYTICS | {"preferences"})
    assert change["previous"] == grant["id"]
    assert kept_cookies == {CHOICE, *((n, ".toko.co.id") for n in LEFT_BEHIND[:2])}
    assert visitor.has("google-analytics")
    assert not any(map(visitor.has, ("advertising", "adsense", "ad-manager", "floodlight")))
    assert set(places(world.outside())) <= {
        "www.googletagmanager.com/gtag/js",
        "www.google-analytics.com/g/collect",
    }
    assert world.outside()


def test_one_service_can_be_withdrawn_by_itself(shop: Shop, world: World, visitor: Visitor) -> None:
    accept(shop, visitor)

    visitor.reopen()
    visitor.switch("Google AdSense").uncheck()
    with visitor.reloading():
        visitor.save()
    visitor.recorded()

    assert shop.acts()[-1] == ("changed", "dialog", EVERYTHING - {"adsense"})
    assert visitor.has("advertising")
    assert not visitor.has("adsense")


# --- when the service cannot hear it -------------------------------------------------------------


def test_a_withdrawal_is_kept_while_the_service_is_down_and_reported_on_a_later_page(
    shop: Shop, world: World, speaker: Visitor
) -> None:
    accept(shop, speaker)
    later = page(shop, speaker, "/lain")
    speaker.reopen()
    world.down(shop.service)

    with speaker.reloading():
        speaker.withdraw_all()
    (event,) = (each["event"] for each in speaker.kept()["pending"])
    speaker.open(later)
    speaker.page.get_by_role("heading", name="Toko").click()
    on_the_next_page = speaker.decision()
    cookies_meanwhile = speaker.cookies()
    rows_meanwhile = shop.count()
    world.up(shop.service)
    speaker.retry_now()
    speaker.recorded()

    assert on_the_next_page is not None
    assert on_the_next_page["pending"]
    assert not any(on_the_next_page["categories"].values())
    assert cookies_meanwhile == {}
    assert rows_meanwhile == 1
    grant, withdrawal = shop.rows()
    assert (withdrawal["kind"], withdrawal["event"]) == ("withdrawn", event)
    assert withdrawal["previous"] == grant["id"]
    assert not speaker.kept()["pending"]


def test_who_cannot_get_the_dialog_withdraws_in_the_banner(
    shop: Shop, world: World, speaker: Visitor
) -> None:
    accept(shop, speaker)
    world.down(shop.service)

    speaker.page.get_by_role("button", name=speaker.names.dialog).first.click()
    speaker.banner.wait_for()
    with speaker.reloading():
        speaker.refuse_all()
    released = list(filter(speaker.has, EVERYTHING))
    world.up(shop.service)
    speaker.retry_now()
    speaker.recorded()

    assert not released
    assert shop.acts()[-1] == ("withdrawn", "banner", set())


def test_a_withdrawal_offline_leaves_the_page_in_place_and_is_reported_later(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    accept(shop, visitor)
    visitor.reopen()
    visitor.context.set_offline(True)

    visitor.withdraw_all()
    visitor.status.get_by_text(OFF_BUT_UNREPORTED[visitor.language]).wait_for()
    gate_is_closed = not any(map(visitor.has, EVERYTHING)) and CHOICE not in visitor.cookies()
    heading_is_there = visitor.page.get_by_role("heading", name="Toko").is_visible()
    (event,) = (each["event"] for each in visitor.kept()["pending"])
    with visitor.reloading():
        visitor.context.set_offline(False)
    visitor.recorded()
    world.settle(visitor.page)

    assert gate_is_closed
    assert heading_is_there
    assert shop.acts()[1:] == [("withdrawn", "dialog", set())]
    assert shop.rows()[1]["event"] == event


def test_a_withdrawal_whose_answer_was_lost_is_one_row(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    accept(shop, visitor)
    shop.behind(losing_answers)

    withdraw(visitor)
    world.settle(visitor.page)
    still_pending = visitor.kept()["pending"]
    shop.open()
    visitor.retry_now()
    visitor.recorded()

    assert len(still_pending) == 1
    assert [kind for kind, _, _ in shop.acts()] == ["granted", "withdrawn"]


def test_a_refusal_in_a_tab_that_knows_of_no_grant_holds_even_while_the_service_is_down(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    unaware = visitor.page
    unaware.add_init_script("addEventListener('storage', e => e.stopImmediatePropagation(), true)")
    visitor.open(page(shop, visitor, "/lain"))
    visitor.page = visitor.context.new_page()
    accept(shop, visitor)
    world.down(shop.service)

    visitor.page.close()
    visitor.page = unaware
    visitor.refuse_all()
    world.settle(visitor.page)
    world.clear()
    visitor.open(page(shop, visitor, "/ketiga"))
    world.settle(visitor.page)

    assert not world.outside()
    assert not any(map(visitor.has, EVERYTHING))
    assert CHOICE not in visitor.cookies()


# --- no way back but a new choice ----------------------------------------------------------------


def test_an_old_token_put_back_by_hand_opens_nothing_and_the_visitor_is_asked_again(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    old = accept(shop, visitor)
    withdraw(visitor)
    visitor.recorded()
    world.settle(visitor.page)
    world.clear()
    visitor.write_cookie(f"{CHOICE[0]}={old}; path=/; secure; domain=toko.co.id")

    visitor.open(page(shop, visitor, "/lain"))
    visitor.banner.wait_for()
    world.settle(visitor.page)

    assert shop.asked() == ["GET /v1/toko/release"]
    assert not world.outside()
    assert visitor.decision() is None
    assert CHOICE not in visitor.cookies()
    assert shop.count() == 2


def test_who_accepts_again_after_a_withdrawal_gets_a_record_of_its_own(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    first = accept(shop, visitor)
    withdraw(visitor)
    visitor.recorded()

    visitor.reopen()
    visitor.accept_all()
    visitor.recorded()
    visitor.page.wait_for_function("() => izin.has('analytics')")

    assert [kind for kind, _, _ in shop.acts()] == ["granted", "withdrawn", "granted"]
    assert visitor.cookies()[CHOICE]["value"] != first
