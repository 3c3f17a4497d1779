"""What every visitor goes through, in each engine: asked, choosing, coming back, taking it back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.engines.conftest import NewGuest
from tests.browser.engines.guest import LISTENER, Guest
from tests.browser.shop import SLOTS, Shop
from tests.browser.world import World

EVERYTHING = {
    "preferences", "analytics", "advertising",
    "google-analytics", "adsense", "ad-manager", "floodlight",
}  # fmt: skip
MEASURING = {"www.googletagmanager.com", "www.google-analytics.com"}
ADS = {"pagead2.googlesyndication.com", "securepubads.g.doubleclick.net", "ad.doubleclick.net"}

LEFT_BEHIND = ("_ga", "_ga_TOKO1", "_gcl_au", "__gads", "__gpi", "__eoi")
SESSIONS = {("session", "www.toko.co.id", True), ("session", "toko.co.id", False)}
CHOICE = ("__Secure-izin-toko", "toko.co.id", False)
SCRIPT = "GET /v1/toko.js"
DECISIONS = "/v1/toko/decisions"

ANOTHER_SITE = {
    "service": "izin.lain.id",
    "domain": None,
    "origins": ("https://www.toko.co.id",),
}


def page(shop: Shop, path: str = "/") -> str:
    """A page with ads, and a listener for what nobody catches; its address."""
    return shop.page(path, SLOTS, head=LISTENER)


def contacted(world: World) -> set[str]:
    return {request.host for request in world.outside()}


def arrive(world: World, hosts: set[str], guest: Guest) -> None:
    """Wait until the tags have spoken to all of these, and are done."""
    guest.until(lambda: hosts <= contacted(world), f"requests to {hosts}")
    guest.settle()


def accept(shop: Shop, guest: Guest) -> None:
    guest.open(page(shop))
    guest.accept_all()
    guest.recorded()
    arrive(shop.world, MEASURING | ADS, guest)


def places(guest: Guest) -> set[tuple[str, str, bool]]:
    """Where each cookie stands: name, host, whether it is that host's alone."""
    return {(each.name, each.host, each.is_host_only) for each in guest.cookies()}


def leave_cookies(guest: Guest) -> None:
    """As tags do, and the shop itself: on this host, and on the whole domain."""
    for name in (*LEFT_BEHIND, "session"):
        guest.run("document.cookie = arguments[0]", f"{name}=1; path=/")
        guest.run("document.cookie = arguments[0]", f"{name}=1; path=/; domain=toko.co.id")
    for name in LEFT_BEHIND:
        assert {(name, "www.toko.co.id", True), (name, "toko.co.id", False)} <= places(guest)


def from_the_service(shop: Shop) -> list[str]:
    """What it was asked for. Its script may come from the browser's cache or not."""
    return [each for each in shop.asked() if each != SCRIPT]


# --- asking and choosing -------------------------------------------------------------------------


@pytest.mark.shows(
    "Engines: Ask",
    "Requests are counted where they leave the browser; cookies and storage are read.",
)
def test_before_a_choice_nobody_is_contacted_and_nothing_is_kept(shop: Shop, guest: Guest) -> None:
    guest.open(page(shop))
    guest.await_banner()
    guest.settle()

    assert shop.world.hosts() == {"www.toko.co.id", shop.service}
    assert from_the_service(shop) == []
    assert guest.cookies() == []
    assert guest.storage() == set()


@pytest.mark.shows(
    "Engines: Refuse",
    "The record, and the requests after it.",
)
def test_a_refusal_is_recorded_and_everything_stays_held(
    shop: Shop, world: World, guest: Guest
) -> None:
    guest.open(page(shop))

    guest.refuse_all()
    guest.recorded()
    guest.settle()

    assert shop.acts() == [("refused", "banner", set())]
    assert places(guest) == {CHOICE}
    assert not world.outside()
    assert not guest.is_asked()


@pytest.mark.shows(
    "Engines: One category",
    "Chosen in the dialog by its switch.",
)
def test_one_category_releases_its_own_tags_alone(shop: Shop, world: World, guest: Guest) -> None:
    guest.open(page(shop))

    guest.choose("Analitik")
    guest.recorded()
    arrive(world, MEASURING, guest)

    assert shop.acts() == [("granted", "dialog", {"analytics", "google-analytics"})]
    assert contacted(world) == MEASURING
    assert guest.has("analytics")
    assert not guest.has("advertising")


@pytest.mark.shows(
    "Engines: All",
    "While the record is held back no tag is loaded.",
)
def test_accepting_releases_every_tag_once_it_is_recorded(
    shop: Shop, world: World, guest: Guest
) -> None:
    guest.open(page(shop))
    world.stuck(shop.service, DECISIONS)

    guest.accept_all()
    guest.until(lambda: DECISIONS in {each.path for each in world.requests}, "it is sent")
    guest.settle()
    meanwhile = world.outside()
    world.release(shop.service, DECISIONS)
    guest.recorded()
    arrive(world, MEASURING | ADS, guest)

    assert not meanwhile
    assert shop.acts() == [("granted", "banner", EVERYTHING)]
    assert CHOICE in places(guest)


# --- coming back ---------------------------------------------------------------------------------


@pytest.mark.shows(
    "Engines: Returning",
    "The next page, with what was kept.",
)
def test_a_returning_page_runs_its_tags_and_asks_neither_visitor_nor_service(
    shop: Shop, world: World, guest: Guest
) -> None:
    accept(shop, guest)
    world.clear()

    guest.open(page(shop, "/lain"))
    arrive(world, MEASURING | ADS, guest)

    assert from_the_service(shop) == []
    assert not guest.is_asked()
    assert shop.count() == 1


def test_who_has_refused_is_not_asked_again(shop: Shop, world: World, guest: Guest) -> None:
    guest.open(page(shop))
    guest.refuse_all()
    guest.recorded()
    world.clear()

    guest.open(page(shop, "/lain"))
    guest.recorded()
    guest.settle()

    assert from_the_service(shop) == []
    assert not world.outside()
    assert not guest.is_asked()


# --- taking it back ------------------------------------------------------------------------------


@pytest.mark.shows(
    "Engines: Withdraw",
    "Cookies of the host and of the domain, and storage, before and after; requests after it.",
)
def test_a_withdrawal_silences_the_tags_and_deletes_what_they_left(
    shop: Shop, world: World, guest: Guest
) -> None:
    accept(shop, guest)
    leave_cookies(guest)
    guest.run("Object.assign(localStorage, { google_ama_config: 1, _gcl_ls: 1, keranjang: 1 })")
    world.clear()

    guest.withdraw_all()
    guest.recorded()
    guest.settle()

    assert shop.acts()[1:] == [("withdrawn", "dialog", set())]
    assert places(guest) == {CHOICE, *SESSIONS}
    assert guest.storage() == {"keranjang", "izin:toko"}
    assert not world.outside()
    assert not guest.is_asked()


def test_after_a_withdrawal_the_next_page_is_silent(shop: Shop, world: World, guest: Guest) -> None:
    accept(shop, guest)
    guest.withdraw_all()
    guest.recorded()
    guest.settle()
    world.clear()

    guest.open(page(shop, "/lain"))
    guest.recorded()
    guest.settle()

    assert not world.outside()
    assert not guest.has("analytics")


# --- the service on another site -----------------------------------------------------------------


def test_a_service_on_another_site_needs_no_cookie_of_its_own(
    open_shop: OpenShop, world: World, guest: Guest
) -> None:
    """Each engine keeps other sites' cookies apart, or refuses them, in a way of its own."""
    shop = open_shop(**ANOTHER_SITE)
    accept(shop, guest)
    kept = places(guest)
    world.clear()

    guest.open(page(shop, "/lain"))
    arrive(world, MEASURING | ADS, guest)

    assert ("__Host-izin-toko", "www.toko.co.id", True) in kept
    assert from_the_service(shop) == []
    assert shop.acts() == [("granted", "banner", EVERYTHING)]


@pytest.mark.shows(
    "Engines: Withdraw",
    "The script alone deletes, with the service on another site.",
)
def test_what_tags_left_is_deleted_where_the_service_cannot_reach_it(
    open_shop: OpenShop, guest: Guest
) -> None:
    """On the site's own domain its answer deletes cookies too; here the script is alone."""
    shop = open_shop(**ANOTHER_SITE)
    accept(shop, guest)
    leave_cookies(guest)

    guest.withdraw_all()
    guest.recorded()
    guest.settle()

    assert places(guest) == {("__Host-izin-toko", "www.toko.co.id", True), *SESSIONS}
    assert [act for act, _, _ in shop.acts()] == ["granted", "withdrawn"]


# --- where nothing is kept -----------------------------------------------------------------------


@pytest.mark.shows(
    "Engines: Blocked storage",
    "Cookies and storage are blocked by each browser's own setting.",
)
@pytest.mark.parametrize("press", [Guest.accept_all, Guest.refuse_all])
def test_where_the_browser_keeps_nothing_the_banner_works_and_all_is_held(
    shop: Shop, world: World, new_guest: NewGuest, press: Callable[[Guest], None]
) -> None:
    guest = new_guest(keeps_nothing=True)
    guest.open(page(shop))

    press(guest)
    guest.recorded()
    guest.settle()

    assert shop.count() == 1
    assert guest.cookies() == []
    assert not world.outside()
    assert not guest.has("analytics")
