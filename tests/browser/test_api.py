"""`window.izin`, its events and its attributes, as docs/protocol.md promises them to owners."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.browser.shop import Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

CATEGORIES = {"preferences", "analytics", "advertising"}
SERVICES = {"google-analytics", "adsense", "ad-manager", "floodlight"}
ALL = CATEGORIES | SERVICES

EVENTS = """<script>
heard = [];
document.addEventListener("izin:change", (event) => heard.push(event.detail));
</script>"""


def act(visitor: Visitor, call: str) -> dict[str, object]:
    """Call one of the acts and wait for its promise; the decision."""
    decision: dict[str, object] = visitor.page.evaluate(f"() => izin.{call}")
    return decision


def open_undecided(shop: Shop, visitor: Visitor, *, head: str = "", body: str = "") -> None:
    visitor.open(shop.page(head=head, body=body))
    visitor.banner.wait_for()


def heard(visitor: Visitor) -> list[tuple[bool, bool] | None]:
    """What `izin:change` told: is it pending, is Analytics granted; None for undecided."""
    details = visitor.page.evaluate("() => heard")
    return [said and (said["pending"], said["services"]["google-analytics"]) for said in details]


# --- before the script ---------------------------------------------------------------------------


def test_calls_made_before_the_script_arrives_are_made_in_their_order(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    queue = """<script>
    order = [];
    (window.izin = window.izin || []).push((izin) => order.push(["first", izin.site]));
    (window.izin = window.izin || []).push((izin) => order.push(["second", izin.decision]));
    </script>"""
    world.stuck(shop.service, "/v1/toko.js")
    visitor.open(shop.page(head=queue), until="domcontentloaded")
    before = visitor.page.evaluate("() => order.length")

    world.release(shop.service, "/v1/toko.js")
    visitor.banner.wait_for()
    visitor.page.evaluate("() => izin.push((izin) => order.push(['third', izin.site]))")

    assert before == 0
    assert visitor.page.evaluate("() => order") == [
        ["first", "toko"],
        ["second", None],
        ["third", "toko"],
    ]


def test_a_call_that_throws_does_not_lose_the_next(shop: Shop, visitor: Visitor) -> None:
    queue = """<script>
    izin = [() => { throw new Error("the owner's own") }, (izin) => { site = izin.site }];
    </script>"""

    open_undecided(shop, visitor, head=queue)

    assert visitor.page.evaluate("() => window.site") == "toko"
    assert ["the owner's own" in each.text for each in visitor.uncaught()] == [True]
    visitor.errors.clear()


def test_a_choice_made_before_the_script_arrives_is_recorded(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    queue = "<script>(window.izin = window.izin || []).push((izin) => izin.refuse())</script>"

    visitor.open(shop.page(head=queue))
    visitor.recorded()

    assert shop.acts() == [("refused", "api", set())]


# --- reading -------------------------------------------------------------------------------------


def test_ready_waits_for_the_first_decision_and_is_kept_on_later_pages(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    queue = """<script>(window.izin = window.izin || []).push((izin) => {
      izin.ready.then((decision) => (first = decision));
    })</script>"""
    open_undecided(shop, visitor, head=queue)
    world.settle(visitor.page)
    undecided = visitor.page.evaluate("() => window.first")

    visitor.accept_all()
    visitor.recorded()
    here = visitor.page.evaluate("() => first.categories.analytics")
    visitor.open(shop.page("/lain", head=queue))
    visitor.page.wait_for_function("() => window.first")

    assert undecided is None
    assert here is True
    assert visitor.page.evaluate("() => first") == visitor.decision()


def test_a_decision_says_everything_about_itself(shop: Shop, visitor: Visitor) -> None:
    open_undecided(shop, visitor)

    decision = act(visitor, "choose({analytics: true})")

    (row,) = shop.rows()
    recorded_at = datetime.fromisoformat(str(decision.pop("time")).replace("Z", "+00:00"))
    assert decision == {
        "categories": {"preferences": False, "analytics": True, "advertising": False},
        "services": {
            "google-analytics": True, "adsense": False, "ad-manager": False, "floodlight": False,
        },
        "notice": "2026-11-22",
        "record": row["id"],
        "pending": False,
    }  # fmt: skip
    assert int(recorded_at.timestamp()) == shop.clock() // 1000


def test_a_refusal_has_no_record_to_show(shop: Shop, visitor: Visitor) -> None:
    open_undecided(shop, visitor)

    decision = act(visitor, "refuse()")

    assert (decision["record"], decision["pending"]) == (None, False)


@pytest.mark.parametrize(
    ("choice", "granted"),
    [
        ("{analytics: true}", {"analytics", "google-analytics"}),
        ("{adsense: true}", {"advertising", "adsense"}),
        ("{advertising: true, adsense: false}", {"advertising", "ad-manager", "floodlight"}),
        ("{analytics: false, 'google-analytics': true}", set()),
        ("{preferences: true, adsense: false}", {"preferences"}),
        ("{}", set()),
        ("{nothing: true}", set()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_choose_does_not_name_is_refused(
    shop: Shop, visitor: Visitor, choice: str, granted: set[str]
) -> None:
    open_undecided(shop, visitor)

    act(visitor, f"choose({choice})")

    assert shop.acts() == [("granted" if granted else "refused", "api", granted)]
    assert set(filter(visitor.has, ALL)) == granted
    assert not visitor.has("necessary-or-unknown")


# --- acting --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "kind", "granted"),
    [
        ("accept()", "granted", ALL),
        ("refuse()", "refused", set()),
        ("withdraw()", "refused", set()),
        ("choose({floodlight: true})", "granted", {"advertising", "floodlight"}),
    ],
)
def test_an_act_promises_the_recorded_decision(
    shop: Shop, visitor: Visitor, call: str, kind: str, granted: set[str]
) -> None:
    open_undecided(shop, visitor)

    decision = act(visitor, call)

    assert shop.acts() == [(kind, "api", granted)]
    assert decision["pending"] is False
    assert decision == visitor.decision()


def test_withdrawing_by_the_api_is_recorded_as_such(shop: Shop, visitor: Visitor) -> None:
    open_undecided(shop, visitor)
    act(visitor, "accept()")

    with visitor.reloading():
        visitor.page.evaluate("() => { izin.withdraw() }")
    visitor.recorded()

    assert shop.acts()[-1] == ("withdrawn", "api", set())
    assert not any(map(visitor.has, ALL))


def test_an_act_of_the_page_closes_the_banner_and_says_nothing(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    open_undecided(shop, visitor)

    act(visitor, "refuse()")
    world.settle(visitor.page)

    assert not visitor.banner.is_visible()


@pytest.mark.parametrize("surface", ["banner", "dialog"])
def test_a_record_names_the_surface_of_the_decision(
    shop: Shop, visitor: Visitor, surface: str
) -> None:
    open_undecided(shop, visitor)

    if surface == "dialog":
        visitor.customise()
    visitor.refuse_all()
    visitor.recorded()

    assert shop.acts() == [("refused", surface, set())]


# --- hearing -------------------------------------------------------------------------------------


def test_each_change_is_told_once_with_the_decision(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    open_undecided(shop, visitor, head=EVENTS)

    visitor.accept_all()
    visitor.recorded()
    world.settle(visitor.page)
    on_the_first_page = heard(visitor)
    last = visitor.page.evaluate("() => heard.at(-1)")
    decision = visitor.decision()
    visitor.open(shop.page("/lain", head=EVENTS))
    world.settle(visitor.page)

    assert on_the_first_page == [None, (True, True), (False, True)]
    assert last == decision
    assert heard(visitor) == [(False, True)]


def test_the_gate_is_as_the_event_says_when_it_is_heard(shop: Shop, visitor: Visitor) -> None:
    look = """<script>
    seen = [];
    document.addEventListener("izin:change", (event) =>
      seen.push([!!event.detail && !event.detail.pending, izin.has && izin.has("analytics")]));
    </script>"""
    open_undecided(shop, visitor, head=look)

    visitor.accept_all()
    visitor.recorded()
    seen = visitor.page.evaluate("() => seen")
    visitor.open(shop.page("/lain", head=look))
    visitor.recorded()

    assert seen[-1] == [True, True]
    assert [False, True] not in seen
    assert visitor.page.evaluate("() => seen") == [[True, True]]


# --- opening the dialog --------------------------------------------------------------------------

OPENERS = (
    "<button data-izin-open>Buka</button>",
    "<button data-izin-open><b><i>Buka</i></b></button>",
    '<a href="/tempat-lain" data-izin-open>Buka</a>',
    '<a href="#izin-open">Buka</a>',
    '<a href="https://www.toko.co.id/#izin-open">Buka</a>',
    '<a href="#izin">Buka</a>',
    '<a href="https://www.toko.co.id/#izin">Buka</a>',
)


def test_every_control_of_the_owners_opens_the_dialog_and_goes_nowhere(
    shop: Shop, visitor: Visitor
) -> None:
    open_undecided(shop, visitor, body="".join(f"<p>{each}</p>" for each in OPENERS))
    controls = visitor.page.get_by_text("Buka", exact=True).all()

    for control in controls:
        control.click()
        visitor.dialog.wait_for()
        visitor.page.keyboard.press("Escape")
        visitor.dialog.wait_for(state="hidden")

    assert len(controls) == len(OPENERS)
    assert visitor.page.url == "https://www.toko.co.id/"


def test_a_control_that_is_added_later_works_too(shop: Shop, visitor: Visitor) -> None:
    open_undecided(shop, visitor)
    visitor.page.evaluate(
        "() => document.querySelector('main').insertAdjacentHTML("
        "'beforeend', '<button data-izin-open>Buka</button>')"
    )

    visitor.page.get_by_text("Buka", exact=True).click()

    visitor.dialog.wait_for()


def test_a_control_works_without_a_button_of_ours_and_after_a_choice(
    shop: Shop, visitor: Visitor
) -> None:
    shop.button = "none"
    shop.open()
    open_undecided(shop, visitor, body=OPENERS[0])
    visitor.refuse_all()
    visitor.recorded()

    visitor.page.get_by_text("Buka", exact=True).click()
    visitor.dialog.wait_for()

    assert visitor.page.get_by_role("button", name=visitor.names.dialog, exact=True).count() == 0


def test_open_opens_the_dialog_and_once_is_enough(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    open_undecided(shop, visitor)

    visitor.page.evaluate("() => { izin.open(); izin.open() }")
    visitor.dialog.first.wait_for()
    world.settle(visitor.page)

    assert visitor.dialog.count() == 1


def test_another_link_is_left_alone(shop: Shop, visitor: Visitor) -> None:
    open_undecided(shop, visitor, body='<a href="#izinkan">Lompat</a>')

    visitor.page.get_by_role("link", name="Lompat").click()

    assert visitor.page.url == "https://www.toko.co.id/#izinkan"
    assert not visitor.dialog.is_visible()
