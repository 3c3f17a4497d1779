"""What the part ``queue`` needs to judge what a page itself has for Google's tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.consent_mode import QUIET, queue_of, signals_set_up
from ..core.product import Product
from ..core.site import Site
from ..tags.google import FIXED, ID_SIGNALS, OFF


def queue_facts(site: Site, products: Mapping[str, Product], _: str) -> dict[str, Any]:
    reading = [each.id for each in site.services if products[each.product].consent_mode]
    return {
        "first": [*signals_set_up(site.consent_mode), ["gtag", "set", QUIET]] if reading else [],
        "queue": queue_of(site),
        "reading": reading,
        "ids": ID_SIGNALS,
        "signals": sorted({signal for signals in ID_SIGNALS.values() for signal in signals}),
        "off": OFF,
        "fixed": FIXED,
    }
