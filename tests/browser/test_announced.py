"""What is told without moving the focus (WCAG 4.1.3): messages come into places that were there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import Shop
from tests.browser.states import GPC
from tests.browser.surfaces import FEW, LOCALES
from tests.browser.visitor import Visitor
from tests.browser.world import World

# Assistive technology hears a change of what it knows. So each place of a message is noted as the
# page gets it, a frame later, with the words that it then has; and then each change of them.
LISTEN = """
window.heard = [];
const places = new Set();
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
  const root = attach.call(this, options);
  const look = () => {
    for (const place of root.querySelectorAll("[role=status],[aria-live],[role=alert]")) {
      const known = places.has(place);
      const words = place.textContent;
      if (!known) heard.push(["place", words]);
      else if (words && words !== place.last) heard.push(["words", words]);
      places.add(place);
      place.last = words;
    }
  };
  new MutationObserver(look).observe(root, { childList: true, subtree: true, characterData: true });
  return root;
};
"""

SAVED = {"id": "Pilihan Anda telah disimpan", "en": "Your choice has been saved"}
ASKED = {
    "id": "Pilihan kuki tersedia di awal halaman.",
    "en": "Cookie choices are at the start of the page.",
}


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    return open_shop(services=FEW)


@pytest.fixture(params=LOCALES)
def speaker(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Visitor:
    visitor = new_visitor(locale=LOCALES[request.param])
    visitor.context.add_init_script(LISTEN)
    return visitor


def heard(visitor: Visitor, kind: str = "words") -> list[str]:
    found: list[tuple[str, str]] = visitor.page.evaluate("() => window.heard")
    return [words for what, words in found if what == kind]


def await_words(visitor: Visitor, words: str) -> None:
    visitor.page.wait_for_function(
        "(words) => heard.some(([what, told]) => what === 'words' && told.includes(words))",
        arg=words,
    )


@pytest.mark.shows(
    "WCAG 2.2: 4.1.3 Status messages",
    "The places of messages are watched from their making: each is empty at first, and its words "
    "come later. After a choice in the banner and in the dialog, in both languages.",
)
@pytest.mark.parametrize("surface", ["banner", "dialog"])
def test_a_message_comes_into_a_place_that_was_there_before_it(
    shop: Shop, speaker: Visitor, surface: str
) -> None:
    speaker.open(shop.page("/", lang=speaker.language))
    speaker.banner.wait_for()

    if surface == "dialog":
        speaker.customise()
        speaker.save()
    else:
        speaker.refuse_all()
    await_words(speaker, SAVED[speaker.language])

    assert set(heard(speaker, "place")) == {""}


@pytest.mark.shows(
    "WCAG 2.2: 4.1.3 Status messages",
    "The focus stands on a link of the page while it is told that the dialog does not load: the "
    "focused element is the same before and after.",
)
def test_a_message_does_not_move_the_focus(shop: Shop, world: World, visitor: Visitor) -> None:
    visitor.context.add_init_script(LISTEN)
    visitor.open(shop.page("/", '<a href="/lain" data-izin-open>Tautan</a>'))
    visitor.banner.wait_for()
    link = visitor.page.get_by_role("link", name="Tautan")
    link.focus()
    world.down(shop.service)

    visitor.page.keyboard.press("Enter")
    await_words(visitor, "Pengaturan tidak dapat dimuat")

    expect(link).to_be_focused()
    world.up(shop.service)
    visitor.errors.clear()


@pytest.mark.shows(
    "WCAG 2.2: 4.1.3 Status messages",
    "A browser that sends Global Privacy Control: that it is honoured comes as a message, in a "
    "place that was empty.",
)
def test_that_the_signal_is_honoured_is_announced(shop: Shop, visitor: Visitor) -> None:
    visitor.context.add_init_script(GPC)
    visitor.context.add_init_script(LISTEN)
    visitor.open(shop.page("/"))

    await_words(visitor, "Global Privacy Control")

    assert set(heard(visitor, "place")) == {""}


@pytest.mark.shows(
    "WCAG 2.2: 4.1.3 Status messages",
    "That there is a choice is said once, politely, in the page's language, and not again after a "
    "single-page navigation, a new body, or a change of the language.",
)
def test_that_there_is_a_choice_is_said_once(shop: Shop, speaker: Visitor) -> None:
    speaker.open(shop.page("/", "<p>Toko</p>", lang=speaker.language))
    await_words(speaker, ASKED[speaker.language])

    speaker.page.evaluate(
        """() => {
          history.pushState({}, "", "/lain");
          dispatchEvent(new PopStateEvent("popstate"));
          document.querySelector("main").innerHTML = "<h1>Lain</h1>";
        }"""
    )
    speaker.banner.get_by_role("button").last.click()  # the other language
    speaker.world.settle(speaker.page, quiet=0.5)

    assert [words for words in heard(speaker) if words in ASKED.values()] == [
        ASKED[speaker.language]
    ]


def test_who_reads_on_later_meets_the_sentence_no_more(shop: Shop, speaker: Visitor) -> None:
    """It stood between the languages and the first answer."""
    speaker.open(shop.page("/", lang=speaker.language))
    await_words(speaker, ASKED[speaker.language])

    expect(speaker.banner).not_to_contain_text(ASKED[speaker.language])


def test_what_a_switch_is_for_is_said_by_the_switch_only_while_it_has_the_focus(
    shop: Shop, speaker: Visitor
) -> None:
    """Its words stand below it: who reads on would hear them twice."""
    speaker.open(shop.page("/", lang=speaker.language))
    speaker.customise()
    one, two = speaker.dialog.get_by_role("switch").all()[:2]
    words = re.compile(r"\w+ \w+")

    expect(one).not_to_have_accessible_description(words)
    one.focus()
    expect(one).to_have_accessible_description(words)
    two.focus()

    expect(one).not_to_have_accessible_description(words)
    expect(two).to_have_accessible_description(words)


def test_who_has_chosen_is_not_told_of_a_choice(shop: Shop, visitor: Visitor) -> None:
    visitor.context.add_init_script(LISTEN)
    visitor.open(shop.page("/"))
    visitor.refuse_all()
    visitor.recorded()
    await_words(visitor, SAVED["id"])

    visitor.open(shop.page("/lain"))
    visitor.page.get_by_role("button", name=visitor.names.dialog, exact=True).wait_for()

    assert heard(visitor) == []
