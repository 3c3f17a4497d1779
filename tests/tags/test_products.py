"""What must hold for every product, whichever file is added next."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from fnmatch import fnmatch
from urllib.parse import urlsplit

import pytest

from banner.core.consent_mode import SIGNALS
from banner.core.product import Option, Product, Step, StoredItem
from banner.core.site import OPTIONAL_CATEGORIES
from banner.core.site_services import MADE_UP
from banner.i18n import SPAN, catalogue, languages
from banner.tags import PRODUCTS
from tests.builders import OPTIONS, a_service, read, some_options, with_service

every_product = pytest.mark.parametrize("product", PRODUCTS.values(), ids=PRODUCTS.keys())

EVERY_STEP: dict[str, Callable[..., bool]] = {
    "gtag": lambda command, *_: isinstance(command, str),
    "push": lambda queue, value: isinstance(queue, str) and isinstance(value, dict),
    "set": lambda name, _, *property: isinstance(name, str) and len(property) <= 1,
    "mark": lambda selector, attributes: isinstance(selector, str) and isinstance(attributes, dict),
    "call": lambda name, path, _: isinstance(name, str) and isinstance(path, list),
    "ends": lambda cookies, left: isinstance(cookies, list) and left == "$left",
    "script": lambda source, attributes, key: (
        source.startswith("https://") and isinstance(attributes, dict) and bool(key)
    ),
}
"""The kinds of steps that the protocol names, and what each must hold."""


def turned_on(option: Option) -> object:
    """A value that changes what the product does, for an option of few values."""
    return not option.default


def settings_of(product: Product) -> list[dict[str, object]]:
    """As the owner must set it, and with each switch turned the other way."""
    switches = [name for name, option in product.options.items() if option.kind == "yes"]
    return [{}, *({name: turned_on(product.options[name])} for name in switches)]


def steps_of(product: Product) -> list[Step]:
    """All that it may run, whatever its switches and whatever else was granted."""
    return [
        step
        for given in settings_of(product)
        for granted in (frozenset[str](), frozenset(OPTIONAL_CATEGORIES))
        for step in product.steps(some_options(product.id, **given), granted)
    ]


def stored_of(product: Product) -> tuple[StoredItem, ...]:
    return product.stored(some_options(product.id))


def test_every_product_has_its_options_here() -> None:
    assert OPTIONS.keys() == PRODUCTS.keys()


@every_product
def test_a_service_of_it_can_be_described_without_a_fault(product: Product) -> None:
    reading = read(with_service("new", **a_service(product.id)))

    assert [str(problem) for problem in reading.problems if problem.severity != "note"] == []


@every_product
def test_the_steps_and_the_stop_are_data_of_the_kinds_that_the_protocol_names(
    product: Product,
) -> None:
    steps = [*steps_of(product), *product.stop(some_options(product.id))]

    assert json.loads(json.dumps(steps)) == steps
    for kind, *rest in steps:
        assert EVERY_STEP[str(kind)](*rest)


@every_product
def test_the_stop_asks_nobody_for_anything(product: Product) -> None:
    assert {step[0] for step in product.stop(some_options(product.id))} <= {"set"}


@every_product
def test_scripts_come_from_the_hosts_that_visitors_are_told(product: Product) -> None:
    sources = [str(step[1]) for step in steps_of(product) if step[0] == "script"]

    for source in sources if product.provider else []:
        host = urlsplit(source).hostname or ""
        assert any(fnmatch(host, told) for told in product.hosts)


@every_product
def test_hosts_are_names_of_hosts_each_once(product: Product) -> None:
    assert len(set(product.hosts)) == len(product.hosts)
    for host in product.hosts:
        assert re.fullmatch(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+", host)


@every_product
def test_an_id_of_noughts_passes_for_one_so_that_it_is_a_warning_and_no_error(
    product: Product,
) -> None:
    for name, option in product.options.items():
        assert option.is_given == (option.required and product.provider == "Google LLC")
        if option.is_given:
            *prefix, own = OPTIONS[product.id][name].split("-")
            made_up = "-".join([*prefix, "0" * len(own)])
            assert re.fullmatch(option.pattern, made_up)
            assert MADE_UP.fullmatch(made_up)


@every_product
def test_options_say_what_they_are_and_hold_what_they_check(product: Product) -> None:
    for option in product.options.values():
        assert option.help.endswith(".")
        assert option.expected
        if option.kind in ("text", "texts"):
            assert re.compile(option.pattern).groups >= 0
            assert option.pattern
        if option.kind == "yes":
            assert isinstance(option.default, bool)
        assert not (option.required and option.default is not None)


@every_product
def test_the_facts_are_in_the_words_that_the_rest_of_the_code_knows(product: Product) -> None:
    assert product.category in (*OPTIONAL_CATEGORIES, None)
    assert set(product.signals) <= set(SIGNALS)
    assert product.consent_mode or not product.signals
    for item in stored_of(product):
        assert item.kept in ("", "consent", "session") or SPAN.match(item.kept)
        assert item.confirmed or item.kept
        assert item.path.startswith("/")


@every_product
def test_what_lies_on_another_domain_is_said_to_be_deleted_by_nobody(product: Product) -> None:
    for item in stored_of(product):
        assert (item.domain != "site") == (item.removed_by == "nobody")


@every_product
def test_each_thing_stored_is_told_once(product: Product) -> None:
    told = [(item.domain, item.kind, item.name) for item in stored_of(product)]

    assert len(set(told)) == len(told)


@every_product
def test_every_purpose_is_told_in_every_language(product: Product) -> None:
    for language in languages():
        for item in stored_of(product):
            assert f"stored.purpose.{item.purpose}" in catalogue(language)


@every_product
def test_no_product_takes_izins_own_choice_or_half_the_site_with_it(product: Product) -> None:
    for item in stored_of(product):
        if item.removed_by == "page":
            for own in ("izin", "__Host-izin", "__Secure-izin", "izin:example", "PHPSESSID"):
                assert not fnmatch(own, item.name)
            assert len(item.name.rstrip("*")) >= 3


def test_only_googles_ads_for_publishers_need_a_certified_platform() -> None:
    needing = {product.id for product in PRODUCTS.values() if product.certified_platform}

    assert needing == {"adsense", "ad_manager"}


def test_what_never_looks_at_consent_mode_is_not_said_to() -> None:
    reading = {product.id for product in PRODUCTS.values() if product.consent_mode}

    assert reading == {"google_analytics", "floodlight", "google_tag_manager"}


def test_analytics_can_never_grant_an_advertising_signal() -> None:
    for product in PRODUCTS.values():
        if product.category == "analytics":
            assert set(product.signals) == {"analytics_storage"}
