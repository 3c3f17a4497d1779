"""What is held, what opens it, and in which order it runs."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest

from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import Shop, places
from tests.browser.visitor import Visitor
from tests.browser.world import World

pytestmark = pytest.mark.holds_at_first

HOST = "www.toko.co.id"
COOKIE = "__Secure-izin-toko"

LOG = "<script>window.ran = [];</script>"


def note(name: str) -> str:
    return f"ran.push('{name}');"


def inline(name: str, of: str = "analytics", attributes: str = "") -> str:
    return f'<script type="text/plain" data-izin="{of}" {attributes}>{note(name)}</script>'


def external(name: str, of: str = "analytics", attributes: str = "") -> str:
    return f'<script type="text/plain" data-izin="{of}" src="/{name}.js" {attributes}></script>'


def add_files(world: World, *names: str) -> None:
    for name in names:
        world.file(HOST, f"/{name}.js", note(name), "text/javascript")


def ran(visitor: Visitor) -> list[str]:
    found: list[str] = visitor.page.evaluate("window.ran || []")
    return found


def until_ran(visitor: Visitor, name: str) -> list[str]:
    visitor.page.wait_for_function("name => window.ran.includes(name)", arg=name)
    return ran(visitor)


# --- marked-up elements --------------------------------------------------------------------


def test_marked_up_elements_are_neither_requested_nor_run_before_a_choice(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    add_files(world, "a", "m")
    body = (
        LOG
        + inline("inline")
        + external("a")
        + external("m", attributes='data-type="module"')
        + '<iframe data-izin="analytics" data-izin-src="/frame.html"></iframe>'
        + '<img data-izin="analytics" data-izin-src="/pixel.gif" alt="">'
    )

    visitor.open(shop.page("/", body))
    visitor.banner.wait_for()
    visitor.refuse_all()
    visitor.recorded()
    world.settle(visitor.page)

    assert ran(visitor) == []
    assert {r.path for r in world.to(HOST)} == {"/"}


def test_marked_up_elements_run_in_document_order(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    add_files(world, "a", "b", "m")
    world.delay(HOST, "/a.js", 0.4)
    body = (
        LOG
        + external("a")
        + inline("one")
        + external("b")
        + external("m", attributes='data-type="module"')
        + inline("two")
        + inline("not-chosen", of="advertising")
    )

    visitor.open(shop.page("/", body))
    visitor.choose("Analitik")

    assert until_ran(visitor, "two") == ["a", "one", "b", "m", "two"]


def test_downloads_start_together_although_the_scripts_run_one_by_one(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    add_files(world, "a", "b")
    world.delay(HOST, "/a.js", 0.5)
    visitor.open(shop.page("/", LOG + external("a") + external("b")))

    visitor.choose("Analitik")
    until_ran(visitor, "b")

    at = {r.path: r.at for r in world.to(HOST)}
    assert at["/b.js"] - at["/a.js"] < 0.4


def test_a_stuck_script_holds_up_the_others_for_a_bounded_time_only(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    world.stuck(HOST, "/stuck.js")
    visitor.open(shop.page("/", LOG + external("stuck") + inline("after")))

    visitor.choose("Analitik")

    assert until_ran(visitor, "after") == ["after"]


def test_a_script_marked_async_holds_up_nothing(shop: Shop, world: World, visitor: Visitor) -> None:
    add_files(world, "a")
    world.stuck(HOST, "/stuck.js")
    body = LOG + external("stuck", attributes="async") + external("a") + inline("after")
    visitor.open(shop.page("/", body))

    visitor.choose("Analitik")

    assert until_ran(visitor, "after") == ["a", "after"]


def test_a_missing_script_does_not_stop_the_next(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    world.file(HOST, "/broken.js", "throw new Error('theirs')", "text/javascript")
    body = LOG + external("missing") + external("broken") + inline("after")
    world.expect_unexpected()
    visitor.open(shop.page("/", body))

    visitor.choose("Analitik")

    assert until_ran(visitor, "after") == ["after"]
    visitor.errors.clear()


def test_frames_and_images_get_their_address_once_released(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    world.page(HOST, "/frame.html", "<title>Peta</title>")
    world.file(HOST, "/pixel.gif", b"GIF89a", "image/gif")
    body = (
        '<iframe title="Peta" data-izin="preferences" data-izin-src="/frame.html"></iframe>'
        '<img data-izin="preferences" data-izin-src="/pixel.gif" alt="">'
    )
    visitor.open(shop.page("/", body))

    visitor.choose("Preferensi")
    visitor.recorded()
    world.settle(visitor.page)

    assert {r.path for r in world.to(HOST)} == {"/", "/frame.html", "/pixel.gif"}


def test_a_released_script_is_loaded_and_runs_with_its_other_attributes(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    key = "ran.push(document.currentScript.id + document.currentScript.dataset.key)"
    world.file(HOST, "/a.js", key, "text/javascript")
    attributes = 'id="mine" data-key="7" crossorigin="anonymous" referrerpolicy="no-referrer"'
    visitor.open(shop.page("/", LOG + external("a", attributes=attributes)))

    visitor.choose("Analitik")

    assert until_ran(visitor, "mine7") == ["mine7"]
    [asked] = [each for each in world.to(HOST) if each.path == "/a.js"]
    assert asked.headers["sec-fetch-mode"] == "cors"
    assert "referer" not in asked.headers


@pytest.mark.parametrize("choice", ["refused", "granted"])
def test_elements_added_later_are_held_or_released_like_the_first(
    shop: Shop, world: World, visitor: Visitor, choice: str
) -> None:
    add_files(world, "late")
    visitor.open(shop.page("/", LOG))
    if choice == "granted":
        visitor.choose("Analitik")
    else:
        visitor.refuse_all()
    visitor.recorded()

    visitor.page.evaluate(
        """() => {
          const holder = document.createElement("div");
          for (const src of ["/late.js", ""]) {
            const tag = document.createElement("script");
            tag.type = "text/plain";
            tag.dataset.izin = "analytics";
            if (src) tag.src = src; else tag.text = "ran.push('text')";
            holder.append(tag);
          }
          document.body.append(holder);
        }"""
    )
    world.settle(visitor.page)

    assert ran(visitor) == (["late", "text"] if choice == "granted" else [])


def test_elements_added_before_the_choice_are_released_with_it(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page("/", LOG + inline("first")))
    visitor.page.evaluate(
        """() => document.body.insertAdjacentHTML("beforeend",
          '<script type="text/plain" data-izin="analytics">ran.push("second")</' + "script>")"""
    )

    visitor.choose("Analitik")

    assert until_ran(visitor, "second") == ["first", "second"]


def test_a_page_that_is_still_arriving_is_released_as_it_comes(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    add_files(world, "block")
    world.delay(HOST, "/block.js", 0.6)
    body = LOG + inline("early") + '<script src="/block.js"></script>' + inline("late")
    address = shop.page("/", LOG)
    visitor.open(address)
    visitor.choose("Analitik")
    visitor.recorded()

    visitor.open(shop.page("/", body))

    assert until_ran(visitor, "late") == ["early", "block", "late"]


def test_each_element_runs_once(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/", LOG + inline("once")))
    visitor.choose("Analitik")
    until_ran(visitor, "once")

    visitor.reopen()
    visitor.switch("Preferensi").check()
    visitor.save()
    visitor.page.wait_for_function("izin.has('preferences')")

    assert ran(visitor) == ["once"]


def test_a_held_service_can_be_marked_up_by_its_own_id(shop: Shop, visitor: Visitor) -> None:
    visitor.open(
        shop.page("/", LOG + inline("adsense", of="adsense") + inline("gam", "ad-manager"))
    )

    visitor.choose("Google AdSense")

    assert until_ran(visitor, "adsense") == ["adsense"]


# --- which tokens open it ------------------------------------------------------------------


def tampered(token: str, **fields: object) -> str:
    """The same token with other fields, and a signature that no longer fits."""
    payload, signature = token.split(".")
    told = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    again = base64.urlsafe_b64encode(json.dumps({**told, **fields}).encode()).decode()
    return f"{again.rstrip('=')}.{signature}"


def give(visitor: Visitor, value: str) -> None:
    visitor.context.add_cookies(
        [{"name": COOKIE, "value": value, "domain": ".toko.co.id", "path": "/", "secure": True}]
    )


@pytest.fixture
def refused_token(shop: Shop, visitor: Visitor) -> str:
    visitor.open(shop.page("/", LOG + inline("tag")))
    visitor.refuse_all()
    visitor.recorded()
    return visitor.cookies()[(COOKIE, ".toko.co.id")]["value"]


def everything(token: str) -> str:
    granted = "advertising analytics preferences ad-manager adsense floodlight google-analytics"
    return tampered(token, granted=granted, refused="")


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(everything, id="forged"),
        pytest.param(lambda token: tampered(token, site="lain"), id="foreign"),
        pytest.param(lambda token: tampered(token, v=2), id="unknown version"),
        pytest.param(lambda token: tampered(token, issued=1), id="expired"),
        pytest.param(lambda token: tampered(token, issued=9999999999), id="from the future"),
        pytest.param(lambda token: tampered(token, notice="1999"), id="of an old notice"),
        pytest.param(lambda token: "not-a-token", id="no token at all"),
    ],
)
def test_a_token_that_the_service_did_not_give_opens_nothing_and_the_visitor_is_asked(
    shop: Shop,
    world: World,
    new_visitor: NewVisitor,
    refused_token: str,
    forge: Callable[[str], str],
) -> None:
    victim = new_visitor()
    give(victim, forge(refused_token))

    victim.open("https://www.toko.co.id/")
    victim.banner.wait_for()
    world.settle(victim.page)

    assert ran(victim) == []
    assert world.outside() == ()
    assert victim.decision() is None


def test_a_kept_release_opens_nothing_without_its_own_token(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page("/", LOG + inline("tag")))
    visitor.accept_all()
    visitor.recorded()
    visitor.leave()
    visitor.context.clear_cookies()

    visitor.open("https://www.toko.co.id/")
    visitor.banner.wait_for()
    world.settle(visitor.page)

    assert ran(visitor) == []
    assert world.outside() == ()


def test_a_forged_token_does_not_open_with_the_kept_release_of_another(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page("/", LOG + inline("tag", of="advertising")))
    visitor.choose("Analitik")
    visitor.recorded()
    visitor.leave()
    token = visitor.cookies()[(COOKIE, ".toko.co.id")]["value"]
    give(visitor, everything(token))

    visitor.open("https://www.toko.co.id/")
    visitor.banner.wait_for()
    world.settle(visitor.page)

    assert shop.asked() == ["GET /v1/toko/release"]
    assert ran(visitor) == []
    assert world.outside() == ()


def test_a_superseded_token_opens_nothing(
    shop: Shop, world: World, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    visitor.open(shop.page("/", LOG + inline("tag")))
    visitor.accept_all()
    visitor.recorded()
    old = visitor.cookies()[(COOKIE, ".toko.co.id")]["value"]
    visitor.reopen()
    with visitor.page.expect_navigation():
        visitor.withdraw_all()
    visitor.recorded()
    visitor.leave()

    later = new_visitor()
    give(later, old)
    later.open("https://www.toko.co.id/")
    later.banner.wait_for()
    world.settle(later.page)

    assert ran(later) == []
    assert world.outside() == ()


def test_a_genuine_token_is_honoured_on_a_fresh_device_with_one_request(
    shop: Shop, world: World, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    visitor.open(shop.page("/", LOG + inline("tag")))
    visitor.choose("Analitik")
    visitor.recorded()
    token = visitor.cookies()[(COOKIE, ".toko.co.id")]["value"]
    visitor.leave()

    later = new_visitor()
    give(later, token)
    later.open("https://www.toko.co.id/")

    assert until_ran(later, "tag") == ["tag"]
    assert shop.asked() == ["GET /v1/toko.js", "GET /v1/toko/release"]
    assert not later.banner.is_visible()


def test_polluted_prototypes_open_nothing(shop: Shop, world: World, visitor: Visitor) -> None:
    pollution = """<script>
      Object.prototype.analytics = true;
      Object.prototype.granted = "analytics google-analytics";
      Object.prototype.token = "x";
      Object.prototype.release = {first: [], update: [], services: {}};
    </script>"""

    visitor.open(shop.page("/", LOG + inline("tag"), head=pollution))
    visitor.banner.wait_for()
    visitor.refuse_all()
    decision = visitor.recorded()
    world.settle(visitor.page)

    assert True not in (decision["categories"] | decision["services"]).values()
    assert ran(visitor) == []
    assert world.outside() == ()


# --- the order of what Google's tags see ---------------------------------------------------


def test_consent_mode_says_default_first_once_and_then_update_before_any_tag_is_loaded(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.page.add_init_script(
        """window.order = [];
        new MutationObserver(changes => {
          for (const change of changes) for (const node of change.addedNodes)
            if (node.localName === "script" && /googletagmanager/.test(node.src))
              order.push("script after " + dataLayer.length);
        }).observe(document, {childList: true, subtree: true});"""
    )
    visitor.open(shop.page("/"))

    visitor.choose("Analitik")
    visitor.recorded()
    visitor.page.wait_for_function("window.order.length > 0")

    pushed = visitor.page.evaluate(
        """dataLayer.filter(e => ["consent", "js", "config"].includes(e[0])).map(e => [
          Object.prototype.toString.call(e), e[0], typeof e[1] === "string" ? e[1] : "",
          e[0] === "consent" ? Object.keys(e[2]).length : 0])"""
    )
    assert pushed == [
        ["[object Arguments]", "consent", "default", 7],
        ["[object Arguments]", "consent", "update", 7],
        ["[object Arguments]", "js", "", 0],
        ["[object Arguments]", "config", "G-TOKO1", 0],
    ]
    assert visitor.page.evaluate("[...dataLayer].find(e => e[0] === 'js')[1] instanceof Date")


def test_every_change_updates_and_no_change_sets_the_default_again(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page("/"))
    visitor.choose("Analitik")
    visitor.recorded()

    for service in ("Floodlight (DoubleClick)", "Google AdSense", "Preferensi"):
        before = visitor.decision()
        visitor.reopen()
        visitor.switch(service).check()
        visitor.save()
        visitor.page.wait_for_function(
            "record => izin.decision.record && izin.decision.record !== record",
            arg=(before or {})["record"],
        )

    commands = visitor.page.evaluate("dataLayer.filter(e => e[0] === 'consent').map(e => e[1])")
    assert commands == ["default", "update", "update", "update", "update"]


def test_a_tag_manager_container_is_started_as_google_documents(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(
        services="""
[services.tag-manager]
product = "google_tag_manager"
category = "analytics"
container = "GTM-TOKO1"
retention = "14 months"
"""
    )
    visitor.open(shop.page("/"))

    visitor.choose("Analitik")
    visitor.recorded()
    visitor.page.wait_for_function("window.google_tag_manager")
    world.settle(visitor.page)

    assert "www.googletagmanager.com/gtm.js" in places(world.outside())
    started = visitor.page.evaluate("dataLayer.find(e => e.event === 'gtm.js')")
    assert started["gtm.start"] is not None
    first = visitor.page.evaluate("[dataLayer[0][0], dataLayer[0][1]]")
    assert first == ["consent", "default"]


def test_consent_mode_is_set_up_even_when_the_first_release_had_no_use_for_it(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page("/"))
    visitor.choose("Preferensi")
    visitor.recorded()

    visitor.reopen()
    visitor.switch("Analitik").check()
    visitor.save()
    visitor.page.wait_for_function("izin.has('analytics')")

    commands = visitor.page.evaluate("dataLayer.filter(e => e[0] === 'consent').map(e => e[1])")
    assert commands == ["default", "update"]
