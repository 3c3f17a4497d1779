"""Nothing of ours is in the way of the page, and nothing of the page in the way of a choice."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import Shop
from tests.browser.surfaces import FEW
from tests.browser.test_focus import IS_SEEN, hidden_on_the_way
from tests.browser.visitor import Visitor
from tests.browser.world import World

LONG = '<p style="height: 3000px">Panjang</p>'


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    return open_shop(services=FEW)


def control(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("button", name=visitor.names.dialog, exact=True)


def refused(visitor: Visitor, address: str) -> Visitor:
    """On that page, with the small button in its corner."""
    visitor.open(address)
    visitor.refuse_all()
    visitor.recorded()
    control(visitor).wait_for()
    return visitor


# --- the page's own layout --------------------------------------------------------------------

STYLES = {
    "a sibling's margin": "body > * + * { margin-top: 48px }",
    "the first child": "body > :first-child { padding-top: 60px; font-size: 30px }",
    "the last child": "body > :last-child { padding-bottom: 60px; font-size: 30px }",
    "from the end": "body > :nth-last-child(2) { padding: 30px }",
    "how many there are": "body:has(> :nth-child(3)) { padding: 50px }",
    "a later sibling": "div + *, div ~ *, * + main { margin-left: 70px }",
    "a grid": "body { display: grid; grid-template-rows: 40px 1fr 40px; gap: 20px; height: 100vh }",
    "a row": "body { display: flex; justify-content: space-between; gap: 30px }",
    "the types": "body > div:only-of-type, body > section { outline: 9px solid; margin: 20px }",
    "the root's children": "html > * { margin: 9px } html > body:last-of-type { padding: 9px }",
}

PLACES = """() => [...document.body.querySelectorAll("*"), document.body]
  .filter((one) => one.localName !== "script")
  .map((one) => {
    const { x, y, width, height } = one.getBoundingClientRect();
    return [one.localName, x, y, width, height].join();
  }).concat(document.documentElement.scrollHeight, document.documentElement.scrollWidth)"""

# As Cumulative Layout Shift counts them: what follows a press at once is meant.
SHIFTS = """window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach((one) => {
  if (!one.hadRecentInput) shifted += one.value;
})).observe({ type: "layout-shift", buffered: true });"""


@pytest.mark.shows(
    "Hostile pages: Styles that count children",
    "Pages whose rules name first, last and next children, or lay the body out as a grid: every "
    "box of the page is measured without Izin, while it asks, with its message and with its small "
    "button, and the browser counts no layout shift.",
)
@pytest.mark.parametrize("css", STYLES.values(), ids=STYLES.keys())
def test_nothing_of_the_page_moves(shop: Shop, visitor: Visitor, css: str) -> None:
    visitor.context.add_init_script(SHIFTS)
    head = f"<style>{css}</style>"
    visitor.open(shop.page("/tanpa", LONG, head=head, tag=""))
    without = visitor.page.evaluate(PLACES)

    visitor.open(shop.page("/", LONG, head=head))
    visitor.banner.wait_for()
    asking = visitor.page.evaluate(PLACES)
    visitor.customise()
    visitor.refuse_all()
    visitor.recorded()
    expect(visitor.status).to_contain_text("telah disimpan")
    told = visitor.page.evaluate(PLACES)
    control(visitor).wait_for()
    expect(visitor.status).to_have_count(0)

    assert without == asking == told == visitor.page.evaluate(PLACES)
    assert visitor.page.evaluate("shifted") == 0


def test_what_we_show_is_no_text_of_the_page(shop: Shop, visitor: Visitor) -> None:
    """For search engines and readers, which take the body's words for the page's."""
    visitor.open(shop.page("/", "<p>Isi</p>"))
    visitor.banner.wait_for()

    words = visitor.page.evaluate("document.body.innerText")
    visitor.customise()
    visitor.refuse_all()
    visitor.recorded()
    control(visitor).wait_for()

    assert words.split() == ["Toko", "Isi", "Toko"]
    assert visitor.page.evaluate("document.body.innerText") == words
    for host in visitor.page.locator(".izin, .izin-button").all():
        expect(host).to_have_attribute("data-nosnippet", "")


# --- what is fixed in the page, or lies at its end --------------------------------------------

BAR = """<nav style="position: fixed; inset: auto 0 0 0; height: 56px; display: flex">
  <a style="flex: 1; height: 56px" href="#1">Satu</a><a style="flex: 1" href="#2">Dua</a>
  <a style="flex: 1; height: 56px" href="#3">Tiga</a></nav>"""
BUBBLE = """<button style="position: fixed; {side}: 16px; bottom: 16px; width: 60px; height: 60px">
  Obrolan</button>"""
SIDEBAR = """<aside style="position: fixed; left: 0; top: 0; bottom: 0; width: 120px">
  <a href="#1" style="position: absolute; bottom: 9px">Akun</a></aside>"""
STICKY = """<p style="height: 2000px">Panjang</p>
  <div style="position: sticky; bottom: 0; height: 48px; background: tan">Keranjang</div>"""
SHELL = """<div style="position: fixed; inset: 0; display: flex; flex-direction: column">
  <div style="flex: 1; overflow: auto"><p style="height: 2000px">Panjang</p></div>
  <nav style="height: 60px; display: flex"><a style="flex: 1" href="#1">Satu</a>
  <a style="flex: 1" href="#2">Dua</a></nav></div>"""
FIXED = {
    "a bar of tabs": BAR,
    "a bubble": BUBBLE.format(side="left"),
    "a bubble at either side": BUBBLE.format(side="left") + BUBBLE.format(side="right"),
    "a column": SIDEBAR,
    "a sticky bar": STICKY,
    "an application as high as the window": SHELL,
    "a bar over a bar": BAR + BAR.replace("inset: auto 0 0 0", "inset: auto 0 56px 0"),
}

# What of the page lies under the small button: fixed, or to be pressed.
BENEATH = """(host) => {
  const { left, top, right, bottom } = host.getBoundingClientRect();
  const meets = (one) => {
    const box = one.getBoundingClientRect();
    return box.left < right && box.right > left && box.top < bottom && box.bottom > top;
  };
  return [...document.body.querySelectorAll("nav, aside, a, button, input, [style*=sticky]")]
    .filter(meets).map((one) => one.localName + " " + one.textContent.trim());
}"""


def beneath(visitor: Visitor) -> Any:
    return visitor.page.locator(".izin-button").evaluate(BENEATH)


def await_nothing_beneath(visitor: Visitor, first: str = "") -> None:
    visitor.page.wait_for_function(
        f"() => {{ {first}; return !({BENEATH})(document.querySelector('.izin-button')).length }}"
    )
    expect(control(visitor)).to_be_in_viewport(ratio=1)


@pytest.mark.shows(
    "Phones: The page's own bars",
    "Pages with a bar of tabs, a chat bubble, a column or a sticky bar where the small button "
    "stands, and an application as high as the window: none of it lies under the button, which is "
    "wholly in view and opens the settings.",
)
@pytest.mark.parametrize("button", ["left", "right"])
@pytest.mark.parametrize("fixed", FIXED.values(), ids=FIXED.keys())
def test_the_small_button_lies_over_nothing_that_is_fixed(
    open_shop: OpenShop, new_visitor: NewVisitor, fixed: str, button: str
) -> None:
    shop = open_shop(services=FEW, button=button)
    visitor = new_visitor(viewport={"width": 390, "height": 844})

    refused(visitor, shop.page("/", fixed))

    await_nothing_beneath(visitor)
    visitor.reopen()


def test_it_moves_when_a_bar_comes_and_back_when_that_goes(
    shop: Shop, new_visitor: NewVisitor
) -> None:
    visitor = refused(new_visitor(viewport={"width": 390, "height": 844}), shop.page("/"))
    before = control(visitor).bounding_box()

    visitor.page.evaluate("(bar) => document.body.insertAdjacentHTML('beforeend', bar)", BAR)
    visitor.page.wait_for_function("() => document.querySelector('nav')")
    await_nothing_beneath(visitor)
    visitor.page.evaluate("() => document.querySelector('nav').remove()")

    visitor.page.wait_for_function(
        "(y) => Math.abs(document.querySelector('.izin-button').getBoundingClientRect().y - y) < 1",
        arg=before["y"] if before else None,
    )


FOOTER = "<ul>" + "".join(f'<li><a href="/{n}">Tautan {n}</a></li>' for n in range(6)) + "</ul>"
LINE = '<div style="display: flex; justify-content: space-between">{}</div>'.format(
    "".join(f'<a href="/{n}">Tautan {n}</a>' for n in range(4))
)
ENDS = {
    "a list": LONG + FOOTER,
    "a line": LONG + LINE,
    "a short page": '<p style="height: 75vh">Pendek</p>' + FOOTER,
    "all of the width": LONG
    + "".join(
        f'<a href="/{n}" style="display: block; padding: 12px; border: 1px solid">Tautan {n}</a>'
        for n in range(30)
    ),
    "a page that scrolls inside": f'<div style="position: fixed; inset: 0; overflow: auto">{LONG}'
    + FOOTER
    + "</div>",
}


# As far as it goes: where all of the end can be pressed, some room is added below it.
TO_THE_END = "document.querySelectorAll('html, main > div').forEach((one) => one.scrollTo(0, 1e6))"


@pytest.mark.shows(
    "WCAG 2.2: 2.4.11 Focus not obscured",
    "Pages of 360 and 320 px that end in links, after a choice: Tab to the last of them, and back; "
    "at every stop a corner of what has the focus is hit by elementFromPoint. And with nothing "
    "focused and nothing left to scroll, no link lies under the small button.",
)
@pytest.mark.parametrize("width", [360, 320])
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_the_small_button_covers_no_link_at_the_end_of_a_page(
    shop: Shop, new_visitor: NewVisitor, end: str, width: int
) -> None:
    visitor = new_visitor(viewport={"width": width, "height": 640})
    refused(visitor, shop.page("/", end, head="<style>footer p { margin: 0 }</style>"))
    count = visitor.page.locator("main a").count()
    visitor.page.locator("main a").first.focus()

    forth = hidden_on_the_way(visitor, "Tab", count - 1)
    back = hidden_on_the_way(visitor, "Shift+Tab", count - 1)
    visitor.page.evaluate("() => document.activeElement.blur()")

    assert (forth, back) == ([], [])
    await_nothing_beneath(visitor, first=TO_THE_END)


TOLD_BESIDE_THE_FOCUS = f"""() => {{
  const host = document.querySelector("section.izin");
  if (!host || !host.shadowRoot.querySelector("[role=status]").textContent) return false;
  const {{ top, bottom }} = host.getBoundingClientRect();
  return ({IS_SEEN})() && top >= 0 && bottom <= innerHeight;
}}"""

# --- a message, and what has the focus --------------------------------------------------------


@pytest.mark.shows(
    "WCAG 2.2: 2.4.11 Focus not obscured",
    "A link near the end of a page opens the settings and has the focus again when they are saved, "
    "with the banner at either edge: the message does not lie over it.",
)
@pytest.mark.parametrize("position", ["bottom", "top"])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_message_covers_nothing_that_has_the_focus(
    open_shop: OpenShop, new_visitor: NewVisitor, width: int, position: str
) -> None:
    shop = open_shop(services=FEW, look=f'position = "{position}"')
    visitor = new_visitor(viewport={"width": width, "height": 640})
    links = "".join(
        f'<p><a href="/{number}" data-izin-open>Tautan {number}</a></p>' for number in range(12)
    )
    visitor.open(shop.page("/", '<p style="height: 900px">Panjang</p>' + links))
    visitor.banner.wait_for()

    for number in (11, 8):
        link = visitor.page.get_by_role("link", name=f"Tautan {number}", exact=True)
        link.focus()
        visitor.page.keyboard.press("Enter")
        visitor.save()
        expect(link).to_be_focused()

        visitor.page.wait_for_function(TOLD_BESIDE_THE_FOCUS)


# --- a page that makes everything else inert --------------------------------------------------

OTHERS = {
    "inert": "for (const one of document.body.children) if (one !== dialog) one.inert = true",
    "hidden": """for (const one of document.body.children)
      if (one !== dialog) one.setAttribute("aria-hidden", "true")""",
    "not to be pressed": """document.body.style.pointerEvents = "none";
      dialog.style.pointerEvents = "auto" """,
}


@pytest.mark.shows(
    "Hostile pages: A page's own dialog",
    "A page opens a dialog of its own and makes all else inert, hidden from assistive technology, "
    "or not to be pressed: the banner is found by its role, and a press on it counts; later the "
    "small button.",
)
@pytest.mark.parametrize("others", OTHERS.values(), ids=OTHERS.keys())
def test_a_choice_counts_beside_a_dialog_of_the_page(
    shop: Shop, world: World, visitor: Visitor, others: str
) -> None:
    visitor.open(shop.page("/", '<p style="height: 300px">Isi</p>'))
    visitor.banner.wait_for()
    opens = f"""() => {{
      const dialog = document.createElement("div");
      dialog.setAttribute("role", "dialog");
      document.body.append(dialog);
      {others};
    }}"""

    visitor.page.evaluate(opens)
    visitor.refuse_all()
    visitor.recorded()
    control(visitor).wait_for()
    visitor.page.evaluate(opens)
    visitor.reopen()
    visitor.save()
    world.settle(visitor.page)

    assert [kind for kind, *_ in shop.acts()] == ["refused", "refused"]


# --- phones that show a page in part, or from afar --------------------------------------------

VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'
WIDE = '<div style="width: 900px; height: 1500px; background: linear-gradient(tan, teal)">x</div>'
ODD = {
    "no viewport": ("", LONG),
    "no viewport, short": ("", "<p>Pendek</p>"),
    "a wide block": (VIEWPORT, WIDE),
    "a wide block, seen whole": ('<meta name="viewport" content="width=device-width">', WIDE),
    "a width of its own": ('<meta name="viewport" content="width=1200">', LONG),
}

# Of each control in pixels of the screen: is it wholly in what is seen, and how large are it and
# its letters?
ON_SCREEN = """(host) => {
  const { offsetLeft, offsetTop, width, height, scale } = visualViewport;
  const root = host.shadowRoot;
  return [...host.querySelectorAll("button"), ...root.querySelectorAll("button, a, dialog")]
    .filter((one) => one.checkVisibility())
    .map((one) => {
      const box = one.getBoundingClientRect();
      const zoom = one.currentCSSZoom || 1;
      return {
        name: one.textContent,
        inside: box.left >= offsetLeft - 1 && box.right <= offsetLeft + width + 1
          && box.top >= offsetTop - 1 && box.bottom <= offsetTop + height + 1,
        height: box.height * scale,
        letters: parseFloat(getComputedStyle(one).fontSize) * zoom * scale,
      };
    });
}"""


def await_on_screen(visitor: Visitor, selector: str, names: list[str]) -> None:
    visitor.page.wait_for_function(
        f"""([selector, names]) => {{
          const host = document.querySelector(selector);
          const found = host ? ({ON_SCREEN})(host) : [];
          return names.every((name) => found.some((one) => one.name.startsWith(name)
            && one.inside && one.height >= 40 && one.letters >= 12));
        }}""",
        arg=[selector, names],
    )


@pytest.mark.shows(
    "Phones: Pages that are not made for one",
    "A phone of 360 px shows pages without a viewport, with a viewport of their own width, or with "
    "a block of 900 px, from their beginning and scrolled: every control of banner, dialog and "
    "corner is wholly in what is seen, 40 px high or more, with letters of 12 px or more.",
)
@pytest.mark.parametrize(("head", "body"), ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("layout", ["bar", "corner"])
def test_on_a_phone_all_is_in_sight_and_can_be_read(
    open_shop: OpenShop, new_visitor: NewVisitor, head: str, body: str, layout: str
) -> None:
    shop = open_shop(services=FEW, layout=layout)
    visitor = new_visitor(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    names = visitor.names
    visitor.open(shop.page("/", body, head=head))

    await_on_screen(visitor, "section.izin", [names.refuse_all, names.accept_all, names.customise])
    visitor.page.evaluate("() => scrollTo(0, 400)")
    await_on_screen(visitor, "section.izin", [names.refuse_all, names.accept_all])
    visitor.customise()
    await_on_screen(visitor, ".izin-dialog", [names.save, names.refuse_all])
    visitor.save()
    visitor.recorded()
    await_on_screen(visitor, ".izin-button", [names.dialog])
    control(visitor).focus()
    visitor.page.keyboard.press(
        "Enter"
    )  # the mouse of Playwright misses what a phone has panned to
    await_on_screen(visitor, ".izin-dialog", [names.save])
