"""A choice is made with a button and with nothing else, once, and is as easily taken back.

That nothing is ticked beforehand is in `test_banner.py`, that a choice holds for its 184 days in
`test_scenarios.py`, that a new revision asks nobody in `test_changed_notice.py`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor
from tests.browser.shop import SLOTS, Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

LOCALES = {"id": "id-ID", "en": "en-GB"}
ANALYTICS = {"id": "Analitik", "en": "Analytics"}
CLOSE = {"id": "Tutup tanpa menyimpan", "en": "Close without saving"}
LONG_PAGE = "<p style='height: 4000px'>Panjang</p>"


@pytest.fixture(params=LOCALES)
def speaker(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Visitor:
    """A visitor in each language."""
    return new_visitor(locale=LOCALES[request.param])


def home(shop: Shop, visitor: Visitor, path: str = "/", *, host: str = "www.toko.co.id") -> str:
    """A page with the owner's own controls: one opens the settings, one takes everything back."""
    controls = f"""<button data-izin-open>{visitor.names.dialog}</button>
      <button id="withdraw">Tarik</button>
      <script>document.getElementById("withdraw").onclick = () => izin.withdraw()</script>"""
    return shop.page(path, controls + SLOTS + LONG_PAGE, host=host, lang=visitor.language)


# --- what is no choice -----------------------------------------------------------------------


def scroll_to_the_end(visitor: Visitor) -> None:
    visitor.page.mouse.move(5, 5)
    visitor.page.mouse.wheel(0, 9000)
    visitor.page.wait_for_function("scrollY > 500")


def press_escape(visitor: Visitor) -> None:
    visitor.page.keyboard.press("Escape")


def click_elsewhere(visitor: Visitor) -> None:
    visitor.page.mouse.click(5, 5)


def click_the_words(visitor: Visitor) -> None:
    visitor.banner.get_by_role("heading").click()


def close_the_dialog(visitor: Visitor) -> None:
    visitor.customise()
    visitor.switch(ANALYTICS[visitor.language]).check()
    visitor.dialog.get_by_role("button", name=CLOSE[visitor.language], exact=True).click()


def leave_the_dialog_by_escape(visitor: Visitor) -> None:
    visitor.customise()
    visitor.switch(ANALYTICS[visitor.language]).check()
    visitor.page.keyboard.press("Escape")


def click_beside_the_dialog(visitor: Visitor) -> None:
    visitor.customise()
    visitor.page.mouse.click(5, 5)
    visitor.page.keyboard.press("Escape")


NO_CHOICE: list[Callable[[Visitor], None]] = [
    scroll_to_the_end, press_escape, click_elsewhere, click_the_words, close_the_dialog,
    leave_the_dialog_by_escape, click_beside_the_dialog,
]  # fmt: skip


@pytest.mark.shows(
    "No dark patterns: Nothing else is consent",
    "Scrolling, Escape, clicks on the page, closing the dialog.",
)
def test_nothing_but_an_answer_is_consent_or_refusal(
    shop: Shop, world: World, speaker: Visitor
) -> None:
    speaker.open(home(shop, speaker))
    speaker.banner.wait_for()

    for gesture in NO_CHOICE:
        gesture(speaker)
        expect(speaker.dialog).to_have_count(0)
        assert speaker.is_asked(), gesture.__name__
        assert speaker.decision() is None, gesture.__name__
    world.settle(speaker.page)
    kept = speaker.kept()
    speaker.page.reload()
    speaker.banner.wait_for()

    assert speaker.is_asked(), "leaving the page is no choice either"
    assert shop.count() == 0
    assert kept == {}
    assert world.outside() == ()
    assert {name for name, _ in speaker.cookies()} == set()


# --- once ------------------------------------------------------------------------------------


@pytest.mark.shows(
    "No dark patterns: Nobody is asked again",
    "The next page, a new tab, a subdomain, another revision of the words.",
)
@pytest.mark.parametrize("answer", ["refuse", "accept"])
def test_who_has_answered_is_not_asked_on_the_next_page_in_a_new_tab_or_on_a_subdomain(
    shop: Shop, world: World, visitor: Visitor, answer: str
) -> None:
    visitor.open(home(shop, visitor))
    if answer == "refuse":
        visitor.refuse_all()
    else:
        visitor.accept_all()
    visitor.recorded()
    asked = []

    for host in ("www.toko.co.id", "shop.toko.co.id"):
        for _ in ("this tab", "a new tab"):
            visitor.open(home(shop, visitor, "/lain", host=host))
            visitor.recorded()
            world.settle(visitor.page)
            asked.append(visitor.is_asked())
            visitor.page = visitor.context.new_page()

    assert asked == [False] * 4
    assert shop.count() == 1


# --- as easy to refuse, and to take back -----------------------------------------------------


class Presses:
    """Counts what a visitor presses in the page, from now on."""

    def __init__(self, visitor: Visitor) -> None:
        self._number = 0
        visitor.page.expose_function("pressed", self._count)
        visitor.context.add_init_script(
            "addEventListener('click', (event) => { if (event.isTrusted) pressed() }, true)"
        )

    def _count(self) -> None:
        self._number += 1

    def taken(self, visitor: Visitor) -> int:
        """How many since the last time; the page is asked, so that none is still on its way."""
        visitor.page.evaluate("() => pressed()")
        number, self._number = self._number - 1, 0
        return number


@pytest.fixture
def presses(speaker: Visitor) -> Presses:
    return Presses(speaker)


@pytest.mark.shows(
    "No dark patterns: Refusing takes one press",
    "Presses are counted on both layers, in both languages.",
)
def test_refusing_takes_one_press_on_either_layer(
    shop: Shop, speaker: Visitor, presses: Presses
) -> None:
    speaker.open(home(shop, speaker))
    speaker.refuse_all()
    speaker.recorded()
    in_the_banner = presses.taken(speaker)
    speaker.context.clear_cookies()
    speaker.page.evaluate("() => localStorage.clear()")

    speaker.open(home(shop, speaker))
    speaker.customise()
    presses.taken(speaker)
    speaker.refuse_all()
    speaker.recorded()
    in_the_dialog = presses.taken(speaker)

    assert (in_the_banner, in_the_dialog) == (1, 1)
    assert {row["surface"] for row in shop.rows()} == {"banner", "dialog"}
    assert {str(row["kind"]) for row in shop.rows()} == {"refused"}


@pytest.mark.shows(
    "No dark patterns: Taking back is as easy as giving",
    "Presses are counted from a fresh page, through the dialog and through an owner's own control.",
)
def test_taking_back_everything_takes_no_more_presses_than_giving_it(
    shop: Shop, speaker: Visitor, presses: Presses
) -> None:
    """In the dialog two and two; with the owner's own control one, as in the banner."""
    speaker.open(home(shop, speaker))
    speaker.accept_all()
    speaker.recorded()
    given_in_the_banner = presses.taken(speaker)

    speaker.open(home(shop, speaker, "/lain"))
    speaker.recorded()
    with speaker.reloading():
        speaker.page.locator("#withdraw").click()
    speaker.recorded()
    taken_back_by_the_owners_control = presses.taken(speaker)

    speaker.reopen()
    speaker.accept_all()
    speaker.recorded()
    given_in_the_dialog = presses.taken(speaker)

    speaker.open(home(shop, speaker, "/lain"))
    speaker.recorded()
    speaker.reopen()
    with speaker.reloading():
        speaker.withdraw_all()
    speaker.recorded()
    taken_back_in_the_dialog = presses.taken(speaker)

    assert taken_back_by_the_owners_control <= given_in_the_banner == 1
    assert taken_back_in_the_dialog <= given_in_the_dialog == 2
    assert [kind for kind, _, _ in shop.acts()] == ["granted", "withdrawn"] * 2


@pytest.mark.shows(
    "No dark patterns: Taking back is as easy as giving",
    "Presses are counted for one category.",
)
def test_taking_back_one_category_takes_no_more_presses_than_giving_it(
    shop: Shop, speaker: Visitor, presses: Presses
) -> None:
    name = ANALYTICS[speaker.language]
    speaker.open(home(shop, speaker))
    speaker.choose(name)
    speaker.recorded()
    given = presses.taken(speaker)

    speaker.open(home(shop, speaker, "/lain"))
    speaker.recorded()
    speaker.reopen()
    expect(speaker.switch(name)).to_be_checked()
    speaker.switch(name).uncheck()
    with speaker.reloading():
        speaker.save()
    decision = speaker.recorded()
    taken_back = presses.taken(speaker)

    assert not any(decision["categories"].values())
    assert taken_back <= given == 3
