from __future__ import annotations

import json

from banner.core.site import Country
from banner.script.embeds import embed_texts
from banner.tags import PRODUCTS
from tests.builders import a_site

SITE = a_site()


def test_a_service_is_told_by_name_provider_and_category() -> None:
    services = embed_texts(SITE, PRODUCTS, "id")["services"]

    assert services["peta"] == ["Peta", "Yayasan Peta", "preferences"]
    assert list(services) == list(SITE.service_ids)


def test_every_language_of_the_site_is_there_whichever_is_asked_for() -> None:
    texts = embed_texts(SITE, PRODUCTS, "id")["texts"]

    assert texts == embed_texts(SITE, PRODUCTS, "en")["texts"]
    assert {name: told["once"] for name, told in texts.items()} == {
        "id": "Muat sekali ini",
        "en": "Load this once",
    }
    assert set(texts["id"]["categories"]) == set(SITE.categories)


def test_nothing_of_a_tag_is_in_it() -> None:
    told = json.dumps(embed_texts(SITE, PRODUCTS, "id"))

    for secret in ("G-TEST123456", "DC-7654321", "ca-pub-1234567890123456"):
        assert secret not in told


def test_the_country_is_a_reason_only_where_the_site_looks_at_it() -> None:
    asking = a_site(country=Country(header="CF-IPCountry", unknown="hold", platform=""))

    assert "country" not in embed_texts(SITE, PRODUCTS, "id")["texts"]["id"]
    assert "country" in embed_texts(asking, PRODUCTS, "id")["texts"]["id"]
