"""The script by its pinned address, with integrity: it runs as it was pinned, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from banner.script.compose import Bundle, integrity_of
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LINK = '<a href="https://izin.toko.co.id/v1/toko/preferences?lang=id" data-izin-open>Kuki saya</a>'
NEWER = "2026-12-24"


def bundle_of(shop: Shop) -> Bundle:
    bundle: Bundle = shop.app.extensions["izin"].bundles["toko"]
    return bundle


def pinned(shop: Shop) -> str:
    bundle = bundle_of(shop)
    address = f"https://{shop.service}/v1/toko.{bundle.pin}.js"
    integrity = integrity_of(bundle.pinned.plain)
    return (
        f'<script async src="{address}" integrity="{integrity}" crossorigin="anonymous"></script>'
    )


def page_of(shop: Shop, tag: str = "", path: str = "/") -> str:
    return shop.page(path, LINK, tag=tag or pinned(shop))


def with_an_addition(name: str) -> Callable[[WSGIApplication], WSGIApplication]:
    """Somebody has changed what the service answers at addresses with this in them."""

    def proxy(app: WSGIApplication) -> WSGIApplication:
        def change(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            environ.pop("HTTP_ACCEPT_ENCODING", None)
            body, status, headers = run_wsgi_app(app, environ, buffered=True)
            content = b"".join(body)
            if name in environ["PATH_INFO"]:
                content += b";window.smuggled = 1;"
            headers.remove("Content-Length")
            return Response(content, status, headers)(environ, start_response)

        return change

    return proxy


@pytest.mark.shows(
    "Strict policies: Integrity of the pinned script",
    "The tag with `integrity`, through a grant and a withdrawal.",
)
def test_a_pinned_script_asks_grants_and_withdraws_as_any_other(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(page_of(shop))
    visitor.choose("Analitik")
    visitor.recorded()
    world.settle(visitor.page)
    ran = world.to("www.googletagmanager.com")

    visitor.reopen()
    with visitor.reloading():
        visitor.withdraw_all()
    visitor.recorded()

    assert ran
    assert [kind for kind, *_ in shop.acts()] == ["granted", "withdrawn"]
    assert "dialog" in shop.parts()
    assert visitor.errors == []


def test_a_returning_page_with_a_pinned_script_asks_for_nothing(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(page_of(shop))
    visitor.accept_all()
    visitor.recorded()
    visitor.leave()

    visitor.open(page_of(shop, path="/lain"))
    visitor.page.wait_for_function("() => window.izin && izin.has('analytics')")
    world.settle(visitor.page)

    assert world.to(shop.service) == ()
    assert world.outside()


@pytest.mark.shows(
    "Strict policies: Integrity of the pinned script",
    "One byte of the script is another: nothing runs, and every tag stays held.",
)
def test_a_script_with_other_contents_does_not_run(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    shop.behind(with_an_addition(f"toko.{bundle_of(shop).pin}.js"))

    visitor.open(page_of(shop))
    world.settle(visitor.page)

    assert visitor.page.evaluate("() => ['izin' in window, 'smuggled' in window]") == [False, False]
    assert any("integrity" in each.text for each in visitor.errors)


def test_a_part_with_other_contents_does_not_run_and_the_banner_takes_its_place(
    shop: Shop, visitor: Visitor
) -> None:
    shop.behind(with_an_addition("/dialog."))
    visitor.open(page_of(shop))

    visitor.banner.get_by_role("button", name=visitor.names.customise, exact=True).click()
    expect(visitor.status).to_contain_text("Pengaturan tidak dapat dimuat")
    visitor.refuse_all()
    visitor.recorded()

    assert not visitor.page.evaluate("() => 'smuggled' in window")
    assert any("integrity" in each.text for each in visitor.errors)


def test_the_plain_script_has_no_such_guard(shop: Shop, visitor: Visitor) -> None:
    """What the pin is for: without it, whoever answers for the service decides."""
    shop.behind(with_an_addition("/dialog."))
    visitor.open(page_of(shop, shop.tag()))

    visitor.customise()

    assert visitor.page.evaluate("() => window.smuggled") == 1


# --- an old pin ------------------------------------------------------------------------------


def changed(shop: Shop, what: str) -> Shop:
    if what == "words":
        shop.notice = NEWER
    else:
        shop.services = shop.services.replace("G-TOKO1", "G-TOKO2")
    return shop.open()


@pytest.mark.parametrize("what", ["words", "tags"])
def test_who_has_no_copy_of_an_old_script_has_all_tags_held_and_the_link_leads_on(
    shop: Shop, world: World, visitor: Visitor, what: str
) -> None:
    old = page_of(shop)
    changed(shop, what)

    visitor.open(old)
    world.settle(visitor.page)
    outside = world.outside()
    script = visitor.page.evaluate("() => 'izin' in window")
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("link", name="Kuki saya", exact=True).click()
    visitor.page.get_by_role("button", name=visitor.names.refuse_all, exact=True).click()
    visitor.page.get_by_role("status").wait_for()

    assert (outside, script) == ((), False)
    assert [kind for kind, *_ in shop.acts()] == ["refused"]
    assert visitor.errors  # the owner's console says so
    visitor.errors.clear()


def test_who_has_a_copy_of_an_old_script_is_told_that_the_notice_has_changed(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    old = page_of(shop)
    visitor.open(old)
    visitor.banner.wait_for()
    changed(shop, "words")
    visitor.open(old)

    visitor.accept_all()
    expect(visitor.status).to_contain_text("Pilihan Anda tidak tercatat")
    world.settle(visitor.page)

    assert shop.count() == 0
    assert not world.outside()
    assert not visitor.has("analytics")


def test_the_next_page_of_such_a_visitor_has_no_old_script_any_more(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    old = page_of(shop)
    visitor.open(old)
    visitor.banner.wait_for()
    changed(shop, "words")
    visitor.open(old)
    visitor.accept_all()
    expect(visitor.status).to_contain_text("Pilihan Anda tidak tercatat")
    world.settle(visitor.page)

    visitor.open(old)
    world.settle(visitor.page)

    assert visitor.page.evaluate("() => 'izin' in window") is False
    assert not world.outside()


def test_what_was_granted_under_an_old_script_runs_until_the_page_has_the_new_tag(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    old = page_of(shop)
    visitor.open(old)
    visitor.accept_all()
    visitor.recorded()
    visitor.leave()
    changed(shop, "tags")

    visitor.open(old)
    world.settle(visitor.page)
    before = {each.parameters.get("id") for each in world.to("www.googletagmanager.com")}
    visitor.leave()
    visitor.open(page_of(shop))
    world.settle(visitor.page)
    after = {each.parameters.get("id") for each in world.to("www.googletagmanager.com")}

    assert "G-TOKO1" in before
    assert "G-TOKO2" in after
    assert "G-TOKO1" not in after
