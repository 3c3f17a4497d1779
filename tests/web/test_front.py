"""What a person finds at the service's own address."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask

from banner.i18n import catalogue
from tests.conftest import NewApp
from tests.service import service_of


def test_the_address_of_the_service_says_what_it_is_in_both_languages(app: Flask) -> None:
    response = app.test_client().get("/")

    page = unescape(response.get_data(as_text=True))
    assert (response.status_code, response.mimetype) == (200, "text/html")
    for language in ("id", "en"):
        assert f'<section lang="{language}"' in page
        assert catalogue(language)["front.what"] in page
        assert f"“{catalogue(language)['control']}”" in page


def test_it_names_no_site_and_asks_nobody_for_anything(app: Flask) -> None:
    response = app.test_client().get("/")

    page = response.get_data(as_text=True)
    for site in service_of(app).sites.values():
        assert site.controller.name not in page
        assert not re.search(rf"\b{site.id}\b", page)
        assert not [str(origin) for origin in site.origins if str(origin) in page]
    assert {*re.findall(r'(?:src|href|action|url)\s*[=(]\s*"?([^" )]*)', page)} == {"verify"}
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in response.headers


def test_caches_may_keep_it_for_everyone(app: Flask) -> None:
    client = app.test_client()
    first = client.get("/", headers={"Accept-Language": "en"})

    again = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    other = client.get("/", headers={"Accept-Language": "id"})

    assert first.headers["Cache-Control"] == "public, max-age=3600"
    assert "Vary" not in first.headers
    assert again.status_code == 304
    assert other.data == first.data


def test_the_demo_keeps_its_own_first_page(new_app: NewApp) -> None:
    app = new_app(demo="1", url="http://localhost:8000")

    response = app.test_client().get("/")

    assert response.status_code == 302
    assert "front" not in app.blueprints
