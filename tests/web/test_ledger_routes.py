from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from werkzeug.test import TestResponse

from banner.core.canonical import canonical
from banner.core.checkpoint import Checkpoint, notes_in, read_checkpoint
from banner.core.merkle import check_consistency, check_inclusion, leaf_hash
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


# --- what was ever signed ------------------------------------------------------------------


def test_every_checkpoint_can_be_compared_with_one_from_elsewhere(
    grown: Api, app: Flask, client: FlaskClient
) -> None:
    keys = get(client, "key").text.splitlines()

    response = get(client, "checkpoints")

    sizes = [read_checkpoint(note, keys).size for note in notes_in(response.text)]
    assert sizes == [WORDS + 3, WORDS + 7]
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=1"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Link" not in response.headers


def test_the_history_comes_in_pages_that_never_change(
    grown: Api, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banner.web.ledger.PAGE", 1)

    first = get(client, "checkpoints")
    second = get(client, f"checkpoints?from={WORDS + 7}")

    assert first.headers["Link"] == f'<checkpoints?from={WORDS + 7}>; rel="next"'
    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert f"\n{WORDS + 3}\n" in first.text
    assert f"\n{WORDS + 7}\n" in second.text
    assert "Link" not in second.headers
    assert get(client, f"checkpoints?from={WORDS + 8}").text == ""


@pytest.mark.parametrize("query", ["?from=-1", "?from=", "?from=1&from=2", "?to=1", "?from=x"])
def test_a_history_that_cannot_be_understood_is_refused(
    grown: Api, client: FlaskClient, query: str
) -> None:
    response = get(client, f"checkpoints{query}")

    assert (response.status_code, code_of(response)) == (400, "query_refused")


def test_a_log_tells_its_names_and_proves_what_it_says_of_them(
    grown: Api, app: Flask, client: FlaskClient, clock: Clock
) -> None:
    older = the_checkpoint(client)
    clock.move(seconds=2)
    begun = service_of(app).ledger.go_on("example")
    assert service_of(app).ledger.sign("example")

    told = json_of(get(client, "names"))

    newer = the_checkpoint(client)
    [said] = told["continuations"]
    assert told["first"] == older.origin == "izin.example.co.id/example"
    assert said["body"]["origin"] == newer.origin == str(begun.name)
    assert (said["body"]["continues"], said["body"]["size"]) == (older.origin, older.size)
    assert said["body"]["last"] == older.note
    data = b"izin.continuation.1\n" + canonical(said["body"])
    proof = get(client, f"inclusion?position={said['position']}&size={newer.size}")
    assert check_inclusion(
        leaf_hash(data), said["position"], newer.size, numbers(proof), newer.root
    )


def test_before_it_ever_went_on_a_log_has_one_name(client: FlaskClient) -> None:
    told = json_of(get(client, "names"))

    assert told == {"first": "izin.example.co.id/example", "continuations": []}
    assert get(client, "names?x=1").status_code == 400
