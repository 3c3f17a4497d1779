from __future__ import annotations

import gzip
import re
from typing import Any

import brotli
import pytest
import zstandard
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from banner.script.compose import integrity_of
from banner.script.elsewhere import MOST_ADDRESSES
from tests.builders import ANALYTICS, a_document, with_service
from tests.conftest import NewApp
from tests.service import Api, engine_of, service_of, token_of

URL = "/v1/example.js"
DECODERS = {
    "": bytes,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
    "gzip": gzip.decompress,
}
each_encoding = pytest.mark.parametrize("encoding", DECODERS)


def dialog_url(app: Flask, language: str = "id") -> str:
    addresses = service_of(app).bundles["example"].parts
    return "/v1/example/" + next(a for a in addresses if a.endswith(f"/dialog.{language}.js"))


@each_encoding
def test_each_encoding_is_the_same_script(client: FlaskClient, encoding: str) -> None:
    plain = client.get(URL)

    response = client.get(URL, headers={"Accept-Encoding": encoding})

    assert response.status_code == 200
    assert response.headers.get("Content-Encoding", "") == encoding
    assert DECODERS[encoding](response.data) == plain.data
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_a_refused_encoding_is_not_sent(client: FlaskClient) -> None:
    response = client.get(URL, headers={"Accept-Encoding": "br;q=0, zstd;q=0.0, gzip"})

    assert response.headers["Content-Encoding"] == "gzip"


def test_everyone_gets_the_same_bytes_and_headers(app: Flask) -> None:
    token = token_of(Api(app).decide(*ANALYTICS))
    client = app.test_client(use_cookies=False)
    strangers = [
        {},
        {"Cookie": f"__Host-izin-example={token}"},
        {"Authorization": f"Izin {token}"},
        {"Origin": "https://evil.example", "Referer": "https://evil.example/"},
        {"Accept-Language": "en"},
        {"User-Agent": "curl/8", "Sec-GPC": "1"},
        {"Host": "evil.example", "X-Forwarded-For": "10.0.0.1"},
    ]

    answers = [client.get(URL, headers=headers) for headers in strangers]

    assert len({answer.data for answer in answers}) == 1
    assert len({str(answer.headers) for answer in answers}) == 1


@pytest.mark.parametrize("what", ["script", "dialog"])
def test_no_cookie_goes_in_or_out(app: Flask, what: str) -> None:
    url = URL if what == "script" else dialog_url(app)

    headers = app.test_client().get(url).headers

    assert "Set-Cookie" not in headers
    assert headers["Vary"] == "Accept-Encoding"


def test_any_page_may_load_it_and_nothing_guesses_its_type(client: FlaskClient) -> None:
    headers = client.get(URL).headers

    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in headers
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_script_is_kept_for_an_hour_and_then_used_while_it_is_renewed(
    client: FlaskClient,
) -> None:
    control = client.get(URL).headers["Cache-Control"]

    assert control == "public, max-age=3600, stale-while-revalidate=86400"


@each_encoding
def test_a_cache_that_has_it_gets_304_and_no_body(client: FlaskClient, encoding: str) -> None:
    accept = {"Accept-Encoding": encoding}
    first = client.get(URL, headers=accept)

    again = client.get(URL, headers={**accept, "If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    assert again.headers["Vary"] == "Accept-Encoding"


def test_each_encoding_has_its_own_etag(client: FlaskClient) -> None:
    tags = {
        client.get(URL, headers={"Accept-Encoding": encoding}).headers["ETag"]
        for encoding in DECODERS
    }

    assert len(tags) == len(DECODERS)
    assert not any(tag.startswith("W/") for tag in tags)


def test_a_new_notice_is_a_new_script(new_app: NewApp) -> None:
    old = new_app().test_client().get(URL)
    notice = {**a_document()["notice"], "version": "2027-01-01"}

    new = new_app({"example": a_document(notice=notice)}).test_client()

    assert new.get(URL, headers={"If-None-Match": old.headers["ETag"]}).status_code == 200


def test_head_has_the_headers_and_no_body(client: FlaskClient) -> None:
    response = client.head(URL)

    assert (response.status_code, response.data) == (200, b"")
    assert response.headers["ETag"] == client.get(URL).headers["ETag"]


@pytest.mark.parametrize(
    "name", ["example.js", "example..", "..%2fexample", "%00", "example%0a", "x%22;alert(1);%22"]
)
def test_the_script_of_an_unknown_site_does_not_exist(client: FlaskClient, name: str) -> None:
    response = client.get(f"/v1/{name}.js")

    assert response.status_code == 404
    assert response.is_json
    assert "public" not in response.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["other", "Example", "example.co.id", "other.co.id", "exampel"])
def test_a_mistyped_name_gets_a_script_that_says_so_in_the_console(
    client: FlaskClient, name: str
) -> None:
    response = client.get(f"/v1/{name}.js")

    if response.status_code == 404:  # the name of a site, and something like a pin
        assert name == "example.co.id"
        return
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert response.text.startswith('console.error("izin: ')
    assert name not in response.text.replace("/v1/<site>.js", "")


def test_what_is_not_there_can_be_seen_as_that_by_any_page(app: Flask) -> None:
    for url in (pinned_url(app)[:-5] + "x.js", "/v1/example/AAAAAAAAAAAAAAAA/dialog.id.js"):
        response = app.test_client().get(url)

        assert response.status_code == 404
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


# --- the address that the script knows -----------------------------------------------------------


def at(app: Flask, path: str = "", **headers: str) -> str:
    """The address in the script, as a proxy asks for it that has taken ``path`` away."""
    response = app.test_client().get(URL, headers=headers, environ_overrides={"SCRIPT_NAME": path})
    [found] = re.findall(r'at:"([^"]+)"', response.text)
    return str(found)


def test_the_script_knows_the_service_by_its_setting(app: Flask) -> None:
    assert at(app) == "https://izin.example.co.id/v1/example"


def test_a_path_in_the_setting_is_known_whatever_a_proxy_says(new_app: NewApp) -> None:
    app = new_app(url="https://www.example.co.id/izin", proxies="1")

    assert at(app) == at(app, **{"X-Forwarded-Prefix": "/jahat"})
    assert at(app) == "https://www.example.co.id/izin/v1/example"


@pytest.mark.parametrize("asked", ["/v1/example.js", "/izin/v1/example.js"])
def test_a_proxy_may_have_left_the_path_where_it_is(new_app: NewApp, asked: str) -> None:
    app = new_app(url="https://www.example.co.id/izin")

    assert app.test_client().get(asked).status_code == 200


def test_a_path_that_a_proxy_tells_is_known_by_proxies_that_are_counted(new_app: NewApp) -> None:
    told = {"X-Forwarded-Prefix": "/izin"}

    assert at(new_app(proxies="1"), **told) == "https://izin.example.co.id/izin/v1/example"
    assert at(new_app(), **told) == "https://izin.example.co.id/v1/example"


def test_no_more_paths_are_composed_for_than_a_service_can_have(new_app: NewApp) -> None:
    app = new_app()

    known = [at(app, f"/jahat-{number}") for number in range(MOST_ADDRESSES + 2)]

    assert known[-2:] == ["https://izin.example.co.id/v1/example"] * 2
    assert len(set(known)) == MOST_ADDRESSES + 1
    assert at(app, "/jahat-1") == known[1]


def test_a_script_under_a_path_has_an_etag_of_its_own(app: Flask) -> None:
    client = app.test_client()

    plain = client.get(URL).headers["ETag"]
    under = client.get(URL, environ_overrides={"SCRIPT_NAME": "/izin"})

    assert under.headers["ETag"] != plain
    assert under.headers["Cache-Control"] == "public, max-age=3600, stale-while-revalidate=86400"


@each_encoding
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_part_is_kept_for_ever(app: Flask, language: str, encoding: str) -> None:
    client, url = app.test_client(), dialog_url(app, language)

    response = client.get(url, headers={"Accept-Encoding": encoding})

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert DECODERS[encoding](response.data) == client.get(url).data


@pytest.mark.parametrize(
    "name",
    [
        "AAAAAAAAAAAAAAAA/dialog.id.js",
        "{hash}x/dialog.id.js",
        "{hash}/dialog.jv.js",
        "{hash}/dialog.ID.js",
        "{hash}/dialog.js",
        "{hash}/.id.js",
        "{hash}/script.id.js",
        "{hash}/..%2fdialog.id.js",
    ],
)
def test_a_part_of_another_name_does_not_exist_and_is_not_kept(app: Flask, name: str) -> None:
    hash = dialog_url(app, "id").split("/")[-2]

    response = app.test_client().get("/v1/example/" + name.format(hash=hash))

    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"


def test_the_part_of_an_unknown_site_does_not_exist(app: Flask) -> None:
    url = dialog_url(app).replace("example", "other")

    assert app.test_client().get(url).status_code == 404


def test_a_database_that_is_away_does_not_keep_the_script_from_pages(new_app: NewApp) -> None:
    app = new_app()
    with engine_of(app).begin() as connection:
        connection.execute(text("DROP TABLE records"))

    assert app.test_client().get(URL).status_code == 200
    assert app.test_client().get(dialog_url(app)).status_code == 200


# --- the pinned script -----------------------------------------------------------------------


def code_of(response: TestResponse) -> str:
    return str(response.get_json()["error"]["code"])


def pinned_url(app: Flask) -> str:
    return f"/v1/example.{service_of(app).bundles['example'].pin}.js"


@each_encoding
def test_a_pinned_script_is_kept_for_ever_and_is_what_its_integrity_says(
    app: Flask, encoding: str
) -> None:
    bundle = service_of(app).bundles["example"]

    response = app.test_client().get(pinned_url(app), headers={"Accept-Encoding": encoding})

    content = DECODERS[encoding](response.data)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert integrity_of(content) == integrity_of(bundle.pinned.plain)


@pytest.mark.parametrize("pin", ["AAAAAAAAAAAAAAAA", "{pin}x", "{pin}.{pin}", "js", "%2e"])
def test_another_pinned_script_does_not_exist_and_its_absence_is_not_kept(
    app: Flask, pin: str
) -> None:
    pin = pin.format(pin=service_of(app).bundles["example"].pin)

    response = app.test_client().get(f"/v1/example.{pin}.js")

    assert response.status_code == 404
    assert code_of(response) in ("script_unknown", "site_unknown")
    assert response.headers["Cache-Control"] == "no-store"


def test_the_pinned_script_of_an_unknown_site_does_not_exist(app: Flask) -> None:
    response = app.test_client().get(pinned_url(app).replace("example", "other"))

    assert (response.status_code, code_of(response)) == (404, "site_unknown")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"notice": {**a_document()["notice"], "revision": 2}}, id="words"),
        pytest.param({"look": {"accent": "#8250df"}}, id="a colour"),
        pytest.param(with_service("google-analytics", measurement_id="G-OTHER12345"), id="a tag"),
    ],
)
def test_any_change_is_another_pinned_script(
    app: Flask, new_app: NewApp, change: dict[str, Any]
) -> None:
    other = new_app({"example": {**a_document(), **change}})

    assert pinned_url(other) != pinned_url(app)
