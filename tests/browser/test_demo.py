"""`make demo` as a newcomer sees it: the real server on a real port, and no Google to reach."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.browser import chromium


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What the Makefile's `demo` runs, with a database and keys of its own."""
    folder = tmp_path_factory.mktemp("demo")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://localhost:{port}"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("IZIN_")},
        "IZIN_DEMO": "1",
        "IZIN_STAND_IN": "/stand-in/",
        "IZIN_URL": url,
        "IZIN_DATABASE_URL": f"sqlite:///{folder / 'izin.sqlite3'}",
        "IZIN_KEYS": str(folder / "keys.json"),
    }
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    subprocess.run([*flask, "migrate"], env=environment, check=True)
    serve = [*flask, "serve", "--port", str(port)]
    with subprocess.Popen(serve, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert f"Izin is ready: {url}/" in server.stdout.readline()
        yield url
        server.terminate()


@pytest.fixture(scope="module")
def lonely(playwright: Playwright) -> Iterator[Browser]:
    """A browser for which no name but localhost leads anywhere."""
    nowhere = "--host-resolver-rules=MAP * ^NOTFOUND, EXCLUDE localhost"
    browser = playwright.chromium.launch(
        executable_path=chromium.find(playwright), args=[*chromium.FLAGS, nowhere]
    )
    yield browser
    browser.close()


@pytest.fixture
def newcomer(lonely: Browser) -> Iterator[BrowserContext]:
    """Fails the test if a page of the demo asked for anything but the demo, or threw."""
    context = lonely.new_context(locale="id-ID", viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    thrown: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("weberror", lambda error: thrown.append(str(error.error)))
    yield context
    context.close()
    assert [url for url in asked if not url.startswith("http://localhost:")] == []
    assert thrown == []


@pytest.fixture
def page(newcomer: BrowserContext) -> Page:
    return newcomer.new_page()


def test_pages_of_other_hosts_may_use_the_stand_ins(demo: str, page: Page) -> None:
    """As the recipe of docs/google.md has them do."""
    page.add_script_tag(url=f"{demo}/stand-in/www.googletagmanager.com/gtag/js?id=G-TOKO1")

    assert page.evaluate("() => typeof window.google_tag_manager") == "object"


def test_the_front_page_leads_to_indonesian_and_asks(demo: str, page: Page) -> None:
    page.goto(demo)

    assert page.url == f"{demo}/id/"
    expect(page.get_by_role("region", name="Pilihan kuki")).to_be_visible()
    expect(page.get_by_role("complementary")).to_contain_text("0")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/id/", "Coba Izin dalam satu menit"),
        ("/id/layanan/", "Layanan"),
        ("/id/kebijakan-privasi/", "Nomor 27 Tahun 2022"),
        ("/en/", "Try Izin in one minute"),
        ("/en/services/", "Services"),
        ("/en/privacy-policy/", "No. 27 of 2022"),
    ],
)
def test_every_page_carries_the_banner_in_its_language(
    demo: str, page: Page, path: str, words: str
) -> None:
    page.goto(demo + path)

    region = "Pilihan kuki" if path.startswith("/id") else "Cookie choices"
    expect(page.get_by_role("region", name=region)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(words)


def test_refusing_leaves_google_at_nothing(demo: str, page: Page) -> None:
    page.goto(f"{demo}/id/")

    page.get_by_role("button", name="Tolak semua").click()
    page.wait_for_function("izin.decision && !izin.decision.pending")

    assert page.evaluate("performance.getEntriesByType('resource').map(e => e.name)"
                         ".filter(n => n.includes('/stand-in/'))") == []  # fmt: skip
    names = {cookie["name"] for cookie in page.context.cookies()}
    assert names == {"izin-netmarks"}


def test_accepting_analytics_shows_the_record_and_the_requests_in_the_panel(
    demo: str, page: Page
) -> None:
    page.goto(f"{demo}/en/")
    page.get_by_role("button", name="Customise").click()
    page.get_by_role("switch", name="Analytics", exact=True).check()
    page.get_by_role("button", name="Save choices").click()

    panel = page.get_by_role("complementary")
    expect(panel).to_contain_text("www.googletagmanager.com (stand-in)")
    expect(panel).to_contain_text("released")
    expect(panel).to_contain_text(page.evaluate("izin.decision.record"))
    names = {cookie["name"] for cookie in page.context.cookies()}
    assert {"_ga", "izin-netmarks"} <= names
    assert not names & {"_gcl_au", "__gads", "__gpi"}


def test_accepting_all_fills_the_ad_slots_from_the_stand_in(demo: str, page: Page) -> None:
    page.goto(f"{demo}/id/")

    page.get_by_role("button", name="Setujui semua").click()

    expect(page.get_by_role("complementary")).to_contain_text("googleads.g.doubleclick.net")
    expect(page.get_by_role("complementary")).to_contain_text("securepubads.g.doubleclick.net")


def test_the_held_map_can_be_loaded_once_and_is_held_again_on_the_next_page(
    demo: str, page: Page
) -> None:
    page.goto(f"{demo}/id/")
    held = page.frame_locator("iframe[title='Peta contoh kantor kami']")

    held.get_by_role("button", name="Muat sekali ini").click()

    expect(held.locator("svg")).to_be_visible()
    assert page.context.cookies() == []
    expect(page.get_by_role("region", name="Pilihan kuki")).to_be_visible()
    page.reload()
    expect(held.get_by_role("button", name="Muat sekali ini")).to_be_visible()


def test_a_link_shows_why_a_tag_is_held_and_changes_nothing(demo: str, page: Page) -> None:
    page.goto(f"{demo}/en/")

    page.get_by_role("link", name="Why is it held or released?").click()

    page.wait_for_url("**/en/?izin-debug")
    expect(page.get_by_role("region", name="Cookie choices")).to_be_visible()
    expect(page.get_by_role("region", name="Why was this tag held or released?")).to_be_visible()
    assert page.evaluate("izin.decision") is None


def test_withdrawing_ends_it(demo: str, page: Page) -> None:
    page.goto(f"{demo}/id/")
    page.get_by_role("button", name="Setujui semua").click()
    page.wait_for_function("izin.decision && !izin.decision.pending")

    page.get_by_role("main").get_by_role("button", name="Pengaturan kuki").first.click()
    with page.expect_navigation():
        page.get_by_role("button", name="Tarik semua persetujuan").click()
    page.wait_for_function("izin.decision && !izin.decision.pending")

    assert {cookie["name"] for cookie in page.context.cookies()} == {"izin-netmarks"}


def test_the_page_without_izin_shows_what_it_is_for(demo: str, page: Page) -> None:
    page.goto(f"{demo}/plain/")

    expect(page.get_by_role("complementary")).to_contain_text("www.google-analytics.com (stand-in)")
    assert "_ga" in {cookie["name"] for cookie in page.context.cookies()}
    assert page.evaluate("typeof window.izin") == "undefined"


def test_the_demo_answers_under_the_loopback_address_too(demo: str, page: Page) -> None:
    response = page.request.post(
        f"{demo}/v1/netmarks/decisions",
        data="{}",
        headers={
            "Content-Type": "application/json",
            "Origin": demo.replace("localhost", "127.0.0.1"),
        },
    )

    assert response.json()["error"]["code"] == "field_missing"  # read, and so not refused


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("width", [1280, 900, 390, 320])
def test_the_words_in_place_of_the_map_fit_its_frame(
    demo: str, page: Page, language: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{demo}/{language}/")

    held = page.frame_locator("iframe[data-izin=preferences]").locator("body:has(button)")

    assert held.evaluate("(body) => body.scrollHeight - body.clientHeight") <= 0
