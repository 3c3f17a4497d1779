"""One visitor, several pages at once: a choice in one settles the others."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import SLOTS, Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World


def second_tab(visitor: Visitor, address: str) -> Page:
    """Open another page in a new tab; the visitor acts there from now on. The first tab."""
    first = visitor.page
    visitor.page = visitor.context.new_page()
    visitor.open(address)
    return first


def test_accepting_in_one_tab_releases_the_tags_of_the_other_and_asks_there_no_more(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page("/", SLOTS))
    visitor.banner.wait_for()
    first = second_tab(visitor, shop.page("/lain", SLOTS))

    visitor.accept_all()
    visitor.recorded()

    first.wait_for_function("izin.has('analytics') && izin.has('advertising')")
    expect(first.get_by_role("button", name=visitor.names.refuse_all)).to_have_count(0)
    assert shop.count() == 1


@pytest.mark.shows(
    "Hostile pages: Two tabs",
    "A refusal in one tab, read in the other.",
)
def test_refusing_in_one_tab_settles_the_other(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/", SLOTS))
    visitor.banner.wait_for()
    first = second_tab(visitor, shop.page("/lain", SLOTS))

    visitor.refuse_all()
    visitor.recorded()

    first.wait_for_function("izin.decision && !izin.decision.pending")
    expect(first.get_by_role("button", name=visitor.names.refuse_all)).to_have_count(0)
    assert shop.count() == 1


@pytest.mark.shows(
    "Hostile pages: Two tabs",
    "A withdrawal in one tab ends what runs in the other.",
)
def test_withdrawing_in_one_tab_ends_what_runs_in_the_other(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page("/", SLOTS))
    visitor.accept_all()
    visitor.recorded()
    first = second_tab(visitor, shop.page("/lain", SLOTS))
    visitor.page.wait_for_function("izin.has('analytics')")
    visitor.reopen()

    with first.expect_navigation(), visitor.page.expect_navigation():
        visitor.withdraw_all()
    first.wait_for_function("izin.decision && !izin.decision.pending")
    world.settle(visitor.page)
    world.clear()
    first.evaluate("window.gtag && gtag('event', 'later')")
    world.settle(visitor.page)

    assert first.evaluate("izin.has('analytics')") is False
    assert world.outside() == ()
    assert [row["kind"] for row in shop.rows()] == ["granted", "withdrawn"]


def test_widening_in_one_tab_does_not_reload_the_other(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/", SLOTS))
    visitor.choose("Analitik")
    visitor.recorded()
    visitor.page.evaluate("window.typed = 'something'")
    first = second_tab(visitor, shop.page("/lain", SLOTS))
    visitor.page.wait_for_function("izin.has('analytics')")
    visitor.reopen()

    visitor.switch("Periklanan").check()
    visitor.save()

    first.wait_for_function("izin.has('advertising')")
    assert first.evaluate("window.typed") == "something"
