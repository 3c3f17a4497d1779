"""What is marked up, released in each engine: scripts, what they write, shadow trees, frames."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.engines.guest import LISTENER, Guest
from tests.browser.shop import Shop
from tests.browser.test_marked_up import MAPS, SERVICES, SHADOWS, external, inline
from tests.browser.world import World

pytestmark = pytest.mark.holds_at_first

HOST = "www.toko.co.id"
LIB = """libs = (window.libs || 0) + 1; place = document.currentScript.parentNode.id;
document.write("<i>pustaka</i>")"""
WRITES = r"""document.write("<div id='iklan'><script src='/lib.js'><\/scr"); done = 0;
document.write("ipt><script>done += libs; at = document.currentScript.parentNode.id<\/script>");
document.write("</div><p id='sesudah'>")"""
CURRENT = "me = document.currentScript; heard = []; addEventListener('load', () => heard.push(1))"


@pytest.fixture
def shop(open_shop: OpenShop, world: World) -> Shop:
    world.file(MAPS, "/embed", "<p>Peta dari luar</p>", "text/html")
    world.file(HOST, "/lib.js", LIB, "text/javascript")
    world.file(HOST, "/me.js", CURRENT, "text/javascript")
    return open_shop(services=SERVICES)


@pytest.mark.shows(
    "Engines: Marked-up scripts",
    "A script that writes other scripts, and one that asks for itself, released at once and on "
    "the next page: each runs once and in its place, and the page stays.",
)
def test_scripts_run_once_in_their_places_and_what_they_write_wipes_nothing(
    shop: Shop, guest: Guest
) -> None:
    scripts = inline(WRITES, 'id="tulis"') + external("/me.js", 'id="aku"')
    guest.open(shop.page("/", f'<div id="kotak">{scripts}</div><p id="isi">Isi</p>', head=LISTENER))
    guest.accept_all()
    seen = []

    for _ in range(2):
        guest.until(
            lambda: guest.run("return !!(window.done && window.heard && heard.length)"), "all ran"
        )
        seen.append(
            guest.run(
                """return [libs, done, at, place, me.id, me.parentNode.id, heard.length,
                  document.getElementById("isi").textContent,
                  [...document.getElementById("kotak").children].map((it) => it.id).join()]"""
            )
        )
        guest.recorded()
        guest.open("https://www.toko.co.id/")

    expected = [1, 1, "iklan", "iklan", "aku", "kotak", 1, "Isi", "tulis,iklan,sesudah,aku"]
    assert seen == [expected, expected]


@pytest.mark.shows(
    "Engines: Open shadow trees",
    "A frame, a script and a link to the settings in the tree of an element that is defined late.",
)
def test_in_an_open_shadow_tree_it_is_held_and_released(
    shop: Shop, world: World, guest: Guest
) -> None:
    guest.open(shop.page("/", SHADOWS["one that is defined late"], head=LISTENER))
    guest.await_banner()
    guest.until(
        lambda: guest.run(
            """return !!document.querySelector("x-foot").shadowRoot
              ?.querySelector("iframe").contentDocument?.querySelector("button")"""
        ),
        "the placeholder is drawn",
    )
    guest.settle()
    asked = len(world.to(MAPS))

    guest.run('document.querySelector("x-foot").shadowRoot.querySelector("a").click()')
    guest.until(guest.has_dialog, "the settings are open")
    guest.press(guest.names.accept_all, ".izin-dialog")
    guest.until(lambda: guest.run("return !!window.ran") and world.to(MAPS), "both are released")
    guest.settle()

    assert asked == 0
    assert guest.run("return ran") == 1
    assert len(world.to(MAPS)) == 1
