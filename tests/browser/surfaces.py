"""Everything of Izin that visitors can have before them, each opened as they would open it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from playwright.sync_api import Page

from tests.browser.shop import Shop
from tests.browser.visitor import Visitor

LOCALES = {"id": "id-ID", "en": "en-GB"}
RECORDS = {"id": "Catatan dan tanda terima saya", "en": "My records and receipt"}
RECEIPT = {"id": "Lihat tanda terima", "en": "Show receipt"}

MAP = """
[services.google-maps]
product = "embed"
name = "Google Maps"
category = "preferences"
provider = "Google LLC"
host = "maps.example"
retention = "18 months"
"""
FEW = (
    """
[services.google-analytics]
product = "google_analytics"
measurement_id = "G-TOKO1"
retention = "14 months"
"""
    + MAP
)
"""One tag and one embed: enough of everything, and little to look through."""
FRAME = """<iframe data-izin="google-maps" data-izin-src="https://maps.example/embed" title="Peta"
  width="300" height="450"></iframe>"""

# A page that has itself no fault in light or dark, so that what is found is ours.
HEAD = """<meta name="viewport" content="width=device-width, initial-scale=1">
<style>:root { color-scheme: light dark; background: Canvas; color: CanvasText }</style>"""


def at(shop: Shop, visitor: Visitor, path: str) -> Page:
    """A page of the service, in the visitor's language."""
    visitor.open(f"https://{shop.service}/v1/toko/{path}?lang={visitor.language}")
    return visitor.page


def banner(shop: Shop, visitor: Visitor) -> Page:
    """With a placeholder in the page behind it."""
    visitor.open(shop.page("/", FRAME, lang=visitor.language, head=HEAD))
    visitor.banner.wait_for()
    visitor.page.frame_locator("iframe").get_by_role("button").first.wait_for()
    return visitor.page


def dialog(shop: Shop, visitor: Visitor) -> Page:
    visitor.open(shop.page("/", lang=visitor.language, head=HEAD))
    visitor.customise()
    visitor.dialog.locator("summary").first.click()
    visitor.dialog.get_by_role("switch").first.check()
    return visitor.page


def message(shop: Shop, visitor: Visitor) -> Page:
    """After a choice: what is said of it, and the button that reopens."""
    visitor.page.clock.install()
    visitor.open(shop.page("/", lang=visitor.language, head=HEAD))
    visitor.accept_all()
    visitor.recorded()
    visitor.page.get_by_role("button", name=visitor.names.dialog, exact=True).wait_for()
    visitor.status.filter(has_text=visitor.names.dialog).wait_for()
    return visitor.page


def preferences(shop: Shop, visitor: Visitor) -> Page:
    page = at(shop, visitor, "preferences")
    page.locator("summary").first.click()
    return page


def declaration(shop: Shop, visitor: Visitor) -> Page:
    return at(shop, visitor, "declaration")


def tables(shop: Shop, visitor: Visitor) -> Page:
    """The declaration in a page of the owner's."""
    source = shop.script.replace(".js", "/declaration.js")
    tag = f'<script async src="{source}"></script>'
    visitor.open(shop.page("/", f"<h2>Kuki</h2>{tag}", lang=visitor.language, head=HEAD, tag=""))
    visitor.page.get_by_role("table").first.wait_for()
    return visitor.page


def records(shop: Shop, visitor: Visitor) -> Page:
    visitor.open(shop.page("/", lang=visitor.language))
    visitor.accept_all()
    visitor.recorded()
    visitor.reopen()
    with visitor.context.expect_page() as opened:
        visitor.dialog.get_by_role("button", name=RECORDS[visitor.language], exact=True).click()
    page = opened.value
    page.locator("form[action*='receipts/'] button").first.wait_for()
    return page


def receipt(shop: Shop, visitor: Visitor) -> Page:
    page = records(shop, visitor)
    page.get_by_role("button", name=RECEIPT[visitor.language], exact=True).click()
    page.locator("a[href*='notices/']").wait_for()
    return page


def erasure(shop: Shop, visitor: Visitor) -> Page:
    """The question before records are erased."""
    page = records(shop, visitor)
    page.locator("form[action*='erase'] button").click()
    page.locator("input[name=confirm]").first.wait_for(state="attached")
    return page


def notice(shop: Shop, visitor: Visitor) -> Page:
    page = receipt(shop, visitor)
    page.locator("a[href*='notices/']").click()
    page.locator("#facts").wait_for()
    return page


def verifier(shop: Shop, visitor: Visitor) -> Page:
    visitor.open(f"https://{shop.service}/verify?lang={visitor.language}")
    visitor.page.get_by_role("textbox").first.wait_for()
    visitor.page.locator("summary").click()
    return visitor.page


def front(shop: Shop, visitor: Visitor) -> Page:
    """What stands at the service's own address, in all languages at once."""
    visitor.open(f"https://{shop.service}/")
    return visitor.page


SURFACES: Mapping[str, Callable[[Shop, Visitor], Page]] = {
    "banner": banner,
    "dialog": dialog,
    "message": message,
    "preferences": preferences,
    "declaration": declaration,
    "tables": tables,
    "records": records,
    "receipt": receipt,
    "erasure": erasure,
    "notice": notice,
    "verifier": verifier,
    "front": front,
}
PAGES = ("preferences", "declaration", "records", "receipt", "erasure", "notice", "verifier")
"""Those that are pages of the service in one language."""
