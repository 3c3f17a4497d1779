"""A site with more cookies than a proxy reads: the choice is recorded all the same."""

from __future__ import annotations

import http.client
import re
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests import nginx
from tests.browser.conftest import OpenShop
from tests.browser.shop import Shop
from tests.browser.test_hosting import UNDER_A_PATH
from tests.browser.visitor import Visitor
from tests.browser.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MANY = """<script>for (let i = 0; i < {count}; i++)
  document.cookie = "ads" + i + "=" + "x".repeat(800) + "; path=/; domain=toko.co.id; secure"
</script>"""


def page(shop: Shop, count: int = 12) -> str:
    return shop.page(head=MANY.replace("{count}", str(count)))


def with_room_for(limit: int, answer: Response) -> Callable[[Any], Any]:
    """A server that answers by itself what has more cookies than that: nginx by 400, others 431."""

    def proxy(app: Any) -> Any:
        return lambda environ, start: (
            answer if len(environ.get("HTTP_COOKIE", "")) > limit else app
        )(environ, start)

    return proxy


@contextmanager
def behind_nginx(shop: Shop, site: str, folder: Path) -> Iterator[None]:
    """The shop's service, as the world reaches it through an nginx with this file."""
    service = make_server("127.0.0.1", 0, shop.app, threaded=True)
    serving = threading.Thread(target=service.serve_forever)
    serving.start()
    try:
        with nginx.nginx(folder, site, service=service.server_port) as port:
            shop.world.service(shop.service, through(port), prefix=shop.prefix)
            yield
    finally:
        service.shutdown()
        service.server_close()
        serving.join()


def through(port: int) -> WSGIApplication:
    """Carries a request to nginx, and its answer back."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE

    def carry(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        nginx = http.client.HTTPSConnection("127.0.0.1", port, context=trusting)
        path = environ.get("SCRIPT_NAME", "") + request.full_path
        nginx.request(request.method, path, request.get_data(), dict(request.headers))
        answer = nginx.getresponse()
        response = Response(answer.read(), answer.status, answer.getheaders())
        nginx.close()
        return response(environ, start_response)

    return carry


REFUSALS = {
    "nginx": Response("<html>Request Header Or Cookie Too Large", 400, mimetype="text/html"),
    "gunicorn": Response("<html>Request Header Fields Too Large", 431, mimetype="text/html"),
    "another": Response("", 413),
}


@pytest.mark.parametrize("answer", REFUSALS.values(), ids=REFUSALS.keys())
def test_a_choice_that_no_proxy_reads_with_cookies_is_sent_without(
    shop: Shop, world: World, visitor: Visitor, answer: Response
) -> None:
    shop.behind(with_room_for(4096, answer))
    visitor.open(page(shop))

    visitor.accept_all()
    visitor.recorded()
    visitor.page.wait_for_function("() => izin.has('analytics')")

    visitor.status.get_by_text("telah disimpan").wait_for()

    assert [kind for kind, _, _ in shop.acts()] == ["granted"]


def test_a_withdrawal_gets_through_too_and_holds(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    shop.behind(with_room_for(4096, REFUSALS["nginx"]))
    visitor.open(page(shop))
    visitor.accept_all()
    visitor.recorded()

    with visitor.reloading():
        visitor.reopen()
        visitor.withdraw_all()
    visitor.recorded()
    world.settle(visitor.page)

    assert [kind for kind, _, _ in shop.acts()] == ["granted", "withdrawn"]
    assert not visitor.has("analytics")


def test_where_the_service_is_away_the_cookies_are_not_blamed(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    visitor.open(shop.page())
    world.down(shop.service)
    visitor.refuse_all()
    visitor.status.get_by_text("gangguan sambungan").wait_for()

    world.up(shop.service)
    visitor.retry_now()
    visitor.recorded()
    cookies = [r.headers.get("cookie", "") for r in world.to(shop.service) if r.method == "POST"]

    assert shop.count() == 1
    assert len(cookies) >= 1
    (kept,) = (each for name, each in visitor.cookies().items() if "izin" in name[0])
    assert kept["value"]


@pytest.mark.parametrize("heading", ["On a subdomain", "Under a path of the site"])
def test_nginx_as_the_document_sets_it_reads_them_all(
    open_shop: OpenShop, world: World, visitor: Visitor, tmp_path: Path, heading: str
) -> None:
    hosting = UNDER_A_PATH if heading.startswith("Under") else {}
    shop = open_shop(**{**hosting, "proxies": "1"})

    with behind_nginx(shop, nginx.documented(heading), tmp_path):
        visitor.open(page(shop))
        visitor.accept_all()
        visitor.recorded()

    posts = [r for r in world.to(shop.service) if r.method == "POST"]
    assert [r.path.rpartition("/")[2] for r in posts] == ["decisions"]
    assert len(posts[0].headers["cookie"]) > 9000
    assert shop.count() == 1


def test_nginx_as_it_was_set_before_gets_the_choice_without_cookies(
    open_shop: OpenShop, world: World, visitor: Visitor, tmp_path: Path
) -> None:
    shop = open_shop(proxies="1")
    as_before = re.sub(r"\n *large_client_header.*", "", nginx.documented("On a subdomain"))

    with behind_nginx(shop, as_before, tmp_path):
        visitor.open(page(shop))
        visitor.refuse_all()
        visitor.recorded()

    assert [kind for kind, _, _ in shop.acts()] == ["refused"]
