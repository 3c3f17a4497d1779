"""The banner and the dialog as parts of a page, in each engine: keys, layers, memory, storage."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.engines.driver import Engine
from tests.browser.engines.guest import DIALOG, LISTENER, Guest
from tests.browser.shop import SLOTS, Shop
from tests.browser.world import World

LINK = '<a href="/lain">Tautan</a>'

COVER = """<style>
.bar { position: fixed; inset: 0; z-index: 2147483647; background: gold }
</style><div class="bar">Promo</div>"""

WITHOUT_POPOVER = """<script>
delete HTMLElement.prototype.showPopover;
delete HTMLElement.prototype.popover;
</script>"""

THROWING = """<script>
const blocked = () => { throw new DOMException("blocked", "SecurityError") };
Object.defineProperty(Document.prototype, "cookie", { get: blocked, set: blocked });
for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get: blocked });
</script>"""

# Is what the pointer would hit in the middle of each button that button?
IN_FRONT = """
return [...document.querySelectorAll("section.izin > button")].map((button) => {
  const { x, y, width, height } = button.getBoundingClientRect();
  return document.elementFromPoint(x + width / 2, y + height / 2) === button;
});
"""


# --- by the keyboard -----------------------------------------------------------------------------


@pytest.mark.shows(
    "Engines: Keyboard",
    "The Tab key, as each engine moves the focus.",
)
def test_the_tab_key_goes_through_the_banner_into_the_page_and_back(
    shop: Shop, guest: Guest
) -> None:
    guest.open(shop.page("/", LINK, head=LISTENER))
    guest.await_banner()
    expected = [
        "Kebijakan Privasi", "English",
        guest.names.refuse_all, guest.names.accept_all, guest.names.customise, "Tautan",
    ]  # fmt: skip

    seen = []
    for _ in expected:
        guest.type("Tab")
        seen.append(guest.focused())
    guest.type("Shift+Tab")

    assert seen == expected
    assert guest.focused() == guest.names.customise


@pytest.mark.shows(
    "Engines: Dialog",
    "Focus and Escape.",
)
def test_the_dialog_takes_the_focus_and_escape_gives_it_back_without_a_choice(
    shop: Shop, guest: Guest
) -> None:
    guest.open(shop.page("/", LINK, head=LISTENER))
    guest.await_banner()
    guest.type("Tab", "Tab", "Tab", "Tab", "Tab", "Enter")
    guest.until(guest.has_dialog, "the dialog is shown")
    title = guest.focused()
    guest.press("Analitik", DIALOG, "switch")

    guest.type("Escape")
    guest.until(lambda: not guest.has_dialog(), "the dialog is gone")

    assert title == guest.names.dialog
    assert guest.focused() == guest.names.customise
    assert guest.is_asked()
    assert shop.count() == 0


def test_the_focus_does_not_leave_the_dialog_for_the_page(shop: Shop, guest: Guest) -> None:
    guest.open(shop.page("/", LINK, head=LISTENER))
    guest.customise()
    places = set()

    for _ in range(45):
        guest.type("Tab")
        places.add(guest.run("return document.activeElement.className"))

    # Past its last control a modal dialog lets the browser's own bar have its turn: then the body.
    assert "izin-dialog" in places
    assert places <= {"izin-dialog", ""}


# --- in front ------------------------------------------------------------------------------------


@pytest.mark.shows(
    "Engines: The top layer",
    "A bar with the highest z-index lies over the whole page.",
)
def test_nothing_of_the_page_lies_over_the_banner(shop: Shop, guest: Guest) -> None:
    guest.open(shop.page("/", COVER, head=LISTENER))
    guest.await_banner()

    in_the_top_layer = guest.run(
        "return document.querySelector('section.izin').matches(':popover-open')"
    )

    assert in_the_top_layer
    assert guest.run(IN_FRONT) == [True, True, True]
    guest.refuse_all()
    guest.recorded()


@pytest.mark.shows(
    "Engines: The top layer",
    "A browser without popovers.",
)
def test_without_popovers_the_banner_is_there_all_the_same(shop: Shop, guest: Guest) -> None:
    guest.open(shop.page("/", LINK, head=LISTENER + WITHOUT_POPOVER))
    guest.await_banner()

    assert (
        guest.run("return getComputedStyle(document.querySelector('section.izin')).position")
        == "fixed"
    )
    assert guest.run(IN_FRONT) == [True, True, True]
    guest.refuse_all()
    guest.recorded()


# --- from the browser's memory -------------------------------------------------------------------


def leave_and_remember(shop: Shop, guest: Guest, body: str) -> None:
    """From this page to the next one; this one is marked, to be known again."""
    guest.run("window.isMarked = true")
    guest.open(shop.page("/lain", body, head=LISTENER))


def go_back(guest: Guest) -> None:
    guest.back()
    guest.until(lambda: guest.run("return location.pathname") == "/", "the page is back")


@pytest.mark.shows(
    "Engines: The back/forward cache",
    "A page that asked is left and comes back from memory.",
)
def test_a_page_from_memory_asks_no_more_once_another_has_settled_it(
    shop: Shop, guest: Guest, engine: Engine
) -> None:
    guest.open(shop.page("/", head=LISTENER))
    guest.await_banner()
    shop.world.settle()
    leave_and_remember(shop, guest, "")
    guest.refuse_all()
    guest.recorded()

    go_back(guest)
    from_memory = guest.is_on_marked_page()
    guest.recorded()

    # On a busy machine Firefox may have let the page go; what it loads anew must not ask either.
    assert from_memory or engine.name == "Firefox", "the page was not kept: nothing was tested"
    assert not guest.is_asked()
    assert shop.count() == 1


def test_a_page_from_memory_is_ended_when_another_has_withdrawn_what_runs_in_it(
    shop: Shop, world: World, guest: Guest
) -> None:
    guest.open(shop.page("/", SLOTS, head=LISTENER))
    guest.accept_all()
    guest.recorded()
    guest.settle()
    leave_and_remember(shop, guest, SLOTS)
    guest.until(lambda: guest.has("analytics"), "the tags run on the next page")
    guest.settle()
    guest.withdraw_all()
    guest.recorded()
    guest.settle()
    world.clear()

    go_back(guest)
    guest.until(lambda: not guest.is_on_marked_page(), "the page is loaded anew")
    guest.recorded()
    guest.settle()

    assert not world.outside()
    assert not guest.has("analytics")


# --- where scripts may not store -----------------------------------------------------------------


@pytest.mark.shows(
    "Engines: Blocked storage",
    "Cookies and storage throw.",
)
@pytest.mark.parametrize("press", [Guest.accept_all, Guest.refuse_all])
def test_where_cookies_and_storage_throw_nothing_else_does(
    shop: Shop, world: World, guest: Guest, press: Callable[[Guest], None]
) -> None:
    # A rejection in another origin's script is told to the page only with this attribute.
    tag = shop.tag().replace("async", "async crossorigin")
    guest.open(shop.page("/", SLOTS, head=LISTENER + THROWING, tag=tag))

    press(guest)
    guest.recorded()
    guest.settle()

    assert shop.count() == 1
    assert not world.outside()
    assert not guest.has("analytics")


# --- without the script --------------------------------------------------------------------------


@pytest.mark.shows(
    "Engines: The page without JavaScript",
    "The form is filled in and sent.",
)
def test_the_preferences_page_records_by_a_form_and_shows_it(
    shop: Shop, world: World, guest: Guest
) -> None:
    guest.open(f"https://{shop.service}/v1/toko/preferences?lang=id")

    guest.press("Analitik", "main", "checkbox")
    guest.press("Google Analytics", "main", "checkbox")
    guest.press(guest.names.save, "main")
    guest.until(lambda: shop.count() == 1, "the choice is recorded")
    guest.until(lambda: guest.run("return !!document.querySelector('[role=status]')"), "it is told")

    assert shop.acts() == [("granted", "page", {"analytics", "google-analytics"})]
    assert "__Secure-izin-toko" in {each.name for each in guest.cookies()}
    assert not world.outside()
