"""A visitor who withdraws and stays on a page that asks before it goes."""

from __future__ import annotations

import pytest

from tests.browser.shop import Shop
from tests.browser.test_silence import accept
from tests.browser.visitor import Visitor
from tests.browser.world import World

CUT_OFF = {"id": "diputus dari internet sampai dimuat ulang", "en": "cut off from the internet"}
ASKS = "addEventListener('beforeunload', (event) => event.preventDefault())"
PREVENTS = "navigation.addEventListener('navigate', (event) => event.preventDefault())"


@pytest.mark.parametrize("why", [ASKS, PREVENTS], ids=["the visitor", "a script"])
def test_who_stays_is_told_that_the_page_is_cut_off(
    shop: Shop, world: World, visitor: Visitor, why: str
) -> None:
    accept(shop, visitor)
    visitor.page.on("dialog", lambda dialog: dialog.dismiss())
    visitor.page.locator("body").click()
    visitor.page.evaluate(f"() => {{ {why} }}")

    visitor.reopen()
    visitor.withdraw_all()
    visitor.status.get_by_text(CUT_OFF["id"]).wait_for()

    assert [kind for kind, _, _ in shop.acts()] == ["granted", "withdrawn"]
    assert visitor.page.evaluate("() => fetch('/simpan').then(() => 1, () => 0)") == 0


def test_who_goes_is_told_only_that_it_is_saved(shop: Shop, world: World, visitor: Visitor) -> None:
    accept(shop, visitor)

    with visitor.reloading():
        visitor.reopen()
        visitor.withdraw_all()
    visitor.recorded()
    visitor.page.wait_for_timeout(3500)

    assert visitor.page.get_by_text(CUT_OFF["id"]).count() == 0
