"""What ``explain`` and its panel need: words, and what is known of services and products."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.consent_mode import SIGNALS, queue_of
from ..core.product import Product
from ..core.site import Service, Site
from .hosts import hosts_of
from .texts import texts_of

REPORT = (
    "explain.cookie.none",
    "explain.cookie.readable",
    "explain.rule.granted",
    "explain.rule.undecided",
    "explain.rule.stale",
    "explain.rule.expired",
    "explain.rule.several",
    "explain.rule.unreadable",
    "explain.rule.foreign",
    "explain.rule.unverified",
    "explain.rule.refused_category",
    "explain.rule.refused_service",
    "explain.rule.withdrawn",
    "explain.rule.pending",
    "explain.rule.gpc",
    "explain.rule.country",
    "explain.rule.storage",
    "explain.rule.ahead",
    "explain.rule.unknown",
    "explain.rule.taken",
    "explain.rule.not_held",
    "explain.unmanaged.held",
    "explain.unmanaged.unlisted",
    "explain.problem.default_missing",
    "explain.problem.default_late",
    "explain.problem.default_repeated",
    "explain.problem.signal_missing",
    "explain.problem.array",
    "explain.problem.container",
)
PANEL = (
    "explain.title",
    "explain.harmless",
    "explain.close",
    "explain.refresh",
    "explain.json",
    "explain.json.label",
    "explain.json.copied",
    "explain.json.shown",
    "explain.none",
    "explain.yes",
    "explain.no",
    "explain.fact.site",
    "explain.fact.notice",
    "explain.fact.decision",
    "explain.fact.record",
    "explain.fact.time",
    "explain.fact.until",
    "explain.fact.recheck",
    "explain.fact.cookie",
    "explain.fact.pending",
    "explain.fact.gpc",
    "explain.choice.granted",
    "explain.choice.refused",
    "explain.services",
    "explain.elements",
    "explain.left",
    "explain.unseen",
    "explain.unmanaged",
    "explain.unmanaged.scope",
    "explain.consent",
    "explain.problems",
    "explain.column.service",
    "explain.column.category",
    "explain.column.state",
    "explain.column.rule",
    "explain.column.record",
    "explain.column.time",
    "explain.column.tags",
    "explain.column.hosts",
    "explain.column.element",
    "explain.column.source",
    "explain.column.name",
    "explain.column.place",
    "explain.column.removed",
    "explain.column.host",
    "explain.column.requests",
    "explain.column.meaning",
    "explain.column.position",
    "explain.column.command",
    "explain.column.values",
    "explain.state.held",
    "explain.state.running",
    "explain.state.released",
    "explain.tag.present",
    "explain.tag.shared",
    "explain.tag.absent",
    "explain.removed.page",
    "explain.removed.service",
    "explain.removed.nobody",
    "explain.nearest",
)


def explain_texts(site: Site, products: Mapping[str, Product], language: str) -> dict[str, Any]:
    """Nothing here is a tag: no id and no address, as in every file that anyone may load."""
    return {
        **_words(REPORT, site, language),
        "services": [_facts(service, products[service.product], site) for service in site.services],
        "products": [[product.name, product.hosts] for product in products.values()],
        "signals": SIGNALS,
        "queue": queue_of(site),
    }


def panel_texts(site: Site, _: Mapping[str, Product], language: str) -> dict[str, Any]:
    texts = texts_of(site, language)
    return {
        **_words(PANEL, site, language),
        "language": language,
        "direction": texts.direction,
    }


def _words(keys: tuple[str, ...], site: Site, language: str) -> dict[str, Any]:
    """``{of}`` stays: only the page knows what a sentence is about."""
    texts = texts_of(site, language)
    return {
        "words": {key.removeprefix("explain."): texts(key, of="{of}") for key in keys},
        "categories": {name: texts(f"category.{name}.name") for name in site.categories},
    }


def _facts(service: Service, product: Product, site: Site) -> dict[str, Any]:
    return {
        "id": service.id,
        "name": service.name,
        "product": service.product,
        "category": service.category,
        "hosts": hosts_of(service, product, site),
        "heeds": product.heeds_settings,
        "stored": [
            [item.name, item.kind, item.removed_by, item.domain]
            for item in product.stored(service.options)
        ],
    }
