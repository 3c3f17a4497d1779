"""What visitors read, as data: the first layer of every language, and the dialog of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..core.product import Product, StoredItem
from ..core.release import runs_ahead
from ..core.site import NECESSARY, Country, Service, Site
from ..i18n import Texts

FIRST_LAYER = (
    "banner.region",
    "banner.title",
    "banner.body",
    "banner.asked",
    "banner.policy",
    "button.refuse",
    "button.accept",
    "button.customise",
    "language.name",
    "saved",
    "error.save",
    "error.load",
)
"""The texts of the script itself, in the order in which it numbers them."""

PINNED_LAYER = (*FIRST_LAYER, "error.refused")
"""A pinned script takes no later messages: it says itself that it is older than the notice."""

NOTES = ("told.gpc", "told.cut", "error.storage", "error.refused")
"""Messages that few visitors ever need: they are a part of their own."""

FAULTS = ("error.origin", "error.browser", "control")
"""Why a choice does not come through, where it is not the connection."""


STORED_COLUMNS = ("name", "purpose", "owner", "kept", "removed")


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


def first_layer(
    site: Site,
    products: Mapping[str, Product],
    language: str,
    keys: tuple[str, ...] = FIRST_LAYER,
) -> list[str]:
    """The texts of these keys, in their order."""
    texts = texts_of(site, language)
    told = {key: texts(key) for key in keys}
    told["banner.body"] = " ".join([told["banner.body"], *_besides(site, products, texts)])
    return list(told.values())


def _besides(site: Site, products: Mapping[str, Product], texts: Texts) -> list[str]:
    """What visitors must know of a site whose tags do not wait for them, and what is new to those
    who are asked again."""
    names = {service.name for service in runs_ahead(site, products)}
    ahead = [texts("banner.ahead", ahead=texts.listed(sorted(names)))] if names else []
    changes = site.notice.changes.get(texts.language)
    return [*ahead, *([texts("banner.changes", changes=changes)] if changes else [])]


def button_texts(site: Site, _: Mapping[str, Product], language: str) -> dict[str, str]:
    return {"language": language, "control": texts_of(site, language)("control")}


def notes(site: Site, _: Mapping[str, Product], language: str) -> dict[str, str]:
    return _of(NOTES, site, language)


def faults(site: Site, _: Mapping[str, Product], language: str) -> dict[str, str]:
    return _of(FAULTS, site, language)


def _of(keys: tuple[str, ...], site: Site, language: str) -> dict[str, str]:
    texts = texts_of(site, language)
    return {key: texts(key) for key in keys}


def dialog_texts(site: Site, products: Mapping[str, Product], language: str) -> dict[str, Any]:
    """Everything that the dialog shows, in its order (UU PDP article 21(1); GDPR article 13)."""
    texts = texts_of(site, language)
    contact = [key for key in ("phone", "officer") if getattr(site.controller, key)]
    return {
        "language": language,
        "direction": texts.direction,
        "gpc": texts("told.gpc"),
        "held": texts("page.held.country"),
        "left": texts("told.left"),
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
        "columns": [texts(f"stored.{column}") for column in STORED_COLUMNS],
        "before": [
            texts("dialog.intro"),
            *_besides(site, products, texts),
            texts("dialog.legality"),
        ],
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
            *([texts(f"dialog.audience.{site.audience}")] if site.has_children else []),
            texts("dialog.help"),
            texts("dialog.prevail"),
        ],
        "links": [[texts("banner.policy"), site.notice.policy[language]]],
        "records": texts("records.title"),
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
            service_facts(service, products[service.product], texts, country=site.country)
            for service in site.services
            if service.category == name
        ],
    }


def service_facts(
    service: Service, product: Product, texts: Texts, *, country: Country | None = None
) -> dict[str, Any]:
    """One service as visitors read it: what it is, does, keeps, for how long, and where.

    ``country`` is the site's rule for visitors from places where the product may be held.
    """
    fields = [
        ("provider", _provider(service, product) or texts("field.untold")),
        ("data", texts(f"product.{product.id}.data")),
        (
            "retention",
            texts.span(service.retention) if service.retention else texts("field.untold"),
        ),
        ("period", texts("field.period.value")),
        ("transfer", texts("field.transfer.value" if product.transfers else "field.untold")),
        ("basis", texts("field.basis.value")),
    ]
    if product.certified_platform and country:
        fields.append(("held", _held(country, texts)))
    links = [
        (texts("link.policy"), str(service.options.get("policy", product.policy))),
        (texts("link.opt_out"), product.opt_out),
    ]
    return {
        "id": service.id,
        "name": service.name,
        "purpose": texts(f"product.{product.id}.purpose"),
        "fields": [[texts(f"field.{key}"), value] for key, value in fields],
        "stored": _stored_rows(product.stored(service.options), texts),
        "links": [[words, href] for words, href in links if href],
    }


def _provider(service: Service, product: Product) -> str:
    """Who gets the data, and at which hosts as far as the owner has told them."""
    hosts: Any = service.options.get("hosts", ())
    told = [service.options.get("provider", product.provider), service.options.get("host"), *hosts]
    return ", ".join(str(part) for part in told if part)


def _held(country: Country, texts: Texts) -> str:
    """Where it is held although it was granted, and why."""
    if country.platform:
        return texts("field.held.platform")
    unknown = [texts("field.held.unknown")] if country.unknown == "hold" else []
    return " ".join([texts("field.held.value"), *unknown])


def _stored_rows(items: Iterable[StoredItem], texts: Texts) -> list[list[str]]:
    """In the order of ``STORED_COLUMNS``; what is alike but for its name shares a row."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for item in items:
        rows.setdefault((item.kind, *_facts_of(item, texts)), []).append(item.name)
    return [
        [
            texts("stored.storage", names=", ".join(names))
            if kind == "storage"
            else ", ".join(names),
            *facts,
        ]
        for (kind, *facts), names in rows.items()
    ]


def _facts_of(item: StoredItem, texts: Texts) -> list[str]:
    return [
        texts(f"stored.purpose.{item.purpose}"),
        texts("stored.this_site") if item.domain == "site" else item.domain,
        _kept(item, texts),
        texts(f"stored.removed_by.{item.removed_by}"),
    ]


def _kept(item: StoredItem, texts: Texts) -> str:
    if not item.kept:
        kind = "until_deleted" if item.kind == "storage" else "set_by_provider"
        return texts(f"stored.{kind}")
    words = {"consent": "stored.kept.consent", "session": "stored.kept.session"}
    kept = texts(words[item.kept]) if item.kept in words else texts.span(item.kept)
    return kept if item.confirmed else texts("stored.unconfirmed", kept=kept)
