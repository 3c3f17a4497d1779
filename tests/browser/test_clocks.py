"""The service's clock judges, whatever a visitor's says: nobody is asked twice."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.shop import DAY, Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

OFF = {
    "a day slow": -DAY - 3_600_000,
    "three days slow": -3 * DAY,
    "two years slow": -730 * DAY,
    "an hour fast": 3_600_000,
    "200 days fast": 200 * DAY,
    "nine years fast": 9 * 365 * DAY,
}
each_clock = pytest.mark.parametrize("off", OFF.values(), ids=OFF.keys())


def clock(off: int) -> str:
    """For the page's head: its clock is so many milliseconds ahead."""
    return f"""<script>{{ const D = Date; window.Date = class extends D {{
      constructor(...given) {{ given.length ? super(...given) : super(D.now() + {off}) }}
      static now() {{ return D.now() + {off} }} }} }}</script>"""


@each_clock
def test_a_refusal_is_remembered_under_any_clock(
    shop: Shop, world: World, visitor: Visitor, off: int
) -> None:
    visitor.open(shop.page(head=clock(off)))
    visitor.refuse_all()
    visitor.recorded()
    world.clear()

    for path in ("/satu", "/dua"):
        visitor.open(shop.page(path, head=clock(off)))
        visitor.recorded()
        world.settle(visitor.page)

    assert not visitor.is_asked()
    assert shop.asked() == []
    assert shop.count() == 1


@each_clock
def test_a_grant_releases_at_once_and_on_the_next_page(
    shop: Shop, world: World, visitor: Visitor, off: int
) -> None:
    visitor.open(shop.page(head=clock(off)))
    visitor.accept_all()
    visitor.recorded()
    at_once = visitor.has("analytics")
    visitor.leave()

    visitor.open(shop.page("/lain", head=clock(off)))
    visitor.page.wait_for_function("() => izin.has('analytics')")

    assert at_once
    assert shop.asked() == []
    assert shop.count() == 1


@each_clock
def test_what_ends_with_the_consent_ends_with_it_by_the_services_clock(
    shop: Shop, world: World, visitor: Visitor, off: int
) -> None:
    visitor.open(shop.page(head=clock(off)))
    visitor.accept_all()
    visitor.recorded()

    left = visitor.page.evaluate(
        "[...dataLayer].map((e) => e[0] === 'config' && e[2]?.cookie_expires).filter(Boolean)"
    )

    assert abs(max(left) - 184 * 86400) < 300


@each_clock
def test_a_clock_that_is_set_right_later_asks_nobody_again(
    shop: Shop, world: World, visitor: Visitor, off: int
) -> None:
    visitor.open(shop.page(head=clock(off)))
    visitor.accept_all()
    visitor.recorded()
    visitor.leave()

    for path in ("/satu", "/dua"):
        visitor.open(shop.page(path))
        visitor.page.wait_for_function("() => izin.has('analytics')")
        world.settle(visitor.page)

    assert shop.asked() in ([], ["GET /v1/toko/release"])
    assert shop.count() == 1


@each_clock
def test_a_sibling_host_hears_from_the_service_whether_it_is_in_time(
    shop: Shop, world: World, visitor: Visitor, off: int
) -> None:
    visitor.open(shop.page(head=clock(off)))
    visitor.accept_all()
    visitor.recorded()
    visitor.leave()

    visitor.open(shop.page(host="shop.toko.co.id", head=clock(off)))
    visitor.page.wait_for_function("() => izin.has('analytics')")

    assert shop.asked() == ["GET /v1/toko/release"]
    assert shop.count() == 1


def test_a_choice_that_is_over_is_asked_for_again_under_a_clock_that_stands_still(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page())
    visitor.accept_all()
    visitor.recorded()
    visitor.leave()

    shop.clock.milliseconds += 185 * DAY
    visitor.open(shop.page("/lain", head=clock(-3 * DAY)))
    visitor.page.wait_for_function("() => izin.site")
    world.settle(visitor.page)
    visitor.open(shop.page(host="shop.toko.co.id"))
    visitor.page.wait_for_function("() => izin.site")
    visitor.banner.wait_for()

    assert visitor.is_asked()
    assert not visitor.has("analytics")


def test_two_tabs_with_different_clocks_agree(shop: Shop, world: World, visitor: Visitor) -> None:
    visitor.open(shop.page())
    first, visitor.page = visitor.page, visitor.context.new_page()
    visitor.open(shop.page("/lain", head=clock(-3 * DAY)))

    first.bring_to_front()
    first.evaluate("() => void izin.refuse()")
    visitor.recorded()
    world.settle(visitor.page)

    assert shop.count() == 1
    assert not visitor.is_asked()


def test_without_cookies_a_refusal_is_remembered_under_a_clock_that_is_set_right(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop()
    visitor.context.add_init_script(
        "Object.defineProperty(Document.prototype, 'cookie', {get: () => '', set() {}})"
    )
    visitor.open(shop.page(head=clock(400 * DAY)))
    visitor.refuse_all()
    visitor.recorded()

    visitor.open(shop.page("/lain"))
    visitor.recorded()
    world.settle(visitor.page)

    assert not visitor.is_asked()
    assert shop.count() == 1
