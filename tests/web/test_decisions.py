from __future__ import annotations

import io
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from tests.builders import (
    ANALYTICS,
    EVENT,
    GONE,
    OTHER_EVENT,
    a_body,
    a_document,
    a_site,
    as_json,
    choices,
    refused,
)
from tests.conftest import NewApp
from tests.service import Api, Clock, code_of, engine_of, json_of, service_of, token_of

SITE = a_site()
CHOICES = choices(SITE)
EVERY = (*SITE.categories, *SITE.service_ids)


# --- what is recorded ----------------------------------------------------------------------


def test_a_grant_is_created_with_token_record_and_release(api: Api) -> None:
    response = api.decide(*ANALYTICS)

    assert response.status_code == 201
    assert list(json_of(response)) == ["token", "record", "release"]
    (row,) = api.rows.all()
    assert json_of(response)["record"] == row["id"]
    assert (row["kind"], row["surface"], row["gpc"]) == ("granted", "banner", False)
    assert [*json_of(response)["release"]["services"]] == ["google-analytics"]


def test_a_refusal_is_created_without_record_or_release(api: Api) -> None:
    response = api.send(as_json(refused()))

    assert response.status_code == 201
    assert json_of(response)["record"] is None
    release = json_of(response)["release"]
    assert (release["first"], release["update"], release["services"]) == ([], [], {})
    assert release["left"].keys() == set(SITE.service_ids)
    assert [row["kind"] for row in api.rows.all()] == ["refused"]


def test_the_same_event_twice_is_one_row_and_the_same_bytes(api: Api, clock: Clock) -> None:
    first = api.decide(*EVERY)
    clock.move(seconds=30)

    second = api.decide(*EVERY)

    assert (second.status_code, second.data) == (201, first.data)
    assert api.rows.count() == 1


def test_what_the_browser_said_is_kept_as_it_was_said(api: Api) -> None:
    api.decide(
        *ANALYTICS,
        locale="en",
        surface="dialog",
        signals={"gpc": True},
        client_time="1999-12-31T23:59:59Z",
    )

    (row,) = api.rows.all()
    assert (row["locale"], row["surface"], row["gpc"]) == ("en", "dialog", True)
    assert row["client_time"] == "1999-12-31T23:59:59Z"
    assert row["categories"] == {"preferences": False, "analytics": True, "advertising": False}


def test_a_withdrawal_names_the_grant_and_closes_it(api: Api) -> None:
    grant = token_of(api.decide(*ANALYTICS))

    response = api.send(as_json(refused(event=OTHER_EVENT, previous=grant)))

    assert response.status_code == 201
    assert sorted(row["kind"] for row in api.rows.all()) == ["granted", "withdrawn"]
    assert code_of(api.release(grant)) == "token_superseded"


def test_a_json_body_may_name_its_character_set(api: Api) -> None:
    response = api.send(as_json(a_body()), content_type="application/json; charset=utf-8")

    assert response.status_code == 201


def test_a_body_without_a_length_is_read_to_its_end(api: Api) -> None:
    response = chunked(api, as_json(a_body()))

    assert response.status_code == 201


def chunked(api: Api, body: bytes) -> Any:
    """As granian and gunicorn hand over `Transfer-Encoding: chunked`."""
    client = api.app.test_client(use_cookies=False)
    return client.post(
        "/v1/example/decisions",
        input_stream=io.BytesIO(body),
        content_type="application/json",
        headers={"Origin": api.origin or "", "Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )


# --- what is refused: status, code, and no row ---------------------------------------------


REFUSED: dict[str, tuple[bytes, int, str]] = {
    "empty": (b"", 400, "body_malformed"),
    "a list for the object": (as_json([a_body()]), 400, "body_malformed"),
    "a raw NUL": (as_json(a_body()).replace(b'"id"', b'"i\x00d"'), 400, "body_malformed"),
    "invalid UTF-8": (as_json(a_body()).replace(b'"id"', b'"\xff\xfe"'), 400, "body_malformed"),
    "deep nesting": (b"[" * 4096, 400, "body_malformed"),
    "deep nesting in a field": (
        as_json(a_body())[:-1] + b', "previous": ' + b"[" * 3000 + b"}",
        400,
        "body_malformed",
    ),
    "a duplicate key": (as_json(a_body())[:-1] + b', "event": "x"}', 400, "key_duplicate"),
    "an unknown field": (as_json({**a_body(), "all": True}), 422, "field_unknown"),
    "a missing field": (as_json(a_body(surface=GONE)), 422, "field_missing"),
    "a list for text": (as_json(a_body(event=[EVENT])), 422, "field_type"),
    "a list for an object": (as_json(a_body(categories=["analytics"])), 422, "field_type"),
    "a huge number": (
        as_json(a_body()).replace(b'"id"', b"1" * 3000),
        422,
        "field_type",
    ),
    "a number beyond floats": (
        as_json(a_body()).replace(b'"id"', b"1e99999"),
        422,
        "field_type",
    ),
    "an escaped NUL": (as_json(a_body(locale="i\x00")), 422, "field_value"),
    "an event that is no UUID": (as_json(a_body(event="1")), 422, "field_value"),
    "a language that the site lacks": (as_json(a_body(locale="jv")), 422, "field_value"),
    "a stale notice": (as_json(a_body(notice="2025-01-01")), 409, "notice_stale"),
    "a stale notice, refusing": (as_json(refused(notice="2025-01-01")), 409, "notice_stale"),
    "an unknown category": (
        as_json(a_body(categories={**CHOICES["categories"], "marketing": True})),
        422,
        "category_unknown",
    ),
    "an escaped NUL in a category": (
        as_json(a_body(categories={**CHOICES["categories"], "a\x00": True})),
        422,
        "category_unknown",
    ),
    "a missing category": (
        as_json(a_body(categories={"analytics": True, "preferences": False})),
        422,
        "category_missing",
    ),
    "no categories": (as_json(a_body(categories={})), 422, "category_missing"),
    "an unknown service": (
        as_json(a_body(services={**CHOICES["services"], "hotjar": True})),
        422,
        "service_unknown",
    ),
    "no services": (as_json(a_body(services={})), 422, "service_missing"),
    "a service without its category": (
        as_json(a_body("google-analytics")),
        422,
        "choice_contradictory",
    ),
    "4 kB and a byte": (as_json(a_body()).ljust(4097), 413, "body_too_large"),
    "4 kB of text": (as_json(a_body(previous="a" * 4096)), 413, "body_too_large"),
    "100 kB": (b"[" * 100_000, 413, "body_too_large"),
    "1 MB": (as_json(a_body()).ljust(1024 * 1024), 413, "body_too_large"),
    "more than 1 MB": (as_json(a_body()).ljust(1024 * 1024 + 1), 413, "body_too_large"),
}


@pytest.mark.parametrize(("body", "status", "code"), REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize("send", [Api.send, chunked], ids=["with a length", "chunked"])
def test_a_wrong_body_has_its_own_code_and_leaves_no_row(
    api: Api, send: Callable[[Api, bytes], Any], body: bytes, status: int, code: str
) -> None:
    response = send(api, body)

    assert (response.status_code, code_of(response)) == (status, code)
    assert api.rows.count() == 0


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/plain;charset=UTF-8",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/json5",
        "application/csp-report",
        "text/json",
        "application/json, text/plain",
    ],
)
def test_only_json_is_read_so_that_every_browser_asks_first(
    api: Api, content_type: str | None
) -> None:
    """The other types need no preflight: a form on any page could send them."""
    response = api.send(as_json(a_body()), content_type=content_type)

    assert (response.status_code, code_of(response)) == (415, "content_type_wrong")
    assert api.rows.count() == 0


def test_another_act_under_the_same_event_is_refused_and_leaves_the_first(api: Api) -> None:
    api.decide(*ANALYTICS)

    response = api.decide("preferences")

    assert (response.status_code, code_of(response)) == (409, "event_conflict")
    assert [row["categories"]["analytics"] for row in api.rows.all()] == [True]


def test_an_unknown_site_is_told_so(app: Any) -> None:
    api = Api(app, site="other")

    response = api.decide()

    assert (response.status_code, code_of(response)) == (404, "site_unknown")
    assert api.rows.count() == 0


@pytest.mark.parametrize("site", ["Example", "example%00", "..", "example.js", "a" * 5000])
def test_a_site_that_no_one_could_have_is_unknown(app: Any, site: str) -> None:
    response = Api(app, site=site).decide()

    assert response.status_code == 404
    assert response.is_json


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD"])
def test_a_decision_is_only_ever_posted(api: Api, method: str) -> None:
    response = api.ask("decisions", method=method)

    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_when_the_store_is_away_nothing_is_signed_and_the_browser_is_told_to_retry(
    api: Api, method: str
) -> None:
    token = token_of(api.decide(*ANALYTICS))
    with engine_of(api.app).begin() as connection:
        connection.execute(text("DROP TABLE records"))

    response = api.release(token) if method == "GET" else api.decide(*ANALYTICS, event=OTHER_EVENT)

    assert (response.status_code, code_of(response)) == (503, "store_unavailable")
    assert int(response.headers["Retry-After"]) > 0
    assert "token" not in json_of(response)
    assert "Set-Cookie" not in response.headers
    assert "sql" not in response.text.lower()


def test_what_no_one_expected_is_a_500_that_tells_nothing_and_signs_nothing(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(type(service_of(api.app).consent), "submit", fail)

    response = api.decide(*ANALYTICS)

    assert response.status_code == 500
    assert code_of(response) == "internal_server_error"
    assert "secret" not in response.text


def test_a_refusal_never_repeats_a_token(api: Api) -> None:
    token = token_of(api.decide(*ANALYTICS))

    response = api.decide(*ANALYTICS, event=OTHER_EVENT, previous=token, notice="2025-01-01")

    assert response.status_code == 409
    assert token not in response.text
    assert token[:20] not in response.text


@pytest.mark.parametrize("body", [b"", as_json(a_body())], ids=["refused", "accepted"])
def test_no_answer_is_kept_by_a_cache_or_guessed_at(api: Api, body: bytes) -> None:
    headers = api.send(body).headers

    assert "no-store" in headers["Cache-Control"]
    assert "public" not in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Origin" in headers["Vary"]
    assert headers["Content-Type"] == "application/json"


def test_an_answer_varies_with_what_it_was_made_from(api: Api) -> None:
    vary = {part.strip() for part in api.decide(*ANALYTICS).headers["Vary"].split(",")}

    assert {"Origin", "Cookie", "Authorization"} <= vary


def test_released_tags_go_to_the_stand_in_where_one_is_set(new_app: NewApp) -> None:
    api = Api(new_app(stand_in="/stand-in/"))

    release = json.dumps(json_of(api.decide(*EVERY))["release"])

    assert '"/stand-in/www.googletagmanager.com/gtag/js?id=G-TEST123456"' in release
    assert "https://" not in release
    assert "crossOrigin" not in release


# --- ten thousand wrong bodies -------------------------------------------------------------

FAULTS: list[dict[str, Any]] = [
    *({name: GONE} for name in a_body()),
    *({name: None} for name in a_body()),
    *({name: [value]} for name, value in a_body().items()),
    *({name: {"a": value}} for name, value in a_body().items()),
    {"all": True},
    {"event": "1"},
    {"notice": "2025-01-01"},
    {"locale": "jv"},
    {"surface": "popup"},
    {"client_time": "yesterday"},
    {"previous": ""},
    {"categories": {**CHOICES["categories"], "marketing": False}},
    {"categories": {"analytics": True}},
    {"services": {**CHOICES["services"], "hotjar": False}},
    {"services": {"adsense": False}},
    {"services": {**CHOICES["services"], "adsense": True}},
    {"signals": {"gpc": 1}},
]
PIECES = (
    b" " * 4096,
    b"\x00",
    b"\\u0000",
    b"{",
    b"[",
    b'"',
    b",",
    b"1e999",
    b"\xff",
    b"\\ud800",
    b"null",
    b"  ",
)

EVERY_REFUSAL = {code for _, _, code in REFUSED.values()}


def a_wrong_body(chance: random.Random) -> bytes:
    """Random bytes, or a body with a fault that the mangling after it cannot mend."""
    if chance.random() < 0.4:
        return chance.randbytes(chance.randrange(400))
    body = as_json(a_body(**chance.choice(FAULTS)))
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(body) + 1)
        end = min(len(body), at + chance.randrange(12))
        match chance.randrange(5):
            case 4:
                body = body.replace(b"{", b'{"event": 1, ', 1)
            case 0:
                body = body[:at] + chance.choice(PIECES) + body[at:]
            case 1:
                body = body[:at] + body[end:]
            case 2:
                body = body[:end] + body[at:]
            case _:
                body = body[:at] + chance.randbytes(end - at) + body[end:]
    return body


def test_ten_thousand_wrong_bodies_are_refused_by_name_and_leave_no_row(api: Api) -> None:
    chance = random.Random(2026)

    answers = {}
    for _ in range(10_000):
        body = a_wrong_body(chance)
        response = api.send(body)
        answers[response.status_code, code_of(response)] = body

    assert {status for status, _ in answers} <= {400, 409, 413, 422}, answers
    assert {code for _, code in answers} == EVERY_REFUSAL, "they reach every check of a body"
    assert api.rows.count() == 0


def test_after_all_that_a_right_one_is_recorded(api: Api) -> None:
    chance = random.Random(7)
    for _ in range(100):
        api.send(a_wrong_body(chance))

    response = api.decide(*ANALYTICS)

    assert response.status_code == 201
    assert api.rows.count() == 1


def test_every_site_has_its_own_questions(new_app: NewApp) -> None:
    app = new_app({"example": a_document(), "other": a_document(services={})})

    response = Api(app, site="other").decide(*ANALYTICS)

    assert (response.status_code, code_of(response)) == (422, "service_unknown")
