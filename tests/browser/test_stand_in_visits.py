"""What takes the stand-ins more than one run of a page: ids, domains, lives, links and goodbyes."""

from __future__ import annotations

import pytest

from banner.demo.stand_in import answer
from tests.browser import runs_of_ads
from tests.browser.observe import ANALYTICS_HIT, observe
from tests.browser.plain_page import (
    ACCEPTED,
    DENIED,
    DOMAIN,
    EVENT,
    HOST,
    SHIM,
    config,
    consent,
    gtag_page,
)
from tests.browser.visitor import Visitor
from tests.browser.world import World

pytestmark = pytest.mark.whole_browser  # what tags leave depends on cookies of third parties


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.shop.example.test", ".example.test"),
        ("a.b.example.co.uk", ".example.co.uk"),
        ("www.toko.co.id", ".toko.co.id"),
        ("foo.github.io", ".foo.github.io"),
        ("localhost", "localhost"),
    ],
)
def test_cookies_are_written_on_the_highest_domain_that_the_browser_takes(
    world: World, visitor: Visitor, host: str, domain: str
) -> None:
    world.page(host, "/", gtag_page(config()))

    visitor.open(f"https://{host}/")

    assert visitor.cookies().keys() >= {("_ga", domain), ("_ga_TOKO1", domain)}


def test_cookies_live_as_long_as_googles(world: World, visitor: Visitor) -> None:
    world.page(HOST, "/", gtag_page(config()) + runs_of_ads.PLAIN_ADS % ("", ""))

    visitor.open(f"https://{HOST}/?gclid=klik")
    seen = observe(visitor)

    days = {name: round(left) for (name, _), left in seen.cookies.items()}
    assert days == {
        "_ga": 400,  # two years are asked for, and Chromium gives no cookie more
        "_ga_TOKO1": 400,
        "_gcl_au": 90,
        "_gcl_aw": 90,
        "__gads": 390,
        "__gpi": 390,
        "__eoi": 180,
    }


def test_the_session_cookie_is_prolonged_by_every_visit_whatever_cookie_update_says(
    world: World, visitor: Visitor
) -> None:
    settings = "{cookie_update: false, cookie_expires: %s}"
    world.page(HOST, "/", gtag_page(config(settings=settings % 1000)))
    world.page(HOST, "/lain", gtag_page(config(settings=settings % 9000)))

    visitor.open(f"https://{HOST}/")
    observe(visitor)
    visitor.open(f"https://{HOST}/lain")
    seconds = {name: left * 86400 for (name, _), left in observe(visitor).cookies.items()}

    assert seconds["_ga"] < 1001
    assert seconds["_ga_TOKO1"] > 8900


def test_the_cookieless_visitor_becomes_the_remembered_one(world: World, visitor: Visitor) -> None:
    world.page(HOST, "/", gtag_page(DENIED, config()))
    visitor.open(f"https://{HOST}/")
    visitor.world.settle(visitor.page)

    visitor.page.evaluate(f"() => {{ {ACCEPTED} }}")
    seen = observe(visitor)

    assert len({hit.fields["cid"] for hit in seen.to(ANALYTICS_HIT)}) == 1
    grant = seen.to(ANALYTICS_HIT)[-1].fields
    assert (grant["gcu"], grant["gcut"]) == ("1", "3")
    assert grant["cid"] in visitor.page.evaluate("document.cookie")


def test_a_denial_in_the_page_makes_a_new_visitor(world: World, visitor: Visitor) -> None:
    world.page(HOST, "/", gtag_page(DENIED, ACCEPTED, config()))
    visitor.open(f"https://{HOST}/")
    visitor.world.settle(visitor.page)

    visitor.page.evaluate(f"() => {{ {consent('update')} {EVENT} }}")
    visitor.page.goto("about:blank")
    hits = observe(visitor).to(ANALYTICS_HIT)

    before, *after = (hit.fields["cid"] for hit in hits)
    assert before not in after
    assert len(set(after)) == 1


def test_a_remembered_id_is_not_told_while_it_is_denied(world: World, visitor: Visitor) -> None:
    world.page(HOST, "/", gtag_page(DENIED, config()))
    visitor.context.add_cookies(
        [{"name": "_ga", "value": "GA1.1.111.222", "domain": DOMAIN, "path": "/"}]
    )

    visitor.open(f"https://{HOST}/")
    (hit,) = observe(visitor).to(ANALYTICS_HIT)

    assert hit.fields["cid"] != "111.222"


def test_floodlight_still_tells_its_id_after_a_withdrawal_in_the_page(
    world: World, visitor: Visitor
) -> None:
    activity = 'gtag("event", "conversion", {send_to: "DC-7/jual/beli"});'
    world.page(HOST, "/", gtag_page(DENIED, ACCEPTED, config("DC-7"), id="DC-7"))
    visitor.open(f"https://{HOST}/")
    visitor.world.settle(visitor.page)
    kept = visitor.cookies()["_gcl_au", DOMAIN]["value"]

    visitor.page.evaluate(f"() => {{ {consent('update')} {activity} }}")
    (hit,) = observe(visitor).to("ade.googlesyndication.com/ddm/activity")

    assert hit.gcs == "G100"
    assert kept == f"1.1.{hit.fields['auiddc']}"


def test_several_ids_are_measured_and_the_second_is_fetched_by_the_first(
    world: World, visitor: Visitor
) -> None:
    quiet = "{allow_google_signals: false}"
    world.page(HOST, "/", gtag_page(config(settings=quiet), config("G-TOKO2", quiet), EVENT))

    visitor.open(f"https://{HOST}/")
    visitor.page.goto("about:blank")
    seen = observe(visitor)

    told = sorted((hit.fields["tid"], hit.event) for hit in seen.to(ANALYTICS_HIT))
    events = ("page_view", "toko", "user_engagement")
    assert told == [(id, event) for id in ("G-TOKO1", "G-TOKO2") for event in events]
    assert "www.googletagmanager.com/gtag/destination" in seen.places


def test_a_page_that_changes_its_address_in_place_is_viewed_again(
    world: World, visitor: Visitor
) -> None:
    world.page(HOST, "/", gtag_page(config(settings="{allow_google_signals: false}")))
    visitor.open(f"https://{HOST}/")
    visitor.world.settle(visitor.page)

    visitor.page.evaluate(
        "() => { history.pushState({}, '', '/barang'); history.replaceState({}, '', '/barang#1') }"
    )
    visitor.page.go_back()
    visitor.page.goto("about:blank")
    hits = observe(visitor).to(ANALYTICS_HIT)

    # What was queued leaves all at once, and arrives in any order.
    views = sorted(hit.fields["dl"] for hit in hits if hit.event == "page_view")
    assert views == [f"https://{HOST}{path}" for path in ("/", "/", "/barang")]


def test_a_client_id_travels_in_a_link(world: World, visitor: Visitor) -> None:
    passing = gtag_page(DENIED, 'gtag("set", "url_passthrough", true);', config())
    world.page(HOST, "/", passing + '<a href="/lain">Lain</a>')
    world.page(HOST, "/lain", passing)

    visitor.open(f"https://{HOST}/")
    visitor.world.settle(visitor.page)
    visitor.page.get_by_role("link", name="Lain").click()
    hits = observe(visitor).to(ANALYTICS_HIT)

    assert len({hit.fields["cid"] for hit in hits}) == 1
    assert "/lain?_gl=" in hits[-1].fields["dl"]


@pytest.mark.parametrize(
    ("choice", "events"),
    [
        ("{analytics: true, advertising: false}", [("page_view", "G101")]),
        ("{analytics: false, advertising: true}", []),
    ],
)
def test_a_container_runs_its_tags_by_izins_event(
    world: World, visitor: Visitor, choice: str, events: list[tuple[str, str]]
) -> None:
    granted = consent("update", "analytics_storage")
    told = f"{DENIED} {granted} dataLayer.push({{event: 'izin_consent', izin: {choice}}});"
    world.page(
        HOST,
        "/",
        f"<script>{SHIM} {told} dataLayer.push({{event: 'gtm.js'}});</script>"
        '<script src="https://www.googletagmanager.com/gtm.js?id=GTM-TOKO"></script>',
    )

    visitor.open(f"https://{HOST}/")
    seen = observe(visitor)

    assert seen.events == events
    assert ("ade.googlesyndication.com/ddm/activity" in seen.places) is not bool(events)


def test_ads_say_that_the_page_is_left(world: World, visitor: Visitor) -> None:
    world.page(HOST, "/", runs_of_ads.PLAIN_ADS % ("", "") + runs_of_ads.gpt_page())
    visitor.open(f"https://{HOST}/")
    visitor.world.settle(visitor.page)
    world.clear()

    visitor.page.goto("about:blank")
    seen = observe(visitor)

    assert sorted(hit.fields["id"] for hit in seen.hits) == ["adsense", "gpt"]
    assert seen.places == {"pagead2.googlesyndication.com/pagead/gen_204"}


def test_a_unit_without_an_ad_collapses(world: World, visitor: Visitor) -> None:
    collapsing = runs_of_ads.gpt_page("googletag.pubads().collapseEmptyDivs();")
    world.page(HOST, "/", collapsing.replace("/1/toko", "/1/toko/empty"))

    visitor.open(f"https://{HOST}/")
    visitor.world.settle(visitor.page)

    assert visitor.page.evaluate("getComputedStyle(slot).display") == "none"


def test_googles_own_cookies_come_from_its_ads_alone() -> None:
    advertising = answer("googleads.g.doubleclick.net", "pagead/ads", {})
    measuring = answer("www.google-analytics.com", "g/collect", {})

    assert [each.split("=")[0] for each in advertising.cookies] == ["IDE", "test_cookie"]
    assert not measuring.cookies
