from __future__ import annotations

from typing import Any

import pytest

from banner.i18n import catalogue
from banner.script.texts import dialog_texts
from banner.tags import PRODUCTS
from tests.builders import GONE, a_site, changed, with_service


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


def test_what_no_page_can_delete_is_told_to_be_so() -> None:
    stored = {name: (owner, removed) for name, owner, _, removed in facts_of("adsense")["stored"]}

    assert stored["IDE"][0] == "doubleclick.net"
    assert stored["IDE"][1] != stored["__gads"][1]


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
