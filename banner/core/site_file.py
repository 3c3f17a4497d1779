"""From the owner's TOML file to a ``Site``, or to the whole list of what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from .origin import parse_origin
from .problem import Problem
from .product import Product
from .site import (
    GENERAL,
    ConsentMode,
    Controller,
    Country,
    Evidence,
    Notice,
    RegionDefault,
    Service,
    Site,
    Stops,
)
from .site_evidence import by_language
from .site_look import look_of
from .site_meaning import placeholders, problems_of_meaning
from .site_notes import notes_on
from .site_services import of_audience, options_of
from .site_shape import asked, missing_keys, problems_of_shape, with_defaults
from .site_text import Unreadable, decoded, line_at, lines_of, parsed


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading one file: a site only if there is no error among the problems."""

    site: Site | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")


def read_site(
    raw: bytes | str,
    *,
    site_id: str,
    file: str,
    products: Mapping[str, Product],
    languages: frozenset[str],
) -> Reading:
    """Read one site's TOML whole: every problem at once, never half a site.

    ``raw`` are the file's bytes, or its text.
    """
    try:
        text = decoded(raw, file) if isinstance(raw, bytes) else raw
        document = parsed(text, file)
    except Unreadable as error:
        return Reading(None, (error.problem,))
    reading = _judged(document, site_id, file, products, languages)
    lines = lines_of(text) if reading.problems else {}
    placed = (replace(each, line=line_at(lines, each.key)) for each in reading.problems)
    return Reading(reading.site, tuple(placed))


def _judged(
    document: Any,
    site_id: str,
    file: str,
    products: Mapping[str, Product],
    languages: frozenset[str],
) -> Reading:
    # Once each: jsonschema comes back for every key that is missing, and names none of them.
    problems = list(dict.fromkeys(problems_of_shape(document, file)))
    wrong = {problem.key for problem in problems} | missing_keys(document)
    problems += problems_of_meaning(document, site_id, file, products, languages, wrong)
    problems += placeholders(document, file)
    if any(problem.severity == "error" for problem in problems):
        return Reading(None, tuple(problems))
    site = _build(document, site_id, products)
    return Reading(site, (*problems, *notes_on(site, file, products)))


def _build(document: Any, site_id: str, products: Mapping[str, Product]) -> Site:
    languages = tuple(document["languages"])
    contact = with_defaults("contact", document)
    lifetimes = with_defaults("lifetimes", document)
    audience = document.get("audience", GENERAL)
    return Site(
        id=site_id,
        controller=Controller(name=document["name"], **contact),
        origins=frozenset(filter(None, map(parse_origin, document["origins"]))),
        cookie_domain=document.get("cookie", {}).get("domain"),
        languages=languages,
        notice=_notice(with_defaults("notice", document), languages),
        categories=asked(document),
        services=tuple(
            _service(service_id, service, products[service["product"]], audience)
            for service_id, service in document["services"].items()
        ),
        choice_days=lifetimes["choice_days"],
        record_days=lifetimes["record_days"],
        look=look_of(document),
        consent_mode=_consent_mode(with_defaults("consent_mode", document)),
        country=Country(**with_defaults("country", document)) if "country" in document else None,
        stops=Stops(**with_defaults("stops", document)),
        evidence=_evidence(with_defaults("evidence", document), languages),
        audience=audience,
    )


def _notice(table: Any, languages: tuple[str, ...]) -> Notice:
    return Notice(
        version=table["version"],
        effective=date.fromisoformat(table["effective"]),
        policy=by_language(table["policy"], languages),
        revision=table["revision"],
        changes=by_language(table.get("changes"), languages),
    )


def _evidence(table: Any, languages: tuple[str, ...]) -> Evidence:
    return Evidence(
        jurisdiction=table["jurisdiction"],
        stored_in=tuple(table["stored_in"]),
        authority=by_language(table.get("authority"), languages),
    )


def _consent_mode(table: Any) -> ConsentMode:
    mode, regions = table.pop("mode"), table.pop("regions", ())
    return ConsentMode(
        advanced=mode == "advanced",
        regions=tuple(
            RegionDefault(tuple(default["regions"]), frozenset(default["granted"]))
            for default in regions
        ),
        **table,
    )


def _service(
    service_id: str, service: Mapping[str, Any], product: Product, audience: str
) -> Service:
    category = service.get("category", product.category)
    assert category is not None, "checked before"
    return Service(
        id=service_id,
        product=product.id,
        name=service.get("name", product.name),
        category=category,
        retention=service.get("retention", ""),
        options={**options_of(service, product), **of_audience(audience)},
    )
