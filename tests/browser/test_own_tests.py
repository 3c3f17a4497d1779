"""The browser tests that docs/google.md gives to owners: they pass, and they can fail."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from banner.paths import ROOT
from tests.browser.conftest import NewVisitor
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

Test = Callable[[Page], None]

NOTHING_LEAKS = "test_nothing_leaks_before_a_choice_and_after_a_refusal"
STAYS_AWAY = "test_what_is_accepted_comes_and_what_is_withdrawn_stays_away"


def from_the_docs(address: str) -> dict[str, Test]:
    text = (ROOT / "docs" / "google.md").read_text("utf-8")
    [code] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict[str, Test] = {}
    exec(code.replace("https://www.example.co.id/", address), names)
    return {name: each for name, each in names.items() if name.startswith("test_")}


def test_the_docs_have_two(shop: Shop) -> None:
    assert [*from_the_docs("/")] == [NOTHING_LEAKS, STAYS_AWAY]


@pytest.mark.parametrize("test", [NOTHING_LEAKS, STAYS_AWAY])
@pytest.mark.parametrize("locale", ["id-ID", "en-US"])
def test_they_pass_on_a_site_with_izin(
    shop: Shop, new_visitor: NewVisitor, test: str, locale: str
) -> None:
    from_the_docs(shop.page("/"))[test](new_visitor(locale=locale).page)


@pytest.mark.parametrize("test", [NOTHING_LEAKS, STAYS_AWAY])
def test_they_find_a_tag_that_does_not_wait(
    shop: Shop, world: World, visitor: Visitor, test: str
) -> None:
    early = '<script async src="https://www.googletagmanager.com/gtag/js?id=G-TOKO1"></script>'

    with pytest.raises(AssertionError):
        from_the_docs(shop.page("/", head=early))[test](visitor.page)


def test_a_preconnect_that_no_request_shows_is_found(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    early = '<link rel="preconnect" href="https://www.googletagmanager.com">'

    with pytest.raises(AssertionError):
        from_the_docs(shop.page("/", head=early))[NOTHING_LEAKS](visitor.page)
