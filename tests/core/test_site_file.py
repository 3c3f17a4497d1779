from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banner.core.consent_mode import SIGNALS
from banner.core.origin import Origin
from banner.core.problem import Problem
from banner.core.site import ConsentMode, Country, RegionDefault
from banner.core.site_shape import schema
from tests.builders import GONE, a_document, a_service, changed, read, toml, with_service


def faults(document: Mapping[str, Any] | str, **options: str) -> list[Problem]:
    """What is wrong with it; notes are of what is right."""
    problems = read(document, **options).problems
    return [problem for problem in problems if problem.severity != "note"]


def the_problem(document: Mapping[str, Any] | str, **options: str) -> Problem:
    problems = faults(document, **options)
    assert len(problems) == 1, list(map(str, problems))
    return problems[0]


# --- one fault, one problem ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "key", "found", "expected", "nearest"),
    [
        pytest.param(
            {**a_document(), "orgins": []},
            "orgins",
            "an unknown key",
            "`origins`",
            "origins",
            id="an unknown key",
        ),
        pytest.param(
            changed("notice", polcy="x"),
            "notice.polcy",
            "an unknown key",
            "`policy`",
            "policy",
            id="an unknown key in a table",
        ),
        pytest.param(
            with_service("adsense", clent="x"),
            "services.adsense.clent",
            "an unknown key",
            "`client`",
            "client",
            id="an unknown key of a service",
        ),
        pytest.param(
            with_service("adsense", zzz="x"),
            "services.adsense.zzz",
            "an unknown key",
            "`client`",
            "",
            id="an unknown key that is near to none",
        ),
        pytest.param(
            a_document(name=GONE),
            "name",
            "nothing",
            "the controller's legal name",
            "",
            id="a missing key",
        ),
        pytest.param(
            changed("contact", email=GONE),
            "contact.email",
            "nothing",
            "where visitors write about their data",
            "",
            id="a missing key in a table",
        ),
        pytest.param(
            with_service("adsense", product=GONE),
            "services.adsense.product",
            "nothing",
            "which product it is",
            "",
            id="a service without a product",
        ),
        pytest.param(
            with_service("adsense", client=GONE),
            "services.adsense.client",
            "nothing",
            "ca-pub-",
            "",
            id="a required option that is missing",
        ),
        pytest.param(
            a_document(name=7), "name", "`7`", "text in quotes", "", id="a number for text"
        ),
        pytest.param(a_document(name=""), "name", '`""`', "", "", id="empty text"),
        pytest.param(
            a_document(origins="https://www.example.co.id"),
            "origins",
            "https://www.example.co.id",
            "a list in square brackets",
            "",
            id="text for a list",
        ),
        pytest.param(
            a_document(origins=[]), "origins", "`[]`", "at least one item", "", id="an empty list"
        ),
        pytest.param(
            a_document(languages=["id", "id"]),
            "languages",
            "id",
            "no item twice",
            "",
            id="the same twice",
        ),
        pytest.param(
            a_document(contact="x"), "contact", '`"x"`', "a table", "", id="text for a table"
        ),
        pytest.param(
            changed("lifetimes", choice_days="184"),
            "lifetimes.choice_days",
            '`"184"`',
            "a whole number",
            "",
            id="text for a number",
        ),
        pytest.param(
            changed("lifetimes", choice_days=396),
            "lifetimes.choice_days",
            "`396`",
            "a number from 1 to 395",
            "",
            id="a life too long",
        ),
        pytest.param(
            changed("lifetimes", choice_days=0),
            "lifetimes.choice_days",
            "`0`",
            "a number from 1 to 395",
            "",
            id="no life at all",
        ),
        pytest.param(
            changed("look", layout="barr"),
            "look.layout",
            '`"barr"`',
            "one of `bar`, `box`, `corner`",
            "bar",
            id="an unknown word",
        ),
        pytest.param(
            changed("look", accent="blue"),
            "look.accent",
            '`"blue"`',
            "a colour such as `#0f5fd8`",
            "",
            id="a colour by name",
        ),
        pytest.param(
            a_document(categories=["necessary", "preferences", "analitics", "advertising"]),
            "categories.2",
            '`"analitics"`',
            "`analytics`",
            "analytics",
            id="an unknown category",
        ),
        pytest.param(
            a_document(categories=["preferences", "analytics", "advertising"]),
            "categories",
            "no `necessary`",
            "`necessary` among them",
            "",
            id="no necessary",
        ),
        pytest.param(
            a_document(languages=["id", "en", "jv"]),
            "languages.2",
            '`"jv"`',
            "a language with a catalogue: en, id",
            "",
            id="a language without a catalogue",
        ),
        pytest.param(
            changed("notice", version="the new one"),
            "notice.version",
            "the new one",
            "such as `2026-11-22`",
            "",
            id="a version with spaces",
        ),
        pytest.param(
            changed("notice", effective=20261122),
            "notice.effective",
            "`20261122`",
            "text in quotes",
            "",
            id="a number for a date",
        ),
        pytest.param(
            changed("notice", effective="2026-02-30"),
            "notice.effective",
            "2026-02-30",
            "a day that exists",
            "",
            id="a day that does not exist",
        ),
        pytest.param(
            changed("notice", policy="privasi.html"),
            "notice.policy",
            "privasi.html",
            "https://",
            "",
            id="a policy that is no address",
        ),
        pytest.param(
            changed("notice", policy="javascript:alert(1)"),
            "notice.policy",
            "javascript",
            "https://",
            "",
            id="a policy that is a script",
        ),
        pytest.param(
            changed("notice", policy={"id": "https://example.co.id/"}),
            "notice.policy.en",
            "nothing",
            "the policy's address",
            "",
            id="a policy missing in one language",
        ),
        pytest.param(
            changed("notice", policy=dict.fromkeys(("id", "en", "ed"), "https://example.co.id/")),
            "notice.policy.ed",
            "an unknown language",
            "`languages`",
            "id",
            id="a policy in an unknown language",
        ),
        pytest.param(
            with_service("adsense", product="adsence"),
            "services.adsense.product",
            '`"adsence"`',
            "`adsense`",
            "adsense",
            id="an unknown product",
        ),
        pytest.param(
            with_service("adsense", client="pub-1234567890123456"),
            "services.adsense.client",
            "pub-1234567890123456",
            "ca-pub-",
            "",
            id="an option in the wrong form",
        ),
        pytest.param(
            with_service("adsense", client=1234567890123456),
            "services.adsense.client",
            "`1234567890123456`",
            "ca-pub-",
            "",
            id="an option of the wrong type",
        ),
        pytest.param(
            with_service("adsense", client="ca-pub-1234567890123456\n"),
            "services.adsense.client",
            "ca-pub-1234567890123456",
            "ca-pub-",
            "",
            id="an option with a line end",
        ),
        pytest.param(
            with_service(
                "gtm", product="google_tag_manager", container="GTM-A1B2C3D", retention="1 year"
            ),
            "services.gtm.retention",
            "1 year",
            "a length of time such as `14 months`",
            "",
            id="a retention in the wrong form",
        ),
        pytest.param(
            with_service(
                "gtm", product="google_tag_manager", container="GTM-A1B2C3D", retention="14 months"
            ),
            "services.gtm.category",
            "nothing",
            "what Google Tag Manager is used for here",
            "",
            id="a Tag Manager without a category",
        ),
        pytest.param(
            a_document(
                categories=["necessary", "analytics"],
                services={
                    "floodlight": {
                        "product": "floodlight",
                        "config_id": "DC-7654321",
                        "retention": "2 years",
                    }
                },
            ),
            "services.floodlight.category",
            '`"advertising"`',
            "one of the site's `categories`",
            "",
            id="a service of a category that nobody asks for",
        ),
        pytest.param(
            with_service("adsense", category="necessary"),
            "services.adsense.category",
            '`"necessary"`',
            "`advertising`",
            "",
            id="a service called necessary",
        ),
        pytest.param(
            a_document(services={"AdSense": a_document()["services"]["adsense"]}),
            "services.AdSense",
            "AdSense",
            "small letters",
            "",
            id="a service id in capitals",
        ),
        pytest.param(
            a_document(services={"analytics": a_document()["services"]["google-analytics"]}),
            "services.analytics",
            "analytics",
            "no category",
            "",
            id="a service named like a category",
        ),
        pytest.param(
            a_document(services={"necessary": a_document()["services"]["google-analytics"]}),
            "services.necessary",
            "necessary",
            "no category",
            "",
            id="a service named necessary",
        ),
        pytest.param(
            changed("consent_mode", mode="advance"),
            "consent_mode.mode",
            '`"advance"`',
            "one of `basic`, `advanced`",
            "advanced",
            id="an unknown mode",
        ),
        pytest.param(
            changed("consent_mode", wait_for_update=5001),
            "consent_mode.wait_for_update",
            "`5001`",
            "a number from 0 to 5000",
            "",
            id="too long a wait",
        ),
        pytest.param(
            changed("consent_mode", wait_for_update=True),
            "consent_mode.wait_for_update",
            "`true`",
            "a whole number",
            "",
            id="a truth for a number",
        ),
        pytest.param(
            changed("consent_mode", url_passthrough="yes"),
            "consent_mode.url_passthrough",
            '`"yes"`',
            "`true` or `false`",
            "",
            id="a text for a truth",
        ),
        pytest.param(
            changed("consent_mode", regions=[{"regions": ["ID"]}]),
            "consent_mode.regions.0.granted",
            "nothing",
            "the signals that are granted there",
            "",
            id="a region without its signals",
        ),
        pytest.param(
            changed("consent_mode", regions=[{"regions": ["ID"], "granted": ["ads_storage"]}]),
            "consent_mode.regions.0.granted.0",
            '`"ads_storage"`',
            "`ad_storage`",
            "ad_storage",
            id="an unknown signal",
        ),
        pytest.param(
            changed("consent_mode", regions=[{"regions": [], "granted": []}]),
            "consent_mode.regions.0.regions",
            "`[]`",
            "at least one item",
            "",
            id="a default for no region",
        ),
        pytest.param(
            changed("consent_mode", regions=[{"regions": ["Indonesia"], "granted": []}]),
            "consent_mode.regions.0.regions.0",
            '`"Indonesia"`',
            "`ID` or `US-CA`",
            "",
            id="a country by name",
        ),
        pytest.param(
            changed("consent_mode", regions=[{"regions": ["US-CA", "UK"], "granted": []}]),
            "consent_mode.regions.0.regions.1",
            '`"UK"`',
            "an ISO 3166 code",
            "GB",
            id="a country by a code that is none",
        ),
        pytest.param(
            changed(
                "consent_mode",
                regions=[{"regions": ["ID"], "granted": []}, {"regions": ["ID"], "granted": []}],
            ),
            "consent_mode.regions.1.regions.0",
            '`"ID"` again',
            "each region once",
            "",
            id="a region twice",
        ),
        pytest.param(
            a_document(country={}),
            "country.header",
            "nothing",
            "the header in which your proxy tells",
            "",
            id="a country from nowhere",
        ),
        pytest.param(
            a_document(country={"header": "CF IPCountry"}),
            "country.header",
            '`"CF IPCountry"`',
            "a header's name such as `CF-IPCountry`",
            "",
            id="no header's name",
        ),
        pytest.param(
            a_document(country={"header": "CF-IPCountry", "unknown": "held"}),
            "country.unknown",
            '`"held"`',
            "one of `hold`, `release`",
            "hold",
            id="an unknown word for the unknown",
        ),
        pytest.param(
            a_document(country={"header": "CF-IPCountry", "platform": "http://cmp.example.org/"}),
            "country.platform",
            "http://cmp.example.org/",
            "an address that begins with https://",
            "",
            id="a platform without https",
        ),
        pytest.param(
            a_document(country={"header": "CF-IPCountry", "plattform": "https://cmp.example.org/"}),
            "country.plattform",
            "an unknown key",
            "`platform`",
            "platform",
            id="an unknown key of the country",
        ),
        pytest.param("name = \n", "name", "no value", "a value", "", id="a key without a value"),
        pytest.param(
            'name = "a"\nname = "b"\n', "name", "it again", "it once", "", id="a key twice"
        ),
    ],
)
def test_a_fault_is_told_with_file_key_found_expected_and_nearest(
    document: Mapping[str, Any] | str, key: str, found: str, expected: str, nearest: str
) -> None:
    problem = the_problem(document)

    assert problem.severity == "error"
    assert (problem.file, problem.key, problem.nearest) == ("example.toml", key, nearest)
    assert found in problem.found
    assert expected in problem.expected
    for part in (problem.file, problem.key, problem.found, problem.expected, problem.nearest):
        assert part in str(problem)


def test_a_file_with_an_error_makes_no_site() -> None:
    assert read(a_document(name=7)).site is None


@pytest.mark.parametrize("name", ["Example", "exa_mple", "-example", "a" * 33, "exämple", "a.b"])
def test_a_file_name_that_is_no_address_is_an_error(name: str) -> None:
    problem = the_problem(a_document(), site_id=name)

    assert (problem.key, problem.severity) == ("(the file's name)", "error")


# --- origins and the cookie's domain -------------------------------------------------------


@pytest.mark.parametrize(
    "origin",
    [
        "https://www.example.co.id/",
        "https://www.example.co.id/page",
        "https://*.example.co.id",
        "*",
        "null",
        "www.example.co.id",
        "https://www.example.co.id.",
        "https://user@www.example.co.id",
        "https://www.example.co.id:0",
        "ftp://www.example.co.id",
        "https://www.exämple.co.id",
        "",
    ],
)
def test_what_is_no_origin_is_refused_with_its_place_in_the_list(origin: str) -> None:
    problem = the_problem(a_document(origins=["https://www.example.co.id", origin]))

    assert (problem.key, problem.severity) == ("origins.1", "error")
    assert "scheme and host only" in problem.expected


@pytest.mark.parametrize("suffix", ["co.id", "go.id", "web.id", "ac.id", "github.io"])
def test_a_public_suffix_cannot_share_a_choice(suffix: str) -> None:
    document = a_document(cookie={"domain": suffix}, origins=[f"https://example.{suffix}"])

    problem = the_problem(document)

    assert (problem.key, problem.severity) == ("cookie.domain", "error")
    assert suffix in problem.found


@pytest.mark.parametrize("domain", ["id", "", ".example.co.id", "https://example.co.id", "EXAMPLE"])
def test_what_is_no_domain_cannot_share_a_choice(domain: str) -> None:
    problems = read(a_document(cookie={"domain": domain})).errors

    assert "cookie.domain" in {problem.key for problem in problems}


@pytest.mark.parametrize("suffix", ["co.id", "go.id"])
def test_a_domain_below_a_public_suffix_can_share_a_choice(suffix: str) -> None:
    domain = f"example.{suffix}"

    reading = read(a_document(cookie={"domain": domain}, origins=[f"https://www.{domain}"]))

    assert reading.site
    assert reading.site.cookie_domain == domain


def test_an_origin_outside_the_shared_domain_is_an_error() -> None:
    problem = the_problem(
        a_document(cookie={"domain": "example.co.id"}, origins=["https://evilexample.co.id"])
    )

    assert problem.key == "origins.0"
    assert "within cookie.domain" in problem.expected


# --- warnings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "key", "found"),
    [
        pytest.param(
            changed("contact", phone="[[PHONE]]"), "contact.phone", "[[PHONE]]", id="in a text"
        ),
        pytest.param(
            a_document(name="PT [[NAME]] Tbk"), "name", "[[NAME]]", id="in the middle of a text"
        ),
        pytest.param(
            with_service("adsense", client="ca-pub-0000000000000000"),
            "services.adsense.client",
            "ca-pub-0000000000000000",
            id="an example's id",
        ),
        pytest.param(
            with_service("adsense", retention=GONE),
            "services.adsense.retention",
            "nothing",
            id="no retention",
        ),
        pytest.param(
            a_document(origins=["http://www.example.co.id"]),
            "origins.0",
            "http://www.example.co.id",
            id="no https",
        ),
    ],
)
def test_what_is_still_to_be_done_is_a_warning_and_the_site_is_served(
    document: Mapping[str, Any], key: str, found: str
) -> None:
    assert read(document).site
    problem = the_problem(document)
    assert (problem.key, problem.severity) == (key, "warning")
    assert found in problem.found


@pytest.mark.parametrize(
    ("product", "option", "id"),
    [
        ("google_analytics", "measurement_id", "G-0000000000"),
        ("google_analytics", "measurement_id", "G-XXXXXXXX"),
        ("google_analytics", "measurement_id", ["G-1A2B3C4D5E", "G-0000000000"]),
        ("adsense", "client", "ca-pub-0000000000"),
        ("ad_manager", "network", "00000000000"),
        ("floodlight", "config_id", "DC-000000000"),
        ("google_tag_manager", "container", "GTM-0000000"),
        ("google_tag_manager", "container", "GTM-XXXX"),
    ],
)
def test_an_id_of_noughts_or_x_alone_is_nobodys(product: str, option: str, id: Any) -> None:
    service = {**a_service(product, category="advertising"), option: id}
    if product == "google_analytics":
        del service["category"]

    problem = the_problem(a_document(services={"one": service}))

    assert problem.key.startswith(f"services.one.{option}")
    assert (problem.severity, "the placeholder" in problem.found) == ("warning", True)


@pytest.mark.parametrize("id", ["G-1000000000", "G-XXXXXXXXX1", "G-X0X0X0X0X0"])
def test_an_id_with_more_in_it_than_noughts_or_x_is_somebodys(id: str) -> None:
    service = a_service("google_analytics", measurement_id=id)

    assert faults(a_document(services={"one": service})) == []


# --- how visitors reach the owner ----------------------------------------------------------


@pytest.mark.parametrize(
    "email",
    [
        "privasi at batik",
        "privasi@batik",
        "privasi@batik.",
        "@batik.co.id",
        "privasi@@batik.co.id",
        "privasi @batik.co.id",
        "mailto:privasi@batik.co.id",
        "Batik <privasi@batik.co.id>",
        "privasi@batik.co.id\n",
        "[[email]]",
    ],
)
def test_what_is_no_address_is_none_to_write_to(email: str) -> None:
    problem = the_problem(changed("contact", email=email))

    assert (problem.key, problem.severity) == ("contact.email", "error")
    assert "an e-mail address such as `privasi@example.co.id`" in problem.expected


@pytest.mark.parametrize(
    "email", ["privasi@batik.co.id", "p.d+izin@mail.batik.id", "privasi@bätik.example"]
)
def test_an_address_needs_no_more_than_its_form(email: str) -> None:
    assert faults(changed("contact", email=email)) == []


def test_an_address_that_is_still_to_be_filled_in_is_a_warning() -> None:
    problem = the_problem(changed("contact", email="[[EMAIL]]"))

    assert (problem.key, problem.severity) == ("contact.email", "warning")


@pytest.mark.parametrize("phone", ["(021) 555 0100 ext. 7", "WhatsApp 0812-…", "mornings only"])
def test_a_telephone_number_is_any_text(phone: str) -> None:
    assert faults(changed("contact", phone=phone)) == []


def test_a_missing_table_is_told_with_the_keys_that_it_needs() -> None:
    document = a_document()
    del document["contact"]

    problem = the_problem(document)

    assert (problem.key, problem.found) == ("contact", "nothing")
    assert problem.expected == "a table with `address`, `email`"


def test_a_number_that_is_a_text_is_told_to_stand_in_quotes() -> None:
    service = a_service("ad_manager", network=21712345678)

    problem = the_problem(a_document(services={"gam": service}))

    assert problem.expected == "a network code such as `21712345678`, in quotes"


def test_localhost_needs_no_https() -> None:
    assert faults(a_document(origins=["http://localhost:8000"])) == []


# --- notes: what a right file does ---------------------------------------------------------

COUNTRY = {"header": "CF-IPCountry"}
ID_GRANTS = {"regions": ["ID"], "granted": ["analytics_storage", "security_storage"]}
MEASURED = {"google-analytics": a_service("google_analytics")}


def notes(document: Mapping[str, Any]) -> dict[str, str]:
    return {p.key: p.found for p in read(document).problems if p.severity == "note"}


@pytest.mark.parametrize(("name", "noted"), [(GONE, True), ("Embed", True), ("Peta", False)])
def test_what_only_the_owner_knows_should_have_a_name(name: Any, noted: bool) -> None:
    noted_keys = notes(with_service("peta", name=name))

    assert ("services.peta.name" in noted_keys) is noted


def quiet(**overrides: Any) -> dict[str, Any]:
    """A site with nothing worth a note."""
    return a_document(categories=["necessary", "analytics"], services=MEASURED, **overrides)


def test_a_site_that_asks_for_nothing_unusual_gets_no_note() -> None:
    assert read(quiet()).problems == ()


@pytest.mark.parametrize(
    ("document", "key", "words"),
    [
        pytest.param(
            quiet(consent_mode={"mode": "advanced"}),
            "consent_mode.mode",
            ["load before any choice", "IP address", "after a refusal: `google-analytics`"],
            id="advanced mode, with what it sends",
        ),
        pytest.param(
            a_document(
                categories=["necessary", "preferences"],
                services={"peta": a_service("embed", name="Peta", category="preferences")},
                consent_mode={"mode": "advanced"},
            ),
            "consent_mode.mode",
            ["no effect"],
            id="advanced mode without a tag that knows it",
        ),
        pytest.param(
            quiet(consent_mode={"wait_for_update": 500}),
            "consent_mode.wait_for_update",
            ["no effect in basic mode"],
            id="a wait in basic mode",
        ),
        pytest.param(
            quiet(consent_mode={"regions": [ID_GRANTS]}),
            "consent_mode.regions.0",
            ["no effect in basic mode"],
            id="regions in basic mode",
        ),
        pytest.param(
            quiet(consent_mode={"url_passthrough": True}),
            "consent_mode.url_passthrough",
            ["an id of the visitor", "links"],
            id="an identifier in links",
        ),
        pytest.param(
            a_document(),
            "country",
            ["`adsense`", "EEA", "certified", "`country.header`"],
            id="advertising without a country",
        ),
        pytest.param(
            a_document(country=COUNTRY),
            "country.unknown",
            ["(`adsense`) is held", "does not name"],
            id="an unknown country is held",
        ),
        pytest.param(
            a_document(country={**COUNTRY, "unknown": "release"}),
            "country.unknown",
            ["(`adsense`) is also released", "does not name"],
            id="an unknown country is released",
        ),
        pytest.param(
            a_document(country={**COUNTRY, "platform": "https://cmp.example.org/stub.js"}),
            "country.unknown",
            ["your platform asks", "does not name"],
            id="an unknown country is asked by the platform",
        ),
        pytest.param(
            quiet(country=COUNTRY), "country", ["leave it out"], id="a country that nobody needs"
        ),
        pytest.param(
            {
                **quiet(),
                "services": {
                    name: {**service, "google_signals": True} for name, service in MEASURED.items()
                },
            },
            "services.google-analytics.google_signals",
            ["no other effect", "advertising"],
            id="Google signals beside nothing that grants them",
        ),
        pytest.param(
            a_document(services=MEASURED, categories=["necessary", "analytics", "preferences"]),
            "categories",
            ["no service uses `preferences`", "about nothing"],
            id="a question about nothing",
        ),
    ],
)
def test_a_note_says_in_a_sentence_what_a_setting_does(
    document: Mapping[str, Any], key: str, words: list[str]
) -> None:
    assert read(document).site
    assert list(notes(document)) == [key]
    for word in words:
        assert word in notes(document)[key]


def test_a_region_that_grants_is_noted_beside_the_mode_that_makes_it_count() -> None:
    mode = {"mode": "advanced", "wait_for_update": 500, "regions": [ID_GRANTS]}

    noted = notes(quiet(consent_mode=mode))

    assert list(noted) == ["consent_mode.mode", "consent_mode.regions.0"]
    assert "write cookies" in noted["consent_mode.regions.0"]
    assert "`analytics_storage`" in noted["consent_mode.regions.0"]


def test_a_region_that_grants_nothing_of_a_tags_needs_no_note() -> None:
    denied = {"regions": ["DE"], "granted": ["security_storage"]}

    noted = notes(quiet(consent_mode={"mode": "advanced", "regions": [denied]}))

    assert list(noted) == ["consent_mode.mode"]


def test_a_note_is_printed_without_what_was_expected() -> None:
    [problem] = read(quiet(consent_mode={"wait_for_update": 500})).problems

    assert str(problem) == f"example.toml:22: `consent_mode.wait_for_update`: {problem.found}"


def test_a_file_with_an_error_has_no_notes_yet() -> None:
    assert {problem.severity for problem in read(a_document(name=7)).problems} == {"error"}


# --- all at once ---------------------------------------------------------------------------


def test_every_fault_is_told_at_once_and_once_each() -> None:
    document = a_document(
        name=GONE,
        contact=GONE,
        nmae="PT Contoh",
        origins=["https://www.example.co.id/page"],
        languages=["id", "jv"],
        look={"radius": 99},
        notice={"version": "1", "effective": "2026-13-01", "policy": "privasi"},
        services={
            "adsense": {"product": "adsense", "client": "wrong", "retention": "1 years"},
            "nothing": {},
            "tags": {"product": "google_tag_manager", "retention": "1 years"},
        },
    )

    keys = [problem.key for problem in read(document).errors]

    assert sorted(keys) == [
        "contact",
        "languages.1",
        "look.radius",
        "name",
        "nmae",
        "notice.effective",
        "notice.policy",
        "origins.0",
        "services.adsense.client",
        "services.nothing.product",
        "services.tags.category",
        "services.tags.container",
    ]


def test_more_services_than_a_token_has_room_for_are_an_error() -> None:
    service = a_document()["services"]["google-analytics"]

    problem = the_problem(a_document(services={f"service-{n}": service for n in range(33)}))

    assert (problem.key, problem.expected) == ("services", "at most 32")


def test_an_empty_file_lists_every_key_that_is_needed_once() -> None:
    keys = [problem.key for problem in read("").problems]

    assert keys == ["name", "origins", "languages", "notice", "contact", "services"]


@given(st.text(max_size=200))
def test_any_text_at_all_is_read_or_refused_with_problems(text: str) -> None:
    reading = read(text)

    assert reading.site or reading.problems


JSON_LIKE = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
    | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8),
            inner,
            max_size=3,
        )
    ),
    max_leaves=4,
)


@given(key=st.sampled_from([*sorted(a_document()), "consent_mode", "country"]), value=JSON_LIKE)
def test_any_value_under_any_key_is_read_or_refused_with_problems(key: str, value: Any) -> None:
    reading = read(toml_of({**a_document(), key: value}))

    assert reading.site or reading.errors


def toml_of(table: Mapping[str, Any]) -> str:
    """TOML in one line for each key, with inline tables: any value may stand anywhere."""
    return "".join(f"{json.dumps(key)} = {inline(value)}\n" for key, value in table.items())


def inline(value: Any) -> str:
    if isinstance(value, Mapping):
        pairs = (f"{json.dumps(key)} = {inline(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    if isinstance(value, str):
        # JSON writes what lies beyond 16 bits as two surrogates, which TOML refuses.
        return '"' + "".join(f"\\U{ord(character):08x}" for character in value) + '"'
    return value.isoformat() if isinstance(value, date) else json.dumps(value)


# --- a right file --------------------------------------------------------------------------


def test_a_right_file_becomes_the_site_it_describes() -> None:
    site = read(a_document()).site

    assert faults(a_document()) == []
    assert site
    assert site.id == "example"
    assert site.controller.name == "PT Contoh"
    assert site.origins == {
        Origin("https", "www.example.co.id", 443),
        Origin("https", "example.co.id", 443),
    }
    assert site.languages == ("id", "en")
    assert site.service_ids == ("google-analytics", "floodlight", "adsense", "peta")
    assert site.services[2].options == {
        "client": "ca-pub-1234567890123456",
        "non_personalized": False,
    }
    assert site.services[0].category == "analytics"
    assert site.services[3].category == "preferences"


def test_what_is_left_out_has_its_default() -> None:
    site = read(a_document()).site

    assert site
    assert site.categories == ("preferences", "analytics", "advertising")
    assert site.cookie_domain is None
    assert (site.choice_days, site.record_days) == (184, 2010)
    assert site.choice_seconds == 184 * 86400
    assert (site.look.layout, site.look.button, site.look.radius) == ("bar", "left", 8)
    assert (site.controller.phone, site.controller.officer) == ("", "")
    assert site.consent_mode == ConsentMode(
        advanced=False,
        wait_for_update=0,
        ads_data_redaction=False,
        url_passthrough=False,
        regions=(),
    )
    assert site.country is None


@pytest.mark.parametrize(
    "effective", [date(2026, 11, 22), "2026-11-22"], ids=["a TOML date", "a date as text"]
)
def test_a_day_may_be_a_toml_date_or_text(effective: object) -> None:
    site = read(changed("notice", effective=effective)).site

    assert site
    assert site.notice.effective == date(2026, 11, 22)


def test_a_toml_time_is_no_day() -> None:
    text = toml(a_document()).replace("= 2026-11-22\n", "= 2026-11-22T10:00:00Z\n")

    assert the_problem(text).key == "notice.effective"


def test_one_policy_serves_every_language_and_a_table_one_each() -> None:
    one = read(a_document()).site
    each = read(
        changed("notice", policy={"id": "https://example.co.id/i", "en": "https://example.co.id/e"})
    ).site

    assert one
    assert each
    assert set(one.notice.policy) == {"id", "en"}
    assert each.notice.policy["en"] == "https://example.co.id/e"


def test_an_owner_may_move_a_service_to_another_category_and_rename_it() -> None:
    site = read(with_service("google-analytics", category="advertising", name="Statistik")).site

    assert site
    assert (site.services[0].category, site.services[0].name) == ("advertising", "Statistik")


def test_consent_mode_is_read_as_the_owner_set_it() -> None:
    site = read(
        changed(
            "consent_mode",
            mode="advanced",
            wait_for_update=500,
            ads_data_redaction=True,
            url_passthrough=True,
            regions=[
                {"regions": ["ID", "US-CA"], "granted": ["analytics_storage"]},
                {"regions": ["DE"], "granted": []},
            ],
        )
    ).site

    assert site
    assert site.consent_mode == ConsentMode(
        advanced=True,
        wait_for_update=500,
        ads_data_redaction=True,
        url_passthrough=True,
        regions=(
            RegionDefault(("ID", "US-CA"), frozenset({"analytics_storage"})),
            RegionDefault(("DE",), frozenset()),
        ),
    )


def test_where_the_country_is_not_known_advertising_is_held_unless_the_owner_says_else() -> None:
    site = read(a_document(country={"header": "CF-IPCountry"})).site

    assert site
    assert site.country == Country(header="CF-IPCountry", unknown="hold", platform="")


def test_an_owners_platform_is_kept() -> None:
    country = {
        "header": "X-Country",
        "unknown": "release",
        "platform": "https://cmp.example.org/stub.js?site=1",
    }

    site = read(a_document(country=country)).site

    assert site
    assert site.country == Country("X-Country", "release", "https://cmp.example.org/stub.js?site=1")


def test_the_schema_knows_the_same_signals_as_the_code() -> None:
    regions = schema()["properties"]["consent_mode"]["properties"]["regions"]

    assert regions["items"]["properties"]["granted"]["items"]["enum"] == list(SIGNALS)
