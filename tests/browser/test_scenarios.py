"""What the table of `test_table.py` leaves out: languages, caches, time, and single services."""

from __future__ import annotations

import pytest

from tests.browser.conftest import NewVisitor
from tests.browser.observe import ANALYTICS_HIT, observe
from tests.browser.shop import DAY, SLOTS, Shop
from tests.browser.states import ADSENSE
from tests.browser.visitor import Visitor
from tests.browser.world import World

LANGUAGES = ("id", "en")
SWITCHES = {
    "id": {"analytics": "Analitik", "advertising": "Periklanan", "preferences": "Preferensi"},
    "en": {"analytics": "Analytics", "advertising": "Advertising", "preferences": "Preferences"},
}
CHOICES = ("analytics", "advertising", "preferences", "all", "refused")
ADSENSE_TABLE = """[services.adsense]
product = "adsense"
client = "ca-pub-1234567890123456"
retention = "18 months"
"""


@pytest.fixture(params=LANGUAGES)
def speaker(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Visitor:
    """A visitor in each language."""
    return new_visitor(locale="id-ID" if request.param == "id" else "en-US")


def home(shop: Shop, visitor: Visitor, path: str = "/") -> str:
    return shop.page(path, SLOTS, lang=visitor.language)


def choose(visitor: Visitor, choice: str) -> None:
    if choice == "all":
        visitor.accept_all()
    elif choice == "refused":
        visitor.refuse_all()
    else:
        visitor.choose(SWITCHES[visitor.language][choice])
    visitor.recorded()
    visitor.world.settle(visitor.page, limit=10)


def test_nothing_leaves_while_the_visitor_is_undecided_whatever_they_do(
    shop: Shop, world: World, speaker: Visitor
) -> None:
    first, second = home(shop, speaker), home(shop, speaker, "/lain")

    for address in (first, second):
        speaker.open(address)
        speaker.banner.wait_for()
        speaker.page.mouse.wheel(0, 2000)
        speaker.page.keyboard.press("Escape")
        speaker.page.get_by_role("heading", name="Toko").click()
    speaker.page.wait_for_timeout(3000)  # longer than any tag keeps what it has queued

    seen = observe(speaker)
    assert seen.requests == ()
    assert seen.cookies == {}
    assert speaker.banner.is_visible()
    assert shop.count() == 0


@pytest.mark.parametrize("choice", CHOICES)
def test_every_choice_can_be_made_in_both_languages_and_is_one_record(
    shop: Shop, speaker: Visitor, choice: str
) -> None:
    speaker.open(home(shop, speaker))

    choose(speaker, choice)

    decision = speaker.decision()
    assert decision is not None
    granted = {name for name, on in decision["categories"].items() if on}
    assert granted == {"all": set(SWITCHES["id"]), "refused": set()}.get(choice, {choice})
    assert shop.count() == 1


@pytest.mark.parametrize("choice", CHOICES)
def test_a_returning_visitor_with_a_warm_cache_asks_the_service_for_nothing(
    shop: Shop, world: World, visitor: Visitor, choice: str
) -> None:
    visitor.open(home(shop, visitor))
    choose(visitor, choice)
    world.clear()

    visitor.open(home(shop, visitor, "/lain"))
    world.settle(visitor.page, limit=10)

    assert shop.asked() == []
    assert not visitor.banner.is_visible()


@pytest.mark.parametrize("choice", CHOICES)
def test_a_returning_visitor_with_a_cold_cache_asks_for_the_script_alone(
    shop: Shop, world: World, new_visitor: NewVisitor, visitor: Visitor, choice: str
) -> None:
    visitor.open(home(shop, visitor))
    choose(visitor, choice)
    before = observe(visitor).places
    visitor.leave()

    later = new_visitor(storage_state=visitor.context.storage_state())
    later.open(home(shop, visitor, "/lain"))
    after = observe(later).places

    assert after == before
    assert shop.asked() == ["GET /v1/toko.js"]
    assert not later.banner.is_visible()


@pytest.mark.parametrize("choice", ["all", "refused"])
def test_a_choice_holds_for_its_184_days_and_is_asked_again_after(
    shop: Shop, world: World, visitor: Visitor, choice: str
) -> None:
    visitor.page.clock.install()
    visitor.open(home(shop, visitor))
    choose(visitor, choice)
    world.clear()

    shop.clock.milliseconds += 183 * DAY
    visitor.page.clock.set_system_time(shop.clock.milliseconds / 1000)
    visitor.open(home(shop, visitor, "/masih"))
    world.settle(visitor.page)
    still_decided = visitor.decision() is not None and not visitor.banner.is_visible()
    visitor.leave()
    shop.clock.milliseconds += 2 * DAY
    visitor.page.clock.set_system_time(shop.clock.milliseconds / 1000)
    visitor.open(home(shop, visitor, "/lewat"))
    visitor.banner.wait_for()
    world.settle(visitor.page)

    assert still_decided
    assert world.outside() == ()
    assert visitor.decision() is None


@pytest.mark.parametrize("choice", ["all", "refused"])
def test_a_new_notice_asks_everybody_again_and_holds_everything(
    shop: Shop, world: World, visitor: Visitor, new_visitor: NewVisitor, choice: str
) -> None:
    visitor.open(home(shop, visitor))
    choose(visitor, choice)
    kept = visitor.context.storage_state()
    visitor.leave()

    shop.notice = "2027-01-01"
    shop.open()
    world.clear()
    later = new_visitor(storage_state=kept)
    later.open(home(shop, visitor))
    later.banner.wait_for()

    assert observe(later).requests == ()
    assert later.decision() is None


def test_a_tag_that_its_owner_changes_is_changed_for_those_who_have_accepted_too(
    shop: Shop, world: World, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    visitor.open(home(shop, visitor))
    visitor.accept_all()
    visitor.recorded()
    state = visitor.context.storage_state()
    visitor.leave()

    shop.services = shop.services.replace('"G-TOKO1"', '"G-BARU1"').replace(ADSENSE_TABLE, "")
    shop.revision = 2  # the words name one service less
    shop.open()
    later = new_visitor(storage_state=state)
    later.open(home(shop, visitor))
    seen = observe(later)
    world.clear()
    later.open(home(shop, visitor, "/lain"))
    observe(later)

    assert {hit.fields["tid"] for hit in seen.to(ANALYTICS_HIT)} == {"G-BARU1"}
    assert ADSENSE not in seen.places, "what is taken out runs no more"
    assert shop.asked() == [], "one question was enough"


def test_one_service_of_a_category_can_be_chosen_by_itself(
    shop: Shop, world: World, speaker: Visitor
) -> None:
    speaker.open(home(shop, speaker))

    speaker.choose("Google AdSense")
    decision = speaker.recorded()
    seen = observe(speaker)

    assert ADSENSE in seen.places
    assert not {place for place in seen.places if "/gtag/" in place or "/gpt" in place}
    assert seen.layer == ()
    assert decision["categories"]["advertising"] is True
    assert [name for name, on in decision["services"].items() if on] == ["adsense"]
