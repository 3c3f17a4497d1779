"""Builders: a valid one of everything; a test names only what it is about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from banner.core.decision import Decision
from banner.core.product import Options
from banner.core.record import Record, make_record
from banner.core.site import Site
from banner.core.site_file import Reading, read_site
from banner.core.site_services import options_of
from banner.tags import PRODUCTS

KEYS = (b"k" * 32,)
NOON = 1_795_600_800_000
"""The tests' present in milliseconds: 25 November 2026, 10:00 UTC."""

EVENT = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
OTHER_EVENT = "0b9a2c11-5f0e-4a53-9d5e-6b1d8a0c7e21"
PAGE = "https://www.example.co.id"
SCRIPT = "the-tests-script"
"""The version of the script that asks in tests; ``new_app`` stores what it shows."""
SALT = b"s" * 32
GONE: Any = object()
"""As an override: leave this key out."""


def a_document(**overrides: Any) -> dict[str, Any]:
    """A site's file as data; `without(...)` or GONE leaves a key out."""
    document = {
        "name": "PT Contoh",
        "origins": [PAGE, "https://example.co.id"],
        "languages": ["id", "en"],
        "notice": {
            "version": "2026-11-22",
            "effective": date(2026, 11, 22),
            "policy": "https://www.example.co.id/privasi",
        },
        "contact": {"address": "Jalan Contoh 1, Jakarta", "email": "privasi@example.co.id"},
        "services": {
            "google-analytics": {
                "product": "google_analytics",
                "measurement_id": "G-TEST123456",
                "retention": "14 months",
            },
            "floodlight": {
                "product": "floodlight",
                "config_id": "DC-7654321",
                "retention": "2 years",
            },
            "adsense": {
                "product": "adsense",
                "client": "ca-pub-1234567890123456",
                "retention": "18 months",
            },
            "peta": {
                "product": "embed",
                "name": "Peta",
                "category": "preferences",
                "host": "peta.example.org",
                "provider": "Yayasan Peta",
                "retention": "30 days",
            },
        },
    }
    return without_gone({**document, **overrides})


def without_gone(table: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if value is not GONE}


def changed(table: str, **overrides: Any) -> dict[str, Any]:
    """The document with some keys of one of its tables changed."""
    document = a_document()
    document[table] = without_gone({**document.get(table, {}), **overrides})
    return document


def with_service(service_id: str, **overrides: Any) -> dict[str, Any]:
    """The document with one service changed, or added."""
    document = a_document()
    services = document["services"]
    services[service_id] = without_gone({**services.get(service_id, {}), **overrides})
    return document


def toml(table: Mapping[str, Any], *, at: str = "") -> str:
    """TOML for what a site's file can hold: JSON's own texts, lists and numbers are TOML too."""
    values = {name: value for name, value in table.items() if not isinstance(value, Mapping)}
    tables = {name: value for name, value in table.items() if isinstance(value, Mapping)}
    lines = [f"[{at}]"] if at else []
    lines += [f"{json.dumps(name)} = {_value(value)}" for name, value in values.items()]
    for name, value in tables.items():
        lines.append(toml(value, at=f"{at}.{json.dumps(name)}".lstrip(".")))
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        pairs = (f"{json.dumps(name)} = {_value(item)}" for name, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value)


def read(document: Mapping[str, Any] | str, *, site_id: str = "example") -> Reading:
    text = document if isinstance(document, str) else toml(document)
    return read_site(
        text,
        site_id=site_id,
        file=f"{site_id}.toml",
        products=PRODUCTS,
        languages=frozenset({"id", "en"}),
    )


OPTIONS: dict[str, dict[str, Any]] = {
    "google_analytics": {"measurement_id": "G-TEST123456"},
    "adsense": {"client": "ca-pub-1234567890123456"},
    "ad_manager": {"network": "21712345678"},
    "floodlight": {"config_id": "DC-7654321"},
    "google_tag_manager": {"container": "GTM-A1B2C3D", "cookies": ["_ga", "_ga_*"]},
    "script": {"src": "https://chat.example.org/widget.js", "cookies": "chat_id"},
    "embed": {},
}
"""What an owner has to set for each product, and what `check` would ask after."""


def some_options(product_id: str, **given: Any) -> Options:
    """A service's options as a site holds them."""
    return options_of({**OPTIONS[product_id], **given}, PRODUCTS[product_id])


def a_service(product_id: str, **given: Any) -> dict[str, Any]:
    """A service of this product in a site's file."""
    category = {} if PRODUCTS[product_id].category else {"category": "analytics"}
    service = {"product": product_id, "retention": "14 months", **category, **OPTIONS[product_id]}
    return without_gone({**service, **given})


def a_site(document: Mapping[str, Any] | None = None, **overrides: Any) -> Site:
    """The document's site, with some of its values replaced."""
    site = read(document or a_document()).site
    assert site is not None, "the builder's document must be right"
    return replace(site, **overrides)


def the_biggest_site() -> Site:
    """As many services, and names as long, as a site's file may hold."""
    service = a_document()["services"]["google-analytics"]
    version = {**a_document()["notice"], "version": "v" * 32}
    names = [f"service-{number:02}-".ljust(32, "x") for number in range(32)]
    reading = read(
        a_document(services=dict.fromkeys(names, service), notice=version), site_id="s" * 32
    )
    assert reading.site is not None
    return reading.site


def choices(site: Site, *granted: str) -> dict[str, dict[str, bool]]:
    """True for what is named, false for everything else that the site asks."""
    return {
        "categories": {name: name in granted for name in site.categories},
        "services": {name: name in granted for name in site.service_ids},
    }


ANALYTICS = ("analytics", "google-analytics")
SITE = a_site()


def a_decision(*granted: str, site: Site = SITE, **overrides: Any) -> Decision:
    """Refused in the banner, except for what is named."""
    decision = Decision(
        event=EVENT,
        notice=site.notice.version,
        locale="id",
        surface="banner",
        categories=choices(site, *granted)["categories"],
        services=choices(site, *granted)["services"],
        gpc=False,
        client_time="2026-11-25T10:00:00.000Z",
        script=SCRIPT,
    )
    return replace(decision, **overrides)


def a_record(*granted: str, site: Site = SITE, **overrides: Any) -> Record:
    record = make_record(
        a_decision(*granted, site=site),
        site,
        id="record-1",
        at=NOON,
        previous=None,
        salt=SALT,
        notice_hash="0" * 64,
    )
    return replace(record, **overrides)


def a_body(*granted: str, site: Site = SITE, **overrides: Any) -> dict[str, Any]:
    """What the browser sends; analytics granted unless something else is named."""
    body = {
        "event": EVENT,
        "notice": site.notice.version,
        "locale": "id",
        "surface": "banner",
        **choices(site, *(granted or ANALYTICS)),
        "signals": {"gpc": False},
        "client_time": "2026-11-25T10:00:00.000Z",
        "script": SCRIPT,
    }
    return without_gone({**body, **overrides})


def refused(**overrides: Any) -> dict[str, Any]:
    """The body of a refusal of everything."""
    return a_body("nothing", **overrides)


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()
