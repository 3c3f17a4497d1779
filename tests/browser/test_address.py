"""The script knows its service's address, whoever has carried it into a page and however."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.shop import Shop
from tests.browser.test_hosting import ANOTHER_SITE, UNDER_A_PATH, own_cookies
from tests.browser.visitor import Visitor
from tests.browser.world import World

HOSTINGS: dict[str, dict[str, Any]] = {
    "a path": UNDER_A_PATH,
    "a subdomain": {},
    "another site": ANOTHER_SITE,
}
each_hosting = pytest.mark.parametrize("hosting", HOSTINGS.values(), ids=HOSTINGS.keys())


def source_of(shop: Shop) -> str:
    """The script as a page gets it, to be carried into a page in another way."""
    answer = shop.app.test_client().get(
        f"/v1/{shop.site}.js",
        base_url=f"https://{shop.service}",
        environ_overrides={"SCRIPT_NAME": shop.prefix},
    )
    return answer.get_data(as_text=True)


def combined(shop: Shop) -> str:
    """An optimizer's file, on the page's own host."""
    text = f"window.theme = 1;\n{source_of(shop)}\nwindow.plugin = 1;"
    shop.world.file("www.toko.co.id", "/cache/all.js", text, "text/javascript")
    return '<script defer src="/cache/all.js"></script>'


def copied(shop: Shop) -> str:
    """The whole address below the optimizer's own, as some CDNs write it."""
    path = f"/https/{shop.service}/v1/toko.js"
    shop.world.file("cdn.example", path, source_of(shop), "text/javascript")
    return f'<script async src="https://cdn.example{path}"></script>'


def inlined(shop: Shop) -> str:
    return f"<script>{source_of(shop)}</script>"


def by_jquery(shop: Shop) -> str:
    """As jQuery evaluates what it has loaded: by an inline script that it takes out again."""
    return f"""<script>fetch("{shop.script}").then((answer) => answer.text()).then((text) => {{
      const made = document.createElement("script");
      made.text = text;
      document.head.appendChild(made).remove();
    }})</script>"""


def by_eval(shop: Shop) -> str:
    load = f'fetch("{shop.script}").then((answer) => answer.text())'
    return f"<script>{load}.then((text) => (0, eval)(text))</script>"


def by_module(shop: Shop) -> str:
    return f'<script type="module">import "{shop.script}"</script>'


def by_blob(shop: Shop) -> str:
    return f"""<script>fetch("{shop.script}").then((answer) => answer.blob()).then((text) => {{
      const made = document.createElement("script");
      made.src = URL.createObjectURL(new Blob([text], {{type: "text/javascript"}}));
      document.head.append(made);
    }})</script>"""


def base_before(shop: Shop) -> str:
    return f'<base href="https://cdn.example/a/">{shop.tag()}'


def base_behind(shop: Shop) -> str:
    tag = shop.tag().replace(f"https://{shop.service}", "") if shop.prefix else shop.tag()
    return f'{tag}<base href="https://cdn.example/a/">'


CARRIERS = [
    combined,
    copied,
    inlined,
    by_jquery,
    by_eval,
    by_module,
    by_blob,
    base_before,
    base_behind,
]
each_carrier = pytest.mark.parametrize("carry", CARRIERS, ids=lambda carry: carry.__name__)


def decisions(world: World) -> set[str]:
    """Where choices were sent, preflights included."""
    return {
        f"{request.host}{request.path}"
        for request in world.requests
        if request.path.endswith("/decisions")
    }


@each_hosting
@each_carrier
def test_a_choice_goes_to_the_service_however_the_script_has_come(
    open_shop: OpenShop,
    world: World,
    visitor: Visitor,
    carry: Callable[[Shop], str],
    hosting: dict[str, Any],
) -> None:
    shop = open_shop(**hosting)
    visitor.open(shop.page(tag=carry(shop)))

    visitor.accept_all()
    visitor.recorded()
    visitor.reopen()

    assert decisions(world) == {f"{shop.service}{shop.prefix}/v1/toko/decisions"}
    assert shop.count() == 1
    assert visitor.uncaught() == []


@pytest.mark.parametrize(
    "tag",
    [
        '<script async src="/izin/v1/toko.js"></script>',
        '<script async src="/izin/v1/toko.js?v=3"></script>',
        '<script async src="https://www.toko.co.id/izin/v1/toko.js"></script>',
        '<script async src="/izin/v1/toko.js"></script><base href="https://cdn.example/a/">',
    ],
    ids=["a path", "a query", "an address", "a base behind it"],
)
def test_a_tag_tells_the_path_that_a_proxy_has_taken_away_without_a_word(
    open_shop: OpenShop, world: World, visitor: Visitor, tag: str
) -> None:
    shop = open_shop(**UNDER_A_PATH)
    shop.behind(forgetting_its_path(shop))
    visitor.open(shop.page(tag=tag))

    visitor.accept_all()
    visitor.recorded()

    assert decisions(world) == {"www.toko.co.id/izin/v1/toko/decisions"}


def forgetting_its_path(shop: Shop) -> Callable[[Any], Any]:
    """A proxy that sets no `X-Forwarded-Prefix`."""

    def proxy(app: Any) -> Any:
        return lambda environ, start: app({**environ, "SCRIPT_NAME": ""}, start)

    return proxy


@pytest.mark.parametrize("host", ["www.toko.co.id.jahat.id", "wwwxtoko.co.id"])
def test_a_copy_at_an_address_that_looks_alike_is_not_taken_for_the_service(
    open_shop: OpenShop, world: World, visitor: Visitor, host: str
) -> None:
    shop = open_shop(**UNDER_A_PATH)
    world.file(host, "/izin/v1/toko.js", source_of(shop), "text/javascript")
    visitor.open(shop.page(tag=f'<script src="https://{host}/izin/v1/toko.js"></script>'))

    visitor.refuse_all()
    visitor.recorded()

    assert decisions(world) == {"www.toko.co.id/izin/v1/toko/decisions"}


def test_the_pages_nonce_is_found_where_no_tag_of_ours_has_it(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    policy = "script-src 'nonce-n' 'unsafe-eval'; connect-src https://izin.toko.co.id"
    tag = by_eval(shop).replace("<script>", '<script nonce="n">')
    visitor.open(shop.page(tag=tag, headers={"Content-Security-Policy": policy}))

    visitor.refuse_all()
    visitor.recorded()
    visitor.reopen()

    assert visitor.dialog.is_visible()


# --- frames without an address of their own ------------------------------------------------------


FRAMES = {
    "srcdoc": "frame.srcdoc = text",
    "about:blank": "frame.contentDocument.write(text); frame.contentDocument.close()",
    "a blob": "frame.src = URL.createObjectURL(new Blob([text], {type: 'text/html'}))",
}


@each_hosting
@pytest.mark.parametrize("how", FRAMES.values(), ids=FRAMES.keys())
def test_a_frame_without_an_address_keeps_a_choice_in_no_cookie_without_its_prefix(
    open_shop: OpenShop, world: World, visitor: Visitor, how: str, hosting: dict[str, Any]
) -> None:
    shop = open_shop(**hosting)
    text = json.dumps(f"<html lang=id><body>{shop.tag()}").replace("</", "<\\/")
    body = f"<iframe id=f></iframe><script>{{const frame = f, text = {text}; {how}}}</script>"
    visitor.open(shop.page(body=body, tag=""))
    frame = visitor.page.frames[1]
    frame.wait_for_function("() => window.izin && izin.site")

    frame.evaluate("() => void izin.accept()")
    frame.wait_for_function("() => izin.decision && !izin.decision.pending")

    assert {name for name, _ in own_cookies(visitor)} <= {
        "__Host-izin-toko",
        "__Secure-izin-toko",
    }
    assert decisions(world) == {f"{shop.service}{shop.prefix}/v1/toko/decisions"}


def test_a_sandboxed_frame_keeps_nothing_and_releases_nothing(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    text = f"<html lang=id><body>{shop.tag()}".replace('"', "&quot;")
    visitor.open(
        shop.page(body=f'<iframe sandbox="allow-scripts" srcdoc="{text}"></iframe>', tag="")
    )
    frame = visitor.page.frames[1]
    frame.wait_for_function("() => window.izin && izin.site")

    frame.evaluate("() => void izin.accept()")
    frame.wait_for_function("() => izin.decision")
    world.settle(visitor.page)

    assert own_cookies(visitor) == set()
    assert not world.outside()
    assert shop.count() == 0
