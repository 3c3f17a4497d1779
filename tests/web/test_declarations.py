from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from banner.core.product import Product, StoredItem
from banner.i18n import catalogue, languages
from banner.paths import ROOT
from banner.script.texts import texts_of
from banner.tags import PRODUCTS
from tests.builders import a_document, a_site, changed, with_service
from tests.conftest import NewApp
from tests.service import Api, token_of
from tests.web.test_script import DECODERS

PROTOCOL = ROOT / "docs" / "protocol.md"
URL = "/v1/example/declaration"
LANGUAGES = ("id", "en")
OWN = ["__Host-izin-example", "izin:example", "__Host-izin-form"]

EVERY: dict[str, dict[str, Any]] = {
    "google_analytics": {"measurement_id": "G-TEST123456"},
    "adsense": {"client": "ca-pub-1234567890123456"},
    "ad_manager": {"network": "21712345678"},
    "floodlight": {"config_id": "DC-7654321"},
    "google_tag_manager": {"container": "GTM-TEST123", "category": "analytics"},
    "script": {
        "src": "https://cdn.example.org/chat.js",
        "category": "preferences",
        "provider": "Yayasan Obrolan",
        "policy": "https://example.org/policy",
    },
    "embed": {
        "host": "peta.example.org",
        "category": "preferences",
        "provider": "Yayasan Peta",
        "policy": "https://peta.example.org/policy",
    },
}


def every_product(**overrides: Any) -> dict[str, Any]:
    """A site that uses every product there is, each under its own name."""
    services = {
        id.replace("_", "-"): {"product": id, "retention": "14 months", **options}
        for id, options in EVERY.items()
    }
    return a_document(**{"services": services, **overrides})


class Tables(HTMLParser):
    """The page's outline and its tables, as a screen reader lists them."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.headings: list[tuple[str, str]] = []
        self.captions: list[str] = []
        self.rows: list[list[str]] = []
        self.scopes: set[str | None] = set()
        self.links: list[str] = []
        self.language = ""
        self.words = ""
        self._open = ""
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._open = tag
        if tag == "html":
            self.language = given["lang"] or ""
        elif tag == "a":
            self.links.append(given["href"] or "")
        elif tag == "tr":
            self.rows.append([])
        elif tag == "th":
            self.scopes.add(given.get("scope"))

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        self.words += data
        if self._open in ("h1", "h2", "h3"):
            self.headings.append((self._open, data))
        elif self._open == "caption":
            self.captions.append(data)
        elif self._open in ("th", "td"):
            self.rows[-1].append(data)


@pytest.fixture
def client(new_app: NewApp) -> FlaskClient:
    """A visitor of a site that uses every product."""
    return new_app({"example": every_product()}).test_client()


def data_of(client: FlaskClient) -> Any:
    return client.get(f"{URL}.json").json


def services_of(data: Any) -> dict[str, Any]:
    return {each["id"]: each for group in data["categories"] for each in group["services"]}


def stored_by(product: Product, name: str) -> tuple[StoredItem, ...]:
    site = a_site(every_product())
    (service,) = (each for each in site.services if each.product == product.id)
    assert service.id == name
    return product.stored(service.options)


def test_the_site_of_these_tests_uses_every_product_there_is() -> None:
    assert EVERY.keys() == PRODUCTS.keys()


# --- as data -------------------------------------------------------------------------------


@pytest.mark.parametrize("product", PRODUCTS.values(), ids=PRODUCTS)
def test_every_service_and_all_that_it_stores_is_in_the_data(
    client: FlaskClient, product: Product
) -> None:
    name = product.id.replace("_", "-")

    told = services_of(data_of(client))[name]

    options = EVERY[product.id]
    assert told["provider"] == options.get("provider", product.provider)
    assert told["policy"] == options.get("policy", product.policy)
    assert told["opt_out"] == product.opt_out
    assert told["retention"] == "14 months"
    assert set(product.hosts) <= set(told["hosts"])
    assert told["purpose"].keys() == set(LANGUAGES)
    for item, entry in zip(stored_by(product, name), told["stored"], strict=True):
        assert {**entry, "purpose": item.purpose} == {
            "name": item.name,
            "kind": item.kind,
            "domain": item.domain,
            "path": item.path,
            "kept": item.kept,
            "confirmed": item.confirmed,
            "removed_by": item.removed_by,
            "purpose": item.purpose,
        }
        for language in LANGUAGES:
            text = texts_of(a_site(), language)(f"stored.purpose.{item.purpose}")
            assert entry["purpose"][language] == text


@pytest.mark.parametrize(
    ("name", "host"), [("script", "cdn.example.org"), ("embed", "peta.example.org")]
)
def test_a_host_that_the_owner_names_is_told(client: FlaskClient, name: str, host: str) -> None:
    assert services_of(data_of(client))[name]["hosts"] == [host]


def test_the_data_has_the_shape_that_the_protocol_promises(client: FlaskClient) -> None:
    data = data_of(client)

    assert [*data] == ["site", "controller", "notice", "languages", "categories"]
    assert (data["site"], data["controller"]) == ("example", "PT Contoh")
    assert data["notice"] == {
        "version": "2026-11-22",
        "effective": "2026-11-22",
        "policy": dict.fromkeys(LANGUAGES, "https://www.example.co.id/privasi"),
    }
    assert data["languages"] == ["id", "en"]
    assert [(group["id"], group["asked"]) for group in data["categories"]] == [
        ("necessary", False),
        ("preferences", True),
        ("analytics", True),
        ("advertising", True),
    ]
    for group in data["categories"]:
        assert group["name"].keys() == group["description"].keys() == set(LANGUAGES)


def test_the_example_in_the_protocol_has_every_member(client: FlaskClient) -> None:
    blocks = re.findall(r"```json\n(.*?)```", PROTOCOL.read_text("utf-8"), re.DOTALL)
    [example] = [each for each in map(json.loads, blocks) if "controller" in each]

    analytics = data_of(client)["categories"][2]

    (promised,) = example["categories"]
    assert example.keys() == data_of(client).keys()
    assert promised.keys() == analytics.keys()
    told, given = promised["services"][0], analytics["services"][0]
    assert told.keys() == given.keys()
    assert told["stored"][0].keys() == given["stored"][0].keys()


def test_what_izin_itself_stores_is_told_as_necessary(client: FlaskClient) -> None:
    (own,) = data_of(client)["categories"][0]["services"]

    assert (own["id"], own["provider"], own["hosts"]) == (
        "izin",
        "PT Contoh",
        ["izin.example.co.id"],
    )
    assert [item["name"] for item in own["stored"]] == OWN
    assert [item["kept"] for item in own["stored"]] == ["184 days", "", "session"]
    assert [item["domain"] for item in own["stored"]] == ["site", "site", "izin.example.co.id"]
    assert {item["removed_by"] for item in own["stored"]} == {"nobody"}


def test_the_names_are_those_that_are_really_set(new_app: NewApp) -> None:
    app = new_app({"example": a_document(cookie={"domain": "example.co.id"})})
    told = [item["name"] for item in services_of(data_of(app.test_client()))["izin"]["stored"]]

    choice = Api(app).decide("analytics", "google-analytics").headers["Set-Cookie"]
    form = app.test_client().get("/v1/example/preferences").headers["Set-Cookie"]

    assert choice.split("=")[0] == "__Secure-izin-example"
    assert [choice.split("=")[0], form.split("=")[0]] == [told[0], told[2]]


def test_a_certified_platform_is_among_the_hosts_that_need_it(new_app: NewApp) -> None:
    country = {
        "header": "CF-IPCountry",
        "unknown": "hold",
        "platform": "https://platform.example.org/cmp.js",
    }
    app = new_app({"example": every_product(country=country)})

    told = services_of(data_of(app.test_client()))

    with_it = {id for id, each in told.items() if "platform.example.org" in each["hosts"]}
    assert with_it == {"adsense", "ad-manager"}


def test_any_page_may_read_the_data_and_keep_it_for_an_hour(client: FlaskClient) -> None:
    response = client.get(f"{URL}.json")

    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in response.headers
    assert "Vary" not in response.headers
    again = client.get(f"{URL}.json", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


# --- as a page -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_the_same_in_the_visitors_language(
    client: FlaskClient, language: str
) -> None:
    page, data = Tables(client.get(URL, query_string={"lang": language})), data_of(client)

    texts = catalogue(language)
    assert page.language == language
    assert page.scopes == {"row", "col"}
    cells = {cell for row in page.rows for cell in row}
    for group in data["categories"]:
        assert ("h2", group["name"][language]) in page.headings
        assert group["description"][language] in page.words
        for service in group["services"]:
            assert service["purpose"][language] in page.words
            assert not service["hosts"] or ", ".join(service["hosts"]) in cells
            for item in service["stored"]:
                assert item["name"] in page.words
            assert {item["purpose"][language] for item in service["stored"]} <= cells
    for key in ("field.provider", "field.hosts", "field.retention", "stored.name", "stored.kept"):
        assert texts[key] in cells
    assert len(page.captions) == len(set(page.captions))
    for name in ("Google Analytics", "Google AdSense"):
        assert texts["declaration.facts"].format(service=name) in page.captions
        assert texts["declaration.stored"].format(service=name) in page.captions


def test_every_language_that_there_is_has_its_page(client: FlaskClient) -> None:
    assert set(LANGUAGES) == languages()


@pytest.mark.parametrize(
    ("language", "day"), [("id", "22 November 2026"), ("en", "November 22, 2026")]
)
def test_the_page_names_the_notice_that_it_belongs_to(
    client: FlaskClient, language: str, day: str
) -> None:
    words = Tables(client.get(URL, query_string={"lang": language})).words

    assert "2026-11-22" in words
    assert day in words


@pytest.mark.parametrize(
    ("wished", "header", "language"),
    [
        pytest.param("en", "id", "en", id="the address decides"),
        pytest.param("jv", "en", "en", id="an unknown one does not"),
        pytest.param("", "en-GB,en;q=0.9,id;q=0.1", "en", id="then the browser"),
        pytest.param("", "de", "id", id="then the site's first"),
        pytest.param('"><script>', "", "id", id="nonsense"),
    ],
)
def test_the_language_is_chosen_as_on_the_preferences_page(
    client: FlaskClient, wished: str, header: str, language: str
) -> None:
    response = client.get(URL, query_string={"lang": wished}, headers={"Accept-Language": header})

    assert Tables(response).language == language
    assert response.headers["Vary"] == "Accept-Language"


def test_the_headings_go_down_one_step_at_a_time(client: FlaskClient) -> None:
    levels = [int(tag[1]) for tag, _ in Tables(client.get(URL)).headings]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_page_leads_to_the_settings_the_policy_and_the_other_language(
    client: FlaskClient,
) -> None:
    links = Tables(client.get(URL, query_string={"lang": "en"})).links

    assert links[-3:] == [
        "https://www.example.co.id/privasi",
        "preferences?lang=en",
        "?lang=id",
    ]


def test_the_page_is_the_same_for_everyone_and_no_page_can_frame_it(app: Flask) -> None:
    token = token_of(Api(app).decide("analytics", "google-analytics"))
    client = app.test_client(use_cookies=False)
    strangers = [
        {},
        {"Cookie": f"__Host-izin-example={token}"},
        {"Sec-GPC": "1", "Origin": "https://evil.example"},
        {"Host": "evil.example", "X-Forwarded-For": "10.0.0.1"},
    ]

    answers = [client.get(URL, headers=headers) for headers in strangers]

    assert len({answer.data for answer in answers}) == 1
    assert len({str(answer.headers) for answer in answers}) == 1
    headers = answers[0].headers
    assert headers["Cache-Control"] == "public, max-age=3600"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "Set-Cookie" not in headers
    assert " style=" not in answers[0].text
    assert "<script" not in answers[0].text


def test_a_name_with_markup_in_it_stays_text(new_app: NewApp) -> None:
    name = "<script>alert(1)</script> & Rekan"
    app = new_app({"example": a_document(name=name)})

    page, embed = (app.test_client().get(URL + end).text for end in ("", ".js"))

    assert "<script>" not in page
    assert "</script" not in embed


def test_a_category_without_services_says_so(new_app: NewApp) -> None:
    client = new_app({"example": a_document(services={})}).test_client()

    assert catalogue("id")["declaration.no_service"] in Tables(client.get(URL)).words


def test_a_service_that_stores_nothing_says_so(new_app: NewApp) -> None:
    client = new_app({"example": every_product()}).test_client()

    assert catalogue("id")["declaration.nothing"] in Tables(client.get(URL)).words


@pytest.mark.parametrize(("mode", "told"), [("basic", False), ("advanced", True)])
def test_tags_that_load_before_a_choice_are_declared_as_such(
    new_app: NewApp, mode: str, told: bool
) -> None:
    client = new_app({"example": every_product(consent_mode={"mode": mode})}).test_client()

    words = Tables(client.get(URL)).words

    assert (catalogue("id")["declaration.ahead.value"] in words) is told


def test_a_change_of_the_file_changes_the_declaration(new_app: NewApp) -> None:
    before = new_app().test_client()
    document = with_service("google-analytics", name="Statistik Kami")
    document["notice"]["revision"] = 2
    after = new_app({"example": document}).test_client()

    assert "Statistik Kami" not in before.get(URL).text
    for end in ("", ".json", ".js"):
        assert "Statistik Kami" in after.get(URL + end).text


# --- as a script for the owner's own page --------------------------------------------------


@pytest.mark.parametrize("encoding", DECODERS)
def test_the_embed_is_packed_and_kept_like_the_other_scripts(
    client: FlaskClient, encoding: str
) -> None:
    plain = client.get(f"{URL}.js")
    accept = {"Accept-Encoding": encoding}

    response = client.get(f"{URL}.js", headers=accept)

    assert response.headers.get("Content-Encoding", "") == encoding
    assert DECODERS[encoding](response.data) == plain.data
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    script = client.get("/v1/example.js", headers=accept).headers
    for name in ("Cache-Control", "Vary", "Access-Control-Allow-Origin"):
        assert response.headers[name] == script[name]
    etag = response.headers["ETag"]
    again = client.get(f"{URL}.js", headers={**accept, "If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


def test_a_new_notice_is_a_new_embed(new_app: NewApp) -> None:
    old = new_app().test_client().get(f"{URL}.js")
    new = new_app({"example": changed("notice", version="2027-01-01")}).test_client()

    response = new.get(f"{URL}.js", headers={"If-None-Match": old.headers["ETag"]})

    assert response.status_code == 200


def test_the_embed_makes_elements_and_texts_alone(client: FlaskClient) -> None:
    source = client.get(f"{URL}.js").text

    for word in ("innerHTML", "insertAdjacent", "document.write", "eval", "cssText", '"style"'):
        assert word not in source


@pytest.mark.parametrize("end", ["", ".json", ".js"])
def test_the_declaration_of_an_unknown_site_does_not_exist(client: FlaskClient, end: str) -> None:
    response = client.get(f"/v1/other/declaration{end}")

    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"


def test_block_lists_find_no_word_of_theirs_in_addresses_ids_and_classes(
    client: FlaskClient,
) -> None:
    page, embed = client.get(URL).text, client.get(f"{URL}.js").text

    for word in ("cookie", "consent", "banner", "gdpr", "cmp"):
        assert f'class="{word}' not in page
        assert f'id="{word}' not in page
    assert "izin-declaration" in embed


# --- that the service abides by Global Privacy Control ---------------------------------------


def test_the_statement_on_gpc_is_as_old_as_the_latest_notice(new_app: NewApp) -> None:
    later = changed("notice", effective=date(2027, 1, 15))
    app = new_app({"example": a_document(), "other": later})

    response = app.test_client().get("/.well-known/gpc.json")

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert json.loads(response.text) == {"gpc": True, "lastUpdate": "2027-01-15"}
    assert response.headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in response.headers
