"""The documents are what is on screen, and say all that the standard wants said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import banner
from banner.core.notice import NoticeDocument
from banner.core.site import Site
from banner.i18n import catalogue
from banner.script.compose import compose
from banner.script.notice import notices_of
from banner.script.texts import dialog_texts, first_layer
from banner.tags import PRODUCTS
from tests.builders import OPTIONS, a_document, a_service, a_site, changed, with_service

SCHEMA = Path(banner.__file__).parent / "schemas" / "notice.schema.json"
SITE = a_site()
LANGUAGES = ("id", "en")
each_language = pytest.mark.parametrize("language", LANGUAGES)

# Of the Data Privacy Vocabulary 2.3: looked up in its published files, one by one.
KINDS_OF_DATA = {
    "pd:BrowsingBehaviour",
    "pd:BrowsingReferral",
    "pd:DeviceBased",
    "pd:IPAddress",
    "pd:Interaction",
    "pd:Interest",
    "pd:Language",
    "pd:LinkClicked",
    "pd:Location",
    "pd:UID",
    "pd:UserAgent",
}


def the_notice(language: str, site: Site = SITE) -> dict[str, Any]:
    [found] = [each for each in notices_of(site, PRODUCTS) if each.locale == language]
    return found.content


def hashes(site: Site) -> list[str]:
    return [notice.hash for notice in notices_of(site, PRODUCTS)]


EVERY_PRODUCT = a_site(
    a_document(services={name.replace("_", "-"): a_service(name) for name in OPTIONS})
)
SITES = {
    "the usual": SITE,
    "every product": EVERY_PRODUCT,
    "no service": a_site(a_document(services={})),
    "one language": a_site(languages=("id",)),
    "advanced mode": a_site(changed("consent_mode", mode="advanced")),
    "a country": a_site(changed("country", header="CF-IPCountry")),
    "what is new": a_site(changed("notice", changes="Peta ditambahkan.")),
    "elsewhere": a_site(changed("evidence", jurisdiction="US-CA", stored_in=["US", "SG"])),
}


@pytest.mark.parametrize("site", SITES.values(), ids=SITES.keys())
def test_every_notice_has_every_field_of_the_schema(site: Site) -> None:
    validator = Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))

    for notice in notices_of(site, PRODUCTS):
        assert [error.message for error in validator.iter_errors(notice.content)] == []


def test_a_site_has_one_notice_for_each_of_its_languages() -> None:
    notices = notices_of(SITE, PRODUCTS)

    assert [(each.site, each.version, each.revision, each.locale) for each in notices] == [
        ("example", "2026-11-22", 1, "id"),
        ("example", "2026-11-22", 1, "en"),
    ]


# --- words -----------------------------------------------------------------------------------


@each_language
def test_the_words_are_those_of_the_banner_and_of_the_dialog(language: str) -> None:
    words = the_notice(language)["words"]

    assert set(words["banner"].values()) - {words["banner"]["other"]} <= set(
        first_layer(SITE, PRODUCTS, language)
    )
    assert words["dialog"] == json.loads(json.dumps(dialog_texts(SITE, PRODUCTS, language)))


@each_language
def test_the_buttons_are_there_with_the_one_for_the_other_language(language: str) -> None:
    texts = catalogue(language)
    following = {"id": "English", "en": "Bahasa Indonesia"}

    shown = the_notice(language)["words"]["banner"]

    assert shown["accept"] == texts["button.accept"]
    assert shown["refuse"] == texts["button.refuse"]
    assert shown["customise"] == texts["button.customise"]
    assert shown["other"] == following[language]


def test_what_is_new_is_read_in_the_banner_and_in_the_dialog_in_each_language() -> None:
    changes = {"id": "Peta ditambahkan.", "en": "The map is new."}
    site = a_site(changed("notice", changes=changes))

    for language in LANGUAGES:
        words = the_notice(language, site)["words"]
        assert words["banner"]["body"].endswith(changes[language])
        assert changes[language] in words["dialog"]["before"][1]


def test_nothing_is_said_of_changes_where_the_owner_says_nothing() -> None:
    before = catalogue("id")["banner.changes"].partition("{")[0]

    assert before not in notices_of(SITE, PRODUCTS)[0].body


def test_what_loads_before_a_choice_is_told_and_noted_as_a_fact() -> None:
    content = the_notice("id", SITES["advanced mode"])

    early = {service["id"] for service in content["services"] if service["before_choice"]}
    assert early == {"google-analytics", "floodlight"}
    assert "Sebelum Anda memilih" in content["words"]["banner"]["body"]


# --- facts -----------------------------------------------------------------------------------


def terms(value: Any) -> Iterator[str]:
    """Every term of the vocabulary of personal data that stands anywhere in it."""
    yield from re.findall(r'"(pd:\w+)"', json.dumps(value))


@pytest.mark.parametrize("product", PRODUCTS.values(), ids=PRODUCTS.keys())
def test_every_product_says_which_data_it_gets_in_terms_that_exist(product: Any) -> None:
    assert product.data
    assert "pd:IPAddress" in product.data, "no request goes without"
    assert set(product.data) <= KINDS_OF_DATA
    assert len(set(product.data)) == len(product.data)


def test_who_gets_what_for_how_long_and_where_is_said_of_each_service() -> None:
    content = the_notice("id")
    [analytics] = [each for each in content["services"] if each["id"] == "google-analytics"]

    assert analytics["provider"] == "Google LLC"
    assert analytics["category"] == "analytics"
    assert analytics["retention"] == "P14M"
    assert "*.google-analytics.com" in analytics["hosts"]
    assert {"tech:Cookie"} == {item["type"] for item in analytics["stored"]}
    assert analytics["transfer"] == {
        "abroad": True,
        "countries": ["US"],
        "basis": "UU 27/2022 Pasal 56 ayat (4)",
    }


def test_every_provider_is_a_party_once_and_every_purpose_names_its_own() -> None:
    content = the_notice("id")
    parties = {party["id"]: party for party in content["parties"]}
    purposes = {purpose["id"]: purpose for purpose in content["purposes"]}

    assert [party["name"] for party in content["parties"]] == [
        "PT Contoh", "Google LLC", "Yayasan Peta"
    ]  # fmt: skip
    assert content["controllers"] == ["controller"]
    assert [parties[each]["name"] for each in purposes["preferences"]["recipients"]] == [
        "Yayasan Peta"
    ]
    assert purposes["advertising"]["services"] == ["floodlight", "adsense"]
    assert purposes["advertising"]["type"] == ["dpv:Advertising", "dpv:PersonalisedAdvertising"]
    assert purposes["necessary"]["lawful_basis"] == []


def test_a_service_whose_provider_is_not_told_stands_for_who_is_behind_it() -> None:
    site = a_site(with_service("lain", product="embed", category="analytics", retention="1 years"))

    names = [party["name"] for party in the_notice("id", site)["parties"]]

    assert names[-1] == "Embed"


def test_what_an_owner_tells_of_a_provider_is_in_the_notice() -> None:
    site = a_site(with_service("peta", address="Jalan Peta 3, Bandung", countries=["ID", "SG"]))

    content = the_notice("id", site)

    assert content["parties"][-1]["address"] == "Jalan Peta 3, Bandung"
    assert content["processing_locations"] == ["ID", "US", "SG"]


def test_indonesia_is_the_default_of_place_law_and_authority() -> None:
    content = the_notice("id")

    assert content["jurisdiction"] == "ID"
    assert content["law"] == "UU 27/2022"
    assert content["storage_locations"] == ["ID"]
    assert "UU 27/2022 Pasal 20 ayat (2) huruf a" in content["lawful_basis"]
    assert content["authority"].startswith("Kementerian Komunikasi dan Digital")


@pytest.mark.parametrize(
    ("jurisdiction", "basis"),
    [("DE", ["eu-gdpr:A6-1-a"]), ("GB", []), ("US-CA", [])],
)
def test_elsewhere_indonesian_articles_are_not_cited(jurisdiction: str, basis: list[str]) -> None:
    site = a_site(changed("evidence", jurisdiction=jurisdiction, authority="A regulator"))

    content = the_notice("en", site)

    assert content["lawful_basis"] == ["dpv:ExplicitlyExpressedConsent", *basis]
    assert content["rights"]["articles"] == []
    assert content["authority"] == "A regulator"


def test_the_ids_of_tags_are_not_in_it() -> None:
    for notice in notices_of(SITE, PRODUCTS):
        for secret in ("G-TEST123456", "DC-7654321", "ca-pub-1234567890123456"):
            assert secret not in notice.body


# --- hashes and the script's version ---------------------------------------------------------


def other_words(site: Site) -> Site:
    return replace(site, controller=replace(site.controller, address="Jalan Lain 2"))


@pytest.mark.parametrize(
    "site",
    [
        pytest.param(other_words(SITE), id="an address"),
        pytest.param(a_site(changed("notice", revision=2)), id="the revision"),
        pytest.param(a_site(changed("notice", changes="Baru.")), id="what is new"),
        pytest.param(a_site(changed("lifetimes", record_days=400)), id="the life of records"),
        pytest.param(a_site(changed("evidence", stored_in=["SG"])), id="where they are kept"),
        pytest.param(a_site(changed("evidence", authority="Lembaga")), id="the authority"),
        pytest.param(a_site(languages=("id",)), id="the languages"),
    ],
)
def test_whatever_a_notice_says_is_in_its_hash_and_in_the_scripts_version(site: Site) -> None:
    assert not set(hashes(site)) & set(hashes(SITE))
    assert compose(site, PRODUCTS).version != compose(SITE, PRODUCTS).version


def test_the_bundle_carries_the_notices_that_its_script_shows() -> None:
    bundle = compose(SITE, PRODUCTS)

    assert bundle.notices == notices_of(SITE, PRODUCTS)
    assert all(isinstance(each, NoticeDocument) for each in bundle.notices)
    assert json.dumps(bundle.version) in bundle.script.plain.decode()
    assert re.fullmatch(r"[A-Za-z0-9_-]{16}", bundle.version)


def test_the_same_site_has_the_same_notices() -> None:
    assert notices_of(a_site(), PRODUCTS) == notices_of(SITE, PRODUCTS)
