"""What a refusal leaves behind in the request's cookies goes with the answer."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from flask import Flask

from banner.core.product import Options, StoredItem
from banner.web.clean_up import MOST_BYTES, MOST_NAMES, MOST_READ, domains
from tests.builders import ANALYTICS, OTHER_EVENT, PAGE, a_document, as_json, refused
from tests.conftest import NewApp
from tests.service import Api, deleted, service_of, token_of
from tests.web.test_preferences import Page

URL = "https://izin.example.co.id"
SHARED = a_document(cookie={"domain": "example.co.id"})
ADVERTISING = ("advertising", "floodlight", "adsense")


def with_stored(app: Flask, **stored: tuple[StoredItem, ...]) -> Flask:
    """The same service with other facts about what some products store."""
    service = service_of(app)
    products = dict(service.consent.products)
    for name, items in stored.items():
        products[name] = replace(products[name], stored=partial(_these, items))
    consent = replace(service.consent, products=products)
    app.extensions["izin"] = replace(service, consent=consent)
    return app


def _these(items: tuple[StoredItem, ...], _: Options) -> tuple[StoredItem, ...]:
    return items


def a_cookie(name: str, **facts: Any) -> StoredItem:
    return StoredItem(name, **facts)


@pytest.fixture
def api(new_app: NewApp) -> Api:
    """The first customer's case, with facts that this file knows."""
    app = new_app({"example": SHARED}, url=URL)
    return Api(
        with_stored(
            app,
            google_analytics=(
                a_cookie("_ga"),
                a_cookie("_ga_*"),
                a_cookie("FPID", removed_by="service"),
                a_cookie("shared"),
                a_cookie("_gcl_ls", kind="storage"),
            ),
            floodlight=(
                a_cookie("_gcl_*"),
                a_cookie("deep", path="/iklan"),
                a_cookie("IDE", domain="doubleclick.net", removed_by="nobody"),
            ),
            adsense=(a_cookie("shared"), a_cookie("izin-*"), a_cookie("*-form")),
        )
    )


def everywhere(name: str, path: str = "/") -> set[tuple[str, str, str]]:
    """As the answer deletes it: host-only and on the service's host and its parent."""
    return {(name, domain, path) for domain in ("", "izin.example.co.id", "example.co.id")}


def refuse(api: Api, cookies: str, **headers: str) -> Any:
    return api.send(as_json(refused()), headers={"Cookie": cookies, **headers})


# --- what goes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cookies", "gone"),
    [
        pytest.param("_ga=1", everywhere("_ga"), id="one that a page could delete"),
        pytest.param("FPID=1", everywhere("FPID"), id="one that only the service can"),
        pytest.param("_ga_TEST=1", everywhere("_ga_TEST"), id="one by its beginning"),
        pytest.param(
            "_ga=1; FPID=2; other=3",
            everywhere("_ga") | everywhere("FPID"),
            id="those that are owned",
        ),
        pytest.param(
            "deep=1", everywhere("deep") | everywhere("deep", "/iklan"), id="on the item's path too"
        ),
        pytest.param("session=1; _g=2; _gab=3; x_ga=4", set(), id="no name that no one owns"),
        pytest.param("_gcl_ls=1", everywhere("_gcl_ls"), id="by another item's beginning"),
        pytest.param("IDE=1", set(), id="nothing of another domain's"),
        pytest.param("", set(), id="nothing without a cookie"),
    ],
)
def test_a_refusal_deletes_what_its_services_left(
    api: Api, cookies: str, gone: set[tuple[str, str, str]]
) -> None:
    response = refuse(api, cookies)

    assert response.status_code == 201
    assert deleted(response) == gone


def test_a_deletion_reaches_what_only_https_could_set(api: Api) -> None:
    _, *headers = refuse(api, "_ga=1").headers.getlist("Set-Cookie")

    assert {"_ga=", "Max-Age=0", "Path=/", "Secure"} == set(headers[0].split("; "))
    assert all("; Secure" in header for header in headers)


def test_only_the_refused_services_cookies_go(api: Api) -> None:
    response = api.decide(*ANALYTICS, headers={"Cookie": "_ga=1; FPID=2; _gcl_au=3; shared=4"})

    assert deleted(response) == everywhere("_gcl_au")


def test_a_service_without_its_category_was_not_granted(api: Api) -> None:
    response = api.decide("analytics", headers={"Cookie": "_ga=1"})

    assert deleted(response) == everywhere("_ga")


def test_a_name_that_a_granted_service_owns_too_is_kept(api: Api) -> None:
    gone = refuse(api, "shared=1")
    cookies = {"Cookie": "shared=1; _ga=2"}
    kept = api.decide("advertising", "adsense", event=OTHER_EVENT, headers=cookies)

    assert deleted(kept) == everywhere("_ga")
    assert deleted(gone) == everywhere("shared")


def test_advertising_goes_under_global_privacy_control_whatever_was_accepted(api: Api) -> None:
    response = api.decide(
        *ANALYTICS, *ADVERTISING, headers={"Cookie": "_ga=1; _gcl_au=2", "Sec-GPC": "1"}
    )

    assert deleted(response) == everywhere("_gcl_au")


# --- what never goes -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "izin-example",
        "__Host-izin-example",
        "__Secure-izin-example",
        "__Secure-izin-other",
        "izin-form",
        "__Host-izin-form",
    ],
)
def test_a_cookie_of_our_own_is_never_deleted(api: Api, name: str) -> None:
    assert deleted(refuse(api, f"{name}=1")) == set()


@pytest.mark.parametrize("name", ["_ga_\x7f", "_ga_é", "_ga_[1]", "_ga_" + "x" * 200, "_ga_ x"])
def test_a_name_that_is_no_name_is_not_written_into_a_header(api: Api, name: str) -> None:
    assert deleted(refuse(api, f"{name}=1")) == set()


def test_an_act_sent_again_deletes_nothing_that_a_later_one_granted(api: Api) -> None:
    first = api.decide(*ADVERTISING)
    api.decide(*ANALYTICS, event=OTHER_EVENT, previous=token_of(first))

    again = api.decide(*ADVERTISING, headers={"Cookie": "_ga=1; FPID=2; _gcl_au=3"})

    assert deleted(again) == everywhere("_gcl_au")


def test_what_is_loaded_once_leaves_every_cookie_in_place(api: Api) -> None:
    response = api.decide(
        "preferences", "peta", surface="once", headers={"Cookie": "_ga=1; _gcl_au=2"}
    )

    assert response.status_code == 201
    assert response.json is not None
    assert response.json["token"] is None
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    ("overrides", "status"),
    [({"notice": "2025-01-01"}, 409), ({"surface": "popup"}, 422), ({"event": "1"}, 422)],
)
def test_a_decision_that_is_turned_away_deletes_nothing(
    api: Api, overrides: dict[str, str], status: int
) -> None:
    response = api.send(as_json(refused(**overrides)), headers={"Cookie": "_ga=1"})

    assert response.status_code == status
    assert "Set-Cookie" not in response.headers


def test_a_stranger_deletes_nothing(new_app: NewApp) -> None:
    app = new_app({"example": SHARED}, url=URL)
    api = Api(app, origin="https://jahat.example.co.id")

    response = api.send(as_json(refused()), headers={"Cookie": "_ga=1"})

    assert response.status_code == 403
    assert "Set-Cookie" not in response.headers


def test_asking_for_the_release_deletes_nothing(api: Api) -> None:
    token = token_of(api.send(as_json(refused())))

    response = api.release(token, headers={"Cookie": "_ga=1"})

    assert "Set-Cookie" not in response.headers


# --- where ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "url", "where"),
    [
        pytest.param(
            a_document(),
            PAGE,
            {"", "www.example.co.id", "example.co.id"},
            id="on the page's own host",
        ),
        pytest.param(SHARED, URL, {"", "izin.example.co.id", "example.co.id"}, id="on a subdomain"),
        pytest.param(
            SHARED,
            "https://a.b.example.co.id",
            {"", "a.b.example.co.id", "b.example.co.id", "example.co.id"},
            id="further down",
        ),
        pytest.param(SHARED, "https://example.co.id", {"", "example.co.id"}, id="at the top"),
        pytest.param(a_document(), URL, set(), id="a sibling that shares nothing"),
        pytest.param(SHARED, "https://izin.other.co.id", set(), id="another site"),
        pytest.param(a_document(), "https://izin.other.co.id", set(), id="another, nothing shared"),
    ],
)
def test_only_where_the_service_shares_the_sites_domain(
    new_app: NewApp, document: dict[str, object], url: str, where: set[str]
) -> None:
    api = Api(new_app({"example": document}, url=url))

    response = refuse(api, "_ga=1")

    assert deleted(response) == {("_ga", domain, "/") for domain in where}


def test_without_https_a_deletion_is_host_only_and_not_secure(new_app: NewApp) -> None:
    page = "http://localhost:8000"
    api = Api(new_app({"example": a_document(origins=[page])}, url=page), origin=page)

    response = refuse(api, "_ga=1")

    assert deleted(response) == {("_ga", "", "/")}
    assert "Secure" not in response.headers.getlist("Set-Cookie")[-1]


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("izin.toko.co.id", ["izin.toko.co.id", "toko.co.id"]),
        ("a.b.toko.co.id", ["a.b.toko.co.id", "b.toko.co.id", "toko.co.id"]),
        ("toko.co.id", ["toko.co.id"]),
        ("www.dinas.go.id", ["www.dinas.go.id", "dinas.go.id"]),
        ("foo.github.io", ["foo.github.io"]),
        ("github.io", []),
        ("co.id", []),
        ("localhost", []),
        ("127.0.0.1", []),
    ],
)
def test_the_domains_of_a_host_end_at_the_registrable_one(host: str, found: list[str]) -> None:
    assert domains(host) == found


def test_the_answers_header_stays_small_and_the_service_goes_first(api: Api) -> None:
    names = [f"_ga_{number:03}" for number in range(100)]

    response = refuse(api, "; ".join(f"{name}=1" for name in [*names, "FPID"]))

    headers = response.headers.getlist("Set-Cookie")[1:]
    gone = [header.split("=")[0] for header in headers]
    assert gone[0] == "FPID"
    assert len(set(gone)) <= MOST_NAMES
    assert 0 < sum(map(len, headers)) <= MOST_BYTES


def test_no_more_names_go_than_are_allowed(new_app: NewApp) -> None:
    page = "http://localhost:8000"
    api = Api(new_app({"example": a_document(origins=[page])}, url=page), origin=page)
    names = [f"_ga_{number:03}" for number in range(100)]

    response = refuse(api, "; ".join(f"{name}=1" for name in names))

    assert {name for name, _, _ in deleted(response)} == set(names[:MOST_NAMES])


def test_what_is_more_than_a_browser_keeps_is_not_read(api: Api) -> None:
    others = [f"lain_{number}=1" for number in range(MOST_READ)]

    full = refuse(api, "; ".join([*others[1:], "_ga=1"]))
    too_full = refuse(api, "; ".join([*others, "_ga=1"]))

    assert {name for name, _, _ in deleted(full)} == {"_ga"}
    assert deleted(too_full) == set()


# --- the form ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("button", "gone"),
    [
        pytest.param("withdraw", {"_ga", "FPID"}, id="withdrawn"),
        pytest.param("refuse", {"_ga", "FPID"}, id="refused"),
        pytest.param("accept", set(), id="accepted"),
    ],
)
def test_the_form_deletes_as_the_script_does(api: Api, button: str, gone: set[str]) -> None:
    page = Page(api.app)
    page.hold("_ga", "FPID", "session")
    seen = page.open()

    response = page.send([*seen.hidden.items(), (button, "")])

    assert response.status_code == 303
    assert {name for name, _, _ in deleted(response)} == gone


def test_the_form_of_a_service_elsewhere_deletes_nothing_of_its_own_hosts(
    new_app: NewApp,
) -> None:
    """There `_ga` belongs to whoever that host belongs to."""
    page = Page(new_app(), url=URL)
    page.hold("_ga")
    seen = page.open()

    response = page.send([*seen.hidden.items(), ("refuse", "")])

    assert response.status_code == 303
    assert deleted(response) == set()
