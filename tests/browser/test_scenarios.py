"""What leaves the browser and what stays in it, in every state a visitor can be in.

Each scenario names the exact outside requests and the exact cookies; anything else fails.
"""

from __future__ import annotations

import pytest

from tests.browser.conftest import NewVisitor
from tests.browser.shop import DAY, SLOTS, Shop, places
from tests.browser.visitor import Visitor
from tests.browser.world import World

LANGUAGES = ("id", "en")
SWITCHES = {
    "id": {"analytics": "Analitik", "advertising": "Periklanan", "preferences": "Preferensi"},
    "en": {"analytics": "Analytics", "advertising": "Advertising", "preferences": "Preferences"},
}

ANALYTICS = {
    "www.googletagmanager.com/gtag/js",
    "www.google-analytics.com/g/collect",
}
ADVERTISING = {
    "www.googletagmanager.com/gtag/js",
    "ad.doubleclick.net/activity",
    "pagead2.googlesyndication.com/pagead/js/adsbygoogle.js",
    "googleads.g.doubleclick.net/pagead/ads",
    "securepubads.g.doubleclick.net/tag/js/gpt.js",
    "securepubads.g.doubleclick.net/gampad/ads",
}
# gtag.js, loaded for Analytics, fetches the second destination by itself.
ALL = ANALYTICS | ADVERTISING | {"www.googletagmanager.com/gtag/destination"}

CHOICE = {("__Secure-izin-toko", ".toko.co.id")}
ANALYTICS_COOKIES = {("_ga", ".toko.co.id"), ("_ga_TOKO1", ".toko.co.id")}
ADVERTISING_COOKIES = {
    ("_gcl_au", ".toko.co.id"),
    ("__gads", ".toko.co.id"),
    ("__gpi", ".toko.co.id"),
    ("__eoi", ".toko.co.id"),
}
# IDE and test_cookie of doubleclick.net are offered too; this browser window keeps no cookies of
# third parties, as private windows do.

OUTCOMES = {
    "analytics": (ANALYTICS, CHOICE | ANALYTICS_COOKIES),
    "advertising": (ADVERTISING, CHOICE | ADVERTISING_COOKIES),
    "preferences": (set(), CHOICE),
    "all": (ALL, CHOICE | ANALYTICS_COOKIES | ADVERTISING_COOKIES),
    "refused": (set(), CHOICE),
}


@pytest.fixture(params=LANGUAGES)
def visitor(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Visitor:
    return new_visitor(locale="id-ID" if request.param == "id" else "en-US")


def home(shop: Shop, visitor: Visitor, path: str = "/") -> str:
    return shop.page(path, SLOTS, lang=visitor.language)


def choose(visitor: Visitor, choice: str) -> None:
    if choice == "all":
        visitor.accept_all()
    elif choice == "refused":
        visitor.refuse_all()
    else:
        visitor.choose(SWITCHES[visitor.language][choice])
    visitor.recorded()


def left(world: World, visitor: Visitor, *, patience: int = 0) -> set[str]:
    """Where anything went, once it is quiet; ``patience`` in milliseconds for what is queued."""
    visitor.page.wait_for_timeout(patience)
    world.settle(visitor.page, quiet=0.5, limit=10)
    return set(places(world.outside()))


def stored(visitor: Visitor) -> set[tuple[str, str]]:
    return set(visitor.cookies())


def test_nothing_leaves_while_the_visitor_is_undecided(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    first, second = home(shop, visitor), home(shop, visitor, "/lain")

    for address in (first, second):
        visitor.open(address)
        visitor.banner.wait_for()
        visitor.page.mouse.wheel(0, 2000)
        visitor.page.keyboard.press("Escape")
        visitor.page.get_by_role("heading", name="Toko").click()

    assert left(world, visitor, patience=3000) == set()
    assert stored(visitor) == set()
    assert visitor.banner.is_visible()
    assert shop.count() == 0


@pytest.mark.parametrize("choice", OUTCOMES)
def test_only_what_was_chosen_leaves(
    shop: Shop, world: World, visitor: Visitor, choice: str
) -> None:
    visitor.open(home(shop, visitor))

    choose(visitor, choice)

    requests, cookies = OUTCOMES[choice]
    assert left(world, visitor) == requests
    assert stored(visitor) == cookies
    assert shop.count() == 1


@pytest.mark.parametrize("choice", OUTCOMES)
def test_a_returning_visitor_with_a_warm_cache_asks_the_service_for_nothing(
    shop: Shop, world: World, visitor: Visitor, choice: str
) -> None:
    visitor.open(home(shop, visitor))
    choose(visitor, choice)
    left(world, visitor)
    world.clear()

    visitor.open(home(shop, visitor, "/lain"))

    requests, cookies = OUTCOMES[choice]
    assert left(world, visitor) == requests
    assert stored(visitor) == cookies
    assert shop.asked() == []
    assert not visitor.banner.is_visible()


@pytest.mark.parametrize("choice", OUTCOMES)
def test_a_returning_visitor_with_a_cold_cache_asks_for_the_script_alone(
    shop: Shop, world: World, new_visitor: NewVisitor, visitor: Visitor, choice: str
) -> None:
    visitor.open(home(shop, visitor))
    choose(visitor, choice)
    left(world, visitor)
    kept = visitor.context.storage_state()
    world.clear()

    later = new_visitor(locale=f"{visitor.language}-ID", storage_state=kept)
    later.open(home(shop, visitor, "/lain"))

    requests, cookies = OUTCOMES[choice]
    assert left(world, later) == requests
    assert stored(later) == cookies
    assert shop.asked() == ["GET /v1/toko.js"]
    assert not later.banner.is_visible()


def test_widening_adds_what_is_new_and_runs_nothing_twice(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(home(shop, visitor))
    choose(visitor, "analytics")
    left(world, visitor)

    visitor.reopen()
    visitor.switch(SWITCHES[visitor.language]["advertising"]).check()
    visitor.save()
    visitor.page.wait_for_function("izin.has('advertising')")

    assert left(world, visitor) == ALL
    assert stored(visitor) == CHOICE | ANALYTICS_COOKIES | ADVERTISING_COOKIES
    loads = [r for r in world.outside() if r.path == "/gtag/js"]
    views = [r for r in world.outside() if r.parameters.get("en") == "page_view"]
    assert (len(loads), len(views)) == (1, 1)
    assert [row["kind"] for row in shop.rows()] == ["granted", "changed"]


def test_narrowing_keeps_what_stays_and_takes_the_rest_away(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(home(shop, visitor))
    choose(visitor, "all")
    left(world, visitor)
    visitor.reopen()
    visitor.switch(SWITCHES[visitor.language]["advertising"]).uncheck()

    with visitor.page.expect_navigation():  # a tag that has run stops only with its page
        visitor.save()
    visitor.recorded()
    left(world, visitor)
    world.clear()
    visitor.open(home(shop, visitor, "/lain"))

    assert left(world, visitor) == ANALYTICS
    assert stored(visitor) == CHOICE | ANALYTICS_COOKIES


def test_after_a_withdrawal_nothing_leaves_and_the_cookies_are_gone(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(home(shop, visitor))
    choose(visitor, "all")
    left(world, visitor)
    visitor.reopen()

    with visitor.page.expect_navigation():
        visitor.withdraw_all()
    visitor.recorded()
    world.clear()
    visitor.open(home(shop, visitor, "/lain"))

    assert left(world, visitor) == set()
    assert stored(visitor) == CHOICE
    assert not visitor.banner.is_visible()


@pytest.mark.parametrize("choice", ["all", "refused"])
def test_a_choice_holds_for_its_184_days_and_is_asked_again_after(
    shop: Shop, world: World, visitor: Visitor, choice: str
) -> None:
    visitor.page.clock.install()
    visitor.open(home(shop, visitor))
    choose(visitor, choice)
    world.clear()

    visitor.page.clock.set_system_time((shop.clock.milliseconds + 183 * DAY) / 1000)
    visitor.open(home(shop, visitor, "/masih"))
    world.settle(visitor.page)
    still_decided = visitor.decision() is not None and not visitor.banner.is_visible()
    visitor.leave()
    visitor.page.clock.set_system_time((shop.clock.milliseconds + 185 * DAY) / 1000)
    visitor.open(home(shop, visitor, "/lewat"))
    visitor.banner.wait_for()
    world.settle(visitor.page)

    assert still_decided
    assert world.outside() == ()
    assert visitor.decision() is None


@pytest.mark.parametrize("choice", ["all", "refused"])
def test_a_new_notice_asks_everybody_again_and_holds_everything(
    shop: Shop, world: World, visitor: Visitor, new_visitor: NewVisitor, choice: str
) -> None:
    visitor.open(home(shop, visitor))
    choose(visitor, choice)
    left(world, visitor)
    kept = visitor.context.storage_state()

    shop.notice = "2027-01-01"
    shop.open()
    world.clear()
    later = new_visitor(locale=f"{visitor.language}-ID", storage_state=kept)
    later.open(home(shop, visitor))
    later.banner.wait_for()

    assert left(world, later) == set()
    assert later.decision() is None


def test_the_first_page_view_of_a_visitor_who_accepts_is_counted_once(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(home(shop, visitor))

    choose(visitor, "all")
    left(world, visitor, patience=3000)

    hits = [r.parameters for r in world.to("www.google-analytics.com")]
    assert [(hit["en"], hit["gcs"]) for hit in hits] == [("page_view", "G111")]


def test_analytics_alone_sends_no_advertising_signal(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(home(shop, visitor))

    choose(visitor, "analytics")
    left(world, visitor)

    hits = [r.parameters for r in world.to("www.google-analytics.com")]
    assert [(hit["gcs"], hit["npa"]) for hit in hits] == [("G101", "1")]


def test_one_service_of_a_category_can_be_chosen_by_itself(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(home(shop, visitor))

    visitor.choose("Google AdSense")
    decision = visitor.recorded()

    assert left(world, visitor) == {
        "pagead2.googlesyndication.com/pagead/js/adsbygoogle.js",
        "googleads.g.doubleclick.net/pagead/ads",
    }
    assert decision["categories"]["advertising"] is True
    assert [name for name, on in decision["services"].items() if on] == ["adsense"]
