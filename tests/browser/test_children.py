"""A site with children among its visitors: what leaves the browser says so, whatever is pressed."""

from __future__ import annotations

import pytest

from banner.i18n import catalogue
from tests.browser.conftest import OpenShop
from tests.browser.observe import ANALYTICS_HIT
from tests.browser.shop import SERVICES, SLOTS
from tests.browser.test_owner_options import ADSENSE, accept, requests_to
from tests.browser.visitor import Visitor
from tests.browser.world import World

ADSENSE_AD = "googleads.g.doubleclick.net/pagead/ads"
GPT_AD = "securepubads.g.doubleclick.net/gampad/ads"
AUDIENCES = pytest.mark.parametrize("audience", ["children", "mixed"])
DENIED = "() => dataLayer.findLast((e) => e[0] === 'consent' && e[1] === 'update')[2]"
LATER = """() => {
  const slot = document.createElement("ins");
  slot.className = "adsbygoogle";
  slot.dataset.adClient = "ca-pub-1234567890123456";
  slot.dataset.adSlot = "9";
  document.body.append(slot);
  setTimeout(() => adsbygoogle.push({}));
}"""


@AUDIENCES
def test_every_ad_is_asked_for_as_for_a_child_and_not_personalised(
    open_shop: OpenShop, world: World, visitor: Visitor, audience: str
) -> None:
    accept(open_shop(audience=audience), visitor)
    world.settle(visitor.page)

    asked = [*requests_to(world, ADSENSE_AD), *requests_to(world, GPT_AD)]
    assert {each.parameters.get("npa") for each in asked} == {"1"}
    slots = [each for each in asked if {"slotname", "iu"} & {*each.parameters}]
    assert {each.host for each in slots} == {each.host for each in asked}
    assert {each.parameters.get("tfcd") for each in slots} == {"1"}


def test_a_slot_that_comes_later_is_marked_as_well(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    accept(open_shop(audience="children", services=ADSENSE), visitor)
    world.settle(visitor.page)
    world.clear()

    visitor.page.evaluate(LATER)
    world.settle(visitor.page)

    (request,) = requests_to(world, ADSENSE_AD)
    assert (request.parameters["tfcd"], request.parameters["npa"]) == ("1", "1")
    slot = visitor.page.locator('[data-ad-slot="9"]')
    assert slot.get_attribute("data-tag-for-age-treatment") == "1"


@AUDIENCES
def test_analytics_counts_without_personalisation_and_the_signal_stays_denied(
    open_shop: OpenShop, visitor: Visitor, audience: str
) -> None:
    seen = accept(open_shop(audience=audience), visitor)

    hits = seen.to(ANALYTICS_HIT)
    update = visitor.page.evaluate(DENIED)
    assert hits
    assert {hit.fields.get("npa") for hit in hits} == {"1"}
    assert (update["ad_storage"], update["ad_personalization"]) == ("granted", "denied")


@pytest.mark.parametrize("language", ["id", "en"])
@AUDIENCES
def test_the_settings_say_so(
    open_shop: OpenShop, visitor: Visitor, audience: str, language: str
) -> None:
    shop = open_shop(audience=audience)
    visitor.open(shop.page("/", lang=language))
    visitor.page.evaluate("() => izin.open()")

    words = catalogue(language)[f"dialog.audience.{audience}"]
    visitor.page.get_by_text(words).wait_for()


def test_a_site_for_everyone_asks_as_before(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    accept(open_shop(services=SERVICES), visitor, SLOTS)
    world.settle(visitor.page)

    asked = [*requests_to(world, ADSENSE_AD), *requests_to(world, GPT_AD)]
    assert asked
    assert {each.parameters.get("tfcd") for each in asked} == {None}
