"""A refusal is never undone by an answer that comes late, whichever tab, host or storage it meets.

Each of these once released a tag after a refusal.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HELD = "https://www.toko.co.id/iklan.js"
MARKED = '<script type="text/plain" data-izin="advertising" src="/iklan.js"></script>'


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """Without Google: the one held tag is the owner's own."""
    shop = open_shop(services="[services]")
    for host in ("www.toko.co.id", "shop.toko.co.id"):
        shop.world.file(host, "/iklan.js", "window.shown = true", "text/javascript")
    return shop


def late(
    path: str, seconds: float, only: Collection[int] = range(99)
) -> Callable[[WSGIApplication], WSGIApplication]:
    """The service does its work at once, and answers the calls numbered in ``only`` late."""

    def behind(app: WSGIApplication) -> WSGIApplication:
        calls = []

        def proxy(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if not environ["PATH_INFO"].endswith(path) or environ["REQUEST_METHOD"] == "OPTIONS":
                return app(environ, start_response)
            calls.append(path)
            number = len(calls)
            started: list[Any] = []
            body = b"".join(app(environ, lambda *heard: started.extend(heard)))  # type: ignore[arg-type]
            if number in only:
                time.sleep(seconds)
            start_response(*started)
            return [body]

        return proxy

    return behind


def was_fetched(world: World) -> bool:
    return any(request.path == "/iklan.js" for request in world.requests)


def act(visitor: Visitor, call: str) -> None:
    """Call the page's API without waiting for what comes of it."""
    visitor.page.evaluate(f"() => {{ izin.{call} }}")


def when_quiet(shop: Shop, visitor: Visitor) -> None:
    shop.world.settle(visitor.page, quiet=1.0, limit=15)


def test_a_refusal_is_kept_although_storage_is_full(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.context.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }"
    )
    visitor.open(shop.page("/", MARKED))
    shop.behind(late("/decisions", 0.7))

    visitor.accept_all()
    act(visitor, "refuse()")
    when_quiet(shop, visitor)

    assert [row["kind"] for row in shop.rows()] == ["granted", "withdrawn"]
    assert not was_fetched(world)


def test_a_late_answer_about_an_old_token_does_not_undo_a_refusal(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page("/"))
    visitor.accept_all()
    visitor.recorded()
    visitor.page.evaluate("localStorage.clear()")
    visitor.leave()
    shop.behind(late("/release", 1.5))

    visitor.open(shop.page("/lain", MARKED))
    visitor.page.wait_for_function("window.izin")
    act(visitor, "refuse()")
    when_quiet(shop, visitor)

    assert visitor.decision()
    assert not visitor.has("advertising")
    assert not was_fetched(world)


def test_a_tab_in_which_nothing_ran_closes_its_gate_too_when_another_withdraws(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page("/"))
    visitor.accept_all()
    visitor.recorded()
    first = visitor.page
    visitor.page = visitor.context.new_page()
    visitor.open(shop.page("/lain"))
    visitor.page.wait_for_function("izin.has('advertising')")
    world.down(shop.service)

    act(visitor, "withdraw()")
    first.wait_for_function("izin.decision.pending")

    assert first.evaluate("izin.has('advertising')") is False


def test_a_late_yes_of_one_tab_does_not_undo_the_no_of_another(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page("/", MARKED))
    visitor.banner.wait_for()
    first = visitor.page
    second = visitor.context.new_page()
    second.goto("https://www.toko.co.id/")
    second.wait_for_function("window.izin")
    shop.behind(late("/decisions", 2.0, only={1}))
    # At once: the second tab too sends the yes, and may rightly open for its answer.
    second.evaluate(
        "() => document.addEventListener('izin:change', () => izin.refuse(), { once: true })"
    )

    visitor.accept_all()
    second.wait_for_function("izin.decision")
    when_quiet(shop, visitor)
    visitor.open(shop.page("/nanti", MARKED))
    when_quiet(shop, visitor)

    assert visitor.page is first
    assert not visitor.has("advertising")
    assert not was_fetched(world)


def test_a_yes_sent_again_after_a_no_on_another_host_opens_nothing(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    www = shop.page("/", MARKED)
    other = shop.page("/", MARKED, host="shop.toko.co.id")
    visitor.open(www)
    shop.behind(late("/decisions", 0.8, only={1}))
    visitor.accept_all()
    visitor.open(other)
    world.settle(visitor.page, quiet=1.0)
    visitor.open(other)
    visitor.page.wait_for_function("window.izin")
    act(visitor, "refuse()")
    when_quiet(shop, visitor)
    visitor.leave()

    visitor.open(www)
    when_quiet(shop, visitor)

    assert not was_fetched(world)
    assert not visitor.has("advertising")


@pytest.mark.parametrize("extra", ["false", "null", "0", "function () {}"])
def test_extras_on_the_object_prototype_lose_no_choice(
    shop: Shop, visitor: Visitor, extra: str
) -> None:
    visitor.context.add_init_script(f"Object.prototype.debug = {extra}")
    visitor.open(shop.page("/", MARKED))

    visitor.accept_all()

    assert visitor.recorded()["categories"]["advertising"] is True


@pytest.mark.parametrize(
    "garbage",
    ["null", "[]", "5", '{"pending": 5}', '{"pending": null}', '{"pending": [null]}',
     '{"pending": "x"}', '{"token": 1}', '{"release": {}}', "{"],
)  # fmt: skip
def test_whatever_stands_in_our_storage_the_visitor_is_asked_and_can_choose(
    shop: Shop, visitor: Visitor, garbage: str
) -> None:
    visitor.open(shop.page("/"))
    visitor.page.evaluate("text => localStorage.setItem('izin:toko', text)", garbage)

    visitor.open(shop.page("/"))
    visitor.refuse_all()

    assert visitor.recorded()["pending"] is False
