"""A tag in the wrong place or with the wrong name: the console says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.shop import Shop
from tests.browser.test_hosting import UNDER_A_PATH, own_cookies
from tests.browser.visitor import Visitor
from tests.browser.world import World

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage

NOT_REGISTERED = {
    "id": "halaman ini belum terdaftar pada layanan persetujuan situs ini",
    "en": "this page is not registered with the site’s consent service",
}


def hear(visitor: Visitor) -> list[str]:
    """What the console says from now on, of ours alone."""
    heard: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.text.startswith("izin:"):
            heard.append(message.text)

    visitor.page.on("console", note)
    return heard


def posts(shop: Shop) -> int:
    """How often a browser has tried to make a choice known: by its question before, or by it."""
    tries = {request.at for request in shop.world.to(shop.service) if "/decisions" in request.path}
    return len(tries)


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_page_that_the_file_does_not_name_is_told_the_line_to_add(
    shop: Shop, world: World, visitor: Visitor, language: str
) -> None:
    heard = hear(visitor)
    visitor.language = language
    visitor.open(shop.page(host="blog.toko.co.id", lang=language))

    visitor.accept_all()
    visitor.status.get_by_text(NOT_REGISTERED[language]).wait_for()
    visitor.page.wait_for_timeout(3000)
    world.settle(visitor.page)

    assert "in toko.toml" in heard[0]
    assert 'origins = [..., "https://blog.toko.co.id"]' in heard[0]
    assert posts(shop) <= 3
    assert (shop.count(), own_cookies(visitor), visitor.has("analytics")) == (0, set(), False)
    assert not world.outside()


def test_a_page_of_the_same_host_under_another_name_is_told_too(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(**{**UNDER_A_PATH, "service": "toko.co.id"})
    heard = hear(visitor)
    visitor.open(shop.page(host="toko.co.id"))

    visitor.refuse_all()
    visitor.status.get_by_text(NOT_REGISTERED["id"]).wait_for()

    assert 'origins = [..., "https://toko.co.id"]' in heard[0]
    assert shop.count() == 0
    assert visitor.kept()["pending"]


def test_the_choice_is_recorded_once_the_page_is_named(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page(host="blog.toko.co.id"))
    visitor.refuse_all()
    visitor.status.get_by_text(NOT_REGISTERED["id"]).wait_for()

    shop.origins = (*shop.origins, "https://blog.toko.co.id")
    shop.open()
    visitor.open(shop.page(host="blog.toko.co.id"))
    visitor.recorded()

    assert [kind for kind, _, _ in shop.acts()] == ["refused"]


def test_on_later_pages_the_visitor_is_not_told_again(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page(host="blog.toko.co.id"))
    visitor.refuse_all()
    visitor.status.get_by_text(NOT_REGISTERED["id"]).wait_for()
    heard = hear(visitor)

    visitor.open(shop.page("/lain", host="blog.toko.co.id"))
    visitor.page.wait_for_function("() => izin.decision")
    world.settle(visitor.page)

    assert heard
    assert not visitor.banner.is_visible()


def test_a_release_that_is_asked_for_by_such_a_page_is_not_asked_for_for_ever(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page())
    visitor.accept_all()
    visitor.recorded()
    visitor.leave()
    heard = hear(visitor)

    visitor.open(shop.page(host="blog.toko.co.id"))
    visitor.page.wait_for_timeout(4000)
    world.settle(visitor.page)

    asked = [r for r in world.to(shop.service) if r.path.endswith("/release")]
    assert 1 <= len(asked) <= 3
    assert 'origins = [..., "https://blog.toko.co.id"]' in heard[0]
    assert own_cookies(visitor)
    assert not world.outside()


@pytest.mark.parametrize("name", ["tokoo", "toko.co.id", "Toko"])
def test_a_mistyped_name_in_the_tag_is_told_in_the_console(
    shop: Shop, world: World, visitor: Visitor, name: str
) -> None:
    heard = hear(visitor)

    visitor.open(
        shop.page(tag=f'<script async src="https://{shop.service}/v1/{name}.js"></script>')
    )
    world.settle(visitor.page)

    [said] = heard
    assert "no site of the name in the tag" in said
    assert visitor.errors == [] or all("izin:" in each.text for each in visitor.errors)
    assert not visitor.banner.is_visible()
