from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from tests.builders import ANALYTICS, PAGE, a_document, as_json, refused
from tests.conftest import NewApp
from tests.service import Api, token_of

SHARED = a_document(cookie={"domain": "example.co.id"})
LIFE = str(184 * 86400)


def the_cookie(response: TestResponse) -> tuple[str, str, dict[str, str | None]]:
    """Name, value and attributes, the attributes' names in small letters."""
    (header,) = response.headers.getlist("Set-Cookie")
    pair, *attributes = header.split("; ")
    name, _, value = pair.partition("=")
    parts = (attribute.partition("=") for attribute in attributes)
    return name, value, {key.lower(): text if sign else None for key, sign, text in parts}


def test_on_the_pages_own_host_the_cookie_is_host_only(new_app: NewApp) -> None:
    api = Api(new_app(url=PAGE))

    response = api.decide(*ANALYTICS)

    name, value, attributes = the_cookie(response)
    assert (name, value) == ("__Host-izin-example", token_of(response))
    assert attributes.pop("expires", None)
    assert attributes == {"max-age": LIFE, "path": "/", "secure": None, "samesite": "Lax"}


def test_on_a_subdomain_the_cookie_is_shared_with_the_parent(new_app: NewApp) -> None:
    api = Api(new_app({"example": SHARED}, url="https://izin.example.co.id"))

    response = api.decide(*ANALYTICS)

    name, value, attributes = the_cookie(response)
    assert (name, value) == ("__Secure-izin-example", token_of(response))
    assert attributes.pop("expires", None)
    assert attributes == {
        "domain": "example.co.id",
        "max-age": LIFE,
        "path": "/",
        "secure": None,
        "samesite": "Lax",
    }


@pytest.mark.parametrize(
    ("document", "url"),
    [
        pytest.param(a_document(), "https://izin.other.co.id", id="host-only"),
        pytest.param(SHARED, "https://izin.other.co.id", id="with a shared domain"),
        pytest.param(a_document(), "https://izin.example.co.id", id="a sibling, nothing shared"),
    ],
)
def test_on_another_site_no_cookie_is_set_and_the_page_keeps_the_token(
    new_app: NewApp, document: dict[str, object], url: str
) -> None:
    api = Api(new_app({"example": document}, url=url))

    response = api.decide(*ANALYTICS)

    assert "Set-Cookie" not in response.headers
    assert api.release(token_of(response)).status_code == 200


def test_without_https_the_cookie_has_no_prefix_and_is_not_secure(new_app: NewApp) -> None:
    page = "http://localhost:8000"
    api = Api(new_app({"example": a_document(origins=[page])}, url=page), origin=page)

    name, _, attributes = the_cookie(api.decide(*ANALYTICS))

    assert name == "izin-example"
    assert "secure" not in attributes
    assert "domain" not in attributes


def test_the_page_can_read_the_cookie_because_the_gate_does(new_app: NewApp) -> None:
    api = Api(new_app(url=PAGE))

    _, _, attributes = the_cookie(api.decide(*ANALYTICS))

    assert "httponly" not in attributes


def test_a_refusal_is_remembered_as_long_as_a_grant(new_app: NewApp) -> None:
    api = Api(new_app(url=PAGE))

    _, _, attributes = the_cookie(api.send(as_json(refused())))

    assert attributes["max-age"] == LIFE


def test_a_refused_request_sets_no_cookie(new_app: NewApp) -> None:
    api = Api(new_app(url=PAGE))

    assert "Set-Cookie" not in api.send(b"").headers
    assert "Set-Cookie" not in api.release("forged").headers


def test_the_shared_cookie_is_read_by_its_own_name_only(new_app: NewApp) -> None:
    api = Api(new_app({"example": SHARED}))
    token = token_of(api.decide(*ANALYTICS))

    shared = api.release(cookie=f"__Secure-izin-example={token}")
    host_only = api.release(cookie=f"__Host-izin-example={token}")

    assert (shared.status_code, host_only.status_code) == (200, 403)
