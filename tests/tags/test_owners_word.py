"""Tag Manager, scripts and embeds: what only their owner can tell of them."""

from __future__ import annotations

from typing import Any

import pytest

from banner.core.product import Product, StoredItem
from banner.tags.embed import EMBED
from banner.tags.google_tag_manager import GOOGLE_TAG_MANAGER
from banner.tags.script import SCRIPT
from tests.builders import GONE, a_service, read, some_options, with_service

each_product = pytest.mark.parametrize(
    "product", [GOOGLE_TAG_MANAGER, SCRIPT, EMBED], ids=lambda product: product.id
)


def stored(product: Product, **given: Any) -> tuple[StoredItem, ...]:
    return product.stored(some_options(product.id, **given))


def notes_on(product: Product, **given: Any) -> list[str]:
    problems = read(with_service("new", **a_service(product.id, **given))).problems
    keys = [problem.key for problem in problems if problem.key.startswith("services.new")]
    return [key for key in keys if key != "services.new.container"]


@each_product
def test_what_the_owner_names_is_told_and_deleted(product: Product) -> None:
    items = stored(product, cookies=["_pk_id*", "_pk_ses*"], storage="matomo")

    assert items == (
        StoredItem("_pk_id*", purpose="owner"),
        StoredItem("_pk_ses*", purpose="owner"),
        StoredItem("matomo", kind="storage", purpose="owner"),
    )


@each_product
@pytest.mark.parametrize(
    "name",
    ["*", "ab*", "__*", "__Host-izin", "__H*", "izin", "izi*", "izin:example", "a;b", "a*b", ""],
)
def test_a_name_that_would_take_izins_own_or_everything_with_it_is_an_error(
    product: Product, name: str
) -> None:
    for key in ("cookies", "storage"):
        [problem] = read(with_service("new", **a_service(product.id, **{key: [name]}))).errors

        assert problem.key == f"services.new.{key}.0"


@each_product
@pytest.mark.parametrize("name", ["id", "_pk_id*", "__utma", "PHPSESSID", "chat:state", "i18n"])
def test_a_name_of_the_providers_is_right(product: Product, name: str) -> None:
    service = a_service(product.id, cookies=name, storage=name)

    assert read(with_service("new", **service)).errors == ()


@pytest.mark.parametrize("product", [GOOGLE_TAG_MANAGER, SCRIPT], ids=lambda product: product.id)
def test_an_owner_who_names_no_cookies_of_a_script_is_told_what_that_means(
    product: Product,
) -> None:
    assert notes_on(product, name="Baru", cookies=GONE) == ["services.new.cookies"]
    assert notes_on(product, name="Baru", cookies="_pk_id*") == []


def test_an_embed_keeps_what_it_has_on_its_own_domain_and_needs_no_such_note() -> None:
    assert notes_on(EMBED, name="Baru") == []


def test_an_owner_of_a_container_is_told_that_its_tags_heed_no_setting_from_here() -> None:
    service = a_service("google_tag_manager", cookies="_pk_id*")

    problems = read(with_service("new", **service)).problems

    [told] = [problem for problem in problems if problem.key == "services.new.container"]
    assert told.severity == "note"
    assert "allow_google_signals" in told.found


def test_a_container_starts_with_its_event_and_then_its_script() -> None:
    push, script, _ = GOOGLE_TAG_MANAGER.steps(some_options("google_tag_manager"), frozenset())

    assert push == ["push", "dataLayer", {"gtm.start": "$now", "event": "gtm.js"}]
    assert script[1] == "https://www.googletagmanager.com/gtm.js?id=GTM-A1B2C3D"


def test_two_containers_with_queues_of_different_names_are_an_error() -> None:
    one = a_service("google_tag_manager", data_layer="lapisan")
    other = {**one, "data_layer": "other"}
    document = with_service("one", **one)
    document["services"]["other"] = other

    [problem] = read(document).errors

    assert problem.key == "services.other.data_layer"
    assert "`services.one`" in problem.expected
