from __future__ import annotations

import pytest
from flask import Flask

from tests.builders import PAGE
from tests.conftest import NewApp
from tests.service import Api, code_of, json_of


def test_a_page_that_the_file_names_hears_nothing_more(app: Flask) -> None:
    response = Api(app, origin=PAGE).ask("origin", "POST")

    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "origin", ["https://blog.example.co.id", "http://www.example.co.id", "https://xn--caf-dma.id"]
)
def test_another_page_hears_the_line_that_is_missing(app: Flask, origin: str) -> None:
    response = Api(app, origin=origin).ask("origin", "POST")

    assert (response.status_code, code_of(response)) == (403, "origin_refused")
    message = json_of(response)["error"]["message"]
    assert f'origins = [..., "{origin}"]' in message
    assert "in example.toml" in message
    assert PAGE not in message
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("origin", ["null", "", "file://", '"><script>', "https://a.id/b", None])
def test_what_is_no_origin_is_not_repeated(app: Flask, origin: str | None) -> None:
    response = Api(app, origin=origin).ask("origin", "POST")

    assert (response.status_code, code_of(response)) == (403, "origin_refused")
    assert "no origin that a site's file could name" in json_of(response)["error"]["message"]
    assert "script>" not in response.text


def test_asking_is_limited_and_stores_nothing(new_app: NewApp) -> None:
    app = new_app(limit_client="1 per minute")
    client = app.test_client()
    headers = {"Origin": "https://blog.example.co.id"}
    somewhere = {"REMOTE_ADDR": "203.0.113.7"}

    statuses = [
        client.post("/v1/example/origin", headers=headers, environ_overrides=somewhere).status_code
        for _ in range(30)
    ]

    assert statuses[0] == 403
    assert statuses[-1] == 429
    assert Api(app).rows.count() == 0
