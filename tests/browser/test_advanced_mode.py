"""Google's advanced mode and its settings, which an owner has to ask for, and a container."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.observe import ANALYTICS_HIT, Observation, observe
from tests.browser.shop import SERVICES, SLOTS, Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

ADVANCED = '[consent_mode]\nmode = "advanced"\n'
REGION = '[[consent_mode.regions]]\nregions = ["%s"]\ngranted = ["analytics_storage"]\n'
CONTAINER = """
[services.google-tag-manager]
product = "google_tag_manager"
category = "analytics"
container = "GTM-TOKO1"
retention = "14 months"
"""
ADVERTISING = """
[services.floodlight]
product = "floodlight"
config_id = "DC-1234567"
retention = "18 months"
"""
CLICK = "?gclid=klik"


def visit(shop: Shop, visitor: Visitor, path: str = "/") -> Observation:
    control = f"<button data-izin-open>{visitor.names.dialog}</button>"
    link = '<a href="/lain">Lain</a>'
    address = shop.page(path, control + link + SLOTS)
    shop.page("/lain", control)
    visitor.open(address + CLICK)
    return observe(visitor)


def consents(seen: Observation) -> set[str | None]:
    return {hit.gcs for hit in seen.hits if "gcd" in hit.fields}


def test_advanced_mode_sends_pings_without_cookies_before_any_choice(
    open_shop: OpenShop, visitor: Visitor
) -> None:
    shop = open_shop(services=SERVICES + ADVANCED)

    seen = visit(shop, visitor)

    assert seen.places == {
        "www.googletagmanager.com/gtag/js",
        "www.googletagmanager.com/gtag/destination",
        ANALYTICS_HIT,
        "ade.googlesyndication.com/ddm/activity",
    }
    assert seen.layer[0].says("consent", "default")
    assert consents(seen) == {"G100"}
    assert seen.cookies == {}
    assert seen.storage == set()
    assert visitor.is_asked()


def test_advanced_mode_after_a_refusal_sends_pings_and_nothing_else(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(services=SERVICES + ADVANCED)
    visit(shop, visitor)
    visitor.refuse_all()
    visitor.recorded()
    world.clear()

    seen = visit(shop, visitor)

    assert consents(seen) == {"G100"}
    assert seen.cookie_names == {"__Secure-izin-toko"}
    assert not any("ads" in place for place in seen.places)


def test_advanced_mode_turns_its_pings_into_one_visitor_and_views_the_page_once(
    open_shop: OpenShop, visitor: Visitor
) -> None:
    shop = open_shop(services=SERVICES + ADVANCED)
    visit(shop, visitor)

    visitor.accept_all()
    visitor.recorded()
    seen = observe(visitor)

    assert seen.events == [("page_view", "G100"), ("user_engagement", "G111")]
    assert len({hit.fields["cid"] for hit in seen.to(ANALYTICS_HIT)}) == 1
    defaults = [entry for entry in seen.layer if entry.says("consent", "default")]
    assert defaults == [seen.layer[0]]
    assert [request.path for request in seen.requests].count("/gtag/js") == 1


@pytest.mark.whole_browser
def test_advanced_mode_after_a_withdrawal_is_back_to_pings(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(services=SERVICES + ADVANCED)
    visit(shop, visitor)
    visitor.accept_all()
    visitor.recorded()
    observe(visitor)
    visitor.reopen()
    world.clear()

    with visitor.reloading():
        visitor.withdraw_all()
    visitor.recorded()
    seen = observe(visitor)

    assert consents(seen) == {"G100"}
    assert seen.cookie_names == {"__Secure-izin-toko"}


@pytest.mark.parametrize(
    ("region", "gcs", "cookies"),
    [("ID", "G101", {"_ga", "_ga_TOKO1"}), ("DE", "G100", set())],
)
def test_a_default_for_a_region_counts_there_alone(
    open_shop: OpenShop, visitor: Visitor, region: str, gcs: str, cookies: set[str]
) -> None:
    shop = open_shop(services=SERVICES + ADVANCED + REGION % region)

    seen = visit(shop, visitor)

    assert {hit.gcs for hit in seen.to(ANALYTICS_HIT)} == {gcs}
    assert seen.cookie_names == cookies


def test_a_tag_that_waits_for_the_update_sends_one_hit_with_the_choice(
    open_shop: OpenShop, visitor: Visitor
) -> None:
    shop = open_shop(services=SERVICES + ADVANCED + "wait_for_update = 5000\n")
    visitor.open(shop.page())

    visitor.accept_all()
    visitor.recorded()
    seen = observe(visitor)

    assert seen.events[0] == ("page_view", "G111")
    assert [event for event, _ in seen.events].count("page_view") == 1


def test_click_ids_are_redacted_where_the_owner_asks_for_it(
    open_shop: OpenShop, visitor: Visitor
) -> None:
    shop = open_shop(services=SERVICES + ADVANCED + "ads_data_redaction = true\n")

    seen = visit(shop, visitor)

    (floodlight,) = seen.to("ade.googlesyndication.com/ddm/activity")
    assert floodlight.fields["gclaw"] == "0"
    assert floodlight.fields["~oref"].endswith("?gclid=0")


@pytest.mark.parametrize(("setting", "passes"), [("", False), ("url_passthrough = true\n", True)])
def test_ids_travel_in_links_only_where_the_owner_asks_for_it(
    open_shop: OpenShop, visitor: Visitor, setting: str, passes: bool
) -> None:
    shop = open_shop(services=SERVICES + ADVANCED + setting)
    visit(shop, visitor)

    visitor.page.get_by_role("link", name="Lain").click()

    visitor.page.wait_for_url("**/lain*")
    assert ("gclid=klik" in visitor.page.url) is passes
    assert ("_gl=" in visitor.page.url) is passes


@pytest.mark.parametrize(
    ("switches", "events"),
    [
        (["Analitik"], [("page_view", "G101")]),
        (["Analitik", "Periklanan"], [("page_view", "G111")]),
    ],
)
def test_a_container_hears_of_the_choice_and_runs_its_tags_by_it(
    open_shop: OpenShop, visitor: Visitor, switches: list[str], events: list[tuple[str, str]]
) -> None:
    shop = open_shop(services=CONTAINER + ADVERTISING)
    undecided = visit(shop, visitor)

    visitor.choose(*switches)
    visitor.recorded()
    seen = observe(visitor)

    assert undecided.requests == ()
    assert seen.events == events
    assert ("ad.doubleclick.net/activity" in seen.places) is ("Periklanan" in switches)


# --- on a later page ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "first_hit"), [("accept", ("page_view", "G111")), ("refuse", ("page_view", "G100"))]
)
def test_on_a_later_page_the_choice_is_told_before_the_tag_is_configured(
    open_shop: OpenShop, world: World, visitor: Visitor, choice: str, first_hit: tuple[str, str]
) -> None:
    shop = open_shop(services=SERVICES + ADVANCED)
    visit(shop, visitor)
    if choice == "accept":
        visitor.accept_all()
    else:
        visitor.refuse_all()
    visitor.recorded()
    observe(visitor)
    visitor.leave()

    seen = visit(shop, visitor)

    assert seen.events[0] == first_hit
    words = [
        entry.words[:2] for entry in seen.layer if entry.words[:1] in (("consent",), ("config",))
    ]
    assert words[:2] == [("consent", "default"), ("consent", "update")]
    told_after_config = words[words.index(("config", "G-TOKO1")) :]
    assert ("consent", "update") not in told_after_config


def test_cookies_of_a_tag_that_runs_ahead_end_with_the_consent_too(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(services=SERVICES + ADVANCED)
    visitor.page.clock.install()
    visit(shop, visitor)
    visitor.accept_all()
    visitor.recorded()
    visitor.leave()
    end = shop.clock.milliseconds / 1000 + 184 * 86400

    shop.clock.milliseconds += 180 * 86400 * 1000
    visitor.page.clock.set_system_time(shop.clock.milliseconds / 1000)
    visitor.open(shop.page("/", SLOTS))
    visitor.page.wait_for_function("document.cookie.includes('_ga_TOKO1')")

    told = visitor.page.evaluate(
        "[...dataLayer].find(each => each[0] === 'config')[2].cookie_expires"
    )
    assert abs(shop.clock.milliseconds / 1000 + told - end) < 60


def test_under_global_privacy_control_nothing_of_advertising_runs_ahead(
    open_shop: OpenShop, visitor: Visitor
) -> None:
    visitor.context.add_init_script(
        "Object.defineProperty(navigator, 'globalPrivacyControl', { get: () => true })"
    )
    shop = open_shop(services=SERVICES + ADVANCED)

    seen = visit(shop, visitor)

    assert not any("doubleclick" in place or "ade." in place for place in seen.places)
    assert any("google-analytics" in place for place in seen.places)
