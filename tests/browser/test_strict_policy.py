"""Pages under a strict Content-Security-Policy with Trusted Types: not one violation of ours."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import Shop
from tests.browser.strict_page import CUT_OFF, StrictPages, Watch, Way
from tests.browser.visitor import Visitor
from tests.browser.world import World

SERVICES = """
[services.google-analytics]
product = "google_analytics"
measurement_id = "G-TOKO1"
retention = "14 months"
[services.peta]
product = "embed"
category = "preferences"
host = "maps.example"
retention = "1 months"
"""

ISSUE = (
    "script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'nonce-{nonce}'; "
    "require-trusted-types-for 'script'"
)
STRICTER = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'nonce-{nonce}'; "
    "connect-src https://izin.toko.co.id https://*.google-analytics.com; "
    "img-src 'self' https://gambar.example; frame-src https://maps.example; "
    "form-action https://izin.toko.co.id; object-src 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types izin"
)
NAMELESS = STRICTER.replace("trusted-types izin", "trusted-types toko")

POLICIES: dict[str, tuple[str, Way]] = {
    "as the issue has it": (ISSUE, "header"),
    "nothing but what is named": (STRICTER, "header"),
    "by a meta element": (STRICTER, "meta"),
    "report only": (STRICTER, "report only"),
}
every_policy = pytest.mark.parametrize(("policy", "way"), POLICIES.values(), ids=POLICIES)
LOCALES = {"id": "id-ID", "en": "en-GB"}

MARKED = """
<script type="text/plain" data-izin="analytics" nonce="{nonce}" data-izin-src="/milik.js"></script>
<script type="text/plain" data-izin="analytics" nonce="{nonce}">window.inlineRan = 1</script>
<img data-izin="analytics" data-izin-src="https://gambar.example/titik.gif" alt="">
<iframe data-izin="peta" data-izin-src="https://maps.example/embed" title="Peta"></iframe>
<script async nonce="{nonce}" src="https://izin.toko.co.id/v1/toko/declaration.js"></script>
"""
SMUGGLED = """
<script type="text/plain" data-izin="analytics" data-izin-src="/jahat.js"></script>
<script type="text/plain" data-izin="analytics">window.smuggled = 1</script>
<script type="text/plain" data-izin="analytics" nonce="tebakan">window.smuggled = 2</script>
"""
OWN = {"/milik.js": "window.ownRan = 1", "/jahat.js": "window.smuggled = 3"}

RECORDS = {"id": "Catatan dan tanda terima saya", "en": "My records and receipt"}
ONCE = {"id": "Muat sekali ini", "en": "Load this once"}


@pytest.fixture
def shop(open_shop: OpenShop, world: World) -> Shop:
    world.file("maps.example", "/embed", "<p>Peta dari luar</p>", "text/html")
    world.file("gambar.example", "/titik.gif", b"GIF89a", "image/gif")
    return open_shop(services=SERVICES)


@pytest.fixture(params=LOCALES)
def speaker(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Visitor:
    """A visitor in each language."""
    return new_visitor(locale=LOCALES[request.param])


def open_page(shop: Shop, visitor: Visitor, policy: str, way: Way = "header", **page: Any) -> Watch:
    """A page of the shop's under this policy; what the browser says of it."""
    watch = Watch(visitor)
    page = {"body": MARKED, "lang": visitor.language, "files": OWN, **page}
    StrictPages(shop, policy, way, **page).serve()
    visitor.open("https://www.toko.co.id/")
    return watch


def wait_for(visitor: Visitor, expression: str) -> None:
    visitor.page.wait_for_function(f"() => {expression}")


# --- the walks -------------------------------------------------------------------------------


@pytest.mark.shows(
    "Strict policies: Banner and dialog",
    "Policies by nonce, strict-dynamic and Trusted Types, in header, report-only and meta "
    "form, both languages: no violation is reported.",
)
@every_policy
def test_asking_refusing_and_reopening_violate_nothing(
    shop: Shop, speaker: Visitor, policy: str, way: Way
) -> None:
    watch = open_page(shop, speaker, policy, way)
    speaker.banner.wait_for()
    speaker.page.locator(".izin-declaration table").first.wait_for()

    speaker.customise()
    speaker.page.keyboard.press("Escape")
    speaker.refuse_all()
    speaker.recorded()
    speaker.reopen()
    speaker.page.keyboard.press("Escape")
    speaker.open("https://www.toko.co.id/lain")
    speaker.page.get_by_role("button", name=speaker.names.dialog, exact=True).first.wait_for()

    watch.nothing_wrong()
    assert set(watch.policies) == {"izin"}
    assert [kind for kind, *_ in shop.acts()] == ["refused"]


@pytest.mark.shows(
    "Strict policies: Grant and withdrawal",
    "The same, through a grant, its tag's element, a withdrawal and the reload.",
)
@every_policy
def test_granting_and_withdrawing_with_its_reload_violate_nothing(
    shop: Shop, world: World, speaker: Visitor, policy: str, way: Way
) -> None:
    watch = open_page(shop, speaker, policy, way)
    speaker.accept_all()
    speaker.recorded()
    wait_for(speaker, "window.ownRan && window.inlineRan && window.google_tag_manager")
    expect(speaker.page.frame_locator("iframe").get_by_text("dari luar")).to_be_visible()
    speaker.open("https://www.toko.co.id/lain")
    wait_for(speaker, "window.ownRan && window.inlineRan && window.google_tag_manager")
    world.settle(speaker.page)

    speaker.reopen()
    with speaker.reloading():
        speaker.withdraw_all()
    speaker.recorded()

    watch.nothing_wrong()
    assert all("google-analytics.com" in blocked for blocked in watch.of_the_cut_off())
    assert set(watch.policies) == {"izin"}
    assert [kind for kind, *_ in shop.acts()] == ["granted", "withdrawn"]
    assert {"maps.example", "gambar.example", "www.google-analytics.com"} <= world.hosts()


@pytest.mark.shows(
    "Strict policies: Placeholder and records",
    "The same, for a held frame, one category and the page of records.",
)
@every_policy
def test_one_category_the_placeholder_and_the_records_violate_nothing(
    shop: Shop, speaker: Visitor, policy: str, way: Way
) -> None:
    watch = open_page(shop, speaker, policy, way)
    inside = speaker.page.frame_locator("iframe")
    once = inside.get_by_role("button", name=ONCE[speaker.language])

    once.click()
    inside.get_by_text("dari luar").wait_for()
    speaker.customise()
    speaker.dialog.get_by_role("switch").nth(2).check()
    speaker.save()
    granted = [id for id, on in speaker.recorded()["services"].items() if on]
    speaker.reopen()
    records = speaker.dialog.get_by_role("button", name=RECORDS[speaker.language], exact=True)
    with speaker.context.expect_page() as opened:
        records.click()
    opened.value.get_by_role("heading", level=1).wait_for()

    watch.nothing_wrong()
    assert granted == ["google-analytics"]


@pytest.mark.shows(
    "Strict policies: The debug panel",
    "The same, for `izin.explain()` and `?izin-debug`.",
)
@every_policy
def test_the_report_and_its_panel_violate_nothing(
    shop: Shop, speaker: Visitor, policy: str, way: Way
) -> None:
    watch = open_page(shop, speaker, policy, way)

    speaker.open("https://www.toko.co.id/?izin-debug")
    speaker.page.locator(".izin-panel").get_by_role("heading").first.wait_for()
    report = speaker.page.evaluate("() => izin.explain()")

    watch.nothing_wrong()
    assert report["site"] == "toko"


@every_policy
def test_a_message_that_few_need_violates_nothing(
    shop: Shop, speaker: Visitor, policy: str, way: Way
) -> None:
    speaker.context.add_init_script(
        "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})"
    )

    watch = open_page(shop, speaker, policy, way)
    expect(speaker.status).to_contain_text("Global Privacy Control")

    watch.nothing_wrong()


# --- the one policy --------------------------------------------------------------------------


@pytest.mark.shows(
    "Strict policies: One named policy",
    "Every policy that a page makes is counted.",
)
def test_one_policy_is_made_once_for_each_page(shop: Shop, visitor: Visitor) -> None:
    watch = open_page(shop, visitor, STRICTER)

    visitor.customise()
    visitor.page.keyboard.press("Escape")
    visitor.accept_all()
    visitor.recorded()
    wait_for(visitor, "window.ownRan && window.inlineRan")

    watch.nothing_wrong()
    assert watch.policies == ["izin"]


@pytest.mark.shows(
    "Strict policies: A page that does not allow our policy",
    "Tags and parts stay held, nothing is uncaught, and a refusal is recorded.",
)
def test_a_page_that_does_not_allow_the_name_keeps_everything_held_and_still_asks(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    watch = open_page(shop, visitor, NAMELESS, body=MARKED + '<a href="#izin-open">Kuki</a>')

    visitor.banner.get_by_role("button", name=visitor.names.customise, exact=True).click()
    told = visitor.status.get_by_text("Pengaturan tidak dapat dimuat")
    told.wait_for()
    visitor.accept_all()
    visitor.recorded()
    world.settle(visitor.page)
    ran = visitor.page.evaluate("() => [window.ownRan, window.inlineRan].filter(Boolean)")
    visitor.page.get_by_role("link", name="Kuki", exact=True).click()
    told.wait_for()
    with visitor.reloading():
        visitor.refuse_all()
    visitor.recorded()

    assert ran == []
    assert [kind for kind, *_ in shop.acts()] == ["granted", "withdrawn"]
    assert not {"www.googletagmanager.com", "www.google-analytics.com"} & world.hosts()
    assert visitor.uncaught() == []
    assert any(each.startswith("trusted-types") for each in watch.of_the_page())


# --- what is not the owner's -----------------------------------------------------------------


@pytest.mark.parametrize("way", ["header", "meta"])
def test_markup_that_somebody_smuggled_in_does_not_get_the_nonce_from_us(
    shop: Shop, visitor: Visitor, way: Way
) -> None:
    watch = open_page(shop, visitor, STRICTER, way, body=SMUGGLED + MARKED)

    visitor.accept_all()
    visitor.recorded()
    wait_for(visitor, "window.ownRan && window.inlineRan")

    watch.nothing_wrong()
    assert not visitor.page.evaluate("() => 'smuggled' in window")
    assert not [each for each in visitor.world.requests if each.path == "/jahat.js"]


def test_a_marked_up_script_that_the_policy_does_not_allow_stops_no_other(
    shop: Shop, visitor: Visitor
) -> None:
    handler = MARKED.replace(
        'data-izin-src="/milik.js"', 'data-izin-src="/milik.js" onload="ownRan = 1"'
    )
    open_page(shop, visitor, STRICTER, body=handler)

    visitor.accept_all()
    visitor.recorded()
    wait_for(visitor, "window.inlineRan")

    assert visitor.uncaught() == []


# --- that the watch sees ---------------------------------------------------------------------


@pytest.mark.parametrize("way", ["header", "meta", "report only"])
def test_a_violation_would_be_seen(shop: Shop, visitor: Visitor, way: Way) -> None:
    body = "<p style='color: red'>Merah</p>"

    watch = open_page(shop, visitor, STRICTER, way, body=body)
    visitor.banner.wait_for()

    assert any(each.startswith("style-src") for each in watch.of_the_page())
    assert way == "report only" or watch.in_the_console()
    assert CUT_OFF not in str(watch.violations)
