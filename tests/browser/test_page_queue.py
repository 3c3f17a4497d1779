"""What a page itself has for Google's tags: each event once, behind the page view, and no wider
than the choice; against stand-ins that are as strict as Google's scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.observe import ANALYTICS_HIT, Observation, observe
from tests.browser.shop import SERVICES, Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

ADVANCED = '[consent_mode]\nmode = "advanced"\n'
SHIM = "window.dataLayer = window.dataLayer || []; function gtag() { dataLayer.push(arguments); }"
PURCHASE = 'gtag("event", "purchase", {transaction_id: "T1", value: 1, currency: "IDR"});'
TO_ONE = 'gtag("event", "purchase", {transaction_id: "T1", send_to: "G-TOKO1"});'
OPEN_ALL = 'gtag("consent", "update", {ad_storage: "granted", analytics_storage: "granted"});'
ADS = ("doubleclick", "syndication", "www.google.", "googleadservices")
DAYS = 184


def inline(*commands: str) -> str:
    return f"<script>{SHIM} {' '.join(commands)}</script>"


def told(seen: Observation) -> list[tuple[str | None, str | None]]:
    """Without what a tag measures by itself as the page is left."""
    return [each for each in seen.events if each[0] not in ("user_engagement", "scroll")]


def left_for_good(visitor: Visitor) -> Observation:
    """What was sent until the page was left, and as it was."""
    visitor.world.settle(visitor.page)
    visitor.page.goto("about:blank")
    return observe(visitor)


def ads_hosts(seen: Observation) -> list[str]:
    return sorted(place for place in seen.places if any(host in place for host in ADS))


def accepted(shop: Shop, visitor: Visitor, *switches: str) -> None:
    """On an earlier page."""
    visitor.open(shop.page("/dulu"))
    if switches:
        visitor.choose(*switches)
    else:
        visitor.accept_all()
    visitor.recorded()
    visitor.leave()


# --- each event once, behind the page view -------------------------------------------------


@pytest.mark.parametrize("mode", ["", ADVANCED], ids=["basic", "advanced"])
@pytest.mark.parametrize("event", [PURCHASE, TO_ONE], ids=["to all", "send_to"])
@pytest.mark.parametrize(
    ("head", "body"),
    [("%s", ""), ("", "%s"), ("", '<script type="module">%s</script>')],
    ids=["before our tag", "after it", "from a module"],
)
def test_an_event_of_a_returning_visitor_comes_once_behind_the_page_view(
    open_shop: OpenShop, visitor: Visitor, mode: str, event: str, head: str, body: str
) -> None:
    shop = open_shop(services=SERVICES + mode)
    accepted(shop, visitor, "Analitik")
    is_module = "module" in body
    written = (inline() if is_module else "") + body.replace(
        "%s", event if is_module else inline(event)
    )

    visitor.open(shop.page("/beli", written, head=head.replace("%s", inline(event))))
    seen = left_for_good(visitor)

    assert sorted(told(seen)) == [("page_view", "G101"), ("purchase", "G101")]
    assert seen.events[0][0] == "page_view"


@pytest.mark.parametrize("event", [PURCHASE, TO_ONE], ids=["to all", "send_to"])
def test_an_event_before_the_choice_and_one_before_the_answer_come_once(
    shop: Shop, world: World, visitor: Visitor, event: str
) -> None:
    visitor.open(shop.page("/", inline(event)))
    world.stuck(shop.service, "/v1/toko/decisions")
    visitor.choose("Analitik")
    visitor.page.evaluate('gtag("event", "while_waiting")')
    before = world.outside()

    world.release(shop.service, "/v1/toko/decisions")
    visitor.recorded()
    seen = left_for_good(visitor)

    assert before == ()
    assert sorted(told(seen)) == [
        ("page_view", "G101"),
        ("purchase", "G101"),
        ("while_waiting", "G101"),
    ]
    assert seen.events[0] == ("page_view", "G101")


def test_events_come_in_the_pages_order_to_each_id_and_after_a_change_of_address(
    open_shop: OpenShop, visitor: Visitor
) -> None:
    several = SERVICES.replace('"G-TOKO1"', '["G-TOKO1", "G-TOKO2"]')
    shop = open_shop(services=several)
    visitor.open(shop.page("/", inline('gtag("event", "one");', 'gtag("event", "two");')))

    visitor.choose("Analitik")
    visitor.recorded()
    visitor.world.settle(visitor.page)
    visitor.page.evaluate("() => { history.pushState({}, '', '/lain'); gtag('event', 'three'); }")
    seen = left_for_good(visitor)

    for id in ("G-TOKO1", "G-TOKO2"):
        events = [hit.event for hit in seen.to(ANALYTICS_HIT) if hit.fields["tid"] == id]
        counted = sorted(str(each) for each in events if each != "user_engagement")
        assert counted == sorted(["page_view", "one", "two", "page_view", "three"])


@pytest.mark.parametrize(
    "hosting",
    [
        {},
        {"service": "www.toko.co.id", "prefix": "/izin", "domain": None},
        {"service": "izin.example.net", "domain": None},
    ],
    ids=["subdomain", "path", "another site"],
)
def test_an_event_comes_once_on_each_way_of_hosting(
    open_shop: OpenShop, visitor: Visitor, hosting: dict[str, str | None]
) -> None:
    shop = open_shop(**hosting)
    accepted(shop, visitor)

    visitor.open(shop.page("/beli", inline(PURCHASE)))
    seen = left_for_good(visitor)

    assert sorted(told(seen)) == [("page_view", "G111"), ("purchase", "G111")]


def test_an_event_before_our_tag_is_still_one_event_while_a_part_is_slow(
    shop: Shop, visitor: Visitor
) -> None:
    accepted(shop, visitor, "Analitik")

    visitor.open(shop.page("/beli", inline(PURCHASE) + inline('gtag("event", "second");')))
    visitor.page.evaluate('gtag("event", "third")')
    seen = left_for_good(visitor)

    assert sorted(told(seen)) == [
        ("page_view", "G101"),
        ("purchase", "G101"),
        ("second", "G101"),
        ("third", "G101"),
    ]


# --- nothing after a refusal ---------------------------------------------------------------


def test_nothing_of_the_page_leaves_after_a_refusal_and_its_calls_break_nothing(
    shop: Shop, visitor: Visitor
) -> None:
    button = "<button onclick=\"gtag('event', 'beli'); document.title = 'terbeli'\">Beli</button>"
    visitor.open(shop.page("/", button))
    visitor.refuse_all()
    visitor.recorded()

    visitor.page.get_by_role("button", name="Beli").click()
    seen = left_for_good(visitor)

    assert visitor.uncaught() == []
    assert seen.requests == ()


def test_an_event_of_who_had_refused_is_not_sent_by_a_later_yes(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page("/", inline(PURCHASE)))
    visitor.refuse_all()
    visitor.recorded()
    visitor.page.evaluate('gtag("event", "refused")')

    visitor.reopen()
    visitor.switch("Analitik").check()
    visitor.save()
    visitor.page.evaluate('gtag("event", "granted")')
    visitor.page.wait_for_function("izin.has('analytics')")
    seen = left_for_good(visitor)

    assert sorted(told(seen)) == [("granted", "G101"), ("page_view", "G101")]


def test_an_event_of_who_had_refused_is_not_sent_by_a_yes_in_another_tab(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page("/", inline(PURCHASE)))
    visitor.refuse_all()
    visitor.recorded()
    first = visitor.page
    visitor.page = visitor.context.new_page()

    visitor.open(shop.page("/lain"))
    visitor.reopen()
    visitor.switch("Analitik").check()
    visitor.save()
    first.wait_for_function("izin.has('analytics')")
    visitor.page.close()
    visitor.page = first
    seen = left_for_good(visitor)

    assert not [event for event, _ in seen.events if event == "purchase"]


# --- the page's own commands, one by one ---------------------------------------------------

WIDENING = {
    "consent update": OPEN_ALL,
    "consent default": OPEN_ALL.replace("update", "default"),
    "set": 'gtag("set", {allow_google_signals: true, cookie_expires: 63072000});',
    "set by name": 'gtag("set", "allow_google_signals", true);',
    "config of another id": 'gtag("config", "G-LAIN1", {cookie_expires: 63072000});',
    "config of the same id": 'gtag("config", "G-TOKO1", {allow_google_signals: true});',
    "an event's own": 'gtag("event", "toko", {allow_google_signals: true, send_to: "G-LAIN1"});',
    "another tag's id": 'gtag("config", "AW-1"); gtag("config", "DC-1234567");',
    "send_to": 'gtag("event", "conversion", {send_to: ["AW-1/beli", "DC-1234567/a/b+standard"]});',
}


@pytest.mark.parametrize("when", ["before", "after", "later"])
@pytest.mark.parametrize("commands", WIDENING.values(), ids=list(WIDENING))
def test_with_analytics_alone_no_command_of_the_page_reaches_advertising_or_outlives_the_consent(
    shop: Shop, visitor: Visitor, commands: str, when: str
) -> None:
    accepted(shop, visitor, "Analitik")
    head = inline(commands) if when == "before" else ""
    body = inline(commands) if when == "after" else inline()

    visitor.open(shop.page("/beli", body, head=head))
    if when == "later":
        visitor.world.settle(visitor.page)
        visitor.page.evaluate(f"() => {{ {commands} {PURCHASE} }}")
    seen = left_for_good(visitor)

    assert ads_hosts(seen) == []
    assert not [each for each in seen.requests if "AW-" in str(each.parameters)]
    assert {hit.gcs for hit in seen.to(ANALYTICS_HIT)} == {"G101"}
    assert max(seen.cookies.values()) <= DAYS + 1
    assert "page_view" in [event for event, _ in seen.events]


def test_a_config_that_googles_snippet_left_in_the_page_does_not_view_it_twice(
    shop: Shop, visitor: Visitor
) -> None:
    accepted(shop, visitor, "Analitik")
    left = 'gtag("js", new Date()); gtag("config", "G-TOKO1", {page_title: "Toko"});'

    visitor.open(shop.page("/beli", inline(left, PURCHASE)))
    seen = left_for_good(visitor)

    assert sorted(told(seen)) == [("page_view", "G101"), ("purchase", "G101")]


def test_a_page_may_deny_more_than_its_visitor(shop: Shop, visitor: Visitor) -> None:
    accepted(shop, visitor)
    deny = 'gtag("consent", "update", {ad_storage: "denied", analytics_storage: "granted"});'

    visitor.open(shop.page("/beli", inline()))
    visitor.world.settle(visitor.page)
    visitor.page.evaluate(f"() => {{ {deny} gtag('event', 'toko'); }}")
    seen = left_for_good(visitor)

    assert ("toko", "G101") in seen.events


# --- the queue -----------------------------------------------------------------------------


def test_a_queue_that_is_declared_anew_keeps_the_default_and_adds_its_own(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop()
    accepted(shop, visitor)
    world.stuck("www.googletagmanager.com", "/gtag/js")

    visitor.open(
        shop.page("/beli", tag=f'<script src="{shop.script}"></script>', body=""), until="commit"
    )
    visitor.page.wait_for_function("window.izin && izin.has && izin.has('analytics')")
    visitor.page.evaluate(
        """() => { window.dataLayer = [{pageType: "home"}];
          window.dataLayer = window.dataLayer || [];
          window.gtag = function () { dataLayer.push(arguments) };
          gtag("event", "purchase"); }"""
    )
    world.release("www.googletagmanager.com", "/gtag/js")
    seen = left_for_good(visitor)

    assert sorted(told(seen)) == [("page_view", "G111"), ("purchase", "G111")]


def test_a_container_knows_the_pages_data_when_its_first_tags_run(
    open_shop: OpenShop, visitor: Visitor
) -> None:
    shop = open_shop(services=CONTAINER)
    visitor.open(
        shop.page(
            "/",
            '<script>dataLayer = [{pageType: "home"}, {event: "own"}, {pageType: "b"}]</script>',
        )
    )

    visitor.choose("Analitik")
    visitor.recorded()
    visitor.page.wait_for_function("window.google_tag_manager?.['GTM-TOKO1']")
    visitor.world.settle(visitor.page)

    events = visitor.page.evaluate(
        "google_tag_manager['GTM-TOKO1'].events.map(({event, pageType}) => [event, pageType])"
    )
    assert events == [["izin_consent", "home"], ["gtm.js", "home"], ["own", "home"]]


CONTAINER = """
[services.google-tag-manager]
product = "google_tag_manager"
category = "analytics"
container = "GTM-TOKO1"
retention = "14 months"
"""


def test_a_queue_may_have_another_name(open_shop: OpenShop, visitor: Visitor) -> None:
    shop = open_shop(services=CONTAINER + 'data_layer = "lapisan"\n')
    visitor.open(shop.page("/", '<script>lapisan = [{event: "own"}]</script>'))

    visitor.choose("Analitik")
    visitor.recorded()
    visitor.page.wait_for_function("window.google_tag_manager?.['GTM-TOKO1']")
    seen = observe(visitor)

    assert seen.events == [("page_view", "G101")]
    (script,) = [each for each in seen.requests if each.path == "/gtm.js"]
    assert script.parameters["l"] == "lapisan"
    first = visitor.page.evaluate("[lapisan[0][0], lapisan[0][1], typeof dataLayer]")
    assert first == ["consent", "default", "undefined"]


def test_cookies_of_a_containers_own_tag_end_with_the_consent(
    open_shop: OpenShop, visitor: Visitor
) -> None:
    shop = open_shop(services=CONTAINER.replace("GTM-TOKO1", "GTM-PLAIN"))
    visitor.open(shop.page("/"))

    visitor.choose("Analitik")
    visitor.recorded()
    visitor.page.wait_for_function("document.cookie.includes('_ga_CONTAINER')")
    seen = observe(visitor)

    days = {name: round(left) for (name, _), left in seen.cookies.items() if name[0:3] == "_ga"}
    assert days == {"_ga": DAYS, "_ga_CONTAINER": DAYS}


# --- a tag that the page has beside us -----------------------------------------------------

BESIDE = (
    f"<script>{SHIM} gtag('js', new Date()); gtag('config', 'G-LAIN1');</script>"
    '<script async src="https://www.googletagmanager.com/gtag/js?id=G-LAIN1"></script>'
)


def test_a_tag_beside_us_is_told_denied_before_it_reads_its_queue(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    world.stuck("www.googletagmanager.com", "/gtag/js")
    visitor.open(shop.page("/", BESIDE), until="domcontentloaded")
    visitor.banner.wait_for()
    world.release("www.googletagmanager.com", "/gtag/js")
    visitor.page.wait_for_function("window.google_tag_manager")

    visitor.page.evaluate(OPEN_ALL + "gtag('event', 'toko')")
    seen = left_for_good(visitor)

    assert {hit.gcs for hit in seen.to(ANALYTICS_HIT)} == {"G100"}
    assert ("toko", "G100") in seen.events
    assert ads_hosts(seen) == []
    assert seen.cookies == {}


def test_a_tag_beside_us_that_was_first_is_told_as_soon_as_we_are_there_and_after_a_refusal(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page("/", head=BESIDE.replace("async ", "")))
    visitor.refuse_all()
    visitor.recorded()
    world.clear()

    visitor.page.evaluate("gtag('event', 'toko')")
    seen = left_for_good(visitor)

    assert ("toko", "G100") in seen.events
    assert {hit.gcs for hit in seen.to(ANALYTICS_HIT)} == {"G100"}
    assert ads_hosts(seen) == []


def test_a_tag_beside_us_hears_of_a_grant(shop: Shop, world: World, visitor: Visitor) -> None:
    visitor.open(shop.page("/", BESIDE))
    visitor.choose("Analitik")
    visitor.recorded()
    world.settle(visitor.page)
    world.clear()

    visitor.page.evaluate("gtag('event', 'toko', {send_to: 'G-LAIN1'})")
    seen = left_for_good(visitor)

    assert ("toko", "G101") in seen.events
    assert ads_hosts(seen) == []


# --- the docs' own examples ----------------------------------------------------------------

GUIDE = Path("docs/google.md").read_text("utf-8")


def example(heading: str, language: str) -> str:
    """The first block of code in that language below a heading of docs/google.md, as it stands."""
    below = GUIDE.partition(f"{heading}\n")[2]
    return below.partition(f"```{language}\n")[2].partition("```")[0]


def test_the_purchase_and_the_sign_up_of_the_docs_arrive_as_they_are_written(
    shop: Shop, visitor: Visitor
) -> None:
    accepted(shop, visitor, "Analitik")
    purchase = example("### Your own events", "html")

    visitor.open(shop.page("/beli", purchase))
    visitor.page.evaluate(example("### Your own events", "js"))
    seen = left_for_good(visitor)

    assert sorted(told(seen)) == [
        ("page_view", "G101"),
        ("purchase", "G101"),
        ("sign_up", "G101"),
    ]
    (hit,) = [hit for hit in seen.to(ANALYTICS_HIT) if hit.event == "purchase"]
    assert hit.fields["ep.transaction_id"] == "T-1"


@pytest.mark.parametrize("switches", [("Analitik",), ()], ids=["analytics alone", "all"])
def test_the_conversion_of_the_docs_arrives_for_who_granted_advertising_and_for_nobody_else(
    shop: Shop, visitor: Visitor, switches: tuple[str, ...]
) -> None:
    accepted(shop, visitor, *switches)
    conversion = example("## Floodlight", "js")

    visitor.open(shop.page("/beli", inline(conversion)))
    seen = left_for_good(visitor)

    sales = [hit for hit in seen.hits if hit.fields.get("type") == "sales"]
    assert sorted(hit.place for hit in sales) == (
        [] if switches else ["1234567.fls.doubleclick.net/activityi", "ad.doubleclick.net/activity"]
    )
    assert {hit.gcs for hit in sales} <= {"G111"}
