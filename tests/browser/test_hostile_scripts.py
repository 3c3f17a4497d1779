"""Pages whose own scripts and names stand in the way: the life of a choice in each of them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenShop
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

ANALYTICS = """
[services.google-analytics]
product = "google_analytics"
measurement_id = "G-TOKO1"
retention = "14 months"
"""
# Where Google's own tag would break, as it needs the page's `document` too.
MEASURE = """
[services.ukur]
product = "script"
category = "analytics"
name = "Ukur"
provider = "PT Ukur"
policy = "https://ukur.example/privacy"
src = "https://ukur.example/ukur.js"
retention = "14 months"
"""

# What static/ asks of `document`: an element of that name takes its place (HTML, named items).
MEMBERS = (
    "activeElement", "addEventListener", "all", "body", "cookie", "createElement",
    "createTreeWalker", "currentScript",
    "baseURI", "dispatchEvent", "documentElement", "elementFromPoint", "elementsFromPoint", "head",
    "hidden", "implementation", "importNode", "prerendering", "querySelector", "querySelectorAll",
    "readyState", "scripts", "scrollingElement", "title",
)  # fmt: skip
NAMED = "".join(f'<form name="{name}"><input name="closest"></form>' for name in MEMBERS)
TWICE = "".join(f'<img name="{name}"><img name="{name}">' for name in MEMBERS)

GLOBALS = ("dataLayer", "gtag", "google_tag_manager", "izin")
FRAMES = "".join(
    f'<iframe name="{name}" src="https://iklan.example/"></iframe>' for name in ("izin", "gtag")
)

LIBRARY = """<script>
// As prototype.js 1.6 and MooTools 1.2 did: enumerable extras, other meanings of known names.
Array.prototype.toJSON = function () { return JSON.stringify(String(this)) };
Date.prototype.toJSON = String.prototype.toJSON = function () { return '"' + this + '"' };
Array.from = function (list) { return [].slice.call(list) };
Object.keys = function (of) { var found = []; for (var name in of) found.push(name); return found };
Object.values = function (of) { return Object.keys(of).map(function (name) { return of[name] }) };
for (const name of ["each", "first", "last", "include", "clone", "size"])
  Array.prototype[name] = Object.prototype[name] = function () { throw new Error("extra " + name) };
Array.prototype.reduce = function () { return this.length > 1 ? this : this[0] };
Array.prototype.find = Array.prototype.detect = function (iterator, context) {
  for (let i = 0; i < this.length; i++) if (iterator.call(context, this[i], i)) return this[i];
};
for (const name of ["show", "hide", "select", "insert", "update", "wrap"])
  Element.prototype[name] = function () { throw new Error("extra " + name) };
</script>"""

# What a dictionary of the browser's would find on a polluted prototype.
POLLUTED = """<script>
for (const name of ["signal", "body", "attributeFilter", "attributes", "cache", "window", "src",
                    "granted", "text", "mode", "clone"])
  Object.prototype[name] = "x";
</script>"""

LETTERS = "<script>for (const one of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$') "
LETTERS += "window[one] = 'of the page'</script>"
LOADERS = """<script>
var exports = {}, module = { exports }, require = () => { throw new Error("require") };
var define = () => { throw new Error("define") };
define.amd = { jQuery: true };
</script>"""
FROZEN = "<script>for (const each of [Object, Array, Function, Promise, String]) "
FROZEN += "Object.freeze(each.prototype)</script>"
OVERWRITTEN = """<script>
document.createElement = document.addEventListener = () => { throw new Error("of the page") };
var URL = location.href, Event = 1, status = "x", name = "x", top_ = 1, event = 2;
</script>"""

HEADS = {
    "a library's extras and another JSON": LIBRARY,
    "a polluted Object.prototype": POLLUTED,
    "globals of one letter": LETTERS,
    "AMD and CommonJS": LOADERS,
    "frozen prototypes": FROZEN,
    "a page's own createElement and globals of well-known names": OVERWRITTEN,
}
MEMBERS_NAMED = {
    "forms named as members of document": NAMED,
    "images named so, twice each": TWICE,
}
GLOBALS_NAMED = {
    "anchors named as our globals": "".join(f'<a id="{name}" href="#"></a>' for name in GLOBALS),
    "forms named so, with fields": "".join(
        f'<form id="{name}"><input name="site"><input name="push"></form>' for name in GLOBALS
    ),
    "frames of another origin named so": FRAMES,
}


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    shop = open_shop(services=ANALYTICS + MEASURE)
    shop.world.file("iklan.example", "/", "<p>Iklan</p>", "text/html")
    return shop


def live(shop: Shop, world: World, visitor: Visitor, address: str) -> None:
    """Asked, one category chosen in the dialog, its tag running, reopened, withdrawn, at peace."""
    world.file("ukur.example", "/ukur.js", "", "text/javascript")
    visitor.open(address)
    visitor.banner.wait_for()
    assert world.outside() == () or {each.host for each in world.outside()} == {"iklan.example"}

    visitor.choose("Analitik")
    expect(visitor.status).to_contain_text("telah disimpan")
    world.settle(visitor.page)
    hosts = (
        {"ukur.example", "www.googletagmanager.com"}
        if "google" in shop.services
        else {"ukur.example"}
    )
    assert hosts <= world.hosts()

    visitor.reopen()
    expect(visitor.switch("Ukur")).to_be_checked()
    visitor.withdraw_all()
    visitor.page.get_by_role("button", name=visitor.names.dialog, exact=True).wait_for()
    world.settle(visitor.page)

    assert [kind for kind, *_ in shop.acts()] == ["granted", "withdrawn"]
    assert {name for name, _ in visitor.cookies()} == {"__Secure-izin-toko"}
    assert visitor.uncaught() == []


@pytest.mark.shows(
    "Hostile pages: Libraries, globals and prototypes",
    "Extras on all arrays and objects, another `toJSON`, a polluted Object.prototype, globals"
    " of one letter, AMD and CommonJS, frozen prototypes: asked, one category granted, its "
    "tag run, withdrawn, nothing uncaught.",
)
@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_a_choice_lives_its_life_beside_scripts_that_leave_nothing_alone(
    open_shop: OpenShop, world: World, visitor: Visitor, head: str
) -> None:
    # Google's own tag needs `URL` too.
    shop = open_shop(services=MEASURE if "URL" in head else ANALYTICS + MEASURE)

    live(shop, world, visitor, shop.page("/", head=head))


@pytest.mark.shows(
    "Hostile pages: Names that hide members of document",
    "Forms and images are named as every member of `document` that the sources use, before "
    "and after the script; then the whole life of a choice.",
)
@pytest.mark.parametrize("body", MEMBERS_NAMED.values(), ids=MEMBERS_NAMED.keys())
@pytest.mark.parametrize("comes", ["before", "after"])
def test_no_name_in_the_page_hides_a_member_of_document(
    open_shop: OpenShop, world: World, visitor: Visitor, body: str, comes: str
) -> None:
    shop = open_shop(services=MEASURE)

    live(shop, world, visitor, beside(shop, body, comes))


@pytest.mark.shows(
    "Hostile pages: Names that take the place of globals",
    "Anchors, forms with fields and frames of another origin are called izin, dataLayer and "
    "gtag; then the whole life of a choice.",
)
@pytest.mark.parametrize("body", GLOBALS_NAMED.values(), ids=GLOBALS_NAMED.keys())
@pytest.mark.parametrize("comes", ["before", "after"])
def test_no_name_in_the_page_takes_the_place_of_a_global(
    shop: Shop, world: World, visitor: Visitor, body: str, comes: str
) -> None:
    live(shop, world, visitor, beside(shop, body, comes))


def beside(shop: Shop, body: str, comes: str) -> str:
    """A page with such names, which come before the script or after it."""
    tag = shop.tag().replace(" async", "")
    if comes == "before":
        return shop.page("/", body + tag, tag="")
    return shop.page("/", body, tag=tag)


@pytest.mark.shows(
    "Hostile pages: No globals",
    "The properties of `window` before and after are compared.",
)
def test_nothing_becomes_global_but_our_one_name_and_the_one_that_googles_tags_promise(
    shop: Shop, visitor: Visitor
) -> None:
    names = "() => Object.getOwnPropertyNames(window)"
    visitor.open(shop.page("/tanpa", tag=""))
    before = set(visitor.page.evaluate(names))

    visitor.open(shop.page("/"))
    visitor.customise()
    visitor.refuse_all()
    visitor.recorded()
    visitor.reopen()

    assert set(visitor.page.evaluate(names)) - before == {"izin", "gtag"}


def test_a_page_keeps_its_own_globals_of_one_letter(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/", head=LETTERS))
    visitor.customise()

    assert visitor.page.evaluate("[...'aenrtx_$'].every((one) => window[one] === 'of the page')")


# --- how the script arrives ----------------------------------------------------------------

LATE = """<script>
addEventListener("load", () => setTimeout(() => {
  const tag = document.createElement("script");
  %s
  tag.src = "%s";
  document.head.append(tag);
}, 200));
</script>"""


@pytest.mark.shows(
    "Hostile pages: A script that comes late",
    "The tag is added after the page's load.",
)
def test_a_script_that_arrives_long_after_the_page_asks_all_the_same(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    live(shop, world, visitor, shop.page("/", tag=LATE % ("", shop.script)))


@pytest.mark.shows(
    "Hostile pages: A script that comes as a module",
    "The tag has type=module.",
)
def test_a_script_that_is_loaded_as_a_module_knows_where_it_is(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    """A module has no `document.currentScript`."""
    tag = f'<script type="module" src="{shop.script}"></script>'

    live(shop, world, visitor, shop.page("/", tag=tag))


@pytest.mark.shows(
    "Hostile pages: document.write",
    "The tag is written by the page while it is parsed.",
)
def test_a_script_that_the_page_writes_as_it_is_parsed_asks(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    written = f"<script>document.write('<script src=\"{shop.script}\"><\\/script>')</script>"

    live(shop, world, visitor, shop.page("/", tag=written))


@pytest.mark.shows(
    "Hostile pages: Quirks mode",
    "A page without a doctype.",
)
def test_a_page_in_quirks_mode_is_a_page(shop: Shop, world: World, visitor: Visitor) -> None:
    address = shop.page("/")
    html = f"<title>Toko</title>{shop.tag()}<body><h1>Toko</h1>"
    world.page("www.toko.co.id", "/", html)

    live(shop, world, visitor, address)

    assert visitor.page.evaluate("document.compatMode") == "BackCompat"


def test_the_members_are_those_that_the_sources_use() -> None:
    from banner.paths import STATIC

    text = "".join(path.read_text("utf-8") for path in STATIC.rglob("*.js"))
    used = set(re.findall(r"\bdocument\.([a-zA-Z]+)", text)) - {"js"}

    assert used <= {*MEMBERS}, "name it above"
