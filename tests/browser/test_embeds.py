"""What stands in the place of a held frame, and the two ways to let it in."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import FrameLocator, Locator, expect
from werkzeug.wrappers import Response

from tests.browser.conftest import Hold, NewVisitor, OpenShop
from tests.browser.shop import Shop
from tests.browser.states import GPC
from tests.browser.visitor import Visitor
from tests.browser.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SERVICES = """
[services.google-maps]
product = "embed"
name = "Google Maps"
category = "preferences"
provider = "Google LLC"
host = "www.google.com"
retention = "18 months"
[services.youtube]
product = "embed"
name = "YouTube"
category = "preferences"
provider = "Google LLC"
host = "www.youtube-nocookie.com"
retention = "18 months"
[services.video-ads]
product = "embed"
name = "Video Iklan"
category = "advertising"
retention = "18 months"
"""

HOST = "maps.example"
VIDEO = "video.example"
MAP = "https://maps.example/embed"
CATEGORIES = {"preferences": False, "analytics": False, "advertising": False}
CHOICES = {**CATEGORIES, "google-maps": False, "youtube": False, "video-ads": False}
LOCALES = {"id": "id-ID", "en": "en-GB"}
ONCE = {"id": "Muat sekali ini", "en": "Load this once"}
ALWAYS = {"id": "Selalu izinkan", "en": "Always allow"}
SETTINGS = {"id": "Pengaturan kuki", "en": "Cookie settings"}
STRICT = {
    "Content-Security-Policy": "default-src 'none'; script-src 'nonce-abc'; "
    "frame-src https://maps.example; connect-src https://izin.toko.co.id; "
    "require-trusted-types-for 'script'; trusted-types izin; base-uri 'none'"
}


def frame(held_for: str = "google-maps", src: str = MAP, attributes: str = 'title="Peta"') -> str:
    return f'<iframe data-izin="{held_for}" data-izin-src="{src}" {attributes}></iframe>'


BIG = 'title="Peta" width="600" height="450"'


class Placeholder:
    """The page object of one placeholder, found as the visitor finds it."""

    def __init__(self, visitor: Visitor, *, at: int = 0) -> None:
        self.frame: Locator = visitor.page.locator("iframe").nth(at)
        self.inside: FrameLocator = visitor.page.frame_locator("iframe").nth(at)
        self.language = visitor.language

    @property
    def once(self) -> Locator:
        return self._button(ONCE)

    @property
    def always(self) -> Locator:
        return self._button(ALWAYS)

    @property
    def settings(self) -> Locator:
        return self._button(SETTINGS)

    @property
    def status(self) -> Locator:
        return self.inside.get_by_role("status")

    @property
    def body(self) -> Locator:
        return self.inside.locator("body")

    def _button(self, names: dict[str, str]) -> Locator:
        return self.inside.get_by_role("button", name=names[self.language])


@pytest.fixture
def embedded(world: World) -> None:
    """The hosts that the frames of these tests lead to."""
    counted = {"Cache-Control": "no-store"}
    world.file(HOST, "/embed", "<title>Peta</title><p>Peta dari luar</p>", "text/html", counted)
    world.file(VIDEO, "/v", "<title>Video</title><p>Video dari luar</p>", "text/html", counted)


@pytest.fixture
def shop(open_shop: OpenShop, embedded: None) -> Shop:
    return open_shop(services=SERVICES)


@pytest.fixture(params=LOCALES)
def speaker(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Visitor:
    """A visitor in each language."""
    return new_visitor(locale=LOCALES[request.param])


def open_page(shop: Shop, visitor: Visitor, body: str, **options: Any) -> Placeholder:
    visitor.open(shop.page("/", body, lang=visitor.language, **options))
    placeholder = Placeholder(visitor)
    expect(placeholder.settings).to_be_attached()
    return placeholder


def loaded(placeholder: Placeholder) -> None:
    expect(placeholder.inside.get_by_text("dari luar")).to_be_attached()


def released(visitor: Visitor, requests: int = 1) -> None:
    """Wait until a frame has got its address and the embed's host has been asked so often; what a
    sandbox holds cannot be looked into."""
    visitor.page.wait_for_function("() => document.querySelector('iframe[src]')")
    visitor.world.wait_for(requests, visitor.page)
    visitor.world.settle(visitor.page)


def choices_of(row: Any) -> dict[str, bool]:
    return {**json.loads(row["categories"]), **json.loads(row["services"])}


# --- what it says --------------------------------------------------------------------------

SAID = {
    "id": """
- heading "Google Maps" [level=2]
- paragraph: "Penyedia: Google LLC, maps.example Kategori: Preferensi"
- paragraph: /Konten ini belum dimuat.* alamat IP Anda.*/
- paragraph: Jika Anda memilih “Selalu izinkan”, kuki opsional lainnya dicatat sebagai ditolak.
- 'button "Muat sekali ini: Google Maps"'
- 'button "Selalu izinkan: Google Maps"'
- status
- button "Pengaturan kuki"
""",
    "en": """
- heading "Google Maps" [level=2]
- paragraph: "Provider: Google LLC, maps.example Category: Preferences"
- paragraph: /This content .* your IP address.*/
- paragraph: If you choose “Always allow”, all other optional cookies are recorded as refused.
- 'button "Load this once: Google Maps"'
- 'button "Always allow: Google Maps"'
- status
- button "Cookie settings"
""",
}


def test_it_says_who_it_is_why_it_waits_and_what_can_be_done(shop: Shop, speaker: Visitor) -> None:
    placeholder = open_page(shop, speaker, frame(attributes=BIG))

    expect(placeholder.body).to_match_aria_snapshot(SAID[speaker.language])
    told = placeholder.body.evaluate(
        "body => [body.ownerDocument.title, body.ownerDocument.documentElement.lang, "
        "body.ownerDocument.documentElement.dir]"
    )
    assert told == ["Google Maps", speaker.language, "ltr"]


def test_without_a_service_the_address_says_who_it_is_and_the_category_what_is_allowed(
    shop: Shop, visitor: Visitor
) -> None:
    placeholder = open_page(shop, visitor, frame("preferences"))

    expect(placeholder.inside.get_by_role("heading")).to_have_text("Peta")  # the frame's own title
    expect(placeholder.inside.get_by_text(f"Alamat: {HOST}")).to_be_visible()
    expect(placeholder.once).to_have_accessible_name("Muat sekali ini: Peta")
    expect(placeholder.always).to_have_text("Selalu izinkan: Preferensi")
    expect(placeholder.always).to_have_accessible_name("Selalu izinkan: Preferensi")


@pytest.mark.parametrize(
    ("attributes", "title"),
    [("", "Google Maps"), ('title="Peta kantor"', "Peta kantor"), ('aria-label="Kantor"', None)],
    ids=["untitled", "titled", "labelled"],
)
def test_a_frame_without_a_name_gets_one(
    shop: Shop, visitor: Visitor, attributes: str, title: str | None
) -> None:
    placeholder = open_page(shop, visitor, frame(attributes=attributes))

    assert placeholder.frame.get_attribute("title") == title


def test_the_words_follow_a_change_of_the_language(shop: Shop, visitor: Visitor) -> None:
    placeholder = open_page(shop, visitor, frame())

    visitor.banner.get_by_role("button", name="English").click()

    expect(placeholder.body).to_match_aria_snapshot(SAID["en"])
    assert placeholder.body.evaluate("b => b.ownerDocument.documentElement.lang") == "en"


def test_who_has_decided_is_not_told_what_deciding_would_mean(shop: Shop, visitor: Visitor) -> None:
    placeholder = open_page(shop, visitor, frame())

    visitor.refuse_all()
    visitor.recorded()

    expect(placeholder.inside.get_by_text("kuki opsional lainnya")).to_have_count(0)
    expect(placeholder.always).to_be_visible()


def test_the_settings_can_be_opened_from_it(shop: Shop, visitor: Visitor) -> None:
    placeholder = open_page(shop, visitor, frame(attributes=BIG))

    placeholder.settings.click()

    expect(visitor.dialog).to_be_visible()


# --- how it looks --------------------------------------------------------------------------

LOOK = """button => {
  const style = getComputedStyle(button);
  const names = ["fontSize", "fontWeight", "fontFamily", "padding", "color", "backgroundColor",
    "border", "borderRadius", "minHeight", "textDecoration", "opacity", "cursor"];
  const { width, height } = button.getBoundingClientRect();
  return [width, height, ...names.map(name => style[name])];
}"""


@pytest.mark.shows(
    "No dark patterns: Accept and refuse are equal",
    "Both buttons of a placeholder are compared in size, font and colours at three widths, "
    "light and dark.",
)
@pytest.mark.parametrize("width", [600, 280, 150])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_ways_are_of_equal_weight(
    shop: Shop, new_visitor: NewVisitor, width: int, scheme: str
) -> None:
    visitor = new_visitor(color_scheme=scheme)
    placeholder = open_page(
        shop, visitor, frame("preferences", attributes=f'width="{width}" height="400"')
    )

    once, always = placeholder.once.evaluate(LOOK), placeholder.always.evaluate(LOOK)

    assert once == always
    assert once[0] > 24
    assert once[1] >= 44


@pytest.mark.parametrize(
    ("options", "paper", "ink"),
    [
        ({"color_scheme": "light"}, "rgb(255, 255, 255)", "rgb(0, 0, 0)"),
        ({"color_scheme": "dark"}, "rgb(18, 18, 18)", "rgb(255, 255, 255)"),
    ],
    ids=["light", "dark"],
)
def test_it_is_light_or_dark_as_the_visitor_wishes(
    shop: Shop, new_visitor: NewVisitor, options: dict[str, str], paper: str, ink: str
) -> None:
    placeholder = open_page(shop, new_visitor(**options), frame())

    colours = placeholder.body.evaluate(
        "b => [getComputedStyle(b.parentNode).backgroundColor, getComputedStyle(b).color]"
    )
    assert colours == [paper, ink]


@pytest.mark.shows(
    "WCAG 2.2: 1.4.11 Non-text contrast",
    "In forced colours the borders of the placeholder's buttons are measured.",
)
def test_in_forced_colours_the_buttons_keep_an_edge(shop: Shop, new_visitor: NewVisitor) -> None:
    placeholder = open_page(shop, new_visitor(forced_colors="active"), frame())

    edge, paper = placeholder.once.evaluate(
        "b => [getComputedStyle(b).borderColor, getComputedStyle(b).backgroundColor]"
    )
    assert edge != paper


def test_it_takes_the_colours_that_the_owner_gives_the_banner(shop: Shop, visitor: Visitor) -> None:
    head = "<style>:root { --izin-accent: rgb(1, 2, 3); --izin-paper: rgb(250, 240, 230) }</style>"
    placeholder = open_page(shop, visitor, frame(), head=head)

    colours = placeholder.once.evaluate(
        "b => [getComputedStyle(b).backgroundColor,"
        " getComputedStyle(b.ownerDocument.documentElement).backgroundColor]"
    )
    assert colours == ["rgb(1, 2, 3)", "rgb(250, 240, 230)"]


@pytest.mark.shows(
    "WCAG 2.2: 1.4.10 Reflow",
    "The placeholder in frames of several sizes: every control is scrolled to, nothing is cut off.",
)
@pytest.mark.parametrize(
    ("width", "height"), [(320, 180), (120, 80), (60, 500)], ids=["phone", "tiny", "narrow"]
)
def test_in_a_small_frame_everything_can_be_reached_and_nothing_is_cut_off(
    shop: Shop, new_visitor: NewVisitor, width: int, height: int
) -> None:
    visitor = new_visitor(viewport={"width": 320, "height": 700})
    size = f'width="{width}" height="{height}" scrolling="no" style="border:0;max-width:100%"'
    placeholder = open_page(shop, visitor, frame(attributes=size))

    for element in (placeholder.inside.get_by_role("heading"), placeholder.once, placeholder.always,
                    placeholder.settings):  # fmt: skip
        element.scroll_into_view_if_needed()
        expect(element).to_be_in_viewport()
    assert placeholder.body.evaluate("b => b.scrollWidth <= b.clientWidth")
    assert placeholder.body.evaluate("b => getComputedStyle(b).overflowY") == "auto"


@pytest.mark.shows(
    "WCAG 2.2: 2.4.3 Focus order",
    "Tab past a frame too small to be seen: it has no stop.",
)
def test_an_invisible_frame_catches_no_keyboard(shop: Shop, visitor: Visitor) -> None:
    attributes = 'width="1" height="1" style="border:0"'

    visitor.open(shop.page("/", frame(attributes=attributes)))
    visitor.banner.wait_for()
    visitor.page.wait_for_function("document.querySelector('iframe').contentDocument.title")

    expect(Placeholder(visitor).settings).to_be_hidden()


SHIFTS = """<script>
window.shifts = 0;
new PerformanceObserver(list => list.getEntries().forEach(entry => shifts += entry.value))
  .observe({type: "layout-shift", buffered: true});
</script>"""


@pytest.mark.parametrize("sandbox", ["", 'sandbox="allow-scripts"'], ids=["plain", "sandboxed"])
def test_it_is_as_big_as_the_frame_and_nothing_moves(
    shop: Shop, world: World, visitor: Visitor, sandbox: str
) -> None:
    style = "<style>#peta { width: 77%; height: 333px; border: 3px solid }</style>"
    body = "<p>Atas</p>" + frame(attributes=f'id="peta" {sandbox}') + "<p id='bawah'>Bawah</p>"
    world.stuck("izin.toko.co.id", "/v1/toko.js")
    visitor.open(shop.page("/", body, head=SHIFTS + style), until="commit")
    boxes = "['#peta', '#bawah'].map(name => document.querySelector(name).getBoundingClientRect())"
    visitor.page.wait_for_selector("#bawah")
    before = visitor.page.evaluate(boxes)

    world.release("izin.toko.co.id", "/v1/toko.js")
    placeholder = Placeholder(visitor)
    expect(placeholder.once).to_be_visible()
    drawn = visitor.page.evaluate(boxes)
    placeholder.once.click()
    loaded(placeholder)

    assert before == drawn == visitor.page.evaluate(boxes)
    assert visitor.page.evaluate("shifts") == 0


def test_the_pages_own_styles_do_not_reach_the_words(shop: Shop, visitor: Visitor) -> None:
    hostile = """<style>
      * { font-size: 1px !important; color: transparent !important; all: unset !important }
      button, p, h2 { display: none !important } iframe { pointer-events: auto }
      iframe { width: 400px !important; height: 300px !important }
    </style>"""
    placeholder = open_page(shop, visitor, frame(), head=hostile)

    expect(placeholder.inside.get_by_role("heading")).to_be_visible()
    expect(placeholder.once).to_be_visible()
    assert placeholder.once.evaluate("b => getComputedStyle(b).fontSize") == "15px"


# --- held ----------------------------------------------------------------------------------


def test_nothing_is_asked_of_the_embeds_host_while_it_is_held(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    open_page(shop, visitor, frame() + frame("youtube", f"https://{VIDEO}/v") * 2)

    visitor.refuse_all()
    visitor.recorded()
    world.settle(visitor.page)

    assert world.outside() == ()
    assert not {HOST, VIDEO} & set(world.contacts)


def test_a_frame_that_comes_later_gets_one_too(shop: Shop, visitor: Visitor) -> None:
    visitor.open(shop.page("/"))
    visitor.refuse_all()
    visitor.recorded()

    visitor.page.evaluate(
        "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", frame()
    )

    expect(Placeholder(visitor).once).to_be_visible()


def test_a_frame_that_the_page_moves_is_drawn_again(shop: Shop, visitor: Visitor) -> None:
    placeholder = open_page(shop, visitor, frame())

    visitor.page.evaluate("document.body.append(document.querySelector('iframe'))")

    expect(placeholder.once).to_be_visible()


def test_what_is_drawn_is_left_alone_while_the_page_changes(shop: Shop, visitor: Visitor) -> None:
    placeholder = open_page(shop, visitor, frame())
    placeholder.body.evaluate(
        """body => {
          top.changes = 0;
          new MutationObserver(found => top.changes += found.length).observe(
            body, {childList: true, subtree: true, attributes: true, characterData: true});
        }"""
    )

    visitor.page.evaluate(
        """async () => {
          for (let i = 0; i < 20; i++) {
            document.querySelector("main").append(document.createElement("p"));
            await new Promise(requestAnimationFrame);
          }
        }"""
    )

    assert visitor.page.evaluate("changes") == 0


def test_a_hundred_frames_are_drawn_in_a_moment(shop: Shop, visitor: Visitor) -> None:
    open_page(shop, visitor, frame(attributes='loading="lazy"') * 100)

    drawn = "[...document.querySelectorAll('iframe')].filter(f => f.contentDocument.title).length"
    assert visitor.page.evaluate(drawn) == 100
    spent = visitor.page.evaluate(
        """async () => {
          const before = performance.now();
          document.querySelector("main").append(document.createElement("p"));
          await null;
          return performance.now() - before;
        }"""
    )
    assert spent < 50  # measured: below 2 ms


@pytest.mark.parametrize(
    ("held_for", "attributes"),
    [
        ("google-maps", 'srcdoc="<p>Milik pemilik</p>"'),
        ("google-maps", 'src="/milik.html"'),
        ("unknown", ""),
        ("necessary", ""),
    ],
    ids=["srcdoc", "own page", "unknown", "necessary"],
)
def test_what_the_owner_shows_and_what_nobody_can_allow_is_left_alone(
    shop: Shop, world: World, visitor: Visitor, held_for: str, attributes: str
) -> None:
    world.page("www.toko.co.id", "/milik.html", "<p>Milik pemilik</p>")
    body = frame(held_for, attributes=attributes) + frame(attributes='title="Lain"')
    visitor.open(shop.page("/", body))

    expect(Placeholder(visitor, at=1).once).to_be_visible()

    assert Placeholder(visitor).body.inner_text() == ("Milik pemilik" if attributes else "")


# --- for once ------------------------------------------------------------------------------


def test_for_once_loads_one_frame_after_its_record_and_remembers_nothing(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    placeholder = open_page(
        shop, visitor, frame() + frame() + frame("youtube", f"https://{VIDEO}/v")
    )

    placeholder.once.click()
    loaded(placeholder)
    world.settle(visitor.page)

    assert [str(each) for each in world.outside()] == [f"GET {HOST}/embed"]
    [row] = shop.rows()
    assert (row["kind"], row["surface"]) == ("once", "once")
    assert choices_of(row) == {**CHOICES, "preferences": True, "google-maps": True}
    post = next(each for each in world.to(shop.service) if each.method == "POST")
    assert post.at < world.outside()[0].at
    assert visitor.cookies() == {}
    assert visitor.storage() == {}
    assert visitor.decision() is None
    assert visitor.is_asked()
    expect(Placeholder(visitor, at=1).once).to_be_visible()
    expect(Placeholder(visitor, at=2).once).to_be_visible()


def test_for_once_of_a_category_grants_none_of_its_services(shop: Shop, visitor: Visitor) -> None:
    placeholder = open_page(shop, visitor, frame("preferences"))

    placeholder.once.click()
    loaded(placeholder)

    [row] = shop.rows()
    assert choices_of(row) == {**CHOICES, "preferences": True}


def test_for_once_leaves_a_choice_as_it_was_and_is_forgotten_by_the_next_page(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    placeholder = open_page(shop, visitor, frame())
    visitor.refuse_all()
    decision = visitor.recorded()
    cookies = visitor.cookies()

    placeholder.once.click()
    loaded(placeholder)
    assert visitor.decision() == decision
    assert visitor.cookies() == cookies
    world.clear()
    visitor.page.reload()

    expect(placeholder.once).to_be_visible()
    assert world.outside() == ()
    assert [act[:2] for act in shop.acts()] == [("refused", "banner"), ("once", "once")]


def test_it_says_that_it_is_waiting_and_a_second_press_asks_nothing_more(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    world.stuck(shop.service, "/v1/toko/decisions")
    placeholder = open_page(shop, visitor, frame())

    placeholder.once.click()
    expect(placeholder.status).to_have_text(
        "Pilihan Anda sedang dicatat. Setelah itu konten ini dimuat."
    )
    placeholder.once.click()
    world.settle(visitor.page)
    assert world.outside() == ()
    world.release(shop.service, "/v1/toko/decisions")
    loaded(placeholder)

    assert shop.count() == 1


def unavailable(app: WSGIApplication) -> WSGIApplication:
    def proxy(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            return Response(status=503)(environ, start_response)
        return app(environ, start_response)

    return proxy


@pytest.mark.parametrize("fault", ["down", "503"])
def test_with_the_service_away_it_stays_held_says_so_and_can_be_tried_again(
    shop: Shop, world: World, visitor: Visitor, fault: str
) -> None:
    placeholder = open_page(shop, visitor, frame())
    if fault == "down":
        world.down(shop.service)
    else:
        shop.behind(unavailable)

    placeholder.once.click()
    expect(placeholder.status).to_contain_text("gangguan sambungan, jadi konten ini belum dimuat")
    world.settle(visitor.page)
    assert world.outside() == ()
    world.up(shop.service)
    shop.restart()
    placeholder.once.click()

    loaded(placeholder)
    assert [act[:2] for act in shop.acts()] == [("once", "once")]
    visitor.errors.clear()


def test_a_refused_record_is_told_and_holds(shop: Shop, world: World, visitor: Visitor) -> None:
    placeholder = open_page(shop, visitor, frame())
    shop.notice = "2027-01-01"
    shop.open()

    placeholder.once.click()

    expect(placeholder.status).to_contain_text("pemberitahuan kami telah berubah")
    world.settle(visitor.page)
    assert world.outside() == ()
    visitor.errors.clear()


def test_a_frame_removed_while_it_waits_is_not_loaded(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    world.stuck(shop.service, "/v1/toko/decisions")
    placeholder = open_page(shop, visitor, frame())
    placeholder.once.click()
    expect(placeholder.status).not_to_be_empty()

    visitor.page.evaluate("window.gone = document.querySelector('iframe'); gone.remove()")
    world.release(shop.service, "/v1/toko/decisions")
    world.settle(visitor.page)
    visitor.page.evaluate("document.body.append(gone)")

    expect(placeholder.once).to_be_visible()
    assert world.outside() == ()


def test_a_refusal_made_while_it_waits_wins(shop: Shop, world: World, visitor: Visitor) -> None:
    world.stuck(shop.service, "/v1/toko/decisions")
    placeholder = open_page(shop, visitor, frame())
    placeholder.once.click()
    expect(placeholder.status).not_to_be_empty()

    visitor.refuse_all()
    world.release(shop.service, "/v1/toko/decisions")
    visitor.recorded()
    world.settle(visitor.page)

    expect(placeholder.status).to_be_empty()
    assert world.outside() == ()


@pytest.mark.parametrize("sandbox", ["", "sandbox"], ids=["plain", "sandboxed"])
def test_a_later_refusal_ends_what_was_loaded_for_once(
    shop: Shop, world: World, visitor: Visitor, sandbox: str
) -> None:
    placeholder = open_page(shop, visitor, frame(attributes=sandbox))
    placeholder.once.click()
    released(visitor)
    assert len(world.outside()) == 1
    visitor.mark_page()

    visitor.refuse_all()
    visitor.recorded()

    expect(placeholder.once).to_be_visible()
    assert len(world.outside()) == 1
    assert visitor.is_on_marked_page()
    placeholder.once.click()
    released(visitor, 2)
    assert len(world.outside()) == 2


def test_allowing_another_always_lets_what_was_loaded_for_once_go_on(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    placeholder = open_page(shop, visitor, frame() + frame("youtube", f"https://{VIDEO}/v"))
    placeholder.once.click()
    loaded(placeholder)

    Placeholder(visitor, at=1).always.click()
    visitor.recorded()
    world.settle(visitor.page)

    loaded(placeholder)
    assert [each.host for each in world.outside()] == [HOST, VIDEO]


# --- always --------------------------------------------------------------------------------


def test_always_allows_the_service_alone_and_refuses_what_was_not_chosen(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    body = frame() * 2 + frame("youtube", f"https://{VIDEO}/v")
    placeholder = open_page(shop, visitor, body)

    placeholder.always.click()
    loaded(placeholder)
    loaded(Placeholder(visitor, at=1))
    decision = visitor.recorded()

    assert {**decision["categories"], **decision["services"]} == {
        **CHOICES, "preferences": True, "google-maps": True
    }  # fmt: skip
    assert [act[:2] for act in shop.acts()] == [("granted", "embed")]
    expect(visitor.banner.get_by_role("button")).to_have_count(0)
    expect(Placeholder(visitor, at=2).once).to_be_visible()
    world.clear()
    visitor.page.reload()
    loaded(placeholder)
    assert [each.host for each in world.outside()] == [HOST, HOST]


def test_always_keeps_what_was_chosen_before(shop: Shop, world: World, visitor: Visitor) -> None:
    placeholder = open_page(shop, visitor, frame())
    visitor.choose("Analitik", "YouTube")
    visitor.recorded()

    placeholder.always.click()
    loaded(placeholder)
    decision = visitor.recorded()

    assert {**decision["categories"], **decision["services"]} == {
        **CHOICES, "analytics": True, "preferences": True, "youtube": True, "google-maps": True
    }  # fmt: skip
    assert [act[:2] for act in shop.acts()] == [("granted", "dialog"), ("changed", "embed")]


def test_always_of_a_category_grants_none_of_its_services(shop: Shop, visitor: Visitor) -> None:
    placeholder = open_page(shop, visitor, frame("preferences"))

    placeholder.always.click()
    loaded(placeholder)
    decision = visitor.recorded()

    assert {**decision["categories"], **decision["services"]} == {**CHOICES, "preferences": True}


def test_polluted_prototypes_choose_nothing(shop: Shop, visitor: Visitor) -> None:
    head = "<script>Object.prototype.youtube = Object.prototype.analytics = true;</script>"
    placeholder = open_page(shop, visitor, frame(), head=head)

    placeholder.always.click()
    loaded(placeholder)

    [row] = shop.rows()
    assert choices_of(row) == {**CHOICES, "preferences": True, "google-maps": True}


def test_always_waits_for_its_record(shop: Shop, world: World, visitor: Visitor) -> None:
    placeholder = open_page(shop, visitor, frame())
    world.down(shop.service)

    placeholder.always.click()
    expect(placeholder.status).to_contain_text("sedang dicatat")
    expect(visitor.status.filter(has_text="belum dapat dicatat")).to_be_visible()
    world.settle(visitor.page)
    assert world.outside() == ()
    world.up(shop.service)
    visitor.retry_now()

    loaded(placeholder)
    assert [act[:2] for act in shop.acts()] == [("granted", "embed")]
    visitor.errors.clear()


# --- Global Privacy Control ------------------------------------------------------------------


def test_under_gpc_an_advertising_embed_cannot_be_allowed(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.page.add_init_script(GPC)
    placeholder = open_page(shop, visitor, frame("video-ads", f"https://{VIDEO}/v", BIG) + frame())

    expect(placeholder.inside.get_by_text("sinyal Global Privacy Control")).to_be_visible()
    expect(placeholder.inside.get_by_role("button")).to_have_accessible_name("Pengaturan kuki")
    expect(Placeholder(visitor, at=1).once).to_be_visible()
    assert world.outside() == ()


def test_where_only_the_request_says_gpc_the_answer_decides(
    shop: Shop, world: World, new_visitor: NewVisitor
) -> None:
    visitor = new_visitor(extra_http_headers={"Sec-GPC": "1"})
    placeholder = open_page(shop, visitor, frame("video-ads", f"https://{VIDEO}/v", BIG))

    placeholder.once.click()

    expect(placeholder.status).to_contain_text("Global Privacy Control")
    world.settle(visitor.page)
    assert world.outside() == ()


# --- keyboard and focus ----------------------------------------------------------------------

FOCUSED = """() => {
  let on = document.activeElement;
  if (on.contentDocument) on = on.contentDocument.activeElement;
  return on.getAttribute("aria-label") || on.textContent;
}"""


@pytest.mark.shows(
    "WCAG 2.2: 2.1.1 Keyboard",
    "A held frame is loaded by Tab and Enter alone.",
)
def test_the_keyboard_alone_is_enough(shop: Shop, visitor: Visitor) -> None:
    body = '<a href="#a">Sebelum</a>' + frame(attributes=BIG) + '<a href="#b">Sesudah</a>'
    placeholder = open_page(shop, visitor, body)
    visitor.page.get_by_role("link", name="Sebelum").focus()
    seen = []

    for _ in range(4):
        visitor.page.keyboard.press("Tab")
        seen.append(visitor.page.evaluate(FOCUSED))
    for _ in range(3):
        visitor.page.keyboard.press("Shift+Tab")
    visitor.page.keyboard.press("Enter")

    loaded(placeholder)
    assert seen == [
        "Muat sekali ini: Google Maps",
        "Selalu izinkan: Google Maps",
        "Pengaturan kuki",
        "Sesudah",
    ]


@pytest.mark.shows(
    "WCAG 2.2: 2.4.7 Focus visible",
    "The outline of what has the focus in a placeholder is measured.",
)
def test_the_focus_can_be_seen(shop: Shop, visitor: Visitor) -> None:
    placeholder = open_page(shop, visitor, frame(attributes=BIG))

    placeholder.once.focus()
    visitor.page.keyboard.press("Shift+Tab")
    visitor.page.keyboard.press("Tab")

    outline = placeholder.once.evaluate("b => getComputedStyle(b).outline")
    assert "3px" in outline
    assert "solid" in outline


@pytest.mark.shows(
    "WCAG 2.2: 2.4.3 Focus order",
    "After a press of either button the focus is with the frame that takes the placeholder's "
    "place.",
)
@pytest.mark.parametrize("sandbox", ["", "sandbox"], ids=["plain", "sandboxed"])
@pytest.mark.parametrize("way", ["once", "always"])
def test_the_focus_stays_with_the_frame(
    shop: Shop, visitor: Visitor, way: str, sandbox: str
) -> None:
    placeholder = open_page(shop, visitor, "<p>Teks</p>" + frame(attributes=sandbox))
    button = placeholder.once if way == "once" else placeholder.always

    button.focus()
    visitor.page.keyboard.press("Enter")
    released(visitor)

    assert visitor.page.evaluate("document.activeElement.localName") == "iframe"


def test_a_change_of_words_leaves_the_focus_where_it_is(shop: Shop, visitor: Visitor) -> None:
    placeholder = open_page(shop, visitor, frame(attributes=BIG))
    placeholder.always.focus()

    visitor.page.evaluate("izin.refuse()")
    visitor.recorded()

    expect(placeholder.inside.get_by_text("kuki opsional lainnya")).to_have_count(0)
    expect(placeholder.always).to_be_focused()


# --- the way back ----------------------------------------------------------------------------


@pytest.mark.parametrize("sandbox", ["", "sandbox"], ids=["plain", "sandboxed"])
def test_loading_a_frame_is_no_step_for_the_back_button(
    shop: Shop, world: World, visitor: Visitor, sandbox: str
) -> None:
    visitor.open(shop.page("/awal"))
    placeholder = open_page(shop, visitor, frame(attributes=sandbox))
    steps = visitor.page.evaluate("history.length")

    placeholder.once.click()
    released(visitor)
    assert len(world.outside()) == 1
    assert visitor.page.evaluate("history.length") == steps
    visitor.page.go_back()

    assert visitor.page.url.endswith("/awal")


@pytest.mark.parametrize("way", ["once", "granted"])
def test_the_way_back_brings_no_frame_back_that_is_held_by_then(
    shop: Shop, world: World, visitor: Visitor, way: str
) -> None:
    nowhere_kept = {"Cache-Control": "no-store"}
    visitor.open(shop.page("/", frame(), headers=nowhere_kept))
    placeholder = Placeholder(visitor)
    if way == "once":
        placeholder.once.click()
        loaded(placeholder)
    else:
        placeholder.always.click()
        loaded(placeholder)
        visitor.recorded()
        visitor.page.reload()  # from now on it is shown without ever having been held
        loaded(placeholder)
    visitor.open(shop.page("/lain", headers=nowhere_kept))
    if way == "granted":
        visitor.reopen()
        visitor.withdraw_all()
        visitor.recorded()
    world.clear()

    visitor.page.go_back()

    expect(placeholder.once).to_be_visible()
    assert world.outside() == ()
    assert {each.url for each in visitor.page.frames} == {"https://www.toko.co.id/", "about:blank"}


# --- strict pages and sandboxes ----------------------------------------------------------------


@pytest.mark.shows(
    "Strict policies: Content Security Policy and Trusted Types",
    "A page with a strict policy and Trusted Types reports no violation while a placeholder "
    "is drawn and its frame loaded.",
)
@pytest.mark.parametrize("way", ["once", "always"])
def test_a_strict_policy_with_trusted_types_has_nothing_to_complain_of(
    shop: Shop, visitor: Visitor, way: str
) -> None:
    tag = f'<script async nonce="abc" src="{shop.script}"></script>'
    watch = (
        '<script nonce="abc">window.violations = [];'
        "addEventListener('securitypolicyviolation',"
        " event => violations.push(event.violatedDirective));"
        "</script>"
    )
    placeholder = open_page(shop, visitor, frame(), head=watch, tag=tag, headers=STRICT)
    size = placeholder.once.evaluate("b => getComputedStyle(b).minHeight")

    (placeholder.once if way == "once" else placeholder.always).click()
    loaded(placeholder)

    assert size == "44px"
    assert visitor.page.evaluate("violations") == []
    assert visitor.errors == []


@pytest.mark.parametrize("value", ["", "allow-scripts", "allow-scripts allow-popups"])
@pytest.mark.parametrize("way", ["once", "always"])
def test_a_sandboxed_frame_is_loaded_in_the_same_sandbox(
    shop: Shop, world: World, visitor: Visitor, value: str, way: str
) -> None:
    origin = "<p id='o'></p><script>o.textContent = origin + ' dari luar'</script>"
    world.file(HOST, "/embed", origin, "text/html")
    attributes = f'sandbox="{value}" id="peta" name="peta" title="Peta"'
    placeholder = open_page(shop, visitor, frame(attributes=attributes))

    (placeholder.once if way == "once" else placeholder.always).click()
    released(visitor)
    world.settle(visitor.page)

    seen = visitor.page.evaluate(
        "[...document.querySelectorAll('iframe')].flatMap("
        "f => [f.id, f.getAttribute('sandbox'), f.name, f.dataset.izinSrc, f.src])"
    )
    assert seen == ["peta", value, "peta", MAP, MAP]
    assert [each.host for each in world.outside()] == [HOST]
    said = (
        visitor.page.frames[1].evaluate("document.querySelector('p').textContent") if value else ""
    )
    assert said == ("null dari luar" if value else "")


def test_what_is_held_in_a_sandbox_can_be_sent_nowhere_without_it(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    placeholder = open_page(shop, visitor, frame(attributes='sandbox name="peta"'))
    assert placeholder.frame.get_attribute("name") is None

    placeholder.frame.evaluate("frame => { frame.src = frame.dataset.izinSrc }")
    world.settle(visitor.page)

    assert world.outside() == ()


# --- small -------------------------------------------------------------------------------------


def test_the_part_is_small(shop: Shop, hold: Hold) -> None:
    bundle = shop.app.extensions["izin"].bundles["toko"]

    for address, packed in bundle.parts.items():
        if "embeds" in address:
            hold("the placeholders, bytes of brotli", len(packed.encoded["br"]), 3000)
