"""What a browser or a proxy says of a visitor: Global Privacy Control, and the country."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import SERVICES, SLOTS, Shop, places
from tests.browser.visitor import Visitor
from tests.browser.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

pytestmark = pytest.mark.holds_at_first

PROPERTY = "Object.defineProperty(navigator, 'globalPrivacyControl', { get: () => %s })"
HEADER = {"Sec-GPC": "1"}
TOLD = {"id": "Global Privacy Control", "en": "Global Privacy Control"}
ADVERTISING = {"id": "Periklanan", "en": "Advertising"}
LOCALES = {"id": "id-ID", "en": "en-US"}
CHOICE = ("__Secure-izin-toko", ".toko.co.id")

ANALYTICS_ONLY = {"www.googletagmanager.com/gtag/js", "www.google-analytics.com/g/collect"}
WITHOUT_ADSENSE_AND_GPT = {
    *ANALYTICS_ONLY,
    "www.googletagmanager.com/gtag/destination",
    "ad.doubleclick.net/activity",
}
COUNTRY = """
[country]
header = "CF-IPCountry"
"""


def signalling(new_visitor: NewVisitor, language: str = "id") -> Visitor:
    """A visitor whose browser sends Global Privacy Control both ways."""
    visitor = new_visitor(locale=LOCALES[language], extra_http_headers=HEADER)
    visitor.context.add_init_script(PROPERTY % "true")
    return visitor


def page(shop: Shop, visitor: Visitor, path: str = "/") -> str:
    return shop.page(path, SLOTS, lang=visitor.language)


def left(world: World, visitor: Visitor) -> set[str]:
    world.settle(visitor.page, quiet=0.5)
    return set(places(world.outside()))


# --- Global Privacy Control -------------------------------------------------------------------


@pytest.mark.parametrize("language", LOCALES)
def test_accept_all_does_not_overrule_the_signal(
    shop: Shop, world: World, new_visitor: NewVisitor, language: str
) -> None:
    visitor = signalling(new_visitor, language)
    visitor.open(page(shop, visitor))
    expect(visitor.status).to_contain_text(TOLD[language])

    visitor.accept_all()
    decision = visitor.recorded()

    assert left(world, visitor) == ANALYTICS_ONLY
    assert decision["categories"] == {"preferences": True, "analytics": True, "advertising": False}
    (row,) = shop.rows()
    assert row["gpc"]
    assert shop.acts() == [("granted", "banner", {"preferences", "analytics", "google-analytics"})]


@pytest.mark.parametrize("language", LOCALES)
def test_the_dialog_says_why_advertising_cannot_be_switched_on(
    shop: Shop, world: World, new_visitor: NewVisitor, language: str
) -> None:
    visitor = signalling(new_visitor, language)
    visitor.open(page(shop, visitor))

    visitor.customise()

    switch = visitor.switch(ADVERTISING[language])
    expect(switch).to_be_disabled()
    expect(switch).not_to_be_checked()
    expect(visitor.switch("Google AdSense")).to_be_disabled()
    note = visitor.dialog.locator("#note-advertising").inner_text()
    expect(switch).to_have_accessible_description(note)
    expect(visitor.switch("Google AdSense")).to_have_accessible_description(note)
    expect(visitor.dialog.locator("#note-advertising")).to_contain_text(TOLD[language])
    visitor.accept_all()
    assert visitor.recorded()["categories"]["advertising"] is False


@pytest.mark.whole_browser
def test_an_older_grant_is_withdrawn_by_the_signal_before_anything_runs(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(page(shop, visitor))
    visitor.accept_all()
    visitor.recorded()
    visitor.leave()
    visitor.context.add_init_script(PROPERTY % "true")
    visitor.context.set_extra_http_headers(HEADER)

    visitor.open(page(shop, visitor, "/lain"))
    visitor.recorded()

    expect(visitor.status).to_contain_text("Global Privacy Control")
    assert left(world, visitor) == ANALYTICS_ONLY
    assert shop.acts()[1:] == [
        ("changed", "signal", {"preferences", "analytics", "google-analytics"})
    ]
    assert shop.rows()[1]["previous"] == shop.rows()[0]["id"]
    assert {name for name, _ in visitor.cookies()} == {CHOICE[0], "_ga", "_ga_TOKO1"}


def test_the_signal_withdraws_while_the_service_is_away_too(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(page(shop, visitor))
    visitor.accept_all()
    visitor.recorded()
    visitor.leave()
    visitor.context.add_init_script(PROPERTY % "true")
    world.down(shop.service)

    visitor.open(page(shop, visitor, "/lain"))
    visitor.page.get_by_role("heading", name="Toko").click()
    world.settle(visitor.page)

    assert places(world.outside()) == []
    assert CHOICE not in visitor.cookies()
    world.up(shop.service)
    visitor.retry_now()
    visitor.recorded()
    assert shop.acts()[-1][:2] == ("changed", "signal")
    visitor.errors.clear()


def test_the_header_alone_is_enough(shop: Shop, world: World, new_visitor: NewVisitor) -> None:
    visitor = new_visitor(extra_http_headers=HEADER)
    visitor.open(page(shop, visitor))

    visitor.accept_all()
    decision = visitor.recorded()

    assert decision["categories"]["advertising"] is False
    assert left(world, visitor) == ANALYTICS_ONLY
    assert shop.rows()[0]["gpc"]


def test_a_grant_that_only_the_header_contradicts_holds_the_whole_category(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    marked = '<script type="text/plain" data-izin="advertising">window.advertised = 1</script>'
    visitor.open(shop.page("/", SLOTS + marked))
    visitor.accept_all()
    visitor.recorded()
    visitor.leave()
    visitor.page.goto("https://www.toko.co.id/")
    visitor.page.evaluate("localStorage.clear()")  # so that the service is asked
    visitor.leave()
    visitor.context.set_extra_http_headers(HEADER)

    visitor.open("https://www.toko.co.id/")
    visitor.page.wait_for_function("izin.has('analytics')")

    assert left(world, visitor) == ANALYTICS_ONLY
    assert not visitor.has("advertising")
    assert visitor.page.evaluate("window.advertised") is None


@pytest.mark.parametrize("value", ["false", "'1'", "1", "undefined", "null", "{}"])
def test_only_true_is_the_signal(shop: Shop, visitor: Visitor, value: str) -> None:
    visitor.context.add_init_script(PROPERTY % value)
    visitor.open(page(shop, visitor))

    visitor.accept_all()

    assert visitor.recorded()["categories"]["advertising"] is True
    assert not shop.rows()[0]["gpc"]


def test_a_choice_made_by_a_script_of_the_page_heeds_the_signal_too(
    shop: Shop, world: World, new_visitor: NewVisitor
) -> None:
    visitor = signalling(new_visitor)
    visitor.open(page(shop, visitor))
    visitor.banner.wait_for()

    visitor.page.evaluate("izin.choose({advertising: true, adsense: true, analytics: true})")
    visitor.recorded()

    assert left(world, visitor) == ANALYTICS_ONLY
    assert not visitor.has("adsense")


# --- the country ------------------------------------------------------------------------------


def placed(shop: Shop, country: str) -> None:
    """The owner's proxy says where visitors are, whatever they claim themselves."""

    def proxy(app: WSGIApplication) -> WSGIApplication:
        def behind(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            environ["HTTP_CF_IPCOUNTRY"] = country
            return app(environ, start_response)

        return behind

    shop.behind(proxy)


@pytest.mark.parametrize("country", ["DE", "NO", "GB", "CH", "", "XX"])
def test_advertising_waits_where_google_demands_a_certified_platform(
    open_shop: OpenShop, world: World, visitor: Visitor, country: str
) -> None:
    shop = open_shop(services=SERVICES + COUNTRY, proxies="1")
    placed(shop, country)
    visitor.open(page(shop, visitor))

    visitor.accept_all()
    decision = visitor.recorded()

    assert left(world, visitor) == WITHOUT_ADSENSE_AND_GPT
    assert decision["services"]["adsense"] is True, "what was chosen is recorded as it was chosen"
    assert not visitor.has("adsense")
    visitor.reopen()
    expect(visitor.dialog.locator("#note-adsense")).to_contain_text("platform persetujuan")
    expect(visitor.switch("Google AdSense")).to_be_checked()


@pytest.mark.parametrize("country", ["ID", "SG", "US"])
def test_elsewhere_it_is_released(
    open_shop: OpenShop, world: World, visitor: Visitor, country: str
) -> None:
    shop = open_shop(services=SERVICES + COUNTRY, proxies="1")
    placed(shop, country)
    visitor.open(page(shop, visitor))

    visitor.accept_all()
    visitor.recorded()

    assert "googleads.g.doubleclick.net/pagead/ads" in left(world, visitor)


def test_a_country_that_the_visitor_claims_without_a_proxy_is_not_believed(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(services=SERVICES + COUNTRY)
    placed(shop, "ID")
    visitor.open(page(shop, visitor))

    visitor.accept_all()
    visitor.recorded()

    assert left(world, visitor) == WITHOUT_ADSENSE_AND_GPT


def test_a_traveller_is_asked_for_a_new_release_after_a_day(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(services=SERVICES + COUNTRY, proxies="1")
    placed(shop, "ID")
    visitor.page.clock.install()
    visitor.open(page(shop, visitor))
    visitor.accept_all()
    visitor.recorded()
    visitor.leave()
    visitor.open(page(shop, visitor, "/segera"))
    visitor.page.wait_for_function("izin.has('adsense')")
    asked_at_once = [each for each in shop.asked() if each.startswith("GET /v1/toko/release")]
    visitor.leave()

    shop.clock.milliseconds += 25 * 3600 * 1000
    visitor.page.clock.set_system_time(shop.clock.milliseconds / 1000)
    placed(shop, "FR")
    visitor.open(page(shop, visitor, "/perancis"))
    visitor.page.wait_for_function("izin.has('google-analytics')")

    assert asked_at_once == []
    assert left(world, visitor) == WITHOUT_ADSENSE_AND_GPT
    assert not visitor.has("adsense")


def test_the_owners_certified_platform_comes_before_the_ad_tag(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    platform = 'platform = "https://platform.example.org/stub.js"\n'
    world.file("platform.example.org", "/stub.js", "window.asked = true", "text/javascript")
    shop = open_shop(services=SERVICES + COUNTRY + platform, proxies="1")
    placed(shop, "DE")
    visitor.open(page(shop, visitor))

    visitor.accept_all()
    visitor.recorded()
    world.settle(visitor.page)

    order = visitor.page.evaluate(
        "[...document.scripts].map(each => each.src).filter(src => /stub|adsbygoogle/.test(src))"
    )
    assert [address.split("/")[2] for address in order] == [
        "platform.example.org",
        "pagead2.googlesyndication.com",
    ]
