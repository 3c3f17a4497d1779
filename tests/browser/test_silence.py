"""From the moment of a withdrawal nothing of the withdrawn product leaves the browser.

Requests are counted where they leave it: an interception inside the browser misses pings at unload.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.shop import SLOTS, Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

pytestmark = [
    pytest.mark.holds_at_first,
    pytest.mark.whole_browser,  # what tags leave depends on cookies of third parties
]

LONGER_THAN_THE_QUEUE = 2500
"""Milliseconds: the stand-in's gtag keeps a hit for two seconds at most."""

PRESS = "<button data-izin-open>Pengaturan kuki</button>"


def accept(shop: Shop, visitor: Visitor, *, body: str = SLOTS) -> None:
    visitor.open(shop.page("/", PRESS + body))
    visitor.accept_all()
    visitor.recorded()
    shop.world.settle(visitor.page)


def queue_a_hit(visitor: Visitor) -> None:
    visitor.page.evaluate("gtag('event', 'lihat_barang')")


def outside(world: World, visitor: Visitor) -> list[str]:
    visitor.page.wait_for_timeout(LONGER_THAN_THE_QUEUE)
    world.settle(visitor.page, limit=10)
    return [str(each) for each in world.outside()]


def test_a_withdrawal_sends_neither_the_queue_nor_a_ping_nor_a_goodbye(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    accept(shop, visitor)
    visitor.reopen()
    world.clear()
    queue_a_hit(visitor)

    with visitor.reloading():
        visitor.withdraw_all()
    visitor.recorded()

    assert outside(world, visitor) == []


def test_without_a_withdrawal_the_same_page_does_say_goodbye(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    accept(shop, visitor)
    visitor.page.evaluate("gtag('set', {})")  # brings the part that judges what the page pushes
    world.settle(visitor.page)
    queue_a_hit(visitor)
    world.clear()

    visitor.open(shop.page("/lain", tag=""))

    sent = outside(world, visitor)
    assert any("en=lihat_barang" in each for each in sent)
    assert any("en=user_engagement" in each for each in sent)


def test_an_exception_inside_a_tag_does_not_stop_the_withdrawal(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    accept(shop, visitor)
    visitor.reopen()
    world.clear()
    queue_a_hit(visitor)
    visitor.page.evaluate(
        """() => {
          dataLayer.push = () => { throw new Error("a tag's own") };
          Object.defineProperty(adsbygoogle, "pauseAdRequests", {
            set() { throw new Error("a tag's own") },
          });
        }"""
    )

    with visitor.reloading():
        visitor.withdraw_all()
    visitor.recorded()

    assert outside(world, visitor) == []
    assert {name for name, _ in visitor.cookies()} == {"__Secure-izin-toko"}
    visitor.errors.clear()


def test_a_page_that_waits_for_its_reload_is_silent_meanwhile(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    accept(shop, visitor)
    visitor.page.evaluate("window.first = true")
    visitor.page.evaluate("void (Storage.prototype.setItem = () => { throw Error('full') })")
    world.stuck(shop.service, "/v1/toko/decisions")
    visitor.reopen()
    world.clear()

    visitor.withdraw_all()  # what storage cannot keep is sent before the page is reloaded
    visitor.page.evaluate(
        """() => {
          gtag("event", "klik");
          history.pushState({}, "", "/barang/1");
          gtag("event", "page_view");
          new Image().src = "https://googleads.g.doubleclick.net/pagead/ads?client=ca-pub-1";
          document.body.append(Object.assign(document.createElement("iframe"),
            { src: "https://googleads.g.doubleclick.net/pagead/ads" }));
          navigator.sendBeacon("https://www.google-analytics.com/g/collect", "");
        }"""
    )
    visitor.page.wait_for_timeout(500)
    sent_while_waiting = [str(each) for each in world.outside()]
    still_the_first_page = visitor.page.evaluate("window.first === true")
    visitor.page.wait_for_function("window.first === undefined")

    assert still_the_first_page
    assert sent_while_waiting == []
    assert outside(world, visitor) == []
    world.release(shop.service, "/v1/toko/decisions")
    visitor.errors.clear()


def test_a_withdrawal_offline_stays_silent_when_the_network_is_back(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    accept(shop, visitor)
    visitor.reopen()
    visitor.context.set_offline(True)
    world.clear()

    visitor.withdraw_all()
    visitor.page.evaluate("gtag('event', 'tanpa_jaringan')")
    visitor.page.wait_for_timeout(LONGER_THAN_THE_QUEUE)
    with visitor.reloading():
        visitor.context.set_offline(False)
    visitor.recorded()

    assert outside(world, visitor) == []


def test_a_withdrawal_in_another_tab_silences_this_one(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    accept(shop, visitor)
    first = visitor.page
    visitor.page = visitor.context.new_page()
    visitor.open(shop.page("/lain", PRESS + SLOTS))
    visitor.page.wait_for_function("izin.has('analytics')")
    world.settle(visitor.page)
    visitor.reopen()
    world.clear()
    first.evaluate("gtag('event', 'di_tab_lain')")

    with first.expect_navigation(), visitor.page.expect_navigation():
        visitor.withdraw_all()
    visitor.recorded()

    assert outside(world, visitor) == []


def test_a_page_that_comes_back_from_the_browsers_memory_is_silent(
    shop: Shop, world: World, browser_with_page_memory: Browser
) -> None:
    visitor = Visitor(browser_with_page_memory, world)
    accept(shop, visitor)
    visitor.page.evaluate("window.first = true")
    # As a tag may: it speaks as soon as its page is shown again.
    visitor.page.evaluate(
        """() => {
          for (const name of ["pageshow", "visibilitychange", "resume"])
            for (const target of [window, document])
              target.addEventListener(name, () => fetch(
                "https://www.google-analytics.com/g/collect?v=2&en=kembali_" + name,
                { method: "POST", mode: "no-cors", keepalive: true }).catch(() => {}));
          window.addEventListener("pageshow", (event) => sessionStorage.back = event.persisted);
        }"""
    )
    visitor.open(shop.page("/lain", PRESS))
    visitor.page.wait_for_function("izin.decision")
    visitor.reopen()
    with visitor.reloading():
        visitor.withdraw_all()
    visitor.recorded()
    world.settle(visitor.page)
    world.clear()

    visitor.page.go_back()
    visitor.page.wait_for_function("window.first === undefined && window.izin && izin.decision")

    came_back = visitor.page.evaluate("sessionStorage.back")
    sent = outside(world, visitor)
    visitor.close()
    assert came_back == "true", "the browser did not keep the page: nothing was tested"
    assert sent == []
