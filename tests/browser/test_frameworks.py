"""Frameworks of today, each of which owns the nodes that it has made."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import FrameLocator, expect

from tests.browser import frameworks
from tests.browser.conftest import OpenShop
from tests.browser.shop import Shop
from tests.browser.test_marked_up import ONCE, SERVICES
from tests.browser.visitor import Visitor
from tests.browser.world import World

HOST = "www.toko.co.id"
MAPS = "maps.example.org"


@pytest.fixture
def shop(open_shop: OpenShop, world: World) -> Shop:
    world.file(MAPS, "/embed", "<p>Peta dari luar</p>", "text/html", {"Cache-Control": "no-store"})
    return open_shop(services=SERVICES)


def open_app(shop: Shop, visitor: Visitor, name: str, html: str = "") -> FrameLocator:
    """A page whose contents are the framework's; the frame that it will show."""
    code = frameworks.SCRIPT.partition(">")[2].partition("<")[0]
    told = {
        "code": code,
        "address": f"https://{MAPS}/embed",
        "script": frameworks.SCRIPT,
        "frame": frameworks.FRAME,
        "markup": frameworks.MARKUP,
    }
    data = json.dumps(told).replace("</", "<\\/")
    shop.world.file(HOST, "/app.js", frameworks.built()[name], "text/javascript")
    shop.world.file(HOST, "/isi.html", frameworks.MARKUP, "text/html")
    shop.world.file(HOST, "/lain.html", "<p>Lain</p>", "text/html")
    # A preview from Turbo's cache would run the page's own scripts twice as well.
    head = f"""<meta name="turbo-cache-control" content="no-preview">
      <script>window.told = {data}</script><script defer src="/app.js"></script>"""
    shop.page("/penuh", frameworks.MARKUP, head=head)
    shop.page("/kosong", "<p>Lain</p>", head=head)
    visitor.open(shop.page("/", f'<div id="place">{html}</div>', head=head))
    return visitor.page.frame_locator("iframe")


@pytest.mark.parametrize("name", ["react-18", "react-19"])
def test_what_a_server_has_rendered_is_taken_over_after_its_release(
    shop: Shop, visitor: Visitor, name: str
) -> None:
    frame = open_app(shop, visitor, name)
    visitor.accept_all()
    visitor.recorded()
    html: str = visitor.page.evaluate("() => app.html()")
    visitor.leave()
    open_app(shop, visitor, name, html=html)
    until_ran(visitor, 1)
    frame.get_by_text("dari luar").wait_for()
    visitor.page.evaluate(
        "() => { window.nodes = [...document.querySelectorAll('#place script, #place iframe')] }"
    )

    act(visitor, "hydrate", "move")
    frame.get_by_text("dari luar").wait_for()
    same = visitor.page.evaluate("() => nodes.length === 2 && nodes.every((it) => it.isConnected)")
    act(visitor, "unmount", "end")

    assert same
    assert visitor.page.evaluate("() => app.problems") == []
    assert visitor.page.evaluate("() => ran") == 1
    assert visitor.errors == []


def act(visitor: Visitor, *acts: str) -> None:
    for name in acts:
        visitor.page.evaluate("async (name) => { await app[name]() }", name)


def until_ran(visitor: Visitor, times: int) -> None:
    visitor.page.wait_for_function("times => window.ran === times", arg=times)


@pytest.mark.parametrize("name", frameworks.NAMES)
def test_a_framework_mounts_moves_and_unmounts_what_is_marked_up(
    shop: Shop, world: World, visitor: Visitor, name: str
) -> None:
    frame = open_app(shop, visitor, name)
    act(visitor, "mount", "move", "unmount", "mount")
    expect(frame.get_by_role("button", name=ONCE)).to_be_visible()
    act(visitor, "unmount", "mount")
    expect(frame.get_by_role("button", name=ONCE)).to_be_visible()
    world.settle(visitor.page)
    before = ([each.path for each in world.to(MAPS)], visitor.page.evaluate("() => window.ran"))

    visitor.accept_all()
    visitor.recorded()
    until_ran(visitor, 1)
    frame.get_by_text("dari luar").wait_for()
    world.settle(visitor.page)
    loads = len(world.to(MAPS))
    act(visitor, "move")
    frame.get_by_text("dari luar").wait_for()
    moved = visitor.page.evaluate("() => ran")
    act(visitor, "unmount", "mount")
    until_ran(visitor, 2)
    frame.get_by_text("dari luar").wait_for()
    world.settle(visitor.page)
    act(visitor, "unmount", "mount", "end")
    world.settle(visitor.page)

    assert before == ([], None)
    assert loads == 1
    assert moved == 1
    assert visitor.errors == []
