from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from banner.core.token import sign_token
from tests.builders import ANALYTICS, OTHER_EVENT, a_document, a_record, as_json, changed, refused
from tests.conftest import NewApp
from tests.service import Api, Clock, code_of, json_of, service_of, token_of

COOKIE = "__Host-izin-example"


@pytest.fixture
def token(api: Api) -> str:
    return token_of(api.decide(*ANALYTICS))


def test_a_token_in_the_header_opens_what_it_granted(api: Api, token: str) -> None:
    response = api.release(token)

    assert response.status_code == 200
    assert [*json_of(response)] == ["release"]
    assert [*json_of(response)["release"]["services"]] == ["google-analytics"]


def test_a_token_in_the_cookie_opens_the_same(api: Api, token: str) -> None:
    by_cookie = api.release(cookie=f"{COOKIE}={token}")

    assert by_cookie.status_code == 200
    assert json_of(by_cookie) == json_of(api.release(token))


def test_the_same_cookie_twice_is_one_choice(api: Api, token: str) -> None:
    response = api.release(cookie=f"{COOKIE}={token}; {COOKIE}={token}")

    assert response.status_code == 200


def test_two_different_cookies_are_a_conflict_and_neither_counts(api: Api, token: str) -> None:
    other = token_of(api.decide(*ANALYTICS, "preferences", event=OTHER_EVENT))

    response = api.release(cookie=f"{COOKIE}={token}; {COOKIE}={other}")

    assert (response.status_code, code_of(response)) == (403, "token_conflict")


@pytest.mark.parametrize(
    "name", ["izin-example", "__Secure-izin-example", "izin", "__Host-izin-other"]
)
def test_a_cookie_of_another_name_is_not_looked_at(api: Api, token: str, name: str) -> None:
    response = api.release(cookie=f"{name}={token}")

    assert (response.status_code, code_of(response)) == (403, "token_missing")


@pytest.mark.parametrize(
    "authorization", ["", "Izin", "Izin ", "Bearer abc", "Basic YTpi", "izin-example abc"]
)
def test_without_a_token_nothing_opens(api: Api, authorization: str) -> None:
    response = api.release(headers={"Authorization": authorization})

    assert (response.status_code, code_of(response)) == (403, "token_missing")


@pytest.mark.parametrize(
    "text", ["a", ".", "a.b", "é.é", "eyJ2IjoxfQ.AAAA", "a" * 10_000, "a b", "null", "{}"]
)
def test_a_made_up_token_is_forged(api: Api, text: str) -> None:
    assert code_of(api.release(text)) == "token_forged"
    assert code_of(api.release(cookie=f'{COOKIE}="{text}"')) == "token_forged"


def test_a_token_of_a_neighbour_on_the_same_service_opens_nothing(new_app: NewApp) -> None:
    app = new_app({"example": a_document(), "other": a_document()})
    token = token_of(Api(app, site="other").decide(*ANALYTICS))

    response = Api(app).release(token)

    assert (response.status_code, code_of(response)) == (403, "token_forged")


def test_an_expired_token_opens_nothing(api: Api, token: str, clock: Clock) -> None:
    clock.move(days=184, seconds=-1)
    last_moment = api.release(token)
    clock.move(seconds=1)

    response = api.release(token)

    assert last_moment.status_code == 200
    assert (response.status_code, code_of(response)) == (403, "token_expired")


def test_a_token_from_the_future_opens_nothing(api: Api, token: str, clock: Clock) -> None:
    clock.move(seconds=-301)

    assert code_of(api.release(token)) == "token_expired"


def test_a_new_notice_asks_again(new_app: NewApp, api: Api, token: str) -> None:
    today = Api(new_app({"example": changed("notice", version="2027-01-01")}))

    response = today.release(token)

    assert (response.status_code, code_of(response)) == (403, "token_stale")
    assert json_of(response)["error"]["detail"] == {"current": "2027-01-01"}


def test_a_genuine_token_without_evidence_opens_nothing(app: Flask) -> None:
    never_recorded = sign_token(
        replace(a_record(*ANALYTICS)), service_of(app).consent.keyring.token
    )

    response = Api(app).release(never_recorded)

    assert (response.status_code, code_of(response)) == (403, "record_unknown")


def test_a_withdrawn_token_opens_nothing(api: Api, token: str) -> None:
    api.send(as_json(refused(event=OTHER_EVENT, previous=token)))

    response = api.release(token)

    assert (response.status_code, code_of(response)) == (403, "token_superseded")


def test_a_refusals_token_is_answered_and_opens_nothing(api: Api) -> None:
    token = token_of(api.send(as_json(refused())))

    response = api.release(token)

    assert response.status_code == 200
    release = json_of(response)["release"]
    assert (release["first"], release["update"], release["services"]) == ([], [], {})
    assert "_ga" in {name for name, _ in release["left"]["google-analytics"]["cookies"]}


def test_a_release_is_private_to_who_asked(api: Api, token: str) -> None:
    headers = api.release(token).headers

    assert headers["Cache-Control"] == "private, no-store"
    assert {"Origin", "Cookie", "Authorization"} <= {
        part.strip() for part in headers["Vary"].split(",")
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers


def test_asking_for_a_release_writes_nothing(api: Api, token: str) -> None:
    api.release(token)
    api.release("forged")

    assert api.rows.count() == 1


def test_the_answer_keeps_the_release_in_its_order(api: Api) -> None:
    response = api.decide("analytics", "google-analytics", "advertising", "floodlight", "adsense")

    text = response.text
    assert text.index('"first"') < text.index('"update"') < text.index('"services"')
    assert (
        text.index('"google-analytics":') < text.index('"floodlight":') < text.index('"adsense":')
    )
