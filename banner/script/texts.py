"""What visitors read, as data: the first layer of every language, and the dialog of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.product import Product, StoredItem
from ..core.site import NECESSARY, Service, Site
from ..i18n import Texts

FIRST_LAYER = (
    "banner.region",
    "banner.title",
    "banner.body",
    "banner.policy",
    "button.refuse",
    "button.accept",
    "button.customise",
    "language.name",
    "saved",
    "error.save",
    "error.storage",
    "error.refused",
    "error.load",
)


def texts_of(site: Site, language: str) -> Texts:
    """The language's texts with what this site fills into them."""
    contact = site.controller
    texts = Texts(language, {})
    providers = sorted({service.name for service in site.services})
    return Texts(
        language,
        {
            "controller": contact.name,
            "address": contact.address,
            "email": contact.email,
            "phone": contact.phone,
            "officer": contact.officer,
            "services": texts.listed(providers),
            "purposes": texts.listed([texts(f"purpose.{name}") for name in site.categories]),
            "lifetime": texts.span(f"{site.choice_days} days"),
            "retention": texts.span(f"{site.record_days} days"),
        },
    )


def first_layer(site: Site, language: str) -> list[str]:
    """The texts of ``FIRST_LAYER``, in its order."""
    texts = texts_of(site, language)
    return [texts(key) for key in FIRST_LAYER]


def dialog_texts(site: Site, products: Mapping[str, Product], language: str) -> dict[str, Any]:
    """Everything that the dialog shows, in its order (UU PDP article 21(1); GDPR article 13)."""
    texts = texts_of(site, language)
    contact = [key for key in ("phone", "officer") if getattr(site.controller, key)]
    return {
        "language": language,
        "direction": texts.direction,
        "title": texts("dialog.title"),
        "close": texts("button.close"),
        "refuse": texts("button.refuse"),
        "accept": texts("button.accept"),
        "save": texts("button.save"),
        "withdraw": texts("button.withdraw"),
        "on": texts("switch.on"),
        "off": texts("switch.off"),
        "always": texts("switch.always"),
        "details": texts("details.show"),
        "stored": texts("stored.caption"),
        "columns": [texts(f"stored.{name}") for name in ("name", "owner", "kept", "removed")],
        "before": [texts("dialog.intro"), texts("dialog.legality")],
        "categories": [
            _category(site, products, texts, name) for name in (NECESSARY, *site.categories)
        ],
        "after": [
            " ".join([texts("dialog.controller"), *(texts(f"dialog.{key}") for key in contact)]),
            texts("dialog.rights"),
            texts("withdraw.how"),
            texts("withdraw.before"),
            texts("dialog.relevance"),
            texts("dialog.child"),
            texts("dialog.help"),
            texts("dialog.prevail"),
        ],
        "links": [[texts("banner.policy"), site.notice.policy[language]]],
    }


def _category(
    site: Site, products: Mapping[str, Product], texts: Texts, name: str
) -> dict[str, Any]:
    return {
        "id": name,
        "asked": name != NECESSARY,
        "name": texts(f"category.{name}.name"),
        "description": texts(f"category.{name}.description"),
        "services": [
            service_facts(service, products[service.product], texts)
            for service in site.services
            if service.category == name
        ],
    }


def service_facts(service: Service, product: Product, texts: Texts) -> dict[str, Any]:
    """One service as visitors read it: what it is, does, keeps, for how long, and where."""
    told = [service.options.get("provider", product.provider), service.options.get("host")]
    provider = ", ".join(str(part) for part in told if part)
    fields = [
        ("provider", provider or texts("field.untold")),
        ("data", texts(f"product.{product.id}.data")),
        (
            "retention",
            texts.span(service.retention) if service.retention else texts("field.untold"),
        ),
        ("period", texts("field.period.value")),
        ("transfer", texts("field.transfer.value" if product.transfers else "field.untold")),
        ("basis", texts("field.basis.value")),
    ]
    links = [
        (texts("link.policy"), str(service.options.get("policy", product.policy))),
        (texts("link.opt_out"), product.opt_out),
    ]
    return {
        "id": service.id,
        "name": service.name,
        "purpose": texts(f"product.{product.id}.purpose"),
        "fields": [[texts(f"field.{key}"), value] for key, value in fields],
        "stored": [_stored_row(item, texts) for item in product.stored],
        "links": [[words, href] for words, href in links if href],
    }


def _stored_row(item: StoredItem, texts: Texts) -> list[str]:
    kept = texts.span(item.kept) if item.kept else texts("stored.until_deleted")
    if not item.kept and item.removed_by == "nobody":
        kept = texts("stored.set_by_provider")
    if not item.confirmed:
        kept = texts("stored.unconfirmed", kept=kept)
    owner = texts("stored.this_site") if item.domain == "site" else item.domain
    return [item.name, owner, kept, texts(f"stored.removed_by.{item.removed_by}")]
