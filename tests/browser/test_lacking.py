"""Browsers and pages without what the script needs: tags stay held, and there is a way."""

from __future__ import annotations

import pytest

from tests.browser.shop import Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World


def take_away(visitor: Visitor, *names: str) -> None:
    for name in names:
        visitor.context.add_init_script(f"delete window.{name}; window.{name} = undefined")


def test_without_mutation_observers_a_choice_is_made_and_recorded(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    # Given back once the page has loaded: Playwright needs it, too.
    head = """<script>{ const taken = MutationObserver; window.MutationObserver = undefined;
      addEventListener("load", () => { window.MutationObserver = taken }) }</script>"""
    visitor.open(shop.page(head=head))

    visitor.accept_all()
    visitor.recorded()
    visitor.page.wait_for_function("() => izin.has('analytics')")

    assert shop.count() == 1
    assert visitor.uncaught() == []


def test_without_mutation_observers_what_is_marked_up_is_released(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    take_away(visitor, "MutationObserver")
    body = '<script type="text/plain" data-izin="analytics">tell()</script>'
    told = "<script>const told = new Promise((go) => { window.tell = () => go(true) })</script>"
    visitor.open(shop.page("/", body, head=told))

    # Playwright's own ways of waiting need what is missing here.
    ran = visitor.page.evaluate("() => izin.accept().then(() => told)")

    assert ran
    assert visitor.uncaught() == []


@pytest.mark.parametrize(
    "name", ["Proxy", "Set", "Promise", "webkitURL", "Reflect", "localStorage"]
)
def test_what_is_missing_ends_quietly_and_holds_every_tag(
    shop: Shop, world: World, visitor: Visitor, name: str
) -> None:
    take_away(visitor, name)
    visitor.open(shop.page())
    world.settle(visitor.page)

    assert not world.outside()
    assert visitor.uncaught() == []


@pytest.mark.parametrize("name", ["Proxy", "Set", "Promise", "Reflect"])
def test_where_the_script_cannot_run_the_page_without_scripts_is_offered(
    shop: Shop, world: World, visitor: Visitor, name: str
) -> None:
    take_away(visitor, name)
    said: list[str] = []
    visitor.page.on("console", lambda message: said.append(message.text))
    visitor.open(shop.page())

    visitor.page.get_by_role("link", name=visitor.names.dialog).click()
    visitor.page.get_by_role("button", name=visitor.names.refuse_all).click()
    world.settle(visitor.page)

    assert [text for text in said if text.startswith("izin: every tag stays held")]
    assert [kind for kind, _, _ in shop.acts()] == ["refused"]


def test_without_fetch_a_refusal_holds_and_the_page_without_scripts_is_offered(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    take_away(visitor, "fetch")
    visitor.open(shop.page())

    visitor.refuse_all()
    link = visitor.page.get_by_role("link", name=visitor.names.dialog)
    link.wait_for()
    decision = visitor.decision()

    assert decision is not None
    assert not any(decision["categories"].values())
    assert "/v1/toko/preferences" in (link.get_attribute("href") or "")
    assert visitor.uncaught() == []


def test_without_fetch_an_accept_is_held(shop: Shop, world: World, visitor: Visitor) -> None:
    take_away(visitor, "fetch")
    visitor.open(shop.page())

    visitor.accept_all()
    visitor.page.get_by_role("link", name=visitor.names.dialog).wait_for()
    world.settle(visitor.page)

    assert not world.outside()
    assert not visitor.has("analytics")
    assert shop.count() == 0
