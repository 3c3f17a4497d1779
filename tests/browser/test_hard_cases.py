"""What an adversary found: pages, tags and moments that no ordinary visit meets."""

from __future__ import annotations

import time
import uuid

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import OpenShop
from tests.browser.shop import SERVICES, SLOTS, Shop
from tests.browser.test_gpc_and_country import placed
from tests.browser.test_silence import PRESS, accept
from tests.browser.visitor import Visitor
from tests.browser.world import World

GPC = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})"
PETA = SERVICES + '[services.peta]\nproduct = "embed"\ncategory = "preferences"\n'
FRAME = '<iframe id="f" {} data-izin="peta" data-izin-src="{}" width="400" height="300"></iframe>'
BEACON = "https://www.google-analytics.com/g/collect?leak"
WAKE = "document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))"
LATER = "setTimeout(() => izin.withdraw(), 0)"


def leaks(world: World) -> list[str]:
    return [str(r) for r in world.outside() if "leak" in r.query]


@pytest.mark.parametrize("where", ["shop", "preferences"])
def test_a_withdrawal_on_another_host_stops_this_tab_when_it_wakes(
    shop: Shop, world: World, visitor: Visitor, where: str
) -> None:
    accept(shop, visitor)
    first, visitor.page = visitor.page, visitor.context.new_page()
    first.evaluate("window.isMarked = true")
    if where == "shop":
        visitor.open(shop.page("/", PRESS, host="shop.toko.co.id"))
        visitor.page.wait_for_function("izin.decision")
        visitor.page.evaluate("void izin.withdraw()")
    else:
        visitor.open(f"https://{shop.service}/v1/toko/preferences")
        visitor.page.get_by_role("button", name=visitor.names.withdraw_all).click()
    visitor.page.wait_for_timeout(800)
    assert shop.acts()[-1][0] == "withdrawn"
    world.clear()
    first.bring_to_front()
    first.evaluate("() => { " + WAKE + "; gtag('event', 'sesudah') }")
    first.wait_for_timeout(3000)
    assert [str(r) for r in world.outside()] == []
    assert not first.evaluate("Boolean(window.isMarked)")


@pytest.mark.parametrize("tab", ["this", "another"])
def test_a_withdrawal_does_not_send_an_order_again(
    shop: Shop, world: World, visitor: Visitor, tab: str
) -> None:
    accept(shop, visitor)
    shop.page("/pesan", PRESS + SLOTS)
    visitor.open(shop.page("/form", "<form method=post action=/pesan><button>Beli</button></form>"))
    visitor.page.get_by_role("button", name="Beli").click()
    visitor.page.wait_for_load_state()
    world.settle(visitor.page)
    if tab == "another":
        visitor.page = visitor.context.new_page()
        visitor.open(shop.page("/lain", PRESS))
    world.settle(visitor.page)
    world.clear()
    visitor.page.evaluate(LATER)
    visitor.page.wait_for_timeout(2000)
    assert [
        r.method for r in world.to("www.toko.co.id") if r.path == "/pesan" and r.method == "POST"
    ] == []


@pytest.mark.parametrize(
    "how",
    [
        "const frame = document.createElement('iframe'); document.body.append(frame);"
        "const inner = frame.contentWindow;"
        "inner.addEventListener('pagehide', () => inner.navigator.sendBeacon('%s'))",
        "document.body.append(Object.assign(document.createElement('iframe'), {srcdoc:"
        "`<script>addEventListener('pagehide', () => navigator.sendBeacon('%s'))</script>`}))",
    ],
    ids=["an empty frame", "a srcdoc frame"],
)
def test_nothing_of_a_frame_of_the_pages_own_origin_leaves(
    shop: Shop, world: World, visitor: Visitor, how: str
) -> None:
    accept(shop, visitor)
    visitor.page.evaluate("() => { " + how % BEACON + " }")
    visitor.page.wait_for_timeout(300)
    world.clear()
    with visitor.reloading():
        visitor.page.evaluate(LATER)
    visitor.recorded()
    visitor.page.wait_for_timeout(500)
    assert leaks(world) == []


def test_an_ad_frame_is_silent_while_the_pages_server_is_slow(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    host = "iklan.safeframe.googlesyndication.com"
    world.file(
        host,
        "/i",
        f"<script>setInterval(() => fetch('{BEACON}', {{mode: 'no-cors'}}), 100)</script>",
        "text/html",
    )
    accept(shop, visitor)
    visitor.page.evaluate(
        f"void document.body.append(Object.assign(document.createElement('iframe'), {{src: 'https://{host}/i'}}))"
    )
    visitor.page.wait_for_timeout(500)
    world.delay("www.toko.co.id", "/", 3)
    visitor.page.evaluate(LATER)
    time.sleep(0.3)
    world.clear()
    time.sleep(2)
    assert leaks(world) == []
    visitor.page.wait_for_timeout(2000)


def test_a_page_without_a_head_is_withdrawn_too(shop: Shop, world: World, visitor: Visitor) -> None:
    accept(shop, visitor)
    visitor.page.evaluate("document.head.remove()")
    visitor.page.evaluate(LATER)
    visitor.page.wait_for_timeout(1500)
    visitor.errors.clear()
    assert shop.acts()[-1][0] == "withdrawn"


def test_a_certified_platform_that_does_not_load_releases_no_ad(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(
        proxies="1",
        services=SERVICES
        + '[country]\nheader = "CF-IPCountry"\nplatform = "https://cmp.example.org/stub.js"\n',
    )

    placed(shop, "DE")
    world.file("cmp.example.org", "/stub.js", "")
    world.down("cmp.example.org")
    accept(shop, visitor)
    assert not [
        r
        for r in world.outside()
        if r.host
        in (
            "pagead2.googlesyndication.com",
            "securepubads.g.doubleclick.net",
            "googleads.g.doubleclick.net",
        )
    ]


@pytest.mark.parametrize(
    "layer", ["[]; dataLayer.push = () => { throw Error('mine') }", "{push() {}}"]
)
def test_a_broken_datalayer_does_not_take_the_settings_button(
    shop: Shop, world: World, visitor: Visitor, layer: str
) -> None:
    accept(shop, visitor)
    visitor.open(shop.page("/lain", f"<script>window.dataLayer = {layer}</script>"))
    visitor.page.wait_for_timeout(1000)
    visitor.errors.clear()
    assert visitor.page.get_by_role("button", name=visitor.names.dialog).count() == 1
    assert visitor.decision() is not None


def test_gpc_by_property_overrules_an_accept_that_still_waits(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    world.stuck(shop.service, "/v1/toko/decisions")
    visitor.open(shop.page("/", SLOTS))
    visitor.accept_all()
    visitor.page.wait_for_timeout(300)
    visitor.context.add_init_script(GPC)
    visitor.open(shop.page("/lain", SLOTS))
    world.release(shop.service, "/v1/toko/decisions")
    visitor.page.wait_for_timeout(3000)
    visitor.errors.clear()
    assert not [r for r in world.outside() if "doubleclick" in r.host or "syndication" in r.host]


def test_a_regional_default_grants_no_advertising_under_gpc(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(
        services=SERVICES
        + '[consent_mode]\nmode = "advanced"\n[[consent_mode.regions]]\nregions = ["US"]\n'
        + 'granted = ["ad_storage", "ad_user_data", "ad_personalization"]\n'
    )
    visitor.context.add_init_script(GPC)
    visitor.open(shop.page("/", ""))
    visitor.page.wait_for_timeout(500)
    assert (
        visitor.page.evaluate(
            "dataLayer.filter(x => x[0] === 'consent' && x[2].ad_storage === 'granted').length"
        )
        == 0
    )


def test_a_regional_default_grants_nothing_after_a_refusal(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(
        services=SERVICES
        + '[consent_mode]\nmode = "advanced"\n[[consent_mode.regions]]\nregions = ["US"]\n'
        + 'granted = ["ad_storage", "analytics_storage"]\n'
    )
    visitor.open(shop.page("/"))
    visitor.refuse_all()
    visitor.recorded()
    visitor.leave()
    world.stuck(shop.service, "/v1/toko/release")
    visitor.open(shop.page("/", host="shop.toko.co.id"))
    visitor.page.wait_for_timeout(1000)
    words = visitor.page.evaluate(
        "dataLayer.map(x => [x[0], x[1], x[2] && x[2].analytics_storage].join())"
    )
    world.release(shop.service, "/v1/toko/release")
    visitor.page.wait_for_timeout(300)
    assert "consent,update,denied" in words or "consent,default,granted" not in words


def test_a_refusal_ends_what_was_loaded_once_in_a_page_from_memory(
    open_shop: OpenShop, world: World, browser_with_page_memory: Browser
) -> None:
    shop = open_shop(services=PETA)
    visitor = Visitor(browser_with_page_memory, world)
    world.file("maps.example.org", "/", "map", "text/html")
    visitor.open(shop.page("/", FRAME.format("", "https://maps.example.org/")))
    visitor.refuse_all()
    visitor.recorded()
    visitor.page.wait_for_timeout(500)
    visitor.page.frames[1].get_by_role("button", name="Muat sekali ini").click()
    visitor.page.wait_for_function("f.src")
    visitor.page.evaluate(
        "addEventListener('pageshow', (event) => { window.back = event.persisted })"
    )
    visitor.page.wait_for_timeout(500)
    visitor.open(shop.page("/lain"))
    visitor.page.evaluate("void izin.refuse()")
    visitor.recorded()
    visitor.page.wait_for_timeout(500)
    visitor.page.evaluate("setTimeout(() => history.back(), 0)")
    visitor.page.wait_for_timeout(1500)
    src, back = visitor.page.evaluate("[f.getAttribute('src'), window.back]")
    visitor.close()
    assert back, "the browser did not keep the page: nothing was tested"
    assert src is None


def test_a_sandbox_holds_while_the_frame_waits(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(services=PETA)
    world.page("www.toko.co.id", "/ugc", "<script>parent.broken = true</script>")
    visitor.open(shop.page("/", FRAME.format("sandbox", "https://maps.example.org/")))
    visitor.page.wait_for_timeout(500)
    visitor.page.evaluate("f.src = '/ugc'")
    visitor.page.wait_for_timeout(500)
    assert not visitor.page.evaluate("window.broken")


def test_a_script_address_of_a_held_frame_does_not_run_in_the_page(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(services=PETA)
    visitor.open(shop.page("/", FRAME.format("", "javascript:void(parent.broken = true)")))
    visitor.accept_all()
    visitor.recorded()
    visitor.page.wait_for_timeout(500)
    assert not visitor.page.evaluate("window.broken")


@pytest.mark.parametrize(
    "page", ["dataLayer.push({get event() { throw 1 }})", "performance.getEntriesByType = null"]
)
def test_a_report_always_ends(shop: Shop, world: World, visitor: Visitor, page: str) -> None:
    accept(shop, visitor)
    visitor.page.evaluate("() => { " + page + " }")
    end = visitor.page.evaluate(
        "Promise.race([izin.explain().then(() => 'told', () => 'refused'),"
        " new Promise((go) => setTimeout(go, 2000, 'never'))])"
    )
    visitor.errors.clear()
    assert end != "never"


@pytest.mark.parametrize("surface", ["once", "signal"])
def test_a_surface_that_cannot_grant_everything_does_not(shop: Shop, surface: str) -> None:
    services = ["google-analytics", "adsense", "ad-manager", "floodlight"]
    answer = shop.app.test_client().post(
        "/v1/toko/decisions",
        base_url="https://izin.toko.co.id",
        headers={"Origin": "https://www.toko.co.id"},
        json={
            "event": str(uuid.uuid4()),
            "notice": "2026-11-22",
            "locale": "id",
            "surface": surface,
            "categories": dict.fromkeys(("preferences", "analytics", "advertising"), True),
            "services": dict.fromkeys(services, True),
            "signals": {"gpc": False},
            "client_time": "2026-11-22T07:14:03Z",
        },
    )
    assert answer.status_code == 422


def test_a_country_table_added_later_reaches_who_accepted_before(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop()
    accept(shop, visitor)
    visitor.leave()
    shop.services, shop.proxies = SERVICES + '[country]\nheader = "CF-IPCountry"\n', "1"
    shop.revision = 2
    shop.open()
    # The hour for which pages keep the script is over.
    visitor.page.goto("https://www.toko.co.id/")
    visitor.page.evaluate(f"fetch('{shop.script}', {{cache: 'reload', mode: 'no-cors'}})")
    visitor.page.wait_for_timeout(500)
    visitor.leave()
    visitor.open(shop.page("/", SLOTS))
    visitor.page.wait_for_timeout(1000)
    assert not visitor.has("adsense")
