"""What a site declares: its own page, the tables on the owner's policy page, and the data."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Locator

from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

LANGUAGES = {"id": "id-ID", "en": "en-US"}
HEADINGS = {
    "id": ["Diperlukan", "Preferensi", "Analitik", "Periklanan"],
    "en": ["Strictly necessary", "Preferences", "Analytics", "Advertising"],
}
SERVICES = [
    "Google Analytics",
    "Google AdSense",
    "Google Ad Manager (DoubleClick)",
    "Floodlight (DoubleClick)",
]
STORED = {"id": "Yang disimpan di peramban", "en": "Stored in the browser"}
TITLE = {"id": "Layanan dan kuki di situs", "en": "Services and cookies on the site of"}
SETTINGS = {"id": "Pengaturan kuki", "en": "Cookie settings"}

STRICT = {
    "Content-Security-Policy": "default-src 'none'; script-src 'nonce-abc'; "
    "connect-src https://izin.toko.co.id; require-trusted-types-for 'script'; "
    "trusted-types izin; base-uri 'none'"
}


@pytest.fixture(params=LANGUAGES)
def speaker(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Visitor:
    """A visitor in each language."""
    return new_visitor(locale=LANGUAGES[request.param])


def embed(shop: Shop, **attributes: str) -> str:
    given = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    address = f"https://{shop.service}{shop.prefix}/v1/toko/declaration.js"
    return f'<script async src="{address}"{given}></script>'


def the_data(visitor: Visitor, shop: Shop) -> Any:
    """As another page reads it, across origins."""
    address = f"https://{shop.service}/v1/toko/declaration.json"
    return json.loads(
        visitor.page.evaluate("address => fetch(address).then(answer => answer.text())", address)
    )


def tables(where: Locator) -> dict[str, list[list[str]]]:
    """Every table by its accessible name: the texts of its cells."""
    found: dict[str, list[list[str]]] = where.get_by_role("table").evaluate_all(
        "tables => Object.fromEntries(tables.map(table => [table.caption.textContent,"
        " [...table.rows].map(row => [...row.cells].map(cell => cell.textContent))]))"
    )
    return found


def is_within_width(visitor: Visitor) -> bool:
    return bool(
        visitor.page.evaluate(
            "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


# --- the page ------------------------------------------------------------------------------------


def test_the_page_names_every_service_in_the_visitors_language(
    shop: Shop, world: World, speaker: Visitor
) -> None:
    speaker.open(f"https://{shop.service}/v1/toko/declaration")

    page = speaker.page
    assert page.locator("html").get_attribute("lang") == speaker.language
    assert page.get_by_role("heading", level=1).inner_text().startswith(TITLE[speaker.language])
    assert page.get_by_role("heading", level=2).all_inner_texts() == HEADINGS[speaker.language]
    assert page.get_by_role("heading", level=3).all_inner_texts()[1:] == SERVICES
    for name in SERVICES:
        table = page.get_by_role("table", name=f"{STORED[speaker.language]}: {name}", exact=True)
        assert table.get_by_role("columnheader").count() == 5
        assert table.get_by_role("rowheader").count() == table.get_by_role("row").count() - 1
    assert speaker.cookies() == {}
    assert not world.outside()
    assert speaker.errors == []


def test_the_page_can_be_read_in_the_other_language_and_leads_to_the_settings(
    shop: Shop, speaker: Visitor
) -> None:
    other = {"id": "en", "en": "id"}[speaker.language]
    speaker.open(f"https://{shop.service}/v1/toko/declaration")

    speaker.page.locator(f'a[hreflang="{other}"]').click()
    heading = speaker.page.get_by_role("heading", level=1).inner_text()
    speaker.page.get_by_role("link", name=SETTINGS[other], exact=True).click()

    assert heading.startswith(TITLE[other])
    assert speaker.page.url == f"https://{shop.service}/v1/toko/preferences?lang={other}"
    assert speaker.errors == []


@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_fits_a_phone_and_a_desktop(
    shop: Shop, new_visitor: NewVisitor, width: int
) -> None:
    visitor = new_visitor(viewport={"width": width, "height": 800})

    visitor.open(f"https://{shop.service}/v1/toko/declaration")

    assert is_within_width(visitor)


def test_the_page_can_be_printed_whole(shop: Shop, visitor: Visitor) -> None:
    visitor.open(f"https://{shop.service}/v1/toko/declaration")

    visitor.page.emulate_media(media="print")

    hidden = visitor.page.locator(".scroll").evaluate_all(
        "all => all.filter(each => getComputedStyle(each).overflowX !== 'visible').length"
    )
    assert hidden == 0
    assert visitor.page.pdf()[:5] == b"%PDF-"


def test_no_page_can_show_it_in_a_frame(shop: Shop, visitor: Visitor) -> None:
    address = f"https://{shop.service}/v1/toko/declaration"

    visitor.open(shop.page("/", f'<iframe src="{address}"></iframe>', tag=""))

    visitor.page.wait_for_timeout(300)
    assert "Google Analytics" not in visitor.page.frames[1].content()
    visitor.errors.clear()


# --- on the owner's page -------------------------------------------------------------------------


def test_one_tag_puts_the_tables_where_it_stands(
    shop: Shop, world: World, speaker: Visitor
) -> None:
    body = f'<h2 id="before">Daftar</h2>{embed(shop)}<h2 id="after">Kontak</h2>'

    speaker.open(shop.page("/privasi", body, lang="", tag=""))

    place = speaker.page.locator("h2#before ~ .izin-declaration")
    place.wait_for()
    assert speaker.page.locator(".izin-declaration ~ h2#after").count() == 1
    assert place.get_attribute("lang") == speaker.language
    names = place.get_by_role("heading", level=3).all_inner_texts()
    assert names == HEADINGS[speaker.language]
    assert place.get_by_role("heading", level=4).all_inner_texts()[1:] == SERVICES
    assert shop.asked() == ["GET /v1/toko/declaration.js"]
    assert speaker.cookies() == {}
    assert speaker.errors == []


def test_the_tables_of_the_tag_and_of_the_page_are_the_same(shop: Shop, visitor: Visitor) -> None:
    visitor.open(f"https://{shop.service}/v1/toko/declaration")
    on_our_page = tables(visitor.page.locator("main"))

    visitor.open(shop.page("/privasi", embed(shop), tag=""))
    place = visitor.page.locator(".izin-declaration")
    place.wait_for()

    assert tables(place) == on_our_page
    assert len(on_our_page) == 2 * (len(SERVICES) + 1)


def test_what_is_shown_is_what_the_data_says(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/privasi", embed(shop), tag=""))
    place = visitor.page.locator(".izin-declaration")
    place.wait_for()
    shown = tables(place)

    data = the_data(visitor, shop)

    services = [each for group in data["categories"] for each in group["services"]]
    assert [each["name"] for each in services[1:]] == SERVICES
    for each in services[1:]:
        # What is alike but for its name shares a row.
        rows = shown[f"{STORED['id']}: {each['name']}"][1:]
        said = {(item["name"], item["purpose"]["id"]) for item in each["stored"]}
        names = {
            (name.split(" (")[0], purpose)
            for cell, purpose, *_ in rows
            for name in cell.split(", ")
        }
        assert names == said


@pytest.mark.shows(
    "Strict policies: Content Security Policy and Trusted Types",
    "The same with the declaration's tables.",
)
def test_a_strict_policy_with_trusted_types_has_nothing_to_complain_of(
    shop: Shop, visitor: Visitor
) -> None:
    tag = f'<script async nonce="abc" src="{shop.script}"></script>'
    watch = (
        '<script nonce="abc">window.violations = [];'
        "addEventListener('securitypolicyviolation',"
        " event => violations.push(event.violatedDirective));"
        "</script>"
    )

    visitor.open(
        shop.page("/privasi", embed(shop, nonce="abc"), head=watch, tag=tag, headers=STRICT)
    )
    visitor.page.locator(".izin-declaration table").first.wait_for()
    visitor.banner.wait_for()

    assert visitor.page.evaluate("() => violations") == []
    assert visitor.errors == []


@pytest.mark.parametrize(
    ("wished", "page", "locale", "language"),
    [
        pytest.param("en", "id", "id-ID", "en", id="the tag decides"),
        pytest.param("jv", "en", "id-ID", "en", id="then the page"),
        pytest.param("", "en-GB", "id-ID", "en", id="in one of its forms"),
        pytest.param("", "", "en-US", "en", id="then the browser"),
        pytest.param("", "", "de-DE", "id", id="then the site's first"),
    ],
)
def test_the_language_of_the_tables(
    shop: Shop, new_visitor: NewVisitor, wished: str, page: str, locale: str, language: str
) -> None:
    visitor = new_visitor(locale=locale)

    visitor.open(shop.page("/privasi", embed(shop, data_lang=wished), lang=page, tag=""))

    place = visitor.page.locator(".izin-declaration")
    place.wait_for()
    assert place.get_attribute("lang") == language
    assert place.get_by_role("heading", level=3).all_inner_texts() == HEADINGS[language]


def test_two_tags_show_two_languages_each_in_its_place(shop: Shop, visitor: Visitor) -> None:
    body = embed(shop, data_lang="id") + "<hr>" + embed(shop, data_lang="en")

    visitor.open(shop.page("/privasi", body, tag=""))

    places = visitor.page.locator("main").locator(".izin-declaration, hr")
    visitor.page.locator(".izin-declaration").nth(1).wait_for()
    assert places.evaluate_all("all => all.map(each => each.lang)") == ["id", "", "en"]
    ids = visitor.page.locator(".izin-declaration [id]").count()
    assert ids == 0


def test_a_page_that_was_kept_with_the_tables_in_it_shows_them_once(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page("/privasi", embed(shop) + embed(shop, data_lang="en"), tag=""))
    visitor.page.locator(".izin-declaration").nth(1).wait_for()
    kept = visitor.page.locator("main").inner_html()

    visitor.open(shop.page("/disimpan", kept, tag=""))
    visitor.page.wait_for_load_state("networkidle")
    visitor.page.reload()
    visitor.page.wait_for_load_state("networkidle")

    assert visitor.page.locator(".izin-declaration").evaluate_all(
        "all => all.map(each => each.lang)"
    ) == ["id", "en"]


@pytest.mark.parametrize(("level", "first"), [("2", 2), ("4", 4), ("7", 3), ("x", 3)])
def test_the_headings_fit_under_the_pages_own(
    shop: Shop, visitor: Visitor, level: str, first: int
) -> None:
    visitor.open(shop.page("/privasi", embed(shop, data_level=level), tag=""))

    place = visitor.page.locator(".izin-declaration")
    place.wait_for()
    assert place.get_by_role("heading", level=first).all_inner_texts() == HEADINGS["id"]
    assert place.get_by_role("heading", level=first + 1).all_inner_texts()[1:] == SERVICES


def test_the_link_opens_the_dialog_where_the_script_runs_and_the_page_where_not(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page("/privasi", embed(shop)))
    visitor.refuse_all()
    visitor.recorded()
    visitor.page.locator(".izin-declaration a").last.click()
    visitor.dialog.wait_for()

    visitor.open(shop.page("/tanpa", embed(shop), tag=""))
    visitor.page.locator(".izin-declaration a").last.click()

    visitor.page.wait_for_url(f"https://{shop.service}/v1/toko/preferences?lang=id")
    assert visitor.errors == []


def test_under_a_path_the_tag_finds_its_way(open_shop: OpenShop, visitor: Visitor) -> None:
    shop = open_shop(
        service="www.toko.co.id",
        prefix="/izin",
        domain=None,
        origins=("https://www.toko.co.id",),
    )

    visitor.open(shop.page("/privasi", embed(shop), tag=""))

    link = visitor.page.locator(".izin-declaration a").last
    link.wait_for()
    address = "https://www.toko.co.id/izin/v1/toko/preferences?lang=id"
    assert link.get_attribute("href") == address


def test_the_owners_styles_apply_to_the_tables(shop: Shop, visitor: Visitor) -> None:
    style = "<style>td { color: rgb(1, 2, 3) }</style>"

    visitor.open(shop.page("/privasi", embed(shop), head=style, tag=""))

    cell = visitor.page.locator(".izin-declaration td").first
    cell.wait_for()
    assert cell.evaluate("cell => getComputedStyle(cell).color") == "rgb(1, 2, 3)"
