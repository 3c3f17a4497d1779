"""What fails, fails closed: the page works, tags stay held, and no choice is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pytest
from werkzeug.wrappers import Response

from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import Shop, losing_answers
from tests.browser.visitor import Visitor
from tests.browser.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

pytestmark = pytest.mark.holds_at_first

LANGUAGES = {"id": "id-ID", "en": "en-US"}
UNRECORDED = {
    "id": "Pilihan Anda belum dapat dicatat karena gangguan sambungan",
    "en": "Your choice could not be recorded because of a connection problem",
}
UNREMEMBERED = {
    "id": "Peramban Anda tidak mengizinkan penyimpanan",
    "en": "Your browser does not allow storage",
}
OUTDATED = {
    "id": "pemberitahuan kami telah berubah",
    "en": "our notice has changed",
}
SAVED = {"id": "Pilihan Anda telah disimpan", "en": "Your choice has been saved"}

PETA = """
[services.peta]
product = "embed"
category = "preferences"
"""
# One tag that says so when it runs, and keeps nothing of its own.
TAG = '<script type="text/plain" data-izin="peta" src="https://peta.example.org/t.js"></script>'
ALL = {"preferences", "analytics", "advertising", "peta"}

NO_COOKIES = """Object.defineProperty(Document.prototype, 'cookie', {get: () => '', set() {}})"""
COOKIES_THROW = """{
  const blocked = () => { throw new DOMException('blocked', 'SecurityError') };
  Object.defineProperty(Document.prototype, 'cookie', {get: blocked, set: blocked});
}"""
NO_STORAGE = """Object.defineProperty(window, 'localStorage', {
  get() { throw new DOMException('blocked', 'SecurityError') }
})"""


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """A shop with one tag, that remembers nothing by itself."""
    shop = open_shop(services=PETA)
    shop.world.file("peta.example.org", "/t.js", "ran = true", "text/javascript")
    return shop


@pytest.fixture(params=LANGUAGES)
def speaker(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Visitor:
    """A visitor in each language."""
    return new_visitor(locale=LANGUAGES[request.param])


def page(shop: Shop, visitor: Visitor, path: str = "/", body: str = "", tag: str = TAG) -> str:
    """A page with something to do in it, the owner's control and the tag; its address."""
    work = "<button onclick='this.textContent = 1'>Beli</button>"
    control = f"<button data-izin-open>{visitor.names.dialog}</button>"
    return shop.page(path, work + control + body + tag, lang=visitor.language)


def page_works(visitor: Visitor) -> bool:
    visitor.page.get_by_role("button", name="Beli", exact=True).click()
    return visitor.page.get_by_role("button", name="1", exact=True).is_visible()


def tag_runs(visitor: Visitor) -> None:
    visitor.page.wait_for_function("() => window.ran")


def is_released(visitor: Visitor) -> bool:
    ran = visitor.page.evaluate("() => Boolean(window.ran)")
    return bool(ran or visitor.has("peta") or visitor.has("preferences"))


def accept(shop: Shop, visitor: Visitor) -> None:
    visitor.open(page(shop, visitor))
    visitor.accept_all()
    visitor.recorded()
    tag_runs(visitor)
    shop.world.settle(visitor.page)


# --- the service cannot record -------------------------------------------------------------------


def test_a_grant_is_held_while_the_service_is_down_and_sent_again_by_itself(
    shop: Shop, world: World, speaker: Visitor
) -> None:
    speaker.open(page(shop, speaker))
    world.down(shop.service)

    speaker.accept_all()
    speaker.status.get_by_text(UNRECORDED[speaker.language]).wait_for()
    world.settle(speaker.page)
    meanwhile = (is_released(speaker), world.outside(), shop.count(), page_works(speaker))
    (event,) = (each["event"] for each in speaker.kept()["pending"])
    world.up(shop.service)
    decision = speaker.recorded()
    tag_runs(speaker)

    assert meanwhile == (False, (), 0, True)
    assert shop.acts() == [("granted", "banner", ALL)]
    assert shop.rows()[0]["event"] == event
    assert decision["record"] == shop.rows()[0]["id"]
    speaker.status.get_by_text(SAVED[speaker.language]).wait_for()


def test_a_grant_that_could_not_be_sent_is_sent_from_the_next_page(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(page(shop, visitor))
    world.down(shop.service)
    visitor.accept_all()
    visitor.status.get_by_text(UNRECORDED["id"]).wait_for()
    (event,) = (each["event"] for each in visitor.kept()["pending"])

    visitor.open(page(shop, visitor, "/lain"))
    world.settle(visitor.page)
    meanwhile = (is_released(visitor), world.outside(), visitor.is_asked(), page_works(visitor))
    decision = visitor.decision()
    world.up(shop.service)
    visitor.retry_now()
    visitor.recorded()
    tag_runs(visitor)

    assert meanwhile == (False, (), False, True)
    assert decision is not None
    assert (decision["pending"], decision["record"]) == (True, None)
    assert [row["event"] for row in shop.rows()] == [event]


def always(answer: Response) -> Callable[[WSGIApplication], WSGIApplication]:
    """Every decision gets this answer, and the service never hears of it."""
    return lambda app: (
        lambda environ, start_response: (answer if environ["REQUEST_METHOD"] == "POST" else app)(
            environ, start_response
        )
    )


def cut_off(app: WSGIApplication) -> WSGIApplication:
    """The service does its work; half of its answer arrives."""

    def proxy(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = b"".join(app(environ, start_response))
        return [body[: len(body) // 2] if environ["REQUEST_METHOD"] == "POST" else body]

    return proxy


ALLOWED = {
    "Access-Control-Allow-Origin": "https://www.toko.co.id",
    "Access-Control-Allow-Credentials": "true",
}


@pytest.mark.parametrize(
    "proxy",
    [
        always(Response("oops", 500, ALLOWED)),
        always(Response("oops", 502)),
        always(Response("slowly", 429, ALLOWED)),
        always(Response("<h1>Selamat datang di Wi-Fi</h1>", 200, ALLOWED)),
        cut_off,
        losing_answers,
    ],
    ids=["500", "502 of a proxy", "429", "a captive portal", "cut off", "lost"],
)
def test_a_grant_with_a_broken_answer_is_held_and_becomes_one_row(
    shop: Shop,
    world: World,
    visitor: Visitor,
    proxy: Callable[[WSGIApplication], WSGIApplication],
) -> None:
    visitor.open(page(shop, visitor))
    shop.behind(proxy)

    visitor.accept_all()
    visitor.status.get_by_text(UNRECORDED["id"]).wait_for()
    meanwhile = (is_released(visitor), world.outside(), page_works(visitor))
    shop.open()
    visitor.retry_now()
    visitor.recorded()
    tag_runs(visitor)

    assert meanwhile == (False, (), True)
    assert shop.acts() == [("granted", "banner", ALL)]


def test_what_the_visitor_decides_last_holds_when_nothing_could_be_sent(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(page(shop, visitor))
    world.down(shop.service)
    visitor.accept_all()
    visitor.status.get_by_text(UNRECORDED["id"]).wait_for()

    visitor.page.evaluate("() => { izin.refuse() }")
    world.up(shop.service)
    visitor.retry_now()
    decision = visitor.recorded()
    world.settle(visitor.page)

    assert not any(decision["categories"].values())
    assert [kind for kind, _, _ in shop.acts()] == ["granted", "withdrawn"]
    assert not is_released(visitor)
    assert not world.outside()


# --- the service is away for a returning visitor -------------------------------------------------


def test_a_kept_release_runs_while_the_service_is_down(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    accept(shop, visitor)
    world.down(shop.service)
    world.clear()

    visitor.open(page(shop, visitor, "/lain"))
    tag_runs(visitor)
    world.settle(visitor.page)

    assert world.to(shop.service) == ()
    assert not visitor.banner.is_visible()


def test_without_a_kept_release_tags_are_held_until_the_service_is_back(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    accept(shop, visitor)
    visitor.page.evaluate("() => localStorage.clear()")
    world.down(shop.service)
    world.clear()

    visitor.open(page(shop, visitor, "/lain"))
    world.settle(visitor.page)
    meanwhile = (is_released(visitor), world.outside(), visitor.is_asked(), page_works(visitor))
    world.up(shop.service)
    tag_runs(visitor)

    assert meanwhile == (False, (), False, True)
    assert visitor.decision() is not None
    assert shop.count() == 1


# --- the browser keeps nothing -------------------------------------------------------------------


@pytest.mark.parametrize(
    "cookies", [NO_COOKIES, COOKIES_THROW], ids=["no cookies", "cookies throw"]
)
@pytest.mark.parametrize("storage", ["", NO_STORAGE], ids=["storage", "no storage"])
def test_a_grant_that_cannot_be_remembered_releases_nothing(
    shop: Shop, world: World, visitor: Visitor, cookies: str, storage: str
) -> None:
    visitor.context.add_init_script(cookies + ";" + storage)
    visitor.open(page(shop, visitor))

    visitor.accept_all()
    visitor.status.get_by_text(UNREMEMBERED["id"]).wait_for()
    world.settle(visitor.page)
    here = (is_released(visitor), visitor.is_asked(), page_works(visitor))
    visitor.open(page(shop, visitor, "/lain"))
    visitor.banner.wait_for()
    world.settle(visitor.page)

    assert here == (False, False, True)
    assert visitor.is_asked()
    assert not is_released(visitor)
    assert not world.outside()
    assert visitor.errors == []


@pytest.mark.parametrize(
    "cookies", [NO_COOKIES, COOKIES_THROW], ids=["no cookies", "cookies throw"]
)
def test_a_refusal_is_remembered_by_storage_alone(
    shop: Shop, world: World, visitor: Visitor, cookies: str
) -> None:
    visitor.context.add_init_script(cookies)
    visitor.open(page(shop, visitor))

    visitor.refuse_all()
    visitor.status.get_by_text(SAVED["id"]).wait_for()
    world.settle(visitor.page)
    world.clear()
    visitor.open(page(shop, visitor, "/lain"))
    world.settle(visitor.page)

    assert not visitor.is_asked()
    assert visitor.decision() is not None
    assert shop.asked() == []
    assert shop.acts() == [("refused", "banner", set())]


def test_without_storage_the_cookie_is_enough_for_one_request_a_page(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.context.add_init_script(NO_STORAGE)
    accept(shop, visitor)
    world.clear()

    visitor.open(page(shop, visitor, "/lain"))
    tag_runs(visitor)
    world.settle(visitor.page)

    assert shop.asked() == ["GET /v1/toko/release"]
    assert not visitor.banner.is_visible()
    assert visitor.errors == []


def test_without_storage_a_withdrawal_is_sent_before_the_page_reloads(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.context.add_init_script(NO_STORAGE)
    accept(shop, visitor)
    visitor.reopen()
    world.delay(shop.service, "/v1/toko/decisions", 0.5)

    with visitor.reloading():
        visitor.withdraw_all()
    visitor.recorded()
    world.settle(visitor.page)

    assert [kind for kind, _, _ in shop.acts()] == ["granted", "withdrawn"]
    assert not is_released(visitor)
    assert not visitor.is_asked()


def test_without_storage_and_service_a_withdrawal_closes_the_gate_all_the_same(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.context.add_init_script(NO_STORAGE)
    accept(shop, visitor)
    visitor.reopen()
    world.down(shop.service)
    world.clear()

    with visitor.reloading():
        visitor.withdraw_all()
    world.settle(visitor.page)

    assert not is_released(visitor)
    assert not world.outside()
    assert not visitor.cookies()


def test_the_banner_speaks_of_missing_storage_in_the_visitors_language(
    shop: Shop, speaker: Visitor
) -> None:
    speaker.context.add_init_script(NO_COOKIES + ";" + NO_STORAGE)
    speaker.open(page(shop, speaker))

    speaker.accept_all()

    speaker.status.get_by_text(UNREMEMBERED[speaker.language]).wait_for()


# --- the page is hostile or broken ---------------------------------------------------------------


def test_a_page_without_the_script_works_and_its_tags_stay_inert(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    world.down(shop.service)
    inline = '<script type="text/plain" data-izin="analytics">ran = true</script>'
    frame = '<iframe data-izin="peta" data-izin-src="https://peta.example.org/"></iframe>'

    visitor.open(page(shop, visitor, body=inline + frame))
    world.settle(visitor.page)

    assert page_works(visitor)
    assert not is_released(visitor)
    assert not world.outside()
    assert not visitor.uncaught()


@pytest.mark.whole_browser
def test_a_sandboxed_frame_gets_nothing_and_breaks_nothing(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    inside = page(shop, visitor, "/dalam")
    frame = f'<iframe sandbox="allow-scripts" src="{inside}" width=900 height=700></iframe>'
    visitor.open(page(shop, visitor, body=frame, tag=""))
    visitor.refuse_all()
    visitor.recorded()
    boxed = visitor.page.frame_locator("iframe").get_by_role("region", name=visitor.names.banner)

    boxed.get_by_role("button", name=visitor.names.accept_all).click()
    boxed.get_by_role("status").get_by_text(UNRECORDED["id"]).wait_for()
    world.settle(visitor.page)

    (framed,) = (each for each in visitor.page.frames if each.url == inside)
    assert framed.evaluate("() => [izin.has('peta'), Boolean(window.ran)]") == [False, False]
    assert not world.outside()
    assert shop.acts() == [("refused", "banner", set())]
    assert page_works(visitor)


def test_an_exception_in_one_released_script_does_not_stop_the_next(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    held = '<script type="text/plain" data-izin="preferences">{}</script>'
    broken = held.format("first = true; throw new Error('a broken tag')")
    visitor.open(page(shop, visitor, body=broken + held.format("second = true")))

    visitor.accept_all()
    visitor.recorded()
    tag_runs(visitor)

    assert visitor.page.evaluate("() => [first, second]") == [True, True]
    assert ["a broken tag" in each.text for each in visitor.uncaught()] == [True]
    visitor.errors.clear()


def test_an_elements_name_does_not_take_the_place_of_the_data_layer(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop()
    visitor.open(shop.page(body='<a id="dataLayer" name="dataLayer" href="#data">Data</a>'))

    visitor.choose("Analitik")
    visitor.recorded()
    world.settle(visitor.page)

    (hit,) = (each for each in world.outside() if each.path == "/g/collect")
    assert hit.parameters["tid"] == "G-TOKO1"


# --- the notice changes --------------------------------------------------------------------------


def test_a_choice_under_an_older_notice_is_not_recorded_and_the_next_page_has_the_new_one(
    shop: Shop, world: World, speaker: Visitor
) -> None:
    speaker.open(page(shop, speaker))
    shop.notice = "2026-12-01"
    shop.open()

    speaker.accept_all()
    speaker.status.get_by_text(OUTDATED[speaker.language]).wait_for()
    world.settle(speaker.page)
    here = (shop.count(), is_released(speaker), world.outside(), page_works(speaker))
    cookies = speaker.cookies()
    asked = shop.asked()
    world.clear()
    speaker.open(page(shop, speaker, "/lain"))
    speaker.accept_all()
    speaker.recorded()
    tag_runs(speaker)

    assert here == (0, False, (), True)
    assert cookies == {}
    assert asked == ["GET /v1/toko.js", "POST /v1/toko/decisions", "GET /v1/toko.js"]
    assert shop.asked() == ["POST /v1/toko/decisions"]
    assert [row["notice"] for row in shop.rows()] == ["2026-12-01"]


def test_a_withdrawal_under_an_older_notice_is_recorded(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    accept(shop, visitor)
    visitor.reopen()
    shop.notice = "2026-12-01"
    shop.open()

    with visitor.reloading():
        visitor.withdraw_all()
    visitor.recorded()
    world.settle(visitor.page)

    assert [(row["kind"], row["notice"]) for row in shop.rows()] == [
        ("granted", "2026-11-22"),
        ("withdrawn", "2026-11-22"),
    ]
    assert not is_released(visitor)
