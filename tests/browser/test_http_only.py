"""HttpOnly cookies, which no script can delete: the service does, with its answer to a choice."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

FPID = ("FPID", ".toko.co.id")
BASKET = ("keranjang", ".toko.co.id")
HOSTS = ("www.toko.co.id", "shop.toko.co.id", "toko.co.id")


def set_by_the_shops_server(world: World, visitor: Visitor) -> None:
    """A cookie of Google's tags on a server of the shop's own, and one of the shop's."""
    for name, _ in (FPID, BASKET):
        cookie = f"{name}=1; Domain=toko.co.id; Path=/; Max-Age=1000; Secure; HttpOnly"
        world.page("gtm.toko.co.id", f"/{name}", "<p>.</p>", headers={"Set-Cookie": cookie})
        visitor.open(f"https://gtm.toko.co.id/{name}")
    assert {FPID, BASKET} <= visitor.cookies().keys()


@pytest.mark.parametrize("host", HOSTS)
def test_a_withdrawal_deletes_what_only_a_server_can(
    open_shop: OpenShop, world: World, visitor: Visitor, host: str
) -> None:
    shop = open_shop(origins=tuple(f"https://{each}" for each in HOSTS))
    visitor.open(shop.page("/", host=host))
    visitor.accept_all()
    visitor.recorded()
    set_by_the_shops_server(world, visitor)
    visitor.open(f"https://{host}/")
    visitor.reopen()

    with visitor.reloading():
        visitor.withdraw_all()
    visitor.recorded()

    assert FPID not in visitor.cookies()
    assert BASKET in visitor.cookies()
    assert visitor.errors == []


def test_a_first_refusal_deletes_what_was_there_before(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    set_by_the_shops_server(world, visitor)
    visitor.open(shop.page())

    visitor.refuse_all()
    visitor.recorded()

    assert FPID not in visitor.cookies()
    assert BASKET in visitor.cookies()


def test_who_accepts_keeps_it(shop: Shop, world: World, visitor: Visitor) -> None:
    set_by_the_shops_server(world, visitor)
    visitor.open(shop.page())

    visitor.accept_all()
    visitor.recorded()

    assert {FPID, BASKET} <= visitor.cookies().keys()


def test_a_service_on_another_site_leaves_it_to_the_owner(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    """It never sees the cookie: that is what `docs/hosting.md` says of this way to host it."""
    shop = open_shop(service="izin.lain.id", domain=None, origins=("https://www.toko.co.id",))
    set_by_the_shops_server(world, visitor)
    visitor.open(shop.page())

    visitor.refuse_all()
    visitor.recorded()

    assert {FPID, BASKET} <= visitor.cookies().keys()
