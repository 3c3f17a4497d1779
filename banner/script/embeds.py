"""What visitors read in the place of a held frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.product import Product
from ..core.site import Site
from .texts import texts_of


def embed_texts(site: Site, products: Mapping[str, Product], _: str) -> dict[str, Any]:
    """In every language of the site: what stands on the page is to follow when it is changed."""
    return {
        "texts": {language: embed_words(site, language) for language in site.languages},
        "services": {
            service.id: [
                service.name,
                service.options.get("provider", products[service.product].provider),
                service.category,
            ]
            for service in site.services
        },
    }


def embed_words(site: Site, language: str) -> dict[str, Any]:
    texts = texts_of(site, language)
    told = {
        "direction": texts.direction,
        "provider": texts("field.provider") + ": ",
        "address": texts("embed.address") + ": ",
        "category": texts("embed.category") + ": ",
        "categories": {name: texts(f"category.{name}.name") for name in site.categories},
        "why": texts("embed.why"),
        "note": texts("embed.note"),
        "once": texts("embed.once"),
        "always": texts("embed.always"),
        "settings": texts("control"),
        "waiting": texts("embed.waiting"),
        "failed": texts("embed.failed"),
        "refused": texts("error.refused"),
        "gpc": texts("told.gpc"),
    }
    if site.country:
        told["country"] = texts("field.held.value")
    return told
