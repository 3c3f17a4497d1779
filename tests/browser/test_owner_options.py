"""What an owner sets for a product, seen where it leaves the browser."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.observe import ANALYTICS_HIT, Observation, observe
from tests.browser.shop import DAY, SLOTS, Shop
from tests.browser.visitor import Visitor
from tests.browser.world import Request, World

ANALYTICS = """
[services.google-analytics]
product = "google_analytics"
measurement_id = "G-TOKO1"
retention = "14 months"
"""
FLOODLIGHT = """
[services.floodlight]
product = "floodlight"
config_id = "DC-1234567"
retention = "18 months"
"""
ADSENSE = """
[services.adsense]
product = "adsense"
client = "ca-pub-1234567890123456"
retention = "18 months"
"""
AD_MANAGER = """
[services.ad-manager]
product = "ad_manager"
network = "21712345678"
retention = "18 months"
"""
CONTROL = "<button data-izin-open>Pengaturan kuki</button>"
SPACE = """<style>
  .adsbygoogle { display: block; min-height: 280px }
  #gpt-slot { min-height: 250px }
</style>"""
LAYOUT_SHIFT = """
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shifted += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
"""


def accept(shop: Shop, visitor: Visitor, body: str = SLOTS, *, path: str = "/") -> Observation:
    visitor.open(shop.page(path, CONTROL + body))
    visitor.accept_all()
    visitor.recorded()
    return observe(visitor)


def requests_to(world: World, place: str) -> list[Request]:
    return [each for each in world.outside() if f"{each.host}{each.path}" == place]


# --- Analytics --------------------------------------------------------------------------------


def test_several_ids_share_one_script_and_each_counts_the_page_once(
    open_shop: OpenShop, visitor: Visitor
) -> None:
    two = ANALYTICS.replace('"G-TOKO1"', '["G-TOKO1", "G-TOKO2"]')

    seen = accept(open_shop(services=two), visitor)

    views = [(hit.fields["tid"], hit.event, hit.gcs) for hit in seen.to(ANALYTICS_HIT)]
    assert sorted(views) == [("G-TOKO1", "page_view", "G101"), ("G-TOKO2", "page_view", "G101")]
    assert [each.path for each in seen.requests].count("/gtag/js") == 1
    assert {"_ga", "_ga_TOKO1", "_ga_TOKO2"} <= seen.cookie_names


def test_cookies_with_a_prefix_and_a_path_of_the_owners_are_deleted_too(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    named = ANALYTICS + 'cookie_prefix = "toko"\ncookie_path = "/katalog"\n'
    shop = open_shop(services=named)
    given = accept(shop, visitor, path="/katalog/baju")
    visitor.reopen()

    with visitor.reloading():
        visitor.withdraw_all()
    visitor.recorded()

    assert {"toko_ga", "toko_ga_TOKO1"} <= given.cookie_names
    assert observe(visitor).cookie_names == {"__Secure-izin-toko"}


def test_a_cookie_that_is_written_late_ends_with_the_consent(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(services=ANALYTICS)
    visitor.page.clock.install()
    accept(shop, visitor)
    visitor.leave()

    visitor.page.clock.set_system_time((shop.clock.milliseconds + 100 * DAY) / 1000)
    visitor.open(shop.page("/nanti"))
    visitor.page.wait_for_function("window.dataLayer && dataLayer.some(e => e[0] === 'config')")

    [seconds] = visitor.page.evaluate(
        "dataLayer.filter(e => e[0] === 'config').map(e => e[2].cookie_expires)"
    )
    assert seconds == pytest.approx(84 * 86400, abs=60)


@pytest.mark.parametrize(
    ("setting", "events"), [("", ["page_view"]), ("send_page_view = false\n", [])]
)
def test_the_page_is_counted_unless_the_owner_counts_it(
    open_shop: OpenShop, visitor: Visitor, setting: str, events: list[str]
) -> None:
    seen = accept(open_shop(services=ANALYTICS + setting), visitor)

    assert [event for event, _ in seen.events] == events


def test_a_single_page_site_counts_each_view_once_by_the_recipe_of_the_docs(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(services=ANALYTICS + "send_page_view = false\n")
    recipe = """<script>
      let counted;
      function countView() {
        if (!window.izin?.has?.("google-analytics") || counted === location.href) return;
        counted = location.href;
        gtag("event", "page_view", { page_location: location.href });
      }
      document.addEventListener("izin:change", countView);
      countView();
      function go(path) { history.pushState({}, "", path); countView(); }
    </script>"""
    visitor.open(shop.page("/", recipe))
    visitor.banner.wait_for()
    visitor.page.evaluate("go('/sebelum')")
    visitor.accept_all()
    visitor.recorded()

    visitor.page.evaluate("go('/barang/1')")
    visitor.page.evaluate("go('/barang/1')")
    visitor.page.wait_for_timeout(2500)  # the queue of the stand-in's gtag
    seen = observe(visitor)

    counted = [
        hit.fields["ep.page_location"].removeprefix("https://www.toko.co.id")
        for hit in seen.to(ANALYTICS_HIT)
        if "ep.page_location" in hit.fields
    ]
    assert sorted(counted) == ["/barang/1", "/sebelum"]


@pytest.mark.parametrize(
    ("choice", "asked"), [("Analitik", False), ("all", True)], ids=["analytics alone", "all"]
)
def test_google_signals_need_the_owners_word_and_a_grant_of_advertising(
    open_shop: OpenShop, world: World, visitor: Visitor, choice: str, asked: bool
) -> None:
    shop = open_shop(services=ANALYTICS + "google_signals = true\n" + FLOODLIGHT)
    visitor.open(shop.page("/"))
    if choice == "all":
        visitor.accept_all()
    else:
        visitor.choose(choice)
    visitor.recorded()
    observe(visitor)

    assert ("stats.g.doubleclick.net" in world.hosts()) is asked


# --- AdSense and Ad Manager -------------------------------------------------------------------


def test_every_request_of_adsense_is_for_ads_that_are_not_personalised_if_the_owner_says_so(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    accept(open_shop(services=ADSENSE + "non_personalized = true\n"), visitor)

    ads = requests_to(world, "googleads.g.doubleclick.net/pagead/ads")
    assert ads
    assert {each.parameters.get("npa") for each in ads} == {"1"}


@pytest.mark.parametrize(
    ("setting", "host", "parameters"),
    [
        pytest.param("", "securepubads.g.doubleclick.net", {"cookie_enabled": "1"}, id="nothing"),
        pytest.param(
            "non_personalized = true\n",
            "securepubads.g.doubleclick.net",
            {"cookie_enabled": "1", "npa": "1"},
            id="not personalised",
        ),
        pytest.param(
            'privacy_treatments = ["disablePersonalization"]\n',
            "securepubads.g.doubleclick.net",
            {"cookie_enabled": "1", "npa": "1"},
            id="a privacy treatment",
        ),
        pytest.param(
            "limited_ads = true\n", "pagead2.googlesyndication.com", {"ltd": "1"}, id="limited ads"
        ),
    ],
)
def test_what_the_owner_sets_for_ad_manager_holds_from_the_first_request(
    open_shop: OpenShop,
    world: World,
    visitor: Visitor,
    setting: str,
    host: str,
    parameters: dict[str, str],
) -> None:
    accept(open_shop(services=AD_MANAGER + setting), visitor)

    assert requests_to(world, f"{host}/tag/js/gpt.js")
    [ad] = requests_to(world, f"{host}/gampad/ads")
    told = {name: ad.parameters[name] for name in ("cookie_enabled", "npa", "ltd")
            if name in ad.parameters}  # fmt: skip
    assert told == parameters


def test_automatic_ads_come_without_a_slot(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    accept(open_shop(services=ADSENSE), visitor, body="")

    assert len(requests_to(world, "googleads.g.doubleclick.net/pagead/ads")) == 1


def test_a_slot_that_comes_long_after_the_consent_is_filled_too(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    accept(open_shop(services=ADSENSE), visitor, body="")
    before = len(requests_to(world, "googleads.g.doubleclick.net/pagead/ads"))

    visitor.page.evaluate(
        """() => {
          const slot = document.createElement("ins");
          slot.className = "adsbygoogle";
          slot.dataset.adClient = "ca-pub-1234567890123456";
          document.body.append(slot);
          (window.adsbygoogle = window.adsbygoogle || []).push({});
        }"""
    )
    world.settle(visitor.page)

    assert len(requests_to(world, "googleads.g.doubleclick.net/pagead/ads")) == before + 1
    assert visitor.page.locator("ins.adsbygoogle iframe").count() == 1


@pytest.mark.parametrize("head", [SPACE, ""], ids=["space kept", "no space kept"])
def test_the_page_does_not_jump_where_its_owner_keeps_the_ads_space(
    open_shop: OpenShop, world: World, visitor: Visitor, head: str
) -> None:
    shop = open_shop(services=ADSENSE + AD_MANAGER)
    visitor.context.add_init_script(LAYOUT_SHIFT)
    below = "<p>Di bawah iklan.</p>" * 5
    visitor.open(shop.page("/", SLOTS + below, head=head))
    visitor.banner.wait_for()
    visitor.page.wait_for_timeout(700)  # what follows a press within half a second does not count

    visitor.page.evaluate("izin.accept()")
    visitor.recorded()
    visitor.page.locator("#gpt-slot iframe").wait_for()
    world.settle(visitor.page)

    shifted = visitor.page.evaluate("window.shifted")
    assert (shifted == 0) is (head == SPACE), shifted


# --- Tag Manager ------------------------------------------------------------------------------


def test_two_containers_are_both_loaded(open_shop: OpenShop, visitor: Visitor) -> None:
    container = """
[services.%s]
product = "google_tag_manager"
category = "analytics"
container = "%s"
retention = "14 months"
"""
    shop = open_shop(services=container % ("satu", "GTM-SATU1") + container % ("dua", "GTM-DUA22"))

    seen = accept(shop, visitor)

    loaded = [each.parameters["id"] for each in seen.requests if each.path == "/gtm.js"]
    assert sorted(loaded) == ["GTM-DUA22", "GTM-SATU1"]
