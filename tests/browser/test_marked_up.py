"""What is marked up belongs to the page: its nodes stay, its names stay, and one stops no other."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import FrameLocator, expect

from tests.browser.conftest import OpenShop
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

pytestmark = pytest.mark.holds_at_first

SERVICES = """
[services.google-analytics]
product = "google_analytics"
measurement_id = "G-TOKO1"
retention = "14 months"
[services.peta]
product = "embed"
category = "preferences"
host = "maps.example.org"
retention = "1 months"
"""
HOST = "www.toko.co.id"
MAPS = "maps.example.org"
FRAME = '<iframe data-izin="peta" data-izin-src="https://maps.example.org/embed"></iframe>'
ONCE = "Muat sekali ini"


@pytest.fixture
def shop(open_shop: OpenShop, world: World) -> Shop:
    for path in ("/embed", "/lain"):
        world.file(MAPS, path, f"<p>Peta dari luar {path}</p>", "text/html")
    world.file(MAPS, "/titik.gif", b"GIF89a", "image/gif")
    return open_shop(services=SERVICES)


def inline(code: str, attributes: str = "") -> str:
    return f'<script type="text/plain" data-izin="analytics" {attributes}>{code}</script>'


def external(path: str, attributes: str = "") -> str:
    return f'<script type="text/plain" data-izin="analytics" src="{path}" {attributes}></script>'


def accept(visitor: Visitor) -> None:
    visitor.accept_all()
    visitor.recorded()


def maps(world: World) -> list[str]:
    return [each.path for each in world.to(MAPS)]


def until(visitor: Visitor, expression: str) -> None:
    visitor.page.wait_for_function(f"() => {expression}")


def inside(visitor: Visitor, at: int = 0) -> FrameLocator:
    return visitor.page.frame_locator("iframe").nth(at)


# --- names that the page has -----------------------------------------------------------------

OWN_PLACE = '<p style="height: 3000px"></p><section id="izin"><h2>Izin usaha</h2></section>'


def test_a_place_of_the_pages_own_that_is_called_izin_is_gone_to(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    links = {"Di sini": "#izin", "Lain": "/layanan#izin", "Luar": "https://lain.example/p#izin"}
    body = "".join(f'<a href="{href}">{name}</a>' for name, href in links.items()) + OWN_PLACE
    world.page("lain.example", "/p", "<p>Panduan</p>")
    shop.page("/layanan", OWN_PLACE)
    visitor.open(shop.page("/", body))
    visitor.refuse_all()
    visitor.recorded()

    seen = []
    for name in links:
        visitor.page.get_by_role("link", name=name, exact=True).click()
        visitor.page.wait_for_url(f"**{links[name]}")
        seen.append(visitor.dialog.is_visible())
        visitor.open("https://www.toko.co.id/")

    assert seen == [False, False, False]


@pytest.mark.parametrize("place", ['<a name="izin"></a>', '<p id="izin"></p>'])
def test_a_place_that_comes_after_the_script_is_the_pages_too(
    shop: Shop, world: World, visitor: Visitor, place: str
) -> None:
    visitor.open(shop.page("/", "<p style='height: 3000px'></p>" + place) + "#izin")
    visitor.banner.wait_for()
    world.settle(visitor.page)

    assert visitor.page.evaluate("() => scrollY") > 0
    assert not visitor.dialog.is_visible()
    assert visitor.page.url.endswith("#izin")


@pytest.mark.parametrize("address", ["#izin-open", "#izin"])
def test_a_page_that_is_reached_at_the_settings_address_opens_them_once(
    shop: Shop, visitor: Visitor, address: str
) -> None:
    visitor.open(shop.page("/") + "?x=1" + address)
    visitor.dialog.wait_for()

    visitor.refuse_all()
    visitor.recorded()
    visitor.page.reload()
    visitor.page.get_by_role("button", name=visitor.names.dialog, exact=True).wait_for()

    assert visitor.page.url == "https://www.toko.co.id/?x=1"
    assert not visitor.dialog.is_visible()


def test_the_older_name_works_in_a_shadow_tree_too(shop: Shop, visitor: Visitor) -> None:
    link = "<a href='#izin'>Kuki</a>"
    body = f"""<x-foot></x-foot><script>customElements.define("x-foot", class extends HTMLElement {{
      connectedCallback() {{ this.attachShadow({{mode: "open"}}).innerHTML = "{link}" }} }})
      </script>"""
    visitor.open(shop.page("/", body))
    visitor.refuse_all()
    visitor.recorded()

    visitor.page.get_by_role("link", name="Kuki").click()

    visitor.dialog.wait_for()
    assert visitor.page.url == "https://www.toko.co.id/"


def test_with_a_key_held_a_link_to_the_settings_is_the_browsers(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page("/", '<a href="#izin-open">Kuki</a>'))
    visitor.refuse_all()
    visitor.recorded()

    with visitor.context.expect_page() as opened:
        visitor.page.get_by_role("link", name="Kuki").click(modifiers=["Control"])
    other = opened.value.get_by_role("dialog", name=visitor.names.dialog, exact=True)

    expect(other).to_be_visible()
    assert not visitor.dialog.is_visible()


def test_the_middle_button_opens_no_dialog_here(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/", '<a href="#izin-open">Kuki</a>'))
    visitor.refuse_all()
    visitor.recorded()

    with visitor.context.expect_page() as opened:
        visitor.page.get_by_role("link", name="Kuki").click(button="middle")

    opened.value.wait_for_url("https://www.toko.co.id/*")
    assert not visitor.dialog.is_visible()


def test_a_menu_that_stops_clicks_leaves_the_way_to_the_settings_open(
    shop: Shop, visitor: Visitor
) -> None:
    body = """<nav id="menu"><a href="#izin-open">Kuki</a></nav>
    <script>menu.addEventListener("click", (event) => event.stopImmediatePropagation(), true)
    </script>"""
    visitor.open(shop.page("/", body))
    visitor.refuse_all()
    visitor.recorded()

    visitor.page.get_by_role("link", name="Kuki").click()

    visitor.dialog.wait_for()


def test_below_another_base_the_link_leads_to_the_settings_all_the_same(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page("/", '<a href="#izin-open">Kuki</a>', head='<base href="/produk/">'))
    visitor.refuse_all()
    visitor.recorded()

    visitor.page.get_by_role("link", name="Kuki").click()

    visitor.dialog.wait_for()
    assert visitor.page.url == "https://www.toko.co.id/"


@pytest.mark.parametrize("href", ["#izin", "#izin-open"])
def test_below_another_hosts_base_no_link_to_the_settings_leaves_the_page(
    shop: Shop, world: World, visitor: Visitor, href: str
) -> None:
    base = '<base href="https://cdn.example/a/">'
    visitor.open(shop.page("/", f'<a href="{href}">Kuki</a>', head=base))
    visitor.refuse_all()
    visitor.recorded()

    visitor.page.get_by_role("link", name="Kuki").click()

    visitor.dialog.wait_for()
    assert "cdn.example" not in world.hosts()


GLOBALS = {
    "a function": "function izin() { return 'SIUP' }",
    "its own list": "var izin = [{nama: 'SIUP'}, () => { throw new Error('theirs') }]",
    "an object that takes things": "var izin = {all: [], push(one) { this.all.push(one()) }}",
    "a text": "var izin = '503/SIUP'",
}


@pytest.mark.parametrize("own", GLOBALS.values(), ids=GLOBALS.keys())
def test_a_variable_of_the_pages_called_izin_is_neither_called_nor_replaced(
    shop: Shop, visitor: Visitor, own: str
) -> None:
    head = f"<script>{own}; window.own = izin</script>"
    visitor.open(shop.page("/", FRAME, head=head))

    visitor.refuse_all()
    expect(visitor.status).to_contain_text("telah disimpan")

    assert visitor.page.evaluate("() => window.izin === window.own")
    assert [kind for kind, *_ in shop.acts()] == ["refused"]
    assert visitor.uncaught() == []


def test_a_list_of_the_pages_that_fills_later_is_taken_for_no_calls(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page("/", head="<script>var izin = []</script>"))
    visitor.banner.wait_for()

    visitor.page.evaluate("() => { izin.push({nama: 'SIUP'}, 'TDP'); izin.push() }")

    assert visitor.is_asked()


# --- addresses that others take --------------------------------------------------------------

AT_LOAD = """<script>addEventListener("load", () => {
  for (const it of document.querySelectorAll("[data-src]")) it.src = it.dataset.src });</script>"""
AT_ONCE = """<script>const take = () => {
  for (const it of document.querySelectorAll("[data-src]")) {
    it.src = it.dataset.src + "?lazy";
    if (it.dataset.srcset) it.srcset = it.dataset.srcset;
  } };
  take(); addEventListener("DOMContentLoaded", take)</script>"""
OLD = """<iframe data-izin="peta" data-src="https://maps.example.org/embed" width="400"></iframe>
<img alt="" data-izin="peta" data-src="https://maps.example.org/titik.gif">"""


WITHOUT_ONE = {
    "a loader that takes away what it has read": """
<iframe data-izin="peta" data-src="https://maps.example.org/embed"></iframe><script>{
  const it = document.querySelector("iframe");
  it.src = it.dataset.src;
  it.removeAttribute("data-src");
}</script>""",
    "a loader with a name of its own": """
<iframe data-izin="peta" data-lazy-src="https://maps.example.org/embed"></iframe><script>
addEventListener("load", () => {
  const it = document.querySelector("iframe");
  it.src = it.dataset.lazySrc;
})</script>""",
    "an owner who wrote it as it was": """
<iframe data-izin="peta" src="https://maps.example.org/embed"></iframe>""",
}


@pytest.mark.parametrize("body", WITHOUT_ONE.values(), ids=WITHOUT_ONE.keys())
def test_a_frame_that_has_no_address_but_the_one_it_shows_is_held_for_that(
    shop: Shop, world: World, visitor: Visitor, body: str
) -> None:
    visitor.open(shop.page("/", body))
    expect(inside(visitor).get_by_role("button", name=ONCE)).to_be_visible()
    world.settle(visitor.page)
    world.clear()

    refused = visitor.page.evaluate("() => document.querySelector('iframe').hasAttribute('src')")
    accept(visitor)
    inside(visitor).get_by_text("dari luar").wait_for()

    assert not refused
    assert maps(world) == ["/embed"]


@pytest.mark.parametrize("choice", ["none", "refused"])
def test_a_lazy_loader_finds_no_address_of_what_is_held(
    shop: Shop, world: World, visitor: Visitor, choice: str
) -> None:
    visitor.open(shop.page("/", OLD + AT_LOAD))
    if choice == "refused":
        visitor.refuse_all()
        visitor.recorded()
    expect(inside(visitor).get_by_role("button", name=ONCE)).to_be_visible()
    world.settle(visitor.page)

    assert maps(world) == []


def test_what_a_loader_has_taken_before_is_emptied_told_and_loaded_by_a_choice_alone(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    said: list[str] = []
    visitor.page.on("console", lambda it: said.append(it.text) if it.type == "warning" else None)
    visitor.open(shop.page("/", OLD + AT_ONCE))
    expect(inside(visitor).get_by_role("button", name=ONCE)).to_be_visible()
    report: dict[str, Any] = visitor.page.evaluate("() => izin.explain()")
    world.settle(visitor.page)
    world.clear()

    empty = visitor.page.evaluate("() => document.querySelectorAll('main [src]').length")
    accept(visitor)
    inside(visitor).get_by_text("dari luar").wait_for()
    world.settle(visitor.page)

    assert empty == 0
    assert [each["rule"]["code"] for each in report["elements"]] == ["taken", "taken"]
    assert len([each for each in said if "data-izin-src" in each]) == 1
    assert sorted(maps(world)) == ["/embed", "/titik.gif"]


def test_what_a_loader_gives_to_a_sandbox_that_is_held_is_not_loaded_without_it(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page("/", FRAME.replace("<iframe", '<iframe sandbox name="peta"')))
    once = inside(visitor).get_by_role("button", name=ONCE)
    expect(once).to_be_visible()

    visitor.page.evaluate(
        "() => { document.querySelector('iframe').src = 'https://maps.example.org/embed' }"
    )
    expect(once).to_be_visible()
    once.click()
    until(visitor, "document.querySelector('iframe').src")

    assert visitor.page.evaluate("() => document.querySelector('iframe').sandbox.value") == ""
    assert visitor.page.evaluate("() => document.querySelector('iframe').name") == "peta"


def test_a_loader_that_gives_the_address_again_and_again_does_not_stop_the_page(
    shop: Shop, visitor: Visitor
) -> None:
    loader = """<script>new MutationObserver(() => {
      const frame = document.querySelector("iframe");
      if (frame && !frame.src) frame.src = "https://maps.example.org/embed";
    }).observe(document, {attributes: true, childList: true, subtree: true})</script>"""
    visitor.open(shop.page("/", loader + FRAME))

    visitor.banner.wait_for()
    visitor.refuse_all()

    assert visitor.recorded()["services"]["peta"] is False


def test_what_the_owner_shows_meanwhile_is_the_owners(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    world.page(HOST, "/gambar.html", "<p>Milik pemilik</p>")
    frame = FRAME.replace("<iframe", '<iframe src="/gambar.html"')
    visitor.open(shop.page("/", frame + FRAME))
    expect(inside(visitor, 1).get_by_role("button", name=ONCE)).to_be_visible()

    shown = inside(visitor).get_by_text("Milik pemilik").count()
    accept(visitor)
    inside(visitor).get_by_text("dari luar").wait_for()

    assert shown == 1


# --- each is a case of its own ---------------------------------------------------------------


@pytest.mark.parametrize(
    "broken", ["https://", "//", "http://[x/", "https://a:99999/", "javascript:1"]
)
def test_an_address_that_is_none_stops_no_other(
    shop: Shop, world: World, visitor: Visitor, broken: str
) -> None:
    frame = FRAME.replace("https://maps.example.org/embed", broken)
    script = external(broken, 'id="broken"') if broken != "javascript:1" else ""
    visitor.open(shop.page("/", frame + script + FRAME + inline("ran = 1")))

    accept(visitor)
    until(visitor, "window.ran")
    inside(visitor, 1).get_by_text("dari luar").wait_for()

    assert visitor.page.evaluate("() => document.querySelector('iframe').src") == ""
    assert visitor.uncaught() == []


def test_a_form_whose_fields_have_the_names_of_what_is_asked_stops_nothing(
    shop: Shop, visitor: Visitor
) -> None:
    form = '<form data-izin="peta"><input name="getAttribute"><input name="localName"></form>'
    visitor.open(shop.page("/", f"<template>{form}</template>" + inline("ran = 1") + FRAME))
    visitor.banner.wait_for()

    # Playwright cannot look for roles beside such a form.
    visitor.page.evaluate("""() => {
      document.querySelector("main").prepend(document.querySelector("template").content);
      return izin.accept();
    }""")
    until(visitor, "window.ran && document.querySelector('iframe').src")

    assert visitor.uncaught() == []


def test_a_script_for_old_browsers_runs_for_nobody_and_holds_up_nobody(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    world.file(HOST, "/lama.js", "window.old = 1", "text/javascript")
    visitor.open(
        shop.page("/", external("/lama.js", "nomodule") + inline("ran = performance.now()"))
    )
    started = visitor.page.evaluate("() => performance.now()")

    accept(visitor)
    until(visitor, "window.ran")

    assert not visitor.page.evaluate("() => window.old")
    assert "/lama.js" not in {each.path for each in world.to(HOST)}
    assert started > 0


CLOCK = """const { setTimeout: own } = window; window.threes = [];
window.setTimeout = (then, time, ...rest) =>
  time === 3000 ? threes.push(then) : own(then, time, ...rest);"""


def test_scripts_that_never_come_hold_up_no_frame_and_others_no_longer_than_one_would(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    names = ("/satu.js", "/dua.js", "/tiga.js")
    for name in names:
        world.stuck(HOST, name)
    visitor.page.add_init_script(CLOCK)
    visitor.open(shop.page("/", "".join(map(external, names)) + inline("ran = 1") + FRAME))

    accept(visitor)
    inside(visitor).get_by_text("dari luar").wait_for()
    before = visitor.page.evaluate("() => window.ran")
    visitor.page.evaluate("() => threes.slice(0, 3).forEach((then) => then())")
    until(visitor, "window.ran")

    assert before is None


def test_a_picture_that_a_morphing_library_makes_as_the_server_sent_it_stays(
    shop: Shop, visitor: Visitor
) -> None:
    image = '<img alt="" data-izin="peta" data-izin-src="https://maps.example.org/titik.gif">'
    visitor.open(shop.page("/", image))
    accept(visitor)
    until(visitor, "document.querySelector('main img').src")

    visitor.page.evaluate("() => document.querySelector('main img').removeAttribute('src')")

    until(visitor, "document.querySelector('main img').src")


def test_a_picture_that_the_page_replaces_after_its_release_is_the_pages(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    world.file(HOST, "/ganti.gif", b"GIF89a", "image/gif")
    image = """<img alt="" data-izin="peta" data-izin-src="https://maps.example.org/titik.gif"
      onerror="this.src = '/ganti.gif'">"""  # which is no picture either
    visitor.open(shop.page("/", image))
    accept(visitor)
    until(visitor, "document.querySelector('main img').src.endsWith('/ganti.gif')")
    visitor.page.evaluate("() => { document.querySelector('main img').onerror = null }")
    world.settle(visitor.page)

    assert maps(world) == ["/titik.gif"]
    assert (
        visitor.page.evaluate("() => document.querySelector('main img').src.slice(-9)")
        == "ganti.gif"
    )


def test_fields_that_are_named_as_members_of_nodes_hide_nothing(
    shop: Shop, visitor: Visitor
) -> None:
    names = ("shadowRoot", "childNodes", "querySelectorAll", "localName", "dataset", "matches")
    form = "<form>" + "".join(f'<input name="{name}">' for name in names) + "</form>"
    visitor.open(shop.page("/", form + FRAME + "<x-lain></x-lain>"))
    visitor.page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", form)

    accept(visitor)
    inside(visitor).get_by_text("dari luar").wait_for()

    assert visitor.uncaught() == []


def test_an_element_that_throws_stops_no_other(shop: Shop, visitor: Visitor) -> None:
    body = FRAME + inline("ran = 1")
    sabotage = """() => {
      const frame = document.querySelector("iframe");
      const own = frame.setAttribute;
      frame.setAttribute = (name, ...rest) => {
        if (name === "src") throw new Error("theirs");
        own.call(frame, name, ...rest);
      };
    }"""
    visitor.open(shop.page("/", body))
    visitor.page.evaluate(sabotage)

    accept(visitor)
    until(visitor, "window.ran")

    assert ["theirs" in each.text for each in visitor.uncaught()] == [True]
    visitor.errors.clear()


def test_what_the_browser_runs_as_it_stands_runs_once(shop: Shop, visitor: Visitor) -> None:
    counted = "window.ran = (window.ran || 0) + 1"
    visitor.open(
        shop.page("/", f'<script data-izin="analytics">{counted}</script>' + inline("last = 1"))
    )

    accept(visitor)
    until(visitor, "window.last")

    assert visitor.page.evaluate("() => window.ran") == 1


# --- nodes of somebody else ------------------------------------------------------------------

MINE = """<main id="m"></main><script>
window.mine = document.createElement("script"); mine.type = "text/plain";
mine.dataset.izin = "analytics"; mine.text = "ran = (window.ran || 0) + 1";
m.append(mine)</script>"""


def test_what_the_page_put_in_it_can_take_out(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/", MINE))
    accept(visitor)
    until(visitor, "window.ran")

    visitor.page.evaluate("() => { m.removeChild(mine); m.append(mine) }")
    visitor.page.evaluate("() => new Promise((go) => setTimeout(go, 100))")

    assert visitor.page.evaluate("() => [ran, mine.type, m.childNodes.length]") == [
        1,
        "text/plain",
        1,
    ]


def test_a_released_script_leaves_no_trace_in_the_tree(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    own = "{ const me = document.currentScript; ran% = [me.id, me.parentNode.id] }"
    world.file(HOST, "/a.js", own.replace("%", "A"), "text/javascript")
    scripts = external("/a.js", 'id="a"') + inline(own.replace("%", "B"), 'id="b"')
    body = f'<div id="box">{scripts}<p>Satu</p></div>'
    visitor.open(shop.page("/", body))
    before = visitor.page.evaluate("() => [box.outerHTML, document.head.childNodes.length]")

    accept(visitor)
    until(visitor, "window.ranA && window.ranB")
    world.settle(visitor.page)

    assert visitor.page.evaluate("() => [ranA, ranB]") == [["a", "box"], ["b", "box"]]
    assert visitor.page.evaluate("() => box.outerHTML") == before[0]


def test_the_page_hears_of_a_released_script_on_its_own_node(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    world.file(HOST, "/a.js", "1", "text/javascript")
    body = external("/a.js", 'onload="heard = this.id" id="a"')
    visitor.open(shop.page("/", body))

    accept(visitor)
    until(visitor, "window.heard")

    assert visitor.page.evaluate("() => heard") == "a"


@pytest.mark.parametrize("way", ["always", "once"])
def test_a_frame_that_is_used_for_the_next_video(
    shop: Shop, world: World, visitor: Visitor, way: str
) -> None:
    """Shows it, where its service is granted; for once is for what was asked for."""
    visitor.open(shop.page("/", FRAME))
    expect(inside(visitor).get_by_role("button", name=ONCE)).to_be_visible()
    visitor.page.evaluate("() => { window.frame = document.querySelector('iframe') }")
    if way == "always":
        accept(visitor)
    else:
        inside(visitor).get_by_role("button", name=ONCE).click()
    inside(visitor).get_by_text("/embed").wait_for()

    visitor.page.evaluate("() => { frame.dataset.izinSrc = 'https://maps.example.org/lain' }")
    if way == "once":
        inside(visitor).get_by_role("button", name=ONCE).click()
    inside(visitor).get_by_text("/lain").wait_for()

    assert visitor.page.evaluate(
        "() => frame.isConnected && frame === document.querySelector('iframe')"
    )
    assert maps(world) == ["/embed", "/lain"]
    assert shop.count() == (1 if way == "always" else 2)


@pytest.mark.parametrize("sandbox", ["", "sandbox"], ids=["plain", "sandboxed"])
def test_a_held_frame_that_is_used_for_another_address_asks_for_that(
    shop: Shop, world: World, visitor: Visitor, sandbox: str
) -> None:
    visitor.open(shop.page("/", FRAME.replace("<iframe", f"<iframe {sandbox}")))
    expect(inside(visitor).get_by_role("button", name=ONCE)).to_be_visible()

    visitor.page.evaluate(
        """() => {
          document.querySelector("iframe").dataset.izinSrc = "https://maps.example.org/lain";
        }"""
    )
    accept(visitor)
    world.wait_for(1, visitor.page)
    world.settle(visitor.page)

    assert maps(world) == ["/lain"]


# --- open shadow roots -----------------------------------------------------------------------

IN_SHADOW = (
    '<a href="#izin-open">Pengaturan dalam</a>'
    '<iframe data-izin="peta" data-izin-src="https://maps.example.org/embed"></iframe>'
    '<script type="text/plain" data-izin="analytics">ran = (window.ran || 0) + 1</script>'
)
DEFINE = """customElements.define("x-foot", class extends HTMLElement {
  connectedCallback() { this.attachShadow({mode: "open"}).innerHTML = `%s` } })"""
AS_TEXT = IN_SHADOW.replace("</script>", "<\\/script>")
DEFINED = DEFINE % AS_TEXT
SHADOWS = {
    "an element of its own": f"<x-foot></x-foot><script>{DEFINED}</script>",
    "one that is defined late": f"""<x-foot></x-foot><script>addEventListener("load", () =>
      setTimeout(() => {{ {DEFINED} }}, 300))</script>""",
    "one that comes late": f"""<script>{DEFINED}; addEventListener("load", () => setTimeout(() =>
      document.querySelector("main").append(document.createElement("x-foot")), 300))</script>""",
    "one inside another": f"""<x-page></x-page><script>{DEFINED};
      customElements.define("x-page", class extends HTMLElement {{ constructor() {{ super();
        this.attachShadow({{mode: "open"}}).innerHTML = "<x-foot></x-foot>" }} }})</script>""",
    "in the page's own markup": (
        f'<div><template shadowrootmode="open">{IN_SHADOW}</template></div>'
    ),
    "of an ordinary element": f"""<div id="host"></div><script>
      host.attachShadow({{mode: "open"}}).innerHTML = `{AS_TEXT}`</script>""",
}


@pytest.mark.parametrize("body", SHADOWS.values(), ids=SHADOWS.keys())
def test_what_is_marked_up_in_an_open_shadow_tree_is_held_and_released(
    shop: Shop, world: World, visitor: Visitor, body: str
) -> None:
    visitor.open(shop.page("/", body))
    expect(inside(visitor).get_by_role("button", name=ONCE)).to_be_visible()

    visitor.page.get_by_role("link", name="Pengaturan dalam").click()
    visitor.dialog.wait_for()
    visitor.accept_all()
    visitor.recorded()
    inside(visitor).get_by_text("dari luar").wait_for()
    until(visitor, "window.ran")
    world.settle(visitor.page)

    assert maps(world) == ["/embed"]
    assert visitor.page.evaluate("() => ran") == 1


def test_a_withdrawal_ends_a_frame_in_a_shadow_tree_before_the_reload(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.open(shop.page("/", SHADOWS["an element of its own"]))
    accept(visitor)
    inside(visitor).get_by_text("dari luar").wait_for()
    visitor.context.set_offline(True)  # then it does not reload

    visitor.page.evaluate("() => { izin.withdraw() }")
    gone = "!document.querySelector('x-foot').shadowRoot.querySelector('iframe').src"
    until(visitor, gone)

    assert visitor.decision() is not None
    visitor.errors.clear()


# --- old scripts -----------------------------------------------------------------------------


def written(shop: Shop, visitor: Visitor, body: str, done: str, returning: bool) -> str:
    """The place after such a page has been released, on the first page or on the next."""
    visitor.open(
        shop.page("/", f"<p id='keep'>Isi</p><div id='place'>{body}</div><p id='after'>Sesudah</p>")
    )
    accept(visitor)
    until(visitor, done)
    if returning:
        visitor.page.reload()
        until(visitor, done)
    visitor.page.wait_for_load_state("load")
    until(visitor, "window.after && window.keep")
    found: str = visitor.page.evaluate(
        """() => {
          const copy = new DOMParser().parseFromString(place.innerHTML, "text/html").body;
          for (const it of copy.querySelectorAll("[data-izin]")) it.remove();
          return copy.innerHTML;
        }"""
    )
    return found


returning = pytest.mark.parametrize("is_returning", [False, True], ids=["at once", "returning"])


@returning
@pytest.mark.parametrize("way", ["inline", "external"])
def test_what_a_released_script_writes_stands_behind_it(
    shop: Shop, world: World, visitor: Visitor, way: str, is_returning: bool
) -> None:
    code = """document.write("<di"); document.writeln("v id='w'>satu");
      document.write("<b>dua</b>"); window.found = document.getElementById("w").localName;
      document.write("</div>tiga"); done = 1"""
    world.file(HOST, "/a.js", code, "text/javascript")

    found = written(
        shop,
        visitor,
        inline(code) if way == "inline" else external("/a.js"),
        "window.done",
        is_returning,
    )

    assert found == '<div id="w">satu\n<b>dua</b></div>tiga'
    assert visitor.page.evaluate("() => window.found") == "div"


@returning
def test_scripts_that_are_written_run_in_their_places_and_in_turn(
    shop: Shop, world: World, visitor: Visitor, is_returning: bool
) -> None:
    lib = "lib = document.currentScript.parentNode.id; document.write('<i>lib</i>')"
    world.file(HOST, "/lib.js", lib, "text/javascript")
    world.delay(HOST, "/lib.js", 0.2)
    code = r"""document.write("<div id='ad'><script src='/lib.js'><\/script>");
      document.write("<script>order = [lib]; document.write('<u>' + lib + '</u>');");
      document.write("order.push('in')<\/script></div>");"""

    found = written(shop, visitor, inline(code), "window.order && order[1]", is_returning)

    assert visitor.page.evaluate("() => order") == ["ad", "in"]
    assert "<i>lib</i>" in found
    assert found.index("<i>lib</i>") < found.index("<u>ad</u>")


def test_what_is_written_is_asked_for_once(shop: Shop, world: World, visitor: Visitor) -> None:
    world.file(HOST, "/hit.gif", b"GIF89a", "image/gif", {"Cache-Control": "no-store"})
    code = """document.write("<p>"); document.write("<img src=/hit.gif alt=>");
      for (let i = 0; i < 5; i++) document.write("x"); document.write("</p>");
      document.write("<noscript><img src=/lain.gif></noscript>"); done = 1"""

    written(shop, visitor, inline(code), "window.done", returning=False)
    world.settle(visitor.page)

    assert [each.path for each in world.to(HOST) if each.path.endswith("gif")] == ["/hit.gif"]


def test_what_a_script_of_the_head_writes_is_seen_at_the_beginning_of_the_body(
    shop: Shop, visitor: Visitor
) -> None:
    code = "document.write('<meta name=a><b>satu</b>'); document.write('<i>dua</i>'); done = 1"
    visitor.open(shop.page("/", "<p id='keep'>Isi</p>", head=inline(code)))
    accept(visitor)
    until(visitor, "window.done")

    first = "() => [...document.body.childNodes].slice(0, 2).map((it) => it.localName)"
    assert visitor.page.evaluate(first) == ["b", "i"]
    assert visitor.page.evaluate("() => document.head.querySelector('meta[name=a]') !== null")


def test_what_is_written_once_the_page_is_there_wipes_nothing(shop: Shop, visitor: Visitor) -> None:
    code = "addEventListener('load', () => { document.write('<b>satu</b>'); done = 1 })"

    assert written(shop, visitor, inline(code), "window.done", returning=False) == "<b>satu</b>"


def test_opening_the_document_anew_does_not_wipe_it(shop: Shop, visitor: Visitor) -> None:
    code = "document.open(); document.write('<b>satu</b>'); document.close(); done = 1"

    assert written(shop, visitor, inline(code), "window.done", returning=False) == "<b>satu</b>"


def test_the_pages_own_writing_stays_the_pages(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/", inline("ran = 1")))
    accept(visitor)
    until(visitor, "window.ran")

    visitor.page.evaluate(
        "() => { document.open(); document.write('<h1>Lain</h1>'); document.close() }"
    )

    assert visitor.page.locator("h1").inner_text() == "Lain"


WAITING = """order = []; addEventListener("load", () => order.push("load"));
document.addEventListener("DOMContentLoaded", { handleEvent() { order.push("parsed") } });
const before = window.onload; window.onload = () => { order.push("onload"); before && before() }"""


@returning
def test_who_waits_for_the_page_to_be_there_is_called_once(
    shop: Shop, visitor: Visitor, is_returning: bool
) -> None:
    visitor.open(shop.page("/", inline(WAITING)))
    accept(visitor)
    until(visitor, "window.order && order.length === 3")
    if is_returning:
        visitor.page.reload()
        until(visitor, "window.order && order.length === 3")
    visitor.page.evaluate("() => new Promise((go) => setTimeout(go, 50))")

    assert sorted(visitor.page.evaluate("() => order")) == ["load", "onload", "parsed"]


def test_the_pages_own_listeners_are_not_called_again(shop: Shop, visitor: Visitor) -> None:
    own = """<script>heard = 0; addEventListener("load", () => heard++);
      document.addEventListener("DOMContentLoaded", () => heard++)</script>"""
    visitor.open(shop.page("/", inline(WAITING) + own))
    accept(visitor)
    until(visitor, "window.order && order.length === 3")
    visitor.page.evaluate("() => addEventListener('load', () => heard++)")

    assert visitor.page.evaluate("() => new Promise((go) => setTimeout(() => go(heard), 50))") == 2
