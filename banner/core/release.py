"""The release: what a page may run now, as data, for a token that has been verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from .product import Product, Step
from .site import Service, Site
from .token import Token

SIGNALS = (
    "ad_storage",
    "ad_user_data",
    "ad_personalization",
    "analytics_storage",
    "functionality_storage",
    "personalization_storage",
    "security_storage",
)
"""The seven of Google's Consent Mode v2. Unset is not denied, so all are always set."""

ALWAYS_GRANTED = {"security_storage"}
OF_CATEGORY = {
    "preferences": ("functionality_storage", "personalization_storage"),
    "analytics": ("analytics_storage",),
    "advertising": ("ad_storage", "ad_user_data", "ad_personalization"),
}


class Release(TypedDict):
    first: list[Step]
    update: list[Step]
    services: dict[str, list[Step]]


NOTHING: Release = {"first": [], "update": [], "services": {}}


def make_release(token: Token, site: Site, products: Mapping[str, Product]) -> Release:
    """What ``token`` opens: the services granted by name, in the site's order.

    A service runs only if both it and its category were granted; what the token does not
    mention was never asked and stays held.
    """
    running = [
        service for service in site.services if {service.id, service.category} <= token.granted
    ]
    if not running:
        return NOTHING
    first: list[Step] = []
    update: list[Step] = []
    if any(products[service.product].consent_mode for service in running):
        granted = set(ALWAYS_GRANTED)
        for service in running:
            granted.update(_of_service(service, products[service.product]))
        if "preferences" in token.granted:  # a purpose of the site itself, with no product behind
            granted.update(OF_CATEGORY["preferences"])
        first = [["gtag", "consent", "default", _signals(ALWAYS_GRANTED)]]
        update = [["gtag", "consent", "update", _signals(granted)]]
    steps = {service.id: products[service.product].steps(service.options) for service in running}
    return {"first": first, "update": update, "services": steps}


def _of_service(service: Service, product: Product) -> tuple[str, ...]:
    """What a granted service may signal; a container's tags speak for its whole category."""
    if product.consent_mode and not product.signals:
        return OF_CATEGORY[service.category]
    return product.signals


def _signals(granted: set[str]) -> dict[str, str]:
    return {name: "granted" if name in granted else "denied" for name in SIGNALS}
