"""A page that the browser prepares before anybody sees it: nothing that was released runs in it.

A Chromium that nobody drives: under a driver it prepares no pages. What its pages do is written
into them, and what they report is heard by the world.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.browser import chromium
from tests.browser.conftest import OpenShop
from tests.browser.shop import SERVICES, Shop
from tests.browser.world import World

PATIENCE_SECONDS = 60
ANALYTICS = SERVICES[: SERVICES.index("[services.adsense]")]
ADVANCED = ANALYTICS + '[consent_mode]\nmode = "advanced"\n'

TELL = "fetch('/kabar?' + {})"
ACCEPT = """<script>izin = [async (izin) => {
  await izin.accept();
  location = "/satu";
}]</script>"""
LEAD = """<script type="speculationrules">
{"prerender": [{"source": "list", "urls": ["/dua"], "eagerness": "immediate"}]}</script>
<script>
const told = setInterval(async () => {
  if (!(await (await fetch("/tanda")).text()).includes("siap")) return;
  clearInterval(told);
  MEANWHILE
  setTimeout(() => { location = "/dua" }, 1500);
}, 300)</script>"""
PREPARED = """<script>
fetch("/kabar?dimuat=" + document.prerendering);
document.addEventListener("prerenderingchange", () => fetch("/kabar?dilihat"));
izin = [(izin) => setTimeout(() => fetch("/kabar?ada=" + izin.has("analytics")), 1000)];
document.addEventListener("izin:change", () =>
  fetch(`/kabar?berubah=${document.prerendering}&ada=${izin.has && izin.has("analytics")}`));
</script>"""


@contextmanager
def browsing(playwright: Playwright, world: World, folder: Path, address: str) -> Iterator[None]:
    """Somebody who opens this address, and lets the pages lead on."""
    command = [
        chromium.find_whole(playwright),
        "--headless=new",
        f"--user-data-dir={folder}",
        *chromium.arguments(world.port, world.fingerprint),
        address,
    ]
    browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield
    browser.terminate()
    browser.wait(20)


def news(world: World) -> list[str]:
    return [r.query for r in world.to("www.toko.co.id") if r.path == "/kabar"]


def wait_for(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def to_dua(world: World) -> list[str]:
    """What tags have sent of the page that was prepared."""
    return [str(r) for r in world.outside() if "%2Fdua" in r.query]


def prepare(shop: Shop, world: World, *, meanwhile: str = "") -> str:
    """The pages; the address of the first."""
    for path in ("/kabar", "/tanda"):
        world.file("www.toko.co.id", path, "belum")
    shop.page("/satu", LEAD.replace("MEANWHILE", meanwhile))
    shop.page("/dua", head=PREPARED)
    return shop.page("/nol", head=ACCEPT)


@pytest.mark.parametrize("services", [ANALYTICS, ADVANCED], ids=["basic", "advanced"])
def test_what_was_released_runs_once_the_page_is_seen(
    open_shop: OpenShop, world: World, playwright: Playwright, tmp_path: Path, services: str
) -> None:
    shop = open_shop(services=services)
    address = prepare(shop, world)

    with browsing(playwright, world, tmp_path / "profile", address):
        wait_for(lambda: "ada=false" in news(world), f"nothing was prepared: {news(world)}")
        prepared, unseen = news(world), to_dua(world)
        world.file("www.toko.co.id", "/tanda", "siap")
        wait_for(lambda: "dilihat" in news(world), f"it was not seen: {news(world)}")
        wait_for(lambda: bool(to_dua(world)), "nothing ran")

    assert "dimuat=true" in prepared
    assert unseen == []


def test_a_choice_taken_back_meanwhile_holds_in_the_page_that_is_seen(
    open_shop: OpenShop, world: World, playwright: Playwright, tmp_path: Path
) -> None:
    shop = open_shop(services=ANALYTICS)
    address = prepare(shop, world, meanwhile="izin.withdraw();")

    with browsing(playwright, world, tmp_path / "profile", address):
        wait_for(lambda: "ada=false" in news(world), f"nothing was prepared: {news(world)}")
        world.file("www.toko.co.id", "/tanda", "siap")
        wait_for(lambda: "withdrawn" in [kind for kind, _, _ in shop.acts()], "not withdrawn")
        time.sleep(3)

    assert to_dua(world) == []
    assert not any("ada=true" in each for each in news(world))
