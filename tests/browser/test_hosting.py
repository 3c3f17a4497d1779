"""The three ways to host Izin, each with hosts of its own, and who is kept out of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Response as Heard
from playwright.sync_api import expect
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from banner.core.errors import SettingsWrong
from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PAGE = "https://www.toko.co.id"
GRANTED = "/v1/toko/decisions"

UNDER_A_PATH = {
    "service": "www.toko.co.id",
    "prefix": "/izin",
    "domain": None,
    "origins": (PAGE,),
}
ANOTHER_SITE = {"service": "izin.lain.id", "domain": None, "origins": (PAGE,)}
GOVERNMENT = {
    "service": "izin.dinas.go.id",
    "domain": "dinas.go.id",
    "origins": ("https://www.dinas.go.id", "https://layanan.dinas.go.id"),
}


def accept(visitor: Visitor, address: str) -> Heard:
    """Open the page and accept; the service's answer."""
    visitor.open(address)
    with visitor.page.expect_response(lambda response: GRANTED in response.url) as answer:
        visitor.accept_all()
    visitor.recorded()
    return answer.value


def set_cookies(response: Heard) -> list[str]:
    """What the answer sets, each split at its semicolons, the value left out."""
    values = response.header_values("set-cookie")
    return [value.partition("=")[0] + ";" + value.partition(";")[2] for value in values]


def attributes(cookie: str) -> set[str]:
    return {part.strip() for part in cookie.split(";")}


def own_cookies(visitor: Visitor) -> set[tuple[str, str]]:
    return {key for key in visitor.cookies() if "izin" in key[0]}


def preflights(world: World) -> list[str]:
    return [str(request) for request in world.requests if request.method == "OPTIONS"]


def listening(statuses: list[str]) -> Callable[[WSGIApplication], WSGIApplication]:
    """Notes what the service answers: preflights and blocked answers stay in the browser."""

    def proxy(app: WSGIApplication) -> WSGIApplication:
        def note(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            body, status, headers = run_wsgi_app(app, environ, buffered=True)
            statuses.append(f"{environ['REQUEST_METHOD']} {status[:3]}")
            return Response(body, status, headers)(environ, start_response)

        return note

    return proxy


# --- under a path of the same host ---------------------------------------------------------------


def test_under_a_path_the_answer_sets_a_cookie_of_this_host_alone(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(**UNDER_A_PATH)

    answer = accept(visitor, shop.page())
    world.settle(visitor.page)

    (cookie,) = set_cookies(answer)
    assert cookie.startswith("__Host-izin-toko;")
    assert {"Secure", "Path=/", "SameSite=Lax", "Max-Age=15897600"} <= attributes(cookie)
    assert "Domain" not in cookie
    assert "HttpOnly" not in cookie
    assert own_cookies(visitor) == {("__Host-izin-toko", "www.toko.co.id")}
    assert preflights(world) == []
    assert visitor.has("analytics")


def test_under_a_path_a_returning_page_asks_for_nothing(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(**UNDER_A_PATH)
    accept(visitor, shop.page())
    world.settle(visitor.page)
    world.clear()

    visitor.open(shop.page("/lain"))
    world.settle(visitor.page)

    assert shop.asked() == []
    assert visitor.has("analytics")
    assert world.outside()


def test_under_a_path_without_storage_the_cookie_alone_gets_the_release(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(**UNDER_A_PATH)
    accept(visitor, shop.page())
    visitor.page.evaluate("() => localStorage.clear()")
    world.clear()

    visitor.open(shop.page("/lain"))
    world.settle(visitor.page)

    assert shop.asked() == ["GET /v1/toko/release"]
    assert preflights(world) == []
    assert visitor.has("analytics")


# --- on a subdomain ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "pages", "domain"),
    [
        ({}, ("www.toko.co.id", "shop.toko.co.id"), "toko.co.id"),
        (GOVERNMENT, ("www.dinas.go.id", "layanan.dinas.go.id"), "dinas.go.id"),
    ],
    ids=["co.id", "go.id"],
)
def test_a_choice_on_one_host_holds_on_its_sibling(
    open_shop: OpenShop,
    world: World,
    visitor: Visitor,
    options: dict[str, object],
    pages: tuple[str, str],
    domain: str,
) -> None:
    shop = open_shop(**options)
    first, second = (shop.page(host=host) for host in pages)

    answer = accept(visitor, first)
    world.settle(visitor.page)
    world.clear()
    visitor.open(second)
    visitor.page.wait_for_function("() => izin.has && izin.has('analytics')")
    world.settle(visitor.page)

    (cookie,) = set_cookies(answer)
    assert cookie.startswith("__Secure-izin-toko;")
    assert {f"Domain={domain}", "Secure", "SameSite=Lax", "Path=/"} <= attributes(cookie)
    assert own_cookies(visitor) == {("__Secure-izin-toko", f".{domain}")}
    assert shop.asked() == ["GET /v1/toko/release"]
    assert not visitor.banner.is_visible()
    assert world.outside()
    assert shop.count() == 1


@pytest.mark.parametrize(
    "way",
    [
        {"service": "www.toko.co.id", "prefix": "/izin", "domain": "toko.co.id"},
        {"service": "izin.lain.id", "domain": "toko.co.id"},
    ],
    ids=["under a path", "on another site"],
)
def test_with_a_domain_hosts_share_a_choice_wherever_the_service_is(
    open_shop: OpenShop, world: World, visitor: Visitor, way: dict[str, object]
) -> None:
    shop = open_shop(**way)
    first, second = (shop.page(host=host) for host in ("www.toko.co.id", "shop.toko.co.id"))

    accept(visitor, first)
    world.settle(visitor.page)
    visitor.open(second)
    visitor.page.wait_for_function("() => izin.has && izin.has('analytics')")

    assert own_cookies(visitor) == {("__Secure-izin-toko", ".toko.co.id")}
    assert not visitor.banner.is_visible()
    assert shop.count() == 1


@pytest.mark.parametrize("domain", ["co.id", "go.id", "id"])
def test_a_public_suffix_is_no_domain_for_a_cookie(open_shop: OpenShop, domain: str) -> None:
    origin = f"https://www.toko.{domain}"

    with pytest.raises(SettingsWrong, match=r"cookie\.domain"):
        open_shop(domain=domain, origins=(origin,))


# --- on another site altogether ------------------------------------------------------------------


def test_on_another_site_the_page_itself_keeps_the_choice(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(**ANOTHER_SITE)

    answer = accept(visitor, shop.page())
    world.settle(visitor.page)

    assert set_cookies(answer) == []
    assert not any("lain.id" in domain for _, domain in visitor.cookies())
    assert own_cookies(visitor) == {("__Host-izin-toko", "www.toko.co.id")}
    assert not any("cookie" in request.headers for request in world.to(shop.service))
    assert visitor.has("analytics")


def test_on_another_site_a_returning_page_asks_for_nothing(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(**ANOTHER_SITE)
    accept(visitor, shop.page())
    world.settle(visitor.page)
    world.clear()

    visitor.open(shop.page("/lain"))
    world.settle(visitor.page)

    assert world.to(shop.service) == ()
    assert visitor.has("analytics")
    assert world.outside()


def test_on_another_site_the_token_travels_in_the_request(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    shop = open_shop(**ANOTHER_SITE)
    accept(visitor, shop.page())
    visitor.page.evaluate("() => localStorage.clear()")
    world.clear()

    visitor.open(shop.page("/lain"))
    visitor.page.wait_for_function("() => izin.has && izin.has('analytics')")
    world.settle(visitor.page)

    (request,) = (each for each in world.to(shop.service) if each.method == "GET")
    token = visitor.cookies()["__Host-izin-toko", "www.toko.co.id"]["value"]
    assert request.headers["authorization"] == f"Izin {token}"
    assert "cookie" not in request.headers


# --- who is kept out -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin",
    [
        "https://www.jahat.id",
        "https://www.toko.co.id.jahat.id",
        "https://blog.toko.co.id",
        "https://www.toko.co.id:8443",
        "http://www.toko.co.id",
    ],
    ids=["another site", "a suffix", "a sibling", "another port", "without TLS"],
)
def test_a_page_that_the_file_does_not_name_gets_nothing_recorded(
    shop: Shop, world: World, visitor: Visitor, origin: str
) -> None:
    host = origin.partition("://")[2].partition(":")[0]
    statuses: list[str] = []
    shop.behind(listening(statuses))
    shop.page(host=host, body="<button onclick='this.textContent = 1'>Beli</button>")
    visitor.open(origin + "/")
    visitor.banner.wait_for()

    visitor.accept_all()
    # Once more without a preflight, which is all that would stop a page in the browser.
    visitor.page.evaluate(
        "address => fetch(address, {method: 'POST', mode: 'no-cors', body: '{}'}).catch(() => 0)",
        f"https://{shop.service}{GRANTED}",
    )
    visitor.status.get_by_text("belum dapat dicatat").wait_for()
    visitor.page.get_by_role("button", name="Beli").click()
    world.settle(visitor.page)

    assert sorted(set(statuses)) == ["GET 200", "OPTIONS 403", "POST 403"]
    assert shop.count() == 0
    assert own_cookies(visitor) == set()
    assert not visitor.has("analytics")
    assert not world.outside()
    assert visitor.page.get_by_role("button", name="1").is_visible()


def test_a_page_that_the_file_does_not_name_is_not_told_what_a_siblings_choice_opens(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    accept(visitor, shop.page())
    visitor.open("about:blank")
    world.settle(visitor.page)
    world.clear()

    visitor.open(shop.page(host="blog.toko.co.id"))
    world.settle(visitor.page)

    assert not visitor.has("analytics")
    assert not world.outside()


# --- cookies of others ---------------------------------------------------------------------------


def test_two_different_values_of_the_cookie_mean_undecided(
    shop: Shop, world: World, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    somebody = new_visitor()
    accept(somebody, shop.page())
    genuine = somebody.cookies()["__Secure-izin-toko", ".toko.co.id"]["value"]
    toss = f"__Secure-izin-toko={genuine}; secure; domain=toko.co.id; path=/produk"
    world.page("jahat.toko.co.id", "/", f"<script>document.cookie = '{toss}'</script>")
    accept(visitor, shop.page())
    world.settle(visitor.page)
    visitor.open("https://jahat.toko.co.id/")
    world.settle(visitor.page)
    world.clear()

    visitor.open(shop.page("/produk/1"))
    visitor.banner.wait_for()
    world.settle(visitor.page)
    opened_on_the_path = [world.outside(), visitor.decision(), visitor.has("analytics")]
    visitor.open(shop.page("/lain"))
    world.settle(visitor.page)

    assert opened_on_the_path == [(), None, False]
    assert visitor.has("analytics")


def test_a_refusal_holds_where_a_sibling_host_has_tossed_a_cookie(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    world.page(
        "jahat.toko.co.id",
        "/",
        "<script>for (const path of ['/', '/produk'])"
        " document.cookie = `__Secure-izin-toko=${path.length}; secure;"
        " domain=toko.co.id; path=${path}`</script>",
    )
    visitor.open("https://jahat.toko.co.id/")
    visitor.open(shop.page("/produk/1"))

    visitor.refuse_all()
    decision = visitor.recorded()
    world.settle(visitor.page)

    assert not any(decision["categories"].values())
    assert [kind for kind, _, _ in shop.acts()] == ["refused"]
    assert not world.outside()


@pytest.mark.parametrize("value", ["", 'bukan "token"', "x" * 3000], ids=["empty", "odd", "long"])
def test_a_cookie_that_is_no_token_does_not_keep_the_visitor_from_choosing(
    shop: Shop, world: World, visitor: Visitor, value: str
) -> None:
    toss = f"__Secure-izin-toko={value}; secure; domain=toko.co.id; path=/"
    world.page("jahat.toko.co.id", "/", f"<script>document.cookie = '{toss}'</script>")
    visitor.open("https://jahat.toko.co.id/")

    answer = accept(visitor, shop.page())
    world.settle(visitor.page)

    assert answer.status == 201
    assert shop.count() == 1
    assert visitor.has("analytics")


# --- several scripts on one page -----------------------------------------------------------------


@pytest.mark.shows(
    "Hostile pages: Two sites' scripts",
    "Two sites' tags on one page: a banner, a cookie and a record for each.",
)
def test_two_sites_on_one_page_keep_two_cookies(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    first, second = open_shop(), open_shop(site="dua")
    tags = f'<script src="{first.script}"></script><script src="{second.script}"></script>'
    visitor.open(first.page(tag=tags))

    visitor.banner.first.get_by_role("button", name=visitor.names.refuse_all).click()
    visitor.page.evaluate("() => izin.refuse()")
    world.settle(visitor.page)

    assert own_cookies(visitor) == {
        ("__Secure-izin-toko", ".toko.co.id"),
        ("__Secure-izin-dua", ".toko.co.id"),
    }
    assert {row["site"] for row in first.rows()} == {"toko", "dua"}
    assert visitor.page.evaluate("() => izin.site") == "toko"
    assert visitor.errors == []


def test_two_sites_on_one_page_set_the_defaults_of_consent_mode_once(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    first, second = open_shop(), open_shop(site="dua")
    tags = f'<script src="{first.script}"></script><script src="{second.script}"></script>'
    visitor.open(first.page(tag=tags))

    accept = visitor.page.get_by_role("button", name=visitor.names.accept_all)
    for count in (2, 1):
        expect(accept).to_have_count(count)
        accept.first.click()  # the one on top: it came last
    expect(accept).to_have_count(0)
    world.settle(visitor.page)

    said = visitor.page.evaluate("dataLayer.filter((e) => e[0] === 'consent').map((e) => e[1])")
    assert said[0] == "default"
    assert said.count("default") == 1
    assert said.count("update") >= 2
    assert {row["site"] for row in first.rows()} == {"toko", "dua"}


@pytest.mark.shows(
    "Hostile pages: A script that comes twice",
    "The tag stands in the head twice and in the body once more.",
)
def test_the_same_script_twice_is_one_banner_and_one_record(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page(tag=shop.tag() + shop.tag(), body=shop.tag()))
    visitor.banner.first.wait_for()
    world.settle(visitor.page)
    banners = visitor.banner.count()

    visitor.refuse_all()
    visitor.recorded()
    world.settle(visitor.page)

    assert banners == 1
    assert shop.count() == 1
    assert visitor.page.get_by_role("button", name=visitor.names.dialog).count() <= 1


def test_what_one_of_two_tags_has_released_the_other_leaves_alone(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    services = """
[services.peta]
product = "embed"
category = "preferences"
host = "maps.example.org"
retention = "1 months"
"""
    shop = open_shop(services=services)
    world.file("maps.example.org", "/embed", "<p>Peta</p>", "text/html")
    frame = '<iframe data-izin="peta" data-izin-src="https://maps.example.org/embed"></iframe>'
    visitor.open(shop.page(tag=shop.tag() + shop.tag(), body=frame))
    visitor.accept_all()
    visitor.recorded()
    visitor.page.frame_locator("iframe").get_by_text("Peta").wait_for()

    visitor.page.evaluate("() => document.querySelector('main').append('Baru')")
    visitor.page.wait_for_timeout(300)

    assert visitor.page.frame_locator("iframe").get_by_text("Peta").count() == 1
    assert shop.count() == 1
