"""The facts of a notice: who gets which data of a visitor, what for, where and for how long.

In terms of the Data Privacy Vocabulary 2.3 where it has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..core.notice import CONTROLLER
from ..core.product import Product, StoredItem
from ..core.release import runs_ahead
from ..core.signals import EEA
from ..core.site import NECESSARY, Service, Site
from .hosts import hosts_of
from .texts import texts_of

CONSENT = "dpv:ExplicitlyExpressedConsent"
PURPOSES = {
    NECESSARY: ["dpv:TechnicalServiceProvision"],
    "preferences": ["dpv:UserInterfacePersonalisation"],
    "analytics": ["dpv:ServiceUsageAnalytics"],
    "advertising": ["dpv:Advertising", "dpv:PersonalisedAdvertising"],
}
TECHNOLOGY = {"cookie": "tech:Cookie", "storage": "tech:LocalStorage"}
UNITS = {"days": "D", "months": "M", "years": "Y"}

# Law 27 of 2022 on personal data protection; by country of the jurisdiction.
LAWS = {"ID": "UU 27/2022"}
BASES = {"ID": "UU 27/2022 Pasal 20 ayat (2) huruf a", **dict.fromkeys(EEA, "eu-gdpr:A6-1-a")}
TRANSFER_BASES = {"ID": "UU 27/2022 Pasal 56 ayat (4)"}
"""What the words on screen rely on: the visitor's consent."""
RIGHTS = {"ID": [f"UU 27/2022 Pasal {article}" for article in range(5, 14)]}


def law_of(site: Site) -> str:
    """The country whose law it is, without the part of it."""
    return site.evidence.jurisdiction.partition("-")[0]


def lawful_basis(site: Site) -> list[str]:
    named = BASES.get(law_of(site))
    return [CONSENT, *([named] if named else [])]


# --- who -----------------------------------------------------------------------------------


def controller(site: Site, language: str) -> dict[str, Any]:
    who = site.controller
    return {
        "id": CONTROLLER,
        "type": "dpv:LegalEntity",
        "role": "dpv:DataController",
        "name": who.name,
        "address": who.address,
        "contact": who.email,
        "email": who.email,
        "phone": who.phone,
        "officer": who.officer,
        "url": site.notice.policy[language],
    }


def recipients(site: Site, products: Mapping[str, Product]) -> list[dict[str, Any]]:
    """Every provider once, in the order of the services."""
    parties: dict[str, dict[str, Any]] = {}
    for service in site.services:
        product = products[service.product]
        name = _provider(service, product)
        policy = str(service.options.get("policy", product.policy))
        parties.setdefault(
            name,
            {
                "id": f"recipient-{len(parties) + 1}",
                "type": "dpv:LegalEntity",
                "role": "dpv:Recipient",
                "name": name,
                "address": str(service.options.get("address", product.address)),
                "contact": policy,
                "url": policy,
            },
        )
    return [*parties.values()]


def _provider(service: Service, product: Product) -> str:
    """As far as the owner has told; else the service itself stands for who is behind it."""
    options = service.options
    told = options.get("provider", product.provider) or options.get("host") or service.name
    return str(told)


# --- with what -----------------------------------------------------------------------------


def services(site: Site, products: Mapping[str, Product]) -> list[dict[str, Any]]:
    ahead = runs_ahead(site, products)
    return [
        _service(service, products[service.product], site, before_choice=service in ahead)
        for service in site.services
    ]


def _service(
    service: Service, product: Product, site: Site, *, before_choice: bool
) -> dict[str, Any]:
    countries: Any = service.options.get("countries", product.countries)
    basis = TRANSFER_BASES.get(law_of(site), CONSENT)
    return {
        "id": service.id,
        "product": product.id,
        "name": service.name,
        "category": service.category,
        "provider": _provider(service, product),
        "data": [{"type": each, "optional": True, "sensitive": False} for each in product.data],
        "hosts": hosts_of(service, product, site),
        "stored": [_stored(item) for item in product.stored(service.options)],
        "retention": _duration(service.retention),
        "before_choice": before_choice,
        "transfer": {
            "abroad": product.transfers,
            "countries": list(countries),
            "basis": basis if product.transfers else "",
        },
    }


def _stored(item: StoredItem) -> dict[str, Any]:
    return {
        "type": TECHNOLOGY[item.kind],
        "name": item.name,
        "domain": item.domain,
        "path": item.path,
        "kept": item.kept,
        "confirmed": item.confirmed,
        "removed_by": item.removed_by,
    }


def _duration(span: str) -> str:
    """``P14M`` for ``14 months`` (ISO 8601); empty where the owner has not told it."""
    number, _, unit = span.partition(" ")
    return f"P{number}{UNITS[unit]}" if span else ""


def locations(site: Site, services: Iterable[Mapping[str, Any]]) -> list[str]:
    abroad = (country for service in services for country in service["transfer"]["countries"])
    return _once((*site.evidence.stored_in, *abroad))


# --- what for ------------------------------------------------------------------------------


def purposes(
    site: Site, services: list[dict[str, Any]], parties: list[dict[str, Any]], language: str
) -> list[dict[str, Any]]:
    ids = {str(party["name"]): str(party["id"]) for party in parties}
    return [
        _purpose(
            site,
            category,
            [each for each in services if each["category"] == category],
            ids,
            language,
        )
        for category in (NECESSARY, *site.categories)
    ]


def _purpose(
    site: Site, category: str, services: list[dict[str, Any]], ids: Mapping[str, str], language: str
) -> dict[str, Any]:
    texts = texts_of(site, language)
    return {
        "id": category,
        "name": texts(f"category.{category}.name"),
        "words": texts(f"category.{category}.description"),
        "type": _types(category, site),
        "optional": category != NECESSARY,
        "lawful_basis": [] if category == NECESSARY else lawful_basis(site),
        "services": [service["id"] for service in services],
        "data": _once(each["type"] for service in services for each in service["data"]),
        "recipients": _once(ids[service["provider"]] for service in services),
    }


def _types(category: str, site: Site) -> list[str]:
    personalised = "dpv:PersonalisedAdvertising"
    return [each for each in PURPOSES[category] if not (site.has_children and each == personalised)]


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
