"""What becomes of a page after it has come: swapped bodies, new texts, frames, memory, a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from banner.paths import ROOT
from tests.browser.conftest import OpenShop
from tests.browser.shop import Shop
from tests.browser.visitor import NAMES, Visitor
from tests.browser.world import World

TURBO = ROOT / "node_modules" / "@hotwired" / "turbo" / "dist" / "turbo.es2017-umd.js"

ANALYTICS = """
[services.google-analytics]
product = "google_analytics"
measurement_id = "G-TOKO1"
retention = "14 months"
"""
TAG = ("www.googletagmanager.com", "/gtag/js")

# What libraries do to a page when its visitor goes on: the whole body, or all that is in it.
SWAPS = {
    "another body": """() => {
      const body = document.createElement("body");
      body.innerHTML = "<main><h1>Lain</h1></main>";
      document.documentElement.replaceChild(body, document.body);
    }""",
    "another text in the body": """() => {
      document.body.innerHTML = "<main><h1>Lain</h1></main>";
    }""",
    "each element by itself": """() => {
      for (const element of [...document.body.children]) element.remove();
      document.body.append(Object.assign(document.createElement("h1"), {textContent: "Lain"}));
    }""",
    "a page written anew": """() => {
      document.open();
      document.write("<title>Lain</title><main><h1>Lain</h1><a href='#izin'>Pilihan</a></main>");
      document.close();
    }""",
}
IDS = SWAPS.keys()


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    return open_shop(services=ANALYTICS)


def loads(world: World) -> int:
    """How often the tag has been asked for."""
    return sum((each.host, each.path) == TAG for each in world.requests)


def control(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("button", name=visitor.names.dialog, exact=True)


# --- a body that is swapped ----------------------------------------------------------------


@pytest.mark.shows(
    "Hostile pages: A swapped body",
    "The body, its contents or the whole document is replaced while the banner asks; then a "
    "choice is made in what came back.",
)
@pytest.mark.parametrize("swap", SWAPS.values(), ids=IDS)
def test_a_question_that_is_swapped_away_is_asked_again(
    shop: Shop, world: World, visitor: Visitor, swap: str
) -> None:
    visitor.open(shop.page("/"))
    visitor.banner.wait_for()

    visitor.page.evaluate(swap)
    visitor.page.get_by_role("heading", name="Lain").wait_for()

    visitor.choose("Analitik")
    assert visitor.recorded()["categories"]["analytics"] is True
    expect(visitor.banner.get_by_role("button")).to_have_count(0)
    assert [kind for kind, *_ in shop.acts()] == ["granted"]


@pytest.mark.shows(
    "Hostile pages: A swapped body",
    "Replaced twice after a choice: the corner button is there and works, and each tag has "
    "been asked for once.",
)
@pytest.mark.parametrize("swap", SWAPS.values(), ids=IDS)
def test_the_control_that_reopens_comes_back_and_no_tag_runs_twice(
    shop: Shop, world: World, visitor: Visitor, swap: str
) -> None:
    visitor.open(shop.page("/"))
    visitor.accept_all()
    visitor.recorded()
    world.settle(visitor.page)

    for _ in range(2):
        visitor.page.evaluate(swap)
        visitor.page.get_by_role("heading", name="Lain").wait_for()
        expect(control(visitor)).to_have_count(1)
    visitor.reopen()
    visitor.switch("Analitik").wait_for()
    world.settle(visitor.page)

    assert loads(world) == 1
    assert shop.count() == 1
    assert not visitor.is_asked()


@pytest.mark.shows(
    "Hostile pages: A swapped body",
    "Replaced while the dialog is open.",
)
@pytest.mark.parametrize("swap", SWAPS.values(), ids=IDS)
def test_a_dialog_that_was_open_when_its_page_was_swapped_still_saves(
    shop: Shop, visitor: Visitor, swap: str
) -> None:
    """It is no child of the body, and stays; with a page that is written anew it goes."""
    visitor.open(shop.page("/"))
    visitor.customise()

    visitor.page.evaluate(swap)
    visitor.page.locator("h1", has_text="Lain").wait_for()
    if swap == SWAPS["a page written anew"]:
        visitor.dialog.wait_for(state="hidden")
        visitor.customise()
    visitor.save()

    assert visitor.recorded()["categories"]["analytics"] is False


def test_a_link_of_a_page_that_was_written_anew_opens_the_dialog(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page("/"))
    visitor.refuse_all()
    visitor.recorded()
    visitor.page.evaluate(SWAPS["a page written anew"])
    expect(control(visitor)).to_be_visible()

    visitor.page.get_by_role("link", name="Pilihan").click()

    expect(visitor.dialog).to_be_visible()


@pytest.mark.shows(
    "Hostile pages: A filter that takes the banner out",
    "An observer of the page's removes the banner each time; the page goes on.",
)
def test_two_who_disagree_about_the_banner_do_not_stop_the_page(
    shop: Shop, visitor: Visitor
) -> None:
    """A filter of the visitor's that takes it out each time it comes."""
    visitor.open(shop.page("/"))
    visitor.banner.wait_for()

    alive = visitor.page.evaluate(
        """() => {
          const away = () => document.querySelectorAll("section.izin").forEach((it) => it.remove());
          window.seen = 0;
          new MutationObserver(() => { seen++; away() })
            .observe(document.documentElement, {childList: true});
          away();
          return new Promise((go) => setTimeout(() => go(true), 300));
        }"""
    )

    assert alive
    visitor.page.wait_for_function("seen > 2")
    assert visitor.decision() is None


# --- Turbo itself --------------------------------------------------------------------------


@pytest.mark.shows(
    "Hostile pages: Turbo",
    "Turbo itself, with the tag in the head and in the body: visits forth and back.",
)
@pytest.mark.parametrize("place", ["head", "body"])
def test_with_turbo_the_banner_and_the_control_survive_and_tags_run_once(
    shop: Shop, world: World, visitor: Visitor, place: str
) -> None:
    assert TURBO.exists(), "run `python -m tests.javascript npm install`"
    world.file("www.toko.co.id", "/turbo.js", TURBO.read_text("utf-8"), "text/javascript")
    turbo = '<script src="/turbo.js"></script>'
    in_head, in_body = (shop.tag(), "") if place == "head" else ("", shop.tag())
    for path, other in (("/", "/lain"), ("/lain", "/")):
        link = f'<a href="{other}">Ke {other}</a>'
        shop.page(path, link + in_body, head=turbo, tag=in_head)
    visitor.open("https://www.toko.co.id/")
    visitor.mark_page()

    def go(path: str) -> None:
        visitor.page.get_by_role("link", name=f"Ke {path}", exact=True).click()
        visitor.page.wait_for_url(f"https://www.toko.co.id{path}")

    go("/lain")
    visitor.accept_all()
    visitor.recorded()
    world.settle(visitor.page)
    for path in ("/", "/lain"):
        go(path)
        expect(control(visitor)).to_have_count(1)
    visitor.page.go_back()
    visitor.page.wait_for_url("https://www.toko.co.id/")
    expect(control(visitor)).to_have_count(1)
    visitor.reopen()
    world.settle(visitor.page)

    assert visitor.is_on_marked_page(), "one page all the while"
    assert loads(world) == 1
    assert shop.count() == 1
    expect(visitor.page.locator("section.izin")).to_have_count(0)


@pytest.mark.shows(
    "Hostile pages: Navigation in one page",
    "History and contents change; what is marked up in the new contents is released, and "
    "nothing is asked or said again.",
)
def test_a_page_that_goes_on_by_itself_asks_nothing_again_and_releases_what_comes(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page("/"))
    visitor.accept_all()
    visitor.recorded()
    expect(visitor.status).to_have_count(0, timeout=20_000)

    visitor.page.evaluate(
        """() => {
          history.pushState({}, "", "/lain");
          document.querySelector("main").innerHTML = "<h1>Lain</h1>";
          const held = document.createElement("script");
          held.type = "text/plain";
          held.dataset.izin = "analytics";
          held.text = "window.came = (window.came || 0) + 1";
          document.querySelector("main").append(held);
        }"""
    )
    visitor.page.wait_for_function("window.came === 1")
    world.settle(visitor.page)

    assert not visitor.is_asked()
    expect(visitor.status).to_have_count(0)
    assert loads(world) == 1


# --- the browser's memory, frames, a file --------------------------------------------------


@pytest.mark.shows(
    "Hostile pages: The back/forward cache",
    "A page that asked is left, the choice is made on the next one, and the first comes back "
    "from memory.",
)
def test_a_page_that_comes_back_from_memory_knows_what_was_chosen_meanwhile(
    shop: Shop, world: World, browser_with_page_memory: Browser
) -> None:
    visitor = Visitor(browser_with_page_memory, world)
    visitor.open(shop.page("/"))
    visitor.banner.wait_for()
    visitor.mark_page()
    visitor.open(shop.page("/lain"))
    visitor.choose("Analitik")
    visitor.recorded()
    world.settle(visitor.page)

    visitor.page.go_back(wait_until="commit")

    expect(visitor.banner.get_by_role("button")).to_have_count(0)
    visitor.page.wait_for_function("izin.has('analytics')")
    assert visitor.is_on_marked_page(), "it was kept, and not loaded anew"
    assert visitor.uncaught() == []
    visitor.close()


@pytest.mark.shows(
    "Hostile pages: Frames",
    "The page stands in a frame of its own site and of another.",
)
@pytest.mark.parametrize("host", ["www.toko.co.id", "lain.example"])
def test_in_a_frame_the_visitor_can_choose_as_well(
    shop: Shop, world: World, visitor: Visitor, host: str
) -> None:
    """Of one's own site, or of another, where the frame's storage and cookies are set apart."""
    inside = shop.page("/dalam")
    world.page(host, "/luar", f'<iframe src="{inside}" width="900" height="700"></iframe>')
    visitor.open(f"https://{host}/luar")
    frame = visitor.page.frame_locator("iframe")
    banner = frame.get_by_role("region", name=visitor.names.banner)

    banner.get_by_role("button", name=visitor.names.customise).click()
    frame.get_by_role("dialog").get_by_role("button", name=visitor.names.refuse_all).click()

    expect(frame.get_by_role("status")).to_contain_text("telah disimpan")
    assert [kind for kind, *_ in shop.acts()] == ["refused"]


@pytest.mark.shows(
    "Hostile pages: file:",
    "The page is opened from a file; nothing is recorded or released.",
)
def test_a_page_opened_from_a_file_shows_the_banner_and_opens_nothing(
    shop: Shop, world: World, visitor: Visitor, tmp_path: Path
) -> None:
    """It has no origin that a site's file could name, so nothing of it is recorded."""
    file = tmp_path / "halaman.html"
    file.write_text(f'<html lang="id"><title>Toko</title><body><h1>Toko</h1>{shop.tag()}', "utf-8")
    visitor.open(file.as_uri())

    visitor.accept_all()
    expect(visitor.status).to_contain_text("belum dapat dicatat")
    world.settle(visitor.page)

    assert loads(world) == 0
    assert shop.count() == 0
    assert visitor.uncaught() == []


@pytest.mark.shows(
    "Hostile pages: Cookies off",
    "The browser gives the page no cookies.",
)
def test_where_cookies_are_off_a_refusal_counts_and_a_grant_is_told_not_to(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    cut = visitor.context.new_cdp_session(visitor.page)
    cut.send("Emulation.setDocumentCookieDisabled", {"disabled": True})
    visitor.open(shop.page("/"))

    visitor.accept_all()
    expect(visitor.status).to_contain_text("tidak mengizinkan penyimpanan")
    world.settle(visitor.page)

    assert loads(world) == 0


def test_names_are_the_same_in_both_languages_of_a_swapped_page(
    shop: Shop, visitor: Visitor
) -> None:
    """What the visitor has switched to is not forgotten with the body."""
    visitor.open(shop.page("/"))
    visitor.banner.get_by_role("button", name="English").click()
    visitor.language = "en"
    visitor.banner.wait_for()

    visitor.page.evaluate(SWAPS["another body"])
    visitor.page.get_by_role("heading", name="Lain").wait_for()
    visitor.banner.wait_for()

    assert visitor.banner.get_by_role("button", name=NAMES["en"].refuse_all).is_visible()
