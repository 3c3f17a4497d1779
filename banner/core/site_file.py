"""From the owner's TOML file to a ``Site``, or to the whole list of what is wrong with it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from publicsuffixlist import PublicSuffixList

from .origin import is_host, is_within, parse_origin
from .problem import Problem, nearest
from .product import Product
from .site import NECESSARY, Controller, Look, Notice, Service, Site

PLACEHOLDER = re.compile(r"\[\[[A-Z_]+\]\]")
SITE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}\Z")
SERVICE_ID = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading one file: a site only if there is no error among the problems."""

    site: Site | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")


@cache
def schema() -> dict[str, Any]:
    """Every key of a site's file with its type, default and meaning: also the docs' source."""
    document: dict[str, Any] = json.loads(
        (Path(__file__).parent / "site.schema.json").read_text("utf-8")
    )
    return document


@cache
def public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def read_site(
    text: str,
    *,
    site_id: str,
    file: str,
    products: Mapping[str, Product],
    languages: frozenset[str],
) -> Reading:
    """Read one site's TOML whole: every problem at once, never half a site."""
    try:
        document = _plain(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        return Reading(None, (Problem(file, "(the file)", str(error), "valid TOML 1.0"),))
    # Once each: jsonschema comes back for every key that is missing, and names none of them.
    problems = list(dict.fromkeys(_of_schema(document, file)))
    wrong = {problem.key for problem in problems}
    problems += _of_meaning(document, site_id, file, products, languages, wrong)
    problems += _placeholders(document, file)
    if any(problem.severity == "error" for problem in problems):
        return Reading(None, tuple(problems))
    return Reading(_build(document, site_id, products), tuple(problems))


# --- the shape: keys and types -------------------------------------------------------------


def _of_schema(document: Any, file: str) -> Iterator[Problem]:
    errors = Draft202012Validator(schema()).iter_errors(document)
    for error in sorted(errors, key=lambda error: [str(part) for part in error.absolute_path]):
        yield from _translated(error, file)


def _translated(error: ValidationError, file: str) -> Iterator[Problem]:
    path = [str(part) for part in error.absolute_path]
    rule: Any = error.schema
    value: Any = error.validator_value
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = rule["properties"]
        for key in error.instance.keys() - known.keys():
            expected = "one of " + ", ".join(f"`{name}`" for name in known)
            yield Problem(
                file, ".".join([*path, key]), "an unknown key", expected, nearest(key, known)
            )
    elif error.validator == "required":
        instance: Any = error.instance
        for key in value:
            if key not in instance:
                meaning = rule["properties"].get(key, {}).get("description", "a value")
                yield Problem(file, ".".join([*path, key]), "nothing", _sentence(meaning))
    else:
        near = ""
        if error.validator == "enum" and isinstance(error.instance, str):
            near = nearest(error.instance, value)
        yield Problem(file, ".".join(path), _shown(error.instance), _expected(error), near)


def _expected(error: ValidationError) -> str:
    value: Any = error.validator_value
    rule: Any = error.schema
    match error.validator:
        case "type":
            return " or ".join(
                TYPE_NAMES[name] for name in ([value] if isinstance(value, str) else value)
            )
        case "enum":
            return "one of " + ", ".join(f"`{name}`" for name in value)
        case "pattern":
            return f"text that matches `{value}`"
        case "minimum" | "maximum":
            return f"a number from {rule.get('minimum')} to {rule.get('maximum')}"
        case "minItems":
            return "at least one item"
        case "uniqueItems":
            return "no item twice"
        case "maxProperties":
            return f"at most {value}"
    return f"{error.validator} {value}"


TYPE_NAMES = {
    "string": "text in quotes",
    "integer": "a whole number",
    "array": "a list in square brackets",
    "object": "a table",
}


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return f"`{text if len(text) <= 60 else text[:57] + '…'}`"


def _sentence(meaning: str) -> str:
    return meaning[0].lower() + meaning[1:].rstrip(".")


def _plain(value: Any) -> Any:
    """TOML's own dates as text, so that one schema can describe the whole file."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


# --- the meaning: what a schema cannot say -------------------------------------------------


def _of_meaning(
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
            file, "(the file's name)", _shown(site_id), "small letters, digits and hyphens"
        )
    if sound("origins", "cookie.domain"):
        yield from _of_origins(document, file)
    if sound("languages", "notice.policy"):
        yield from _of_languages(document, file, languages)
    if sound("notice.effective") and not _is_date(document["notice"]["effective"]):
        yield Problem(
            file, "notice.effective", _shown(document["notice"]["effective"]), "a day that exists"
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
                file, "cookie.domain", _shown(domain), "a bare domain such as `example.co.id`"
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
                _shown(text),
                "scheme and host only, such as `https://www.example.co.id` (no path, no `*`)",
            )
        elif domain is not None and not is_within(origin.host, domain):
            yield Problem(file, key, _shown(text), f"a host within cookie.domain `{domain}`")
        elif origin.scheme == "http" and origin.host != "localhost":
            yield Problem(
                file,
                key,
                _shown(text),
                "https: without it anyone on the way can read and change the choice",
                severity="warning",
            )


def _of_languages(document: Any, file: str, languages: frozenset[str]) -> Iterator[Problem]:
    for position, language in enumerate(document["languages"]):
        if language not in languages:
            yield Problem(
                file,
                f"languages.{position}",
                _shown(language),
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
            yield Problem(file, key, _shown(address), "an address that begins with https://")
    for language in document["languages"]:
        if isinstance(policy, dict) and language not in policy:
            yield Problem(file, f"notice.policy.{language}", "nothing", "the policy's address")


def _of_service(
    service_id: str, service: Any, document: Any, file: str, products: Mapping[str, Product]
) -> Iterator[Problem]:
    key = f"services.{service_id}"
    if not SERVICE_ID.match(service_id) or service_id in (NECESSARY, *_asked(document)):
        yield Problem(
            file, key, _shown(service_id), "an id of small letters, digits and hyphens, no category"
        )
    product = products.get(service["product"])
    if product is None:
        yield Problem(
            file,
            f"{key}.product",
            _shown(service["product"]),
            "one of " + ", ".join(f"`{name}`" for name in products),
            nearest(service["product"], products),
        )
        return
    category = service.get("category", product.category)
    if category is None:
        yield Problem(file, f"{key}.category", "nothing", f"what {product.name} is used for here")
    elif category not in _asked(document):
        yield Problem(file, f"{key}.category", _shown(category), "one of the site's `categories`")
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
            yield Problem(file, f"{key}.{name}", _shown(value), option.expected)
        elif value == option.placeholder:
            yield Problem(
                file,
                f"{key}.{name}",
                f"the placeholder `{value}`",
                option.expected,
                severity="warning",
            )


def _placeholders(value: Any, file: str, key: str = "") -> Iterator[Problem]:
    """Every ``[[PLACEHOLDER]]`` that is still in a text: a visitor must never read one."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for name, item in items:
            yield from _placeholders(item, file, f"{key}.{name}".lstrip("."))
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


def _asked(document: Any) -> tuple[str, ...]:
    default = schema()["properties"]["categories"]["default"]
    return tuple(name for name in document.get("categories", default) if name != NECESSARY)


# --- the site ------------------------------------------------------------------------------


def _build(document: Any, site_id: str, products: Mapping[str, Product]) -> Site:
    notice, policy = document["notice"], document["notice"]["policy"]
    languages = tuple(document["languages"])
    addresses = dict.fromkeys(languages, policy) if isinstance(policy, str) else policy
    contact = _with_defaults("contact", document)
    lifetimes = _with_defaults("lifetimes", document)
    return Site(
        id=site_id,
        controller=Controller(name=document["name"], **contact),
        origins=frozenset(filter(None, map(parse_origin, document["origins"]))),
        cookie_domain=document.get("cookie", {}).get("domain"),
        languages=languages,
        notice=Notice(notice["version"], date.fromisoformat(notice["effective"]), addresses),
        categories=_asked(document),
        services=tuple(
            _service(service_id, service, products[service["product"]])
            for service_id, service in document["services"].items()
        ),
        choice_days=lifetimes["choice_days"],
        record_days=lifetimes["record_days"],
        look=Look(**_with_defaults("look", document)),
    )


def _service(service_id: str, service: Mapping[str, Any], product: Product) -> Service:
    category = service.get("category", product.category)
    assert category is not None, "checked before"
    return Service(
        id=service_id,
        product=product.id,
        name=service.get("name", product.name),
        category=category,
        retention=service.get("retention", ""),
        options={name: service[name] for name in product.options if name in service},
    )


def _with_defaults(table: str, document: Any) -> dict[str, Any]:
    rules = schema()["properties"][table]["properties"]
    defaults = {name: rule["default"] for name, rule in rules.items() if "default" in rule}
    return {**defaults, **document.get(table, {})}
