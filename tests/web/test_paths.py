"""No path leads anywhere that a request's `Host` names, or asks the database what it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask

from tests.conftest import NewApp
from tests.routes import HOST, PART, VALUES, Visit, a_visit

ELSEWHERE = "attacker.example"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@pytest.mark.parametrize(
    "path",
    [
        "//",
        "//v1/example.js",
        "/v1//example.js",
        "/v1/example//preferences",
        "/v1/example/preferences//",
        "/v1/example/preferences/",
        "/v1/example/records/",
        "/v1/example/ledger//checkpoint",
        f"//{ELSEWHERE}/v1/example.js",
        f"/v1/example/notices//{ELSEWHERE}/id",
        f"//{ELSEWHERE}/%2e%2e/livez",
        "/livez/",
        "///livez",
    ],
)
def test_a_path_with_too_many_slashes_leads_nowhere(app: Flask, path: str, method: str) -> None:
    client = app.test_client()

    response = client.open(
        "/", method=method, headers={"Host": ELSEWHERE}, environ_overrides={"PATH_INFO": path}
    )

    assert response.status_code in (200, 404, 405)
    assert "Location" not in response.headers
    assert ELSEWHERE not in response.get_data(as_text=True)


NUL = "a\0b"
"""What SQLite stores, and PostgreSQL takes for no text."""


def test_text_that_no_database_can_hold_is_unknown_and_no_fault_of_the_database(
    new_app: NewApp, engine_url: str
) -> None:
    visit = a_visit(new_app, database_url=engine_url)
    asked = [
        *addresses_with(NUL, visit),
        f"/v1/example/records?before={quote(NUL)}",
        f"/v1/example/preferences?lang={quote(NUL)}",
    ]

    answers = {path: visit.client.get(path, base_url=HOST).status_code for path in asked}
    answers["form"] = visit.client.post(
        "/v1/example/records", base_url=HOST, data={"token": visit.token, "before": NUL}
    ).status_code

    assert {path: status for path, status in answers.items() if status >= 500} == {}


def addresses_with(text: str, visit: Visit) -> Iterator[str]:
    """Every address that can be got, with this text in each of its parts in turn."""
    for rule in visit.app.url_map.iter_rules():
        parts = PART.findall(rule.rule) if "GET" in (rule.methods or ()) else []
        for changed in parts:
            address = rule.rule
            for whole, part in {each[0]: each[1] for each in PART.finditer(rule.rule)}.items():
                value = text if part == changed else VALUES[part](visit, rule.endpoint)
                address = address.replace(whole, quote(value))
            yield address
