from __future__ import annotations

import logging

import pytest
from flask import Flask
from sqlalchemy import text

from tests.service import code_of, engine_of


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_a_service_that_works_says_ok(app: Flask, path: str) -> None:
    response = app.test_client().get(path)

    assert (response.status_code, response.text) == (200, "ok\n")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_without_its_database_the_service_lives_and_is_not_ready(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with engine_of(app).begin() as connection:
        connection.execute(text("DROP TABLE records"))
    caplog.set_level(logging.ERROR, "izin")

    alive, ready = (app.test_client().get(path) for path in ("/livez", "/readyz"))

    assert alive.status_code == 200
    assert (ready.status_code, code_of(ready)) == (503, "store_unavailable")
    assert int(ready.headers["Retry-After"]) > 0
    assert "the store is unavailable: no such table" in caplog.text
    assert "SELECT" not in caplog.text


@pytest.mark.parametrize("path", ["/", "/v1/", "/v1/example", "/nothing", "/v1/example/decisions/"])
def test_what_does_not_exist_is_said_so_in_the_same_form(app: Flask, path: str) -> None:
    response = app.test_client().get(path)

    assert (response.status_code, code_of(response)) == (404, "not_found")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
