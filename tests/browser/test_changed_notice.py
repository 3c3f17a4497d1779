"""A notice that changes, and the proof of what was on screen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import NewVisitor
from tests.browser.shop import SERVICES, Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

LANGUAGES = ("id", "en")
NEW = {"id": "Peta dari Yayasan Peta ditambahkan.", "en": "Maps of Yayasan Peta are new."}
MAP = """
[services.peta]
product = "embed"
category = "preferences"
host = "peta.example.org"
provider = "Yayasan Peta"
retention = "30 days"
"""
OTHER_NAME = SERVICES.replace('product = "adsense"', 'product = "adsense"\nname = "Iklan Google"')


@pytest.fixture(params=LANGUAGES)
def speaker(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Visitor:
    """A visitor in each language."""
    return new_visitor(locale="id-ID" if request.param == "id" else "en-US")


def home(shop: Shop, visitor: Visitor) -> str:
    return shop.page("/", lang=visitor.language)


def accepted(shop: Shop, visitor: Visitor) -> Any:
    """Accept everything and leave; what the browser keeps, for a later visit."""
    visitor.open(home(shop, visitor))
    visitor.accept_all()
    visitor.recorded()
    kept = visitor.context.storage_state()
    visitor.leave()
    return kept


def document(shop: Shop, visitor: Visitor, hash: object) -> dict[str, Any]:
    """The notice of that hash, fetched as anyone can, and checked against it."""
    address = f"https://{shop.service}/v1/toko/notices/{hash}"
    body: str = visitor.page.evaluate("address => fetch(address).then(one => one.text())", address)
    assert hashlib.sha256(body.encode()).hexdigest() == hash
    found: dict[str, Any] = json.loads(body)
    return found


ON_SCREEN = """(host) => {
  const seen = [];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const shown = node.parentElement ? node.parentElement.checkVisibility() : true;
      if (shown && node.data.trim()) seen.push(node.data.trim());
    } else if (!node.matches?.("style, [aria-live]")) {
      for (const child of (node.shadowRoot || node).childNodes) walk(child);
      if (node.shadowRoot) for (const child of node.childNodes) walk(child);
    }
  };
  walk(host);
  return seen;
}"""
"""Every text that can be seen there, in its order; what is heard alone is left out."""


def on_screen(place: Locator) -> list[str]:
    seen: list[str] = place.evaluate(ON_SCREEN)
    return seen


# --- what asks again, and what does not ----------------------------------------------------------


def test_a_new_version_asks_a_returning_visitor_again_and_tells_what_is_new(
    shop: Shop, world: World, speaker: Visitor, new_visitor: NewVisitor
) -> None:
    kept = accepted(shop, speaker)
    shop.notice, shop.services, shop.changes = "2027-01-01", SERVICES + MAP, NEW
    shop.open()
    world.clear()

    later = new_visitor(storage_state=kept, locale=f"{speaker.language}-ID")
    later.language = speaker.language
    later.open(home(shop, later))

    expect(later.banner).to_contain_text(NEW[speaker.language])
    assert later.is_asked()
    assert later.decision() is None
    assert world.outside() == ()
    later.customise()
    expect(later.dialog).to_contain_text(NEW[speaker.language])
    later.refuse_all()
    later.recorded()
    newest = document(shop, later, shop.rows()[-1]["notice_hash"])
    assert (newest["version"], newest["changes"]) == ("2027-01-01", NEW[speaker.language])


def test_a_new_revision_asks_nobody_again(
    shop: Shop, speaker: Visitor, new_visitor: NewVisitor
) -> None:
    kept = accepted(shop, speaker)
    shop.revision, shop.services = 2, OTHER_NAME
    shop.open()

    later = new_visitor(storage_state=kept, locale=f"{speaker.language}-ID")
    later.language = speaker.language
    later.open(home(shop, later))
    later.recorded()
    later.reopen()

    assert later.has("adsense")
    assert not later.is_asked()
    expect(later.switch("Iklan Google")).to_be_checked()
    assert shop.count() == 1


def test_a_page_that_still_shows_the_older_revision_is_recorded_under_its_own_words(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(home(shop, visitor))
    visitor.banner.wait_for()
    before = on_screen(visitor.banner)
    shop.revision, shop.services = 2, OTHER_NAME
    shop.open()

    visitor.accept_all()
    visitor.recorded()

    [row] = shop.rows()
    notice = document(shop, visitor, row["notice_hash"])
    assert (notice["revision"], row["notice"]) == (1, "2026-11-22")
    assert notice["words"]["banner"]["body"] in before
    assert "Iklan Google" not in json.dumps(notice)


# --- the record names exactly what was on screen -------------------------------------------------


def words_of_dialog(dialog: dict[str, Any]) -> Iterator[str]:
    """Every text of the dialog as it is first shown to somebody who has not decided yet."""
    for name in ("title", "close", "refuse", "accept", "save", "off", "always", "details"):
        yield dialog[name]
    yield from (dialog["stored"], *dialog["columns"], *dialog["before"], *dialog["after"])
    yield from (words for words, _ in dialog["links"])
    for category in dialog["categories"]:
        yield from (category["name"], category["description"])
        for service in category["services"]:
            yield from (service["name"], service["purpose"])
            for row in (*service["fields"], *service["stored"]):
                yield from row
            yield from (words for words, _ in service["links"])


def test_the_notice_of_a_record_is_word_for_word_what_the_banner_showed(
    shop: Shop, speaker: Visitor
) -> None:
    speaker.open(home(shop, speaker))
    speaker.banner.wait_for()
    seen = on_screen(speaker.banner)
    link = speaker.banner.get_by_role("link").get_attribute("href")

    speaker.refuse_all()
    speaker.recorded()

    [row] = shop.rows()
    notice = document(shop, speaker, row["notice_hash"])
    words = notice["words"]["banner"]
    order = ("title", "body", "policy", "other", "refuse", "accept", "customise")
    assert seen == [words[name] for name in order]
    assert words["region"] == speaker.names.banner
    assert notice["policy"] == link
    assert (notice["language"], row["locale"]) == (speaker.language, speaker.language)


def test_the_notice_of_a_record_is_word_for_word_what_the_dialog_showed(
    shop: Shop, speaker: Visitor
) -> None:
    speaker.open(home(shop, speaker))
    speaker.customise()
    for summary in speaker.dialog.locator("summary").all():
        summary.click()
    seen = on_screen(speaker.dialog)

    speaker.save()
    speaker.recorded()

    [row] = shop.rows()
    dialog = document(shop, speaker, row["notice_hash"])["words"]["dialog"]
    assert row["surface"] == "dialog"
    # A summary is followed by the service's name for those who do not see what it stands beside.
    assert {text.removeprefix(": ") for text in seen} == {*words_of_dialog(dialog)}


def test_a_language_switched_in_the_banner_is_the_language_of_the_notice(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(home(shop, visitor))
    visitor.banner.get_by_role("button", name="English").click()
    visitor.language = "en"
    seen = on_screen(visitor.banner)

    visitor.accept_all()
    visitor.recorded()

    [row] = shop.rows()
    assert document(shop, visitor, row["notice_hash"])["words"]["banner"]["body"] in seen


def test_the_words_can_be_read_and_printed_as_a_page(shop: Shop, speaker: Visitor) -> None:
    speaker.open(home(shop, speaker))
    speaker.accept_all()
    speaker.recorded()
    [row] = shop.rows()
    notice = document(shop, speaker, row["notice_hash"])

    speaker.open(f"https://{shop.service}/v1/toko/notices/2026-11-22/{speaker.language}")

    page = speaker.page
    expect(page.get_by_role("heading", level=1)).to_contain_text("PT Toko Contoh")
    expect(page.get_by_text(notice["words"]["banner"]["body"])).to_be_visible()
    expect(page.get_by_text(str(row["notice_hash"]))).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 600})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.emulate_media(media="print")
    expect(page.get_by_text(notice["words"]["dialog"]["after"][-1])).to_be_visible()
