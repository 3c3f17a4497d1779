from __future__ import annotations

from typing import Any

import pytest

from banner.i18n import catalogue
from banner.script.texts import dialog_texts
from banner.tags import PRODUCTS
from tests.builders import GONE, a_document, a_service, a_site, changed, with_service


def facts_of(service_id: str, site: Any = None, language: str = "en") -> dict[str, Any]:
    dialog = dialog_texts(site or a_site(), PRODUCTS, language)
    services = (service for category in dialog["categories"] for service in category["services"])
    return next(service for service in services if service["id"] == service_id)


def test_the_dialog_lists_necessary_first_and_never_asks_it() -> None:
    categories = dialog_texts(a_site(), PRODUCTS, "id")["categories"]

    assert [(category["id"], category["asked"]) for category in categories] == [
        ("necessary", False),
        ("preferences", True),
        ("analytics", True),
        ("advertising", True),
    ]


def test_each_service_stands_in_its_category_once() -> None:
    site = a_site()

    dialog = dialog_texts(site, PRODUCTS, "id")

    found = {
        service["id"]: category["id"]
        for category in dialog["categories"]
        for service in category["services"]
    }
    assert found == {service.id: service.category for service in site.services}


@pytest.mark.parametrize(("language", "span"), [("id", "14 bulan"), ("en", "14 months")])
def test_a_retention_is_told_in_the_visitors_language(language: str, span: str) -> None:
    fields = facts_of("google-analytics", language=language)["fields"]

    assert span in [value for _, value in fields]


def test_a_retention_that_the_owner_has_not_told_is_said_to_be_so() -> None:
    site = a_site(with_service("adsense", retention=GONE))

    fields = facts_of("adsense", site)["fields"]

    assert catalogue("en")["field.untold"] in [value for _, value in fields]


def test_an_owners_provider_takes_the_place_of_the_products() -> None:
    provider = facts_of("peta")["fields"][0][1]

    assert provider == "Yayasan Peta, peta.example.org"


def rows_of(facts: dict[str, Any]) -> dict[str, list[str]]:
    """What is told of each name: purpose, owner, life, and who deletes it."""
    rows = [(name.split(" (")[0].split(", "), rest) for name, *rest in facts["stored"]]
    return {name: rest for names, rest in rows for name in names}


def test_each_thing_stored_is_told_by_name_purpose_owner_life_and_who_deletes_it() -> None:
    columns = dialog_texts(a_site(), PRODUCTS, "en")["columns"]

    row = next(row for row in facts_of("floodlight")["stored"] if row[0] == "_gcl_au")

    assert columns == ["Name", "Purpose", "Owner", "Lifetime", "Deleted on withdrawal"]
    assert row == [
        "_gcl_au",
        "Recognises the browser to show and measure ads",
        "this site",
        "90 days",
        "yes, by this site",
    ]


def test_what_no_page_can_delete_is_told_to_be_so() -> None:
    stored = rows_of(facts_of("adsense"))

    assert stored["IDE"][1] == "doubleclick.net"
    assert stored["IDE"][3] != stored["__gads"][3]


def test_what_only_the_sites_server_can_delete_is_told_to_be_so() -> None:
    stored = rows_of(facts_of("google-analytics"))

    assert stored["FPID"][3] not in (stored["_ga"][3], rows_of(facts_of("adsense"))["IDE"][3])


def test_what_is_alike_but_for_its_name_shares_a_row() -> None:
    rows = [row[0] for row in facts_of("adsense")["stored"]]

    assert "FCCDCF, FCNEC, FCOEC" in ", ".join(rows)
    facts = [tuple(row[1:]) for row in facts_of("adsense")["stored"] if "storage" not in row[0]]
    assert len(set(facts)) == len(facts)


def test_storage_is_told_as_storage_and_not_as_a_cookie() -> None:
    told = [row[0] for row in facts_of("floodlight")["stored"]]

    assert "_gcl_ls (browser storage)" in told


@pytest.mark.parametrize(
    ("name", "service_id", "life"),
    [
        pytest.param("_ga", "google-analytics", "as long as your consent", id="the consent's"),
        pytest.param("_gid", "google-analytics", "24 hours", id="a figure"),
        pytest.param("__utm*", "google-analytics", "set by the provider", id="only they know"),
        pytest.param("__gads", "adsense", "third-party lists", id="a figure of others"),
        pytest.param("GGDFSSK", "adsense", "until the browser is closed", id="a session"),
        pytest.param("_gcl_ls", "floodlight", "until deleted", id="storage"),
        pytest.param("IDE", "adsense", "set by the provider", id="no figure, no list"),
    ],
)
def test_a_life_is_told_as_far_as_it_is_known(name: str, service_id: str, life: str) -> None:
    kept = rows_of(facts_of(service_id))[name][2]

    assert life in kept
    assert ("third-party" in kept) == (life == "third-party lists")


def test_an_owners_shorter_life_of_a_cookie_is_told() -> None:
    site = a_site(with_service("google-analytics", cookie_expires=30 * 86400))

    assert rows_of(facts_of("google-analytics", site))["_ga"][2] == "30 days"


def test_what_an_owner_names_of_a_script_is_told() -> None:
    chat = a_service("script", cookies=["chat_id"], storage="chat", host="chat.example.org")

    facts = facts_of("chat", a_site(with_service("chat", **chat)))

    assert rows_of(facts).keys() == {"chat_id", "chat"}
    assert "chat.example.org" in facts["fields"][0][1]


COUNTRY = {"header": "CF-IPCountry"}
HELD = catalogue("en")["field.held"]


@pytest.mark.parametrize(
    ("country", "words", "missing"),
    [
        pytest.param(COUNTRY, ["Not loaded", "not known"], "asked again", id="held"),
        pytest.param(
            {**COUNTRY, "unknown": "release"}, ["Not loaded"], "not known", id="but not unknown"
        ),
        pytest.param(
            {**COUNTRY, "platform": "https://cmp.example.org/stub.js"},
            ["asked again"],
            "Not loaded",
            id="asked by the owner's platform",
        ),
    ],
)
def test_advertising_that_a_country_holds_is_told_with_its_reason(
    country: dict[str, str], words: list[str], missing: str
) -> None:
    site = a_site(a_document(country=country))

    told = dict(facts_of("adsense", site)["fields"])[HELD]

    for word in [*words, "European Economic Area", "certified"]:
        assert word in told
    assert missing not in told


def test_nothing_is_said_of_countries_where_none_decides() -> None:
    for site, service_id in (
        (a_site(), "adsense"),
        (a_site(a_document(country=COUNTRY)), "floodlight"),
    ):
        assert HELD not in dict(facts_of(service_id, site)["fields"])


@pytest.mark.parametrize("language", ["id", "en"])
def test_contacts_that_the_owner_has_given_are_told_and_no_others(language: str) -> None:
    without = dialog_texts(a_site(), PRODUCTS, language)["after"][0]
    with_both = dialog_texts(
        a_site(changed("contact", phone="021 555 0100", officer="Ibu Contoh")), PRODUCTS, language
    )["after"][0]

    assert "Jalan Contoh 1, Jakarta" in without
    assert "privasi@example.co.id" in without
    assert "021 555 0100" in with_both
    assert "Ibu Contoh" in with_both
    assert len(without) < len(with_both)


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_value_is_left_to_be_filled_in(language: str) -> None:
    assert "{" not in str(list(strings(dialog_texts(a_site(), PRODUCTS, language))))


def strings(value: Any) -> Any:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)
