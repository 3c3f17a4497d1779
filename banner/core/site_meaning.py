"""What a site's file must mean: everything that a schema cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from .origin import is_host, is_within, parse_origin
from .problem import Problem, nearest, shown
from .product import Product
from .site import NECESSARY
from .site_shape import asked, schema

PLACEHOLDER = re.compile(r"\[\[[A-Z_]+\]\]")
SITE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}\Z")
SERVICE_ID = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")


@cache
def public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def problems_of_meaning(
    document: Any,
    site_id: str,
    file: str,
    products: Mapping[str, Product],
    languages: frozenset[str],
    wrong: set[str],
) -> Iterator[Problem]:
    """What can be said of the parts whose shape is right; ``wrong`` are the keys of the others."""

    def sound(*keys: str) -> bool:
        return not any(_overlap(key, other) for key in keys for other in wrong)

    if not SITE_ID.match(site_id):
        yield Problem(
            file, "(the file's name)", shown(site_id), "small letters, digits and hyphens"
        )
    if sound("origins", "cookie.domain"):
        yield from _of_origins(document, file)
    if sound("languages", "notice.policy"):
        yield from _of_languages(document, file, languages)
    if sound("notice.effective") and not _is_date(document["notice"]["effective"]):
        yield Problem(
            file, "notice.effective", shown(document["notice"]["effective"]), "a day that exists"
        )
    if sound("categories") and NECESSARY not in document.get("categories", [NECESSARY]):
        yield Problem(file, "categories", "no `necessary`", "`necessary` among them")
    if isinstance(document.get("services"), dict):
        for service_id, service in document["services"].items():
            if sound(f"services.{service_id}", "categories"):
                yield from _of_service(service_id, service, document, file, products)


def _overlap(key: str, other: str) -> bool:
    """Is one of these keys the other, or inside it?"""
    return f"{key}.".startswith(f"{other}.") or f"{other}.".startswith(f"{key}.")


def _of_origins(document: Any, file: str) -> Iterator[Problem]:
    domain = document.get("cookie", {}).get("domain")
    if domain is not None:
        if not is_host(domain) or "." not in domain:
            yield Problem(
                file, "cookie.domain", shown(domain), "a bare domain such as `example.co.id`"
            )
        elif public_suffixes().is_public(domain):
            yield Problem(
                file,
                "cookie.domain",
                f"the public suffix `{domain}`",
                "a domain of the owner's own below it: browsers refuse a cookie for all of it",
            )
    for position, text in enumerate(document["origins"]):
        key, origin = f"origins.{position}", parse_origin(text)
        if origin is None:
            yield Problem(
                file,
                key,
                shown(text),
                "scheme and host only, such as `https://www.example.co.id` (no path, no `*`)",
            )
        elif domain is not None and not is_within(origin.host, domain):
            yield Problem(file, key, shown(text), f"a host within cookie.domain `{domain}`")
        elif origin.scheme == "http" and origin.host != "localhost":
            yield Problem(
                file,
                key,
                shown(text),
                "https: without it anyone on the way can read and change the choice",
                severity="warning",
            )


def _of_languages(document: Any, file: str, languages: frozenset[str]) -> Iterator[Problem]:
    for position, language in enumerate(document["languages"]):
        if language not in languages:
            yield Problem(
                file,
                f"languages.{position}",
                shown(language),
                "a language with a catalogue: " + ", ".join(sorted(languages)),
                nearest(language, languages),
            )
    policy = document["notice"]["policy"]
    addresses = {"": policy} if isinstance(policy, str) else policy
    for language, address in addresses.items():
        key = "notice.policy" + (f".{language}" if language else "")
        if language and language not in document["languages"]:
            yield Problem(
                file,
                key,
                "an unknown language",
                "one of the site's `languages`",
                nearest(language, document["languages"]),
            )
        if urlsplit(address).scheme not in ("http", "https"):
            yield Problem(file, key, shown(address), "an address that begins with https://")
    for language in document["languages"]:
        if isinstance(policy, dict) and language not in policy:
            yield Problem(file, f"notice.policy.{language}", "nothing", "the policy's address")


def _of_service(
    service_id: str, service: Any, document: Any, file: str, products: Mapping[str, Product]
) -> Iterator[Problem]:
    key = f"services.{service_id}"
    if not SERVICE_ID.match(service_id) or service_id in (NECESSARY, *asked(document)):
        yield Problem(
            file, key, shown(service_id), "an id of small letters, digits and hyphens, no category"
        )
    product = products.get(service["product"])
    if product is None:
        yield Problem(
            file,
            f"{key}.product",
            shown(service["product"]),
            "one of " + ", ".join(f"`{name}`" for name in products),
            nearest(service["product"], products),
        )
        return
    category = service.get("category", product.category)
    if category is None:
        yield Problem(file, f"{key}.category", "nothing", f"what {product.name} is used for here")
    elif category not in asked(document):
        yield Problem(file, f"{key}.category", shown(category), "one of the site's `categories`")
    if "retention" not in service:
        yield Problem(
            file,
            f"{key}.retention",
            "nothing",
            "how long the provider keeps the data, such as `14 months` (UU PDP article 21(1)(d))",
            severity="warning",
        )
    yield from _of_options(service, key, file, product)


def _of_options(service: Any, key: str, file: str, product: Product) -> Iterator[Problem]:
    common = schema()["properties"]["services"]["additionalProperties"]["properties"]
    known = {**common, **product.options}
    for name in service.keys() - known.keys():
        yield Problem(
            file,
            f"{key}.{name}",
            "an unknown key",
            "one of " + ", ".join(f"`{known_name}`" for known_name in known),
            nearest(name, known),
        )
    for name, option in product.options.items():
        value = service.get(name)
        if value is None:
            if option.required:
                yield Problem(file, f"{key}.{name}", "nothing", option.expected)
        elif not isinstance(value, str) or not re.fullmatch(option.pattern, value):
            yield Problem(file, f"{key}.{name}", shown(value), option.expected)
        elif value == option.placeholder:
            yield Problem(
                file,
                f"{key}.{name}",
                f"the placeholder `{value}`",
                option.expected,
                severity="warning",
            )


def placeholders(value: Any, file: str, key: str = "") -> Iterator[Problem]:
    """Every ``[[PLACEHOLDER]]`` that is still in a text: a visitor must never read one."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for name, item in items:
            yield from placeholders(item, file, f"{key}.{name}".lstrip("."))
    elif isinstance(value, str) and (found := PLACEHOLDER.search(value)):
        yield Problem(
            file, key, f"the placeholder `{found[0]}`", "the owner's own words", severity="warning"
        )


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
