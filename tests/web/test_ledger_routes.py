from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from werkzeug.test import TestResponse

from banner.core.checkpoint import Checkpoint, read_checkpoint
from banner.core.merkle import check_consistency, check_inclusion
from banner.ledger.check import check_ledger
from banner.store.schema import nodes
from tests.service import WORDS, Api, Clock, code_of, engine_of, json_of, service_of

PATH = "/v1/example/ledger"
EVENTS = [f"6f9619ff-8b86-4d01-b42d-00cf4fc964{number:02x}" for number in range(16)]


@pytest.fixture
def grown(app: Flask, clock: Clock) -> Api:
    """A service with three decisions signed, then seven."""
    api = Api(app)
    for event in EVENTS[:7]:
        assert api.decide(event=event).status_code == 201
        if event == EVENTS[2]:
            assert service_of(app).ledger.sign("example")
            clock.move(seconds=2)
    assert service_of(app).ledger.sign("example")
    return api


def get(client: FlaskClient, path: str) -> TestResponse:
    return client.get(f"{PATH}/{path}", headers={"Origin": "https://auditor.example.org"})


def numbers(response: TestResponse) -> list[bytes]:
    return [bytes.fromhex(hash) for hash in json_of(response)["proof"]]


def the_checkpoint(client: FlaskClient) -> Checkpoint:
    keys = get(client, "key").text.splitlines()
    return read_checkpoint(get(client, "checkpoint").text, keys)


def test_the_newest_checkpoint_is_text_that_the_published_keys_have_signed(
    grown: Api, client: FlaskClient
) -> None:
    response = get(client, "checkpoint")

    assert response.content_type == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=1"
    assert the_checkpoint(client).size == WORDS + 7
    assert the_checkpoint(client).origin == "izin.example.co.id/example"


def test_what_was_answered_is_stored_logged_and_signed(grown: Api, app: Flask) -> None:
    found = check_ledger(engine_of(app), keys=service_of(app).ledger.vkeys_named)

    assert [str(finding) for finding in found] == [
        "example: 11 leaves, 11 of them under a checkpoint; 7 records, 0 erased"
    ]


def test_a_record_is_proved_with_what_is_public(grown: Api, client: FlaskClient) -> None:
    checkpoint = the_checkpoint(client)

    response = get(client, "inclusion?position=4&size=11")

    told = json_of(response)
    assert (told["position"], told["size"]) == (4, 11)
    leaf = bytes.fromhex(told["leaf"])
    assert check_inclusion(leaf, 4, 11, numbers(response), checkpoint.root)
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_growth_is_proved_with_what_is_public(grown: Api, app: Flask, client: FlaskClient) -> None:
    stored = service_of(app).ledger._checkpoints.at_size("example", WORDS + 3)
    assert stored
    older = read_checkpoint(stored.note, get(client, "key").text.splitlines())
    newer = the_checkpoint(client)

    response = get(client, "consistency?from=7&to=11")

    assert json_of(response).keys() == {"from", "to", "proof"}
    assert check_consistency(7, 11, older.root, newer.root, numbers(response))


@pytest.mark.parametrize(
    "path",
    [
        "checkpoint",
        "key",
        "inclusion?position=0&size=7",
        "consistency?from=1&to=7",
        "inclusion?position=0&size=12",
        "inclusion",
    ],
)
def test_anyone_may_read_and_nobody_gets_a_cookie(
    grown: Api, client: FlaskClient, path: str
) -> None:
    response = get(client, path)

    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize("path", ["checkpoint", "key", "inclusion?position=0&size=7"])
def test_what_a_reader_has_already_is_not_sent_again(
    grown: Api, client: FlaskClient, path: str
) -> None:
    etag = get(client, path).headers["ETag"]

    again = client.get(f"{PATH}/{path}", headers={"If-None-Match": etag})

    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("inclusion?position=11&size=11", 404, "ledger_place"),
        ("inclusion?position=0&size=0", 404, "ledger_place"),
        ("inclusion?position=0&size=12", 404, "ledger_place"),
        (f"inclusion?position=0&size={10**17}", 404, "ledger_place"),
        ("consistency?from=0&to=7", 404, "ledger_place"),
        ("consistency?from=5&to=4", 404, "ledger_place"),
        ("consistency?from=5&to=12", 404, "ledger_place"),
        ("inclusion", 400, "query_refused"),
        ("inclusion?position=1", 400, "query_refused"),
        ("inclusion?position=-1&size=7", 400, "query_refused"),
        ("inclusion?position=01&size=7", 400, "query_refused"),
        ("inclusion?position=1.0&size=7", 400, "query_refused"),
        ("inclusion?position=%D9%A1&size=7", 400, "query_refused"),
        (f"inclusion?position=1&size={10**30}", 400, "query_refused"),
        ("inclusion?position=1&position=2&size=7", 400, "query_refused"),
        ("inclusion?position=1&size=7&more=1", 400, "query_refused"),
        ("consistency?from=a&to=7", 400, "query_refused"),
    ],
)
def test_what_cannot_be_proved_is_refused_with_its_code(
    grown: Api, client: FlaskClient, path: str, status: int, code: str
) -> None:
    response = get(client, path)

    assert (response.status_code, code_of(response)) == (status, code)
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["checkpoint", "key", "inclusion?position=0&size=1"])
def test_a_site_that_is_not_served_has_no_ledger(client: FlaskClient, path: str) -> None:
    response = client.get(f"/v1/elsewhere/ledger/{path}")

    assert (response.status_code, code_of(response)) == (404, "site_unknown")


def test_before_the_first_decision_there_is_no_checkpoint(client: FlaskClient) -> None:
    response = get(client, "checkpoint")

    assert (response.status_code, code_of(response)) == (404, "ledger_empty")
    assert get(client, "key").status_code == 200


def test_a_broken_ledger_proves_nothing(grown: Api, app: Flask, client: FlaskClient) -> None:
    with engine_of(app).begin() as connection:
        connection.execute(delete(nodes))

    response = get(client, "inclusion?position=0&size=7")

    assert (response.status_code, code_of(response)) == (500, "ledger_broken")
