"""What the services of a site's file must mean: their products, categories and options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .problem import Problem, nearest, shown
from .product import Option, Options, Product
from .site import GENERAL, NECESSARY
from .site_shape import asked, keys_of_services, unknown_key

ADVERTISING = "advertising"
MADE_UP = re.compile(r"([A-Za-z]+-)*(0+|X+)")
"""An id without what makes it somebody's."""
SERVICE_ID = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")


def problems_of_service(
    service_id: str,
    service: Any,
    document: Any,
    file: str,
    products: Mapping[str, Product],
    choice_days: int,
) -> Iterator[Problem]:
    """``choice_days`` is how long a choice lasts, or 0 where the file does not say it rightly."""
    key = f"services.{service_id}"
    if not SERVICE_ID.match(service_id) or service_id in (NECESSARY, *asked(document)):
        yield Problem(
            file, key, shown(service_id), "an id of small letters, digits and hyphens, no category"
        )
    product = products.get(service["product"])
    if product is None:
        yield _of_product(service["product"], f"{key}.product", file, products)
        return
    yield from _of_category(service, key, document, file, product)
    if "retention" not in service:
        yield Problem(
            file,
            f"{key}.retention",
            "nothing",
            "how long the provider keeps the data, such as `14 months` (UU PDP article 21(1)(d))",
            severity="warning",
        )
    yield from _of_options(service, key, file, product, choice_days * 86400)
    if of_audience(document.get("audience", GENERAL)):
        yield from _of_children(service, key, document["audience"], file, product)


def options_of(service: Mapping[str, Any], product: Product) -> Options:
    """The options as the rest of the code reads them: defaults filled in, ``texts`` a tuple."""
    options: dict[str, object] = {}
    for name, option in product.options.items():
        value = service.get(name, option.default)
        if option.kind == "texts" and value is not None:
            value = (value,) if isinstance(value, str) else tuple(value)
        if value is not None:
            options[name] = value
    return options


def of_audience(audience: str) -> Options:
    """What products are told besides their owner's options."""
    return {} if audience == GENERAL else {"child_directed": True}


def _of_product(name: str, key: str, file: str, products: Mapping[str, Product]) -> Problem:
    """A product that is not there by this name: what to write for what is meant."""
    words = re.split(r"[\W_]+", name.lower())
    meant = [each for each in products.values() if {*words, "_".join(words)} & {*each.also}]
    anything = (
        "; for anything else `script`, which adds its address, or `embed`, for what you marked up"
    )
    if not meant:
        expected = "one of " + ", ".join(f"`{each}`" for each in products) + anything
        return Problem(file, key, shown(name), expected, nearest(name.lower(), products))
    expected = " or ".join(f'`product = "{each.id}"`' for each in meant)
    return Problem(file, key, shown(name), expected)


def _of_category(
    service: Any, key: str, document: Any, file: str, product: Product
) -> Iterator[Problem]:
    category = service.get("category", product.category)
    choices = " or ".join(f"`{name}`" for name in asked(document)) or "none: `categories` has none"
    if category is None:
        expected = f"what {product.name} is used for here: {choices}"
        yield Problem(file, f"{key}.category", "nothing", expected)
    elif category not in asked(document):
        expected = f"one of the site's `categories`: {choices}; or add `{category}` to them"
        yield Problem(file, f"{key}.category", shown(category), expected)
    elif product.category == ADVERTISING != category:
        # A visitor who grants statistics, or browses with GPC, must not get advertising for it.
        yield Problem(
            file,
            f"{key}.category",
            shown(category),
            f"`{ADVERTISING}`: {product.name} is nothing else",
        )


def _of_options(
    service: Any, key: str, file: str, product: Product, choice_seconds: int
) -> Iterator[Problem]:
    known = {**keys_of_services(), **product.options}
    for name in service.keys() - known.keys():
        yield unknown_key(key.split(".", 1), name, service[name], known, file)
    for name, option in product.options.items():
        if name in service:
            yield from _of_value(service[name], option, f"{key}.{name}", file, choice_seconds)
        elif option.required:
            yield Problem(file, f"{key}.{name}", "nothing", option.expected)


def _of_children(
    service: Any, key: str, audience: str, file: str, product: Product
) -> Iterator[Problem]:
    for name, option in product.options.items():
        if option.personalises and service.get(name) is True:
            expected = f"`false`, or left out: nothing is personalised for `{audience}`"
            yield Problem(file, f"{key}.{name}", shown(True), expected)


def _of_value(
    value: Any, option: Option, key: str, file: str, choice_seconds: int
) -> Iterator[Problem]:
    several = option.kind == "texts" and isinstance(value, list)
    if several and (not value or len(set(map(str, value))) < len(value)):
        yield Problem(file, key, shown(value), "at least one item, and none twice")
    for place, item in enumerate(value) if several else [("", value)]:
        at = f"{key}.{place}".rstrip(".")
        if not _fits(item, option):
            is_bare = isinstance(item, int) and option.kind not in ("number", "yes")
            in_quotes = ", in quotes" if is_bare else ""
            yield Problem(file, at, shown(item), option.expected + in_quotes)
        elif option.is_given and MADE_UP.fullmatch(item):
            yield Problem(
                file, at, f"the placeholder `{item}`", option.expected, severity="warning"
            )
        elif option.within_consent and choice_seconds and item > choice_seconds:
            yield Problem(
                file, at, shown(item), f"at most {choice_seconds}, the seconds that a choice lasts"
            )


def _fits(value: Any, option: Option) -> bool:
    if option.kind == "yes":
        return isinstance(value, bool)
    if option.kind == "number":
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return is_number and value >= option.least and (not option.most or value <= option.most)
    return isinstance(value, str) and bool(re.fullmatch(option.pattern, value))
