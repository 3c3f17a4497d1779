from __future__ import annotations

import pytest
from flask import Flask

from tests.builders import ANALYTICS, PAGE
from tests.service import Api, code_of, json_of, token_of

HOSTILE = {
    "another site": "https://evil.example",
    "one that ends alike": "https://evilwww.example.co.id",
    "one that begins alike": "https://www.example.co.id.evil.example",
    "one letter less": "https://ww.example.co.id",
    "a subdomain of ours": "https://a.www.example.co.id",
    "a sibling of ours": "https://blog.example.co.id",
    "the service itself": "https://izin.example.co.id",
    "without https": "http://www.example.co.id",
    "another port": "https://www.example.co.id:8443",
    "port 80 with https": "https://www.example.co.id:80",
    "port 0": "https://www.example.co.id:0",
    "an empty port": "https://www.example.co.id:",
    "a dot at the end": "https://www.example.co.id.",
    "a path": "https://www.example.co.id/",
    "a user": "https://user@www.example.co.id",
    "ours as the user": "https://www.example.co.id@evil.example",
    "null": "null",
    "a star": "*",
    "a pattern": "https://*.example.co.id",
    "two of ours": f"{PAGE}, https://example.co.id",
    "two of ours with a space": f"{PAGE} https://example.co.id",
    "ours and another": f"{PAGE}, https://evil.example",
    "another and ours": f"https://evil.example {PAGE}",
    "a file": "file://",
    "an extension": "chrome-extension://abcdefghijklmnop",
    "nothing in it": "",
}
hostile = pytest.mark.parametrize("origin", HOSTILE.values(), ids=HOSTILE.keys())
CORS = ("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials")


@hostile
def test_a_decision_for_a_foreign_page_is_refused_and_leaves_no_row(
    app: Flask, origin: str
) -> None:
    api = Api(app, origin=origin)

    response = api.decide(*ANALYTICS)

    assert (response.status_code, code_of(response)) == (403, "origin_refused")
    assert not any(name in response.headers for name in CORS)
    assert "Set-Cookie" not in response.headers
    assert api.rows.count() == 0


@hostile
def test_a_release_for_a_foreign_page_is_refused_even_with_a_genuine_token(
    app: Flask, origin: str
) -> None:
    token = token_of(Api(app).decide(*ANALYTICS))

    response = Api(app, origin=origin).release(token)

    assert (response.status_code, code_of(response)) == (403, "origin_refused")
    assert not any(name in response.headers for name in CORS)


@hostile
@pytest.mark.parametrize("path", ["decisions", "release"])
def test_a_preflight_of_a_foreign_page_is_refused(app: Flask, origin: str, path: str) -> None:
    response = Api(app, origin=origin).ask(path)

    assert response.status_code == 403
    assert not any(name.startswith("Access-Control") for name, _ in response.headers)


@pytest.mark.parametrize("path", ["decisions", "release"])
def test_without_an_origin_nothing_is_decided_and_no_preflight_passes(
    app: Flask, path: str
) -> None:
    api = Api(app, origin=None)

    assert api.decide(*ANALYTICS).status_code == 403
    assert api.ask(path).status_code == 403
    assert api.rows.count() == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 200, id="the service's own page"),
        pytest.param({}, 200, id="a browser before Fetch Metadata"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 403, id="a sibling"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="another site"),
        pytest.param({"Sec-Fetch-Site": "none"}, 403, id="the address bar"),
        pytest.param({"Sec-Fetch-Site": "SAME-ORIGIN"}, 403, id="not as browsers write it"),
    ],
)
def test_a_get_without_an_origin_is_believed_only_as_same_origin(
    app: Flask, headers: dict[str, str], status: int
) -> None:
    token = token_of(Api(app).decide(*ANALYTICS))

    response = Api(app, origin=None).release(token, headers=headers)

    assert response.status_code == status
    assert not any(name in response.headers for name in CORS)


@pytest.mark.parametrize("origin", [PAGE, "https://example.co.id"])
def test_each_page_of_the_site_may_read_its_answers(app: Flask, origin: str) -> None:
    api = Api(app, origin=origin)

    accepted = api.decide(*ANALYTICS)
    refused = api.send(b"")
    released = api.release(json_of(accepted)["token"])

    for response in (accepted, refused, released):
        assert response.headers["Access-Control-Allow-Origin"] == origin
        assert response.headers["Access-Control-Allow-Credentials"] == "true"
        assert "Origin" in response.headers["Vary"]


@pytest.mark.parametrize(
    ("path", "method", "header"),
    [("decisions", "POST", "content-type"), ("release", "GET", "authorization")],
)
def test_a_preflight_of_the_site_allows_what_the_script_sends_and_no_more(
    api: Api, path: str, method: str, header: str
) -> None:
    response = api.ask(path)

    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == PAGE
    assert response.headers["Access-Control-Allow-Methods"] == method
    assert response.headers["Access-Control-Allow-Headers"] == header
    assert int(response.headers["Access-Control-Max-Age"]) <= 7200


def test_an_origin_that_names_its_own_port_is_the_same_origin(app: Flask) -> None:
    response = Api(app, origin="https://WWW.example.co.id:443").decide(*ANALYTICS)

    assert response.status_code == 201
    assert response.headers["Access-Control-Allow-Origin"] == PAGE


def test_a_forwarded_host_changes_nothing_without_a_proxy_setting(app: Flask) -> None:
    api = Api(app, origin="https://evil.example")

    response = api.send(b"{}", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})

    assert code_of(response) == "origin_refused"
