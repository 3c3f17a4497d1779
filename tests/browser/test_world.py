"""The world itself: what it sees, what it holds back, and that the browser adds nothing."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest
from werkzeug.wrappers import Request as WSGIRequest
from werkzeug.wrappers import Response

from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from tests.browser.world import World, is_google

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PAGE = "www.toko.co.id"
SERVICE = "izin.toko.co.id"
OUTSIDE = "pixel.iklan.example"
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """A service that says where it thinks it is."""
    request = WSGIRequest(environ)
    answer = Response(f"{request.method} {request.script_root} {request.path} {request.scheme}")
    return answer(environ, start_response)


def test_an_outside_image_is_seen_where_it_leaves_the_browser(
    world: World, visitor: Visitor
) -> None:
    world.page(PAGE, "/", f'<img src="https://{OUTSIDE}/p.gif?v=1"><p>Toko')
    world.file(OUTSIDE, "/p.gif", GIF, "image/gif")

    visitor.open(f"https://{PAGE}/")
    world.settle(visitor.page)

    (request,) = world.outside()
    assert (request.host, request.path, request.parameters) == (OUTSIDE, "/p.gif", {"v": "1"})
    assert request.headers["referer"] == f"https://{PAGE}/"


@pytest.mark.parametrize("scheme_and_port", ["https://%s:8443", "http://%s", "http://%s:8080"])
def test_every_scheme_and_port_leads_into_the_world(
    world: World, visitor: Visitor, scheme_and_port: str
) -> None:
    world.page(PAGE, "/", "<p>Toko")

    visitor.open(scheme_and_port % PAGE)

    assert visitor.page.get_by_text("Toko").is_visible()
    assert world.hosts() == {PAGE}


def test_a_request_nobody_expected_fails_the_check(world: World, visitor: Visitor) -> None:
    world.page(PAGE, "/", f'<img src="https://{OUTSIDE}/p.gif">')

    visitor.open(f"https://{PAGE}/")

    with pytest.raises(AssertionError, match=f"unexpected request: GET {OUTSIDE}/p.gif"):
        world.check()
    world.expect_unexpected()
    world.check()


def test_an_exception_in_a_service_fails_the_check(world: World, visitor: Visitor) -> None:
    def broken(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise LookupError("no such site")

    world.service(SERVICE, broken)

    visitor.open(f"https://{SERVICE}/")

    with pytest.raises(AssertionError, match="no such site"):
        world.check()
    world.reset()


@pytest.mark.parametrize(
    "send",
    [
        "fetch('/ping', {method: 'POST', body: 'bye', keepalive: true})",
        "navigator.sendBeacon('/ping', 'bye')",
    ],
    ids=["fetch keepalive", "sendBeacon"],
)
def test_a_ping_sent_while_the_page_is_left_is_seen(
    world: World, visitor: Visitor, send: str
) -> None:
    world.page(PAGE, "/", f"<script>addEventListener('pagehide', () => {{ {send} }})</script>")
    world.page(PAGE, "/next", "<p>Next")
    world.file(PAGE, "/ping", "")

    visitor.open(f"https://{PAGE}/")
    visitor.open(f"https://{PAGE}/next")
    world.settle(visitor.page)

    (ping,) = (each for each in world.requests if each.path == "/ping")
    assert (ping.method, ping.body) == ("POST", b"bye")


def test_chromium_itself_contacts_nobody_in_two_idle_seconds(
    world: World, visitor: Visitor
) -> None:
    world.page(PAGE, "/", "<form><input name=email autocomplete=email><input type=password></form>")
    visitor.open(f"https://{PAGE}/")
    world.clear()

    visitor.page.wait_for_timeout(2000)

    assert not world.requests
    assert not world.contacts


def test_a_secure_host_cookie_can_be_set(world: World, visitor: Visitor) -> None:
    cookie = "__Host-izin-toko=1; Secure; Path=/; SameSite=Lax"
    world.page(PAGE, "/", f"<script>document.cookie = '{cookie}'</script>")

    visitor.open(f"https://{PAGE}/")

    assert visitor.cookies()["__Host-izin-toko", PAGE]["secure"]


def test_subdomains_share_a_cookie_but_not_with_all_of_indonesia(
    world: World, visitor: Visitor
) -> None:
    world.page(
        PAGE,
        "/",
        "<script>document.cookie = 'shared=1; Secure; Domain=toko.co.id';"
        "document.cookie = 'everyone=1; Secure; Domain=co.id'</script>",
    )
    world.service(SERVICE, echo)

    visitor.open(f"https://{PAGE}/")
    visitor.open(f"https://{SERVICE}/")

    (request,) = world.to(SERVICE)
    assert request.headers["cookie"] == "shared=1"
    assert set(visitor.cookies()) == {("shared", ".toko.co.id")}


def test_a_service_under_a_path_leaves_the_pages_of_the_host_alone(
    world: World, visitor: Visitor
) -> None:
    world.page(PAGE, "/", "<p>Toko")
    world.service(PAGE, echo, prefix="/izin")

    visitor.open(f"https://{PAGE}/")
    answer = visitor.page.evaluate("fetch('/izin/v1/toko.js').then(r => r.text())")

    assert answer == "GET /izin /v1/toko.js https"
    assert visitor.page.get_by_text("Toko").is_visible()
    assert not world.outside()


def test_a_returning_page_takes_the_script_from_the_cache(world: World, visitor: Visitor) -> None:
    # By fetch(): scripts are also kept in the renderer's own memory, which proves less.
    html = f"<script>fetch('https://{SERVICE}/v1/toko.js').then(() => loaded = true)</script>"
    world.page(PAGE, "/", html)
    world.page(PAGE, "/next", html)
    fresh = {"Cache-Control": "max-age=300", "Access-Control-Allow-Origin": "*"}
    world.file(SERVICE, "/v1/toko.js", "", "text/javascript", fresh)

    for path in ("/", "/next"):
        visitor.open(f"https://{PAGE}{path}")
        visitor.page.wait_for_function("() => window.loaded")

    assert len(world.to(SERVICE)) == 1


def test_a_tag_of_google_is_answered_and_counted_as_outside(world: World, visitor: Visitor) -> None:
    tag = "https://www.googletagmanager.com/gtag/js?id=G-1"
    world.page(PAGE, "/", f'<script src="{tag}"></script>')

    visitor.open(f"https://{PAGE}/")
    world.settle(visitor.page)

    assert world.outside()[0].parameters == {"id": "G-1"}
    assert not visitor.errors


def test_a_stuck_path_answers_only_when_it_is_released(world: World, visitor: Visitor) -> None:
    world.page(PAGE, "/", "<p>Toko")
    world.file(PAGE, "/slow", "at last")
    world.stuck(PAGE, "/slow")
    visitor.open(f"https://{PAGE}/")
    visitor.page.evaluate("() => { fetch('/slow').then(async r => got = await r.text()) }")

    world.settle(visitor.page)
    before = visitor.page.evaluate("() => window.got")
    world.release(PAGE, "/slow")
    visitor.page.wait_for_function("() => window.got")

    assert before is None
    assert visitor.page.evaluate("() => window.got") == "at last"


def test_a_delayed_path_is_waited_for(world: World, visitor: Visitor) -> None:
    world.page(PAGE, "/", "<p>Toko")
    world.file(PAGE, "/slow", "at last")
    world.delay(PAGE, "/slow", 0.6)
    visitor.open(f"https://{PAGE}/")
    visitor.page.evaluate("() => { fetch('/slow').then(async r => got = await r.text()) }")

    world.settle(visitor.page)

    visitor.page.wait_for_function("() => window.got === 'at last'", timeout=1000)


def test_a_host_that_is_down_fails_once_and_comes_back(world: World, visitor: Visitor) -> None:
    world.page(PAGE, "/", "<p>Toko")
    world.service(PAGE, echo, prefix="/izin")
    visitor.open(f"https://{PAGE}/")
    ask = "fetch('/izin/').then(r => r.status, e => e.name)"
    world.clear()

    before = visitor.page.evaluate(ask)
    world.down(PAGE)
    meanwhile = visitor.page.evaluate(ask)
    world.up(PAGE)
    after = visitor.page.evaluate(ask)

    assert (before, meanwhile, after) == (200, "TypeError", 200)
    assert len(world.requests) == 3


def test_settle_works_while_the_clock_of_the_page_stands_still(
    world: World, visitor: Visitor
) -> None:
    world.page(PAGE, "/", "<p>Toko")
    visitor.page.clock.install(time=0)
    visitor.open(f"https://{PAGE}/")
    visitor.page.clock.pause_at(1000)
    started = time.monotonic()

    world.settle(visitor.page)

    assert 0.25 < time.monotonic() - started < 1.5


def test_an_error_nobody_caught_is_told_from_one_in_the_console(
    world: World, visitor: Visitor
) -> None:
    world.page(PAGE, "/", "<script>console.error('odd'); Promise.reject(Error('lost'))</script>")

    visitor.open(f"https://{PAGE}/")
    world.settle(visitor.page)

    assert {each.kind for each in visitor.errors} == {"console", "uncaught"}
    assert "lost" in visitor.uncaught()[0].text
    visitor.errors.clear()


@pytest.mark.parametrize(
    ("host", "google"),
    [
        ("www.googletagmanager.com", True),
        ("region1.google-analytics.com", True),
        ("1234567.fls.doubleclick.net", True),
        ("www.google.co.id", True),
        ("ep2.adtrafficquality.google", True),
        ("update.googleapis.com", False),
        ("accounts.google.com", False),
        ("notdoubleclick.net", False),
    ],
)
def test_the_hosts_of_google_tags_are_told_from_others(host: str, google: bool) -> None:
    assert is_google(host) is google


def test_what_a_visitor_sends_on_their_way_out_is_not_counted_to_the_next_test(
    world: World, new_visitor: NewVisitor
) -> None:
    world.page("www.toko.co.id", "/", "<h1>Toko</h1>")
    gone, staying = new_visitor(), new_visitor()
    agents = [each.page.evaluate("navigator.userAgent") for each in (gone, staying)]
    gone.open("https://www.toko.co.id/")
    world.clear()
    world.farewell(gone.mark)

    gone.page.evaluate("fetch('/?gone')")
    staying.open("https://www.toko.co.id/?staying")

    assert [each.query for each in world.requests] == ["staying"]
    assert agents[0].endswith(f" {gone.mark}")
    assert agents[1].endswith(f" {staying.mark}")
