"""Extensions refuse and accept for the visitor, and it counts as if the visitor had done it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.extensions import (
    Extension,
    autoconsent,
    consent_o_matic,
    rule,
    rules_of_autoconsent,
)
from tests.browser.shop import SLOTS, Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

LOCALES = {"id": "id-ID", "en": "en-US"}
SITES = {"id": "toko", "en": "warung-2"}
ALL = {"preferences", "analytics", "advertising"}

ENGINES: Mapping[str, Callable[[Page], Extension]] = {
    "autoconsent": autoconsent,
    "consent-o-matic": consent_o_matic,
}
"""Both as they come: they refuse."""

DONE = {"autoconsent": "selfTestResult", "consent-o-matic": "HandledCMP"}
NOTHING = {"autoconsent": "cmpDetected", "consent-o-matic": "HandledCMP"}

HOSTILE = """<style>
* { all: unset !important; }
section, div, span, p { display: none !important; }
button { opacity: 0 !important; visibility: hidden !important; position: absolute !important; }
</style>"""

# How long what was clicked stays: extensions call a rule broken if it is longer than half a second.
STOPWATCH = """addEventListener("click", () => {
  const start = performance.now();
  const host = document.querySelector("section.izin");
  const parts = host ? [host.shadowRoot.querySelector("h2"), ...host.children] : [];
  const isThere = () => parts.some((part) => part?.checkVisibility());
  const look = () => isThere() ? requestAnimationFrame(look)
    : sessionStorage.setItem("left", performance.now() - start);
  if (isThere()) requestAnimationFrame(look);
}, true);"""

# "Izin" is Indonesian for a permit.
PERMITS = """<section class="izin" aria-label="Izin usaha" {}>{}
<button>Satu</button><button>Dua</button><button>Tiga</button></section>
<script>
addEventListener("click", () => document.body.append("clicked"), true);
</script>"""
SHADOW = '<template shadowrootmode="{}"><h2>Izin</h2>{}</template>'
OTHERS = {
    "a section about permits": PERMITS.format("", ""),
    "a popover about permits": PERMITS.format('popover="manual"', ""),
    "a shadow tree about permits": PERMITS.format('popover="manual"', SHADOW.format("open", "")),
    "a slot about permits": PERMITS.format(
        'popover="manual"', SHADOW.format("open", "<slot></slot>")
    ),
}


@pytest.fixture(params=sorted(LOCALES))
def speaker(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Visitor:
    """A visitor in each language."""
    return new_visitor(locale=LOCALES[request.param])


@pytest.fixture
def any_shop(speaker: Visitor, open_shop: OpenShop) -> Shop:
    """A shop of another name in each language."""
    return open_shop(site=SITES[speaker.language])


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def visit(shop: Shop, visitor: Visitor, head: str = "") -> None:
    visitor.page.add_init_script(STOPWATCH)
    visitor.open(shop.page("/", SLOTS, lang=visitor.language, head=head))


def left_after(visitor: Visitor) -> float:
    """Milliseconds from the click until the banner's controls were gone."""
    return float(visitor.page.evaluate("() => sessionStorage.getItem('left')"))


def granted(shop: Shop) -> list[tuple[str, set[str]]]:
    """Surface and granted categories of every row."""
    return [(surface, choices & ALL) for _, surface, choices in shop.acts()]


# --- refusing ----------------------------------------------------------------------------------


@pytest.mark.shows(
    "Block lists and extensions: autoconsent and Consent-O-Matic",
    "autoconsent's engine and a reader of Consent-O-Matic's format run with our rules in the "
    "page, in both languages, and the record is read.",
)
def test_an_automatic_refusal_is_a_recorded_refusal(
    any_shop: Shop, world: World, speaker: Visitor, engine: str
) -> None:
    extension = ENGINES[engine](speaker.page)

    visit(any_shop, speaker)
    extension.wait_for(DONE[engine])
    speaker.recorded()
    world.settle(speaker.page)

    assert granted(any_shop) == [("banner", set())]
    assert world.outside() == ()
    assert left_after(speaker) < 500
    assert not speaker.is_asked()


def test_after_an_automatic_refusal_the_next_page_asks_nothing(
    any_shop: Shop, world: World, speaker: Visitor, engine: str
) -> None:
    extension = ENGINES[engine](speaker.page)
    visit(any_shop, speaker)
    extension.wait_for(DONE[engine])
    speaker.recorded()
    world.settle(speaker.page)
    extension.messages.clear()

    speaker.page.reload()
    speaker.recorded()
    speaker.page.wait_for_timeout(2000)

    assert not speaker.is_asked()
    assert not extension.has_said(NOTHING[engine])
    assert any_shop.count() == 1
    assert world.outside() == ()


@pytest.mark.shows(
    "Block lists and extensions: autoconsent and Consent-O-Matic",
    "The same on a page with hostile styles.",
)
def test_a_page_with_hostile_styles_is_refused_on_as_well(
    shop: Shop, world: World, visitor: Visitor, engine: str
) -> None:
    extension = ENGINES[engine](visitor.page)

    visit(shop, visitor, head=HOSTILE)
    extension.wait_for(DONE[engine])
    visitor.recorded()

    assert granted(shop) == [("banner", set())]
    assert world.outside() == ()


# --- accepting, where the visitor has said so to the extension ----------------------------------


def accepts(extension: Callable[[], Extension], done: str, shop: Shop, visitor: Visitor) -> None:
    heard = extension()
    visit(shop, visitor)
    heard.wait_for(done)
    visitor.recorded()
    visitor.world.settle(visitor.page, limit=10)


def test_autoconsent_can_accept_everything(any_shop: Shop, speaker: Visitor) -> None:
    accepts(lambda: autoconsent(speaker.page, action="optIn"), "optInResult", any_shop, speaker)

    assert granted(any_shop) == [("banner", ALL)]
    assert speaker.world.outside()
    assert left_after(speaker) < 500


def test_consent_o_matic_can_accept_everything(any_shop: Shop, speaker: Visitor) -> None:
    accepts(
        lambda: consent_o_matic(speaker.page, granted="ABDEFX"), "HandledCMP", any_shop, speaker
    )

    assert granted(any_shop) == [("banner", ALL)]
    assert left_after(speaker) < 500


@pytest.mark.parametrize(
    ("letters", "categories"),
    [
        ("A", {"preferences"}),
        ("B", {"analytics"}),
        ("F", {"advertising"}),
        ("AB", {"preferences", "analytics"}),
        ("DEX", set()),
    ],
)
def test_consent_o_matic_can_accept_each_category_by_itself(
    shop: Shop, visitor: Visitor, letters: str, categories: set[str]
) -> None:
    accepts(lambda: consent_o_matic(visitor.page, granted=letters), "HandledCMP", shop, visitor)

    assert granted(shop) == [("dialog", categories)]
    assert visitor.world.outside() if "B" in letters else True
    assert not visitor.dialog.is_visible()


def test_consent_o_matic_accepts_analytics_in_both_languages(
    any_shop: Shop, speaker: Visitor
) -> None:
    accepts(lambda: consent_o_matic(speaker.page, granted="B"), "HandledCMP", any_shop, speaker)

    assert granted(any_shop) == [("dialog", {"analytics"})]


# --- recognising -------------------------------------------------------------------------------


def test_autoconsents_self_test_passes_once_the_refusal_is_recorded(
    any_shop: Shop, speaker: Visitor
) -> None:
    extension = autoconsent(speaker.page)

    visit(any_shop, speaker)

    assert extension.wait_for("optOutResult")["result"] is True
    assert extension.wait_for("selfTestResult")["result"] is True


def test_autoconsents_self_test_fails_while_the_question_stands(
    shop: Shop, visitor: Visitor
) -> None:
    extension = autoconsent(visitor.page, action=None, test_after="popupFound")

    visit(shop, visitor)

    assert extension.wait_for("selfTestResult")["result"] is False
    assert visitor.is_asked()


def test_autoconsents_self_test_fails_while_nothing_is_recorded(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    extension = autoconsent(visitor.page)
    address = shop.page()
    world.stuck(shop.service, f"/v1/{shop.site}/decisions")

    visitor.open(address)

    assert extension.wait_for("selfTestResult")["result"] is False


def test_of_all_rules_of_autoconsent_only_ours_recognises_the_banner(
    shop: Shop, visitor: Visitor
) -> None:
    rules = [*rules_of_autoconsent(), rule("autoconsent")]
    extension = autoconsent(visitor.page, rules=rules)

    visit(shop, visitor)
    extension.wait_for("selfTestResult")

    found = [each for each in extension.messages if each["type"] == "cmpDetected"]
    assert [each["cmp"] for each in found] == ["izin"]
    assert granted(shop) == [("banner", set())]


def test_without_a_rule_autoconsent_finds_the_refusal_by_its_english_words(
    shop: Shop, new_visitor: NewVisitor
) -> None:
    visitor = new_visitor(locale="en-US")
    extension = autoconsent(visitor.page, rules=(), guesses=True)

    visit(shop, visitor)
    extension.wait_for("autoconsentDone")
    visitor.recorded()

    assert granted(shop) == [("banner", set())]


@pytest.mark.parametrize("body", OTHERS.values(), ids=OTHERS)
def test_what_only_looks_like_it_is_left_alone(shop: Shop, visitor: Visitor, body: str) -> None:
    refusing, accepting = autoconsent(visitor.page), consent_o_matic(visitor.page)

    visitor.open(shop.page(body=body, tag=""))
    accepting.wait_for("NothingFound")

    assert not refusing.has_said("cmpDetected")
    assert "clicked" not in visitor.page.inner_text("body")
