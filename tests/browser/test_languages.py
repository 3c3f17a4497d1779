"""The language that a page is written in, by whatever name, and when it is switched in place."""

from __future__ import annotations

import pytest

from tests.browser.conftest import NewVisitor
from tests.browser.shop import Shop
from tests.browser.visitor import NAMES, Visitor
from tests.browser.world import World


@pytest.fixture
def visitor(new_visitor: NewVisitor) -> Visitor:
    """Somebody whose browser speaks English, on a page in Indonesian."""
    visitor = new_visitor(locale="en-GB")
    visitor.language = "id"
    return visitor


@pytest.mark.parametrize(
    "lang", ["in", "in-ID", "IN", "id_ID", "id-Latn-ID", "ind", "ind-ID", "IND_id", "id_ID_POSIX"]
)
def test_indonesian_is_known_by_its_old_and_odd_names(
    shop: Shop, visitor: Visitor, lang: str
) -> None:
    visitor.open(shop.page(lang=lang))

    visitor.banner.wait_for()

    assert visitor.is_asked()


@pytest.mark.parametrize(
    "lang", ["en", "eng", "en_GB", "constructor", "x", "", "\N{SNOWMAN}", "klingon"]
)
def test_english_is_known_too_and_what_is_no_language_is_the_visitors(
    shop: Shop, visitor: Visitor, lang: str
) -> None:
    visitor.language = "en"
    visitor.open(shop.page(lang=lang))

    visitor.banner.wait_for()

    assert visitor.is_asked()


@pytest.mark.parametrize("kind", ["text/html", "application/xhtml+xml"])
def test_a_page_that_says_it_in_the_way_of_xml_is_heard(
    shop: Shop, world: World, visitor: Visitor, kind: str
) -> None:
    html = (
        '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="id"><head><title>Toko</title>'
        f'<script async="async" src="{shop.script}"></script></head><body><p>Isi</p></body></html>'
    )
    shop.page()
    world.file("www.toko.co.id", "/x", html, kind)

    visitor.open("https://www.toko.co.id/x")
    visitor.banner.wait_for()

    assert visitor.is_asked()


def test_the_tags_own_word_comes_first_by_an_old_name_too(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page(lang="en", tag=shop.tag(lang="in")))

    visitor.banner.wait_for()

    assert visitor.is_asked()


def test_an_open_banner_follows_the_page_and_keeps_the_focus(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page())
    visitor.banner.get_by_role("button", name=visitor.names.refuse_all).focus()

    visitor.page.evaluate("document.documentElement.lang = 'en'")
    visitor.language = "en"
    visitor.banner.wait_for()
    button = visitor.banner.get_by_role("button", name=visitor.names.refuse_all)

    assert button.evaluate("button => document.activeElement === button")
    assert visitor.page.get_by_role("region", name=NAMES["id"].banner).count() == 0


def test_button_and_dialog_follow_the_page(shop: Shop, world: World, visitor: Visitor) -> None:
    visitor.open(shop.page())
    visitor.refuse_all()
    visitor.recorded()
    visitor.reopen()
    visitor.page.keyboard.press("Escape")

    visitor.page.evaluate("document.documentElement.setAttribute('lang', 'en-US')")
    visitor.language = "en"
    visitor.page.get_by_role("button", name=visitor.names.dialog, exact=True).wait_for()
    visitor.reopen()

    assert visitor.dialog.is_visible()
    assert visitor.page.get_by_role("button", name=NAMES["id"].dialog, exact=True).count() == 0
    assert visitor.errors == []


def test_a_switch_while_the_button_is_on_its_way_is_followed(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page())
    visitor.refuse_all()
    visitor.recorded()
    switch = "<script>izin = [(izin) => { document.documentElement.lang = 'en' }]</script>"

    visitor.open(shop.page("/lain", head=switch))
    visitor.language = "en"
    visitor.page.get_by_role("button", name=visitor.names.dialog, exact=True).wait_for()
    visitor.page.wait_for_timeout(1500)

    assert visitor.page.get_by_role("button", name=NAMES["id"].dialog, exact=True).count() == 0
    assert visitor.page.get_by_role("button", name=visitor.names.dialog, exact=True).count() == 1


def test_what_is_decided_after_a_switch_is_recorded_in_the_pages_language(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page())
    visitor.banner.wait_for()
    visitor.page.evaluate("document.documentElement.lang = 'en'")
    visitor.language = "en"

    visitor.refuse_all()
    visitor.recorded()

    assert [row["locale"] for row in shop.rows()] == ["en"]


def test_a_switch_of_something_else_on_the_page_changes_nothing(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page(body="<p id=kutipan>Isi</p>"))
    visitor.banner.wait_for()

    visitor.page.evaluate("document.getElementById('kutipan').lang = 'en'")
    visitor.page.evaluate("document.documentElement.lang = 'in'")
    world.settle(visitor.page)

    assert visitor.is_asked()
    assert shop.parts() == []
