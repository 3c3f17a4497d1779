"""What runs on a site, as it declares it in public: for people to read, and as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel.dates import format_date

from ..core.origin import Origin
from ..core.product import Product
from ..core.site import NECESSARY, Service, Site
from ..i18n import Texts
from .compose import as_data, digest, function_of, in_any_page
from .hosts import hosts_of
from .minify import Packed, pack
from .own_items import Own, item_facts
from .texts import dialog_texts, service_facts, texts_of


@dataclass(frozen=True, slots=True)
class Declaration:
    """One site's, ready to be served."""

    texts: Mapping[str, Mapping[str, Any]]
    """By language: what the page shows, and the tables that the script puts into others."""
    facts: Mapping[str, Any]
    """The same as data, in all languages (``docs/protocol.md``, the declaration)."""
    script: Packed
    etag: str


def declare(
    site: Site, products: Mapping[str, Product], *, service: Origin, form_cookie: str
) -> Declaration:
    """The declaration of ``site``, whose choices are recorded by the service at ``service``."""
    own = Own(site, service, form_cookie)
    texts = {language: _declared(site, products, language, own) for language in site.languages}
    script = pack(in_any_page(f"({function_of('declaration.js')})({as_data(texts)});\n"))
    facts = _facts(site, products, own)
    return Declaration(texts=texts, facts=facts, script=script, etag=digest(script.plain))


# --- for people ----------------------------------------------------------------------------


def _declared(
    site: Site, products: Mapping[str, Product], language: str, own: Own
) -> dict[str, Any]:
    texts = texts_of(site, language)
    shown = dialog_texts(site, products, language)
    day = format_date(site.notice.effective, format="long", locale=language)
    return {
        "language": language,
        "direction": texts.direction,
        "before": [
            texts("declaration.notice", version=site.notice.version, day=day),
            texts("declaration.names"),
        ],
        "columns": shown["columns"],
        "nothing": texts("declaration.nothing"),
        "none": texts("declaration.no_service"),
        "categories": [
            {
                "name": category["name"],
                "description": category["description"],
                "services": _services(category["id"], site, products, texts, own),
            }
            for category in shown["categories"]
        ],
        "settings": texts("control"),
    }


def _services(
    category: str, site: Site, products: Mapping[str, Product], texts: Texts, own: Own
) -> list[dict[str, Any]]:
    told = [own.told(texts)] if category == NECESSARY else []
    told += [
        _told(service, site, products[service.product], texts)
        for service in site.services
        if service.category == category
    ]
    return [
        {
            **service,
            "about": texts("declaration.facts", service=service["name"]),
            "caption": texts("declaration.stored", service=service["name"]),
        }
        for service in told
    ]


def _told(service: Service, site: Site, product: Product, texts: Texts) -> dict[str, Any]:
    """As the dialog tells it, with the hosts, and whether it waits for a choice at all."""
    told = service_facts(service, product, texts, country=site.country)
    provider, *fields = told["fields"]
    hosts = hosts_of(service, product, site)
    if hosts:
        fields.insert(0, [texts("field.hosts"), ", ".join(hosts)])
    if site.consent_mode.advanced and product.consent_mode:
        fields.append([texts("declaration.ahead"), texts("declaration.ahead.value")])
    return {**told, "fields": [provider, *fields]}


# --- as data -------------------------------------------------------------------------------


def _facts(site: Site, products: Mapping[str, Product], own: Own) -> dict[str, Any]:
    texts = {language: texts_of(site, language) for language in site.languages}
    return {
        "site": site.id,
        "controller": site.controller.name,
        "notice": {
            "version": site.notice.version,
            "effective": site.notice.effective.isoformat(),
            "policy": dict(site.notice.policy),
        },
        "languages": list(site.languages),
        "categories": [
            {
                "id": category,
                "asked": category != NECESSARY,
                "name": _said(f"category.{category}.name", texts),
                "description": _said(f"category.{category}.description", texts),
                "services": [
                    *([own.facts(texts)] if category == NECESSARY else []),
                    *(
                        _service_facts(service, site, products[service.product], texts)
                        for service in site.services
                        if service.category == category
                    ),
                ],
            }
            for category in (NECESSARY, *site.categories)
        ],
    }


def _service_facts(
    service: Service, site: Site, product: Product, texts: Mapping[str, Texts]
) -> dict[str, Any]:
    return {
        "id": service.id,
        "product": product.id,
        "name": service.name,
        "provider": str(service.options.get("provider", product.provider)),
        "hosts": hosts_of(service, product, site),
        "retention": service.retention,
        "policy": str(service.options.get("policy", product.policy)),
        "opt_out": product.opt_out,
        "purpose": _said(f"product.{product.id}.purpose", texts),
        "stored": [
            item_facts(item, _said(f"stored.purpose.{item.purpose}", texts))
            for item in product.stored(service.options)
        ],
    }


def _said(key: str, texts: Mapping[str, Texts]) -> dict[str, str]:
    return {language: each(key) for language, each in texts.items()}
