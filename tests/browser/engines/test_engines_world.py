"""That nothing of any engine passes by the world: what it asks for is seen, and nothing else."""

from __future__ import annotations

import pytest

from tests.browser.engines.guest import Guest
from tests.browser.world import World

PAGE = "www.toko.co.id"
OUTSIDE = "pixel.iklan.example"
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_what_a_page_asks_of_anybody_is_seen_whatever_the_scheme(
    world: World, guest: Guest, scheme: str
) -> None:
    world.page(PAGE, "/a", f'<img src="{scheme}://{OUTSIDE}/p.gif?v=1"><p>Toko')
    world.file(OUTSIDE, "/p.gif", GIF, "image/gif")

    guest.open(f"{scheme}://{PAGE}/a")
    guest.settle()

    (request,) = world.outside()
    assert (request.host, request.path, request.parameters) == (OUTSIDE, "/p.gif", {"v": "1"})
    assert world.hosts() == {PAGE, OUTSIDE}


def test_a_ping_sent_while_the_page_is_left_is_seen(world: World, guest: Guest) -> None:
    ping = "addEventListener('pagehide', () => navigator.sendBeacon('/ping', 'x'))"
    world.page(PAGE, "/", f"<script>{ping}</script><p>Toko")
    world.page(PAGE, "/next", "<p>Berikutnya")
    world.file(PAGE, "/ping", "")
    guest.open(f"https://{PAGE}/")

    guest.open(f"https://{PAGE}/next")

    guest.until(lambda: "/ping" in {each.path for each in world.requests}, "the ping arrives")


@pytest.mark.parametrize("visitor", ["the first", "the next"])
def test_a_visitor_knows_nothing_of_the_one_before(
    world: World, guest: Guest, visitor: str
) -> None:
    """Each engine forgets in a way of its own."""
    world.page(PAGE, "/", "<p>Toko")

    guest.open(f"https://{PAGE}/")

    assert guest.cookies() == []
    assert guest.storage() == set()
    guest.run("document.cookie = 'tamu=1; max-age=1000'; localStorage.tamu = 1")
