"""What must hold for every product, whichever file is added next."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from banner.core.product import Product
from banner.core.release import SIGNALS
from banner.core.site import OPTIONAL_CATEGORIES
from banner.i18n import SPAN
from banner.tags import PRODUCTS

OPTIONS: dict[str, dict[str, object]] = {
    "google_analytics": {"measurement_id": "G-TEST123456"},
    "adsense": {"client": "ca-pub-1234567890123456"},
    "ad_manager": {"network": "21712345678"},
    "floodlight": {"config_id": "DC-7654321"},
    "google_tag_manager": {"container": "GTM-A1B2C3D"},
    "script": {"src": "https://chat.example.org/widget.js"},
    "embed": {},
}
every_product = pytest.mark.parametrize("product", PRODUCTS.values(), ids=PRODUCTS.keys())


def steps_of(product: Product) -> list[list[Any]]:
    return product.steps(OPTIONS[product.id])


def test_every_product_has_its_options_here() -> None:
    assert OPTIONS.keys() == PRODUCTS.keys()


@every_product
def test_the_steps_are_data_of_the_kinds_that_the_protocol_names(product: Product) -> None:
    steps = steps_of(product)

    assert json.loads(json.dumps(steps)) == steps
    assert {step[0] for step in steps} <= {"gtag", "push", "set", "call", "script"}
    for step in steps:
        if step[0] == "script":
            _, source, attributes, key = step
            assert source.startswith("https://")
            assert isinstance(attributes, dict)
            assert key


@every_product
def test_scripts_come_from_the_hosts_that_visitors_are_told(product: Product) -> None:
    sources = [step[1] for step in steps_of(product) if step[0] == "script"]

    for source in sources if product.provider else []:
        assert urlsplit(source).hostname in product.hosts


@every_product
def test_a_placeholder_passes_for_an_id_so_that_it_is_a_warning_and_no_error(
    product: Product,
) -> None:
    for name, option in product.options.items():
        re.compile(option.pattern)
        assert option.help.endswith(".")
        if option.required:
            assert re.fullmatch(option.pattern, str(OPTIONS[product.id][name]))
        if option.placeholder is not None:
            assert re.fullmatch(option.pattern, option.placeholder)


@every_product
def test_the_facts_are_in_the_words_that_the_rest_of_the_code_knows(product: Product) -> None:
    assert product.category in (*OPTIONAL_CATEGORIES, None)
    assert set(product.signals) <= set(SIGNALS)
    assert product.consent_mode or not product.signals
    for item in product.stored:
        assert item.kept == "" or SPAN.match(item.kept)
        assert item.domain == "site" or item.removed_by == "nobody"


def test_analytics_can_never_grant_an_advertising_signal() -> None:
    for product in PRODUCTS.values():
        if product.category == "analytics":
            assert set(product.signals) == {"analytics_storage"}


def test_analytics_keeps_google_signals_and_personalisation_off() -> None:
    config = next(step for step in steps_of(PRODUCTS["google_analytics"]) if step[1] == "config")

    assert config[3]["allow_google_signals"] is False
    assert config[3]["allow_ad_personalization_signals"] is False
    assert config[3]["cookie_update"] is False
    assert config[3]["cookie_expires"] == 184 * 86400
