"""The release: what a page may run now, as data, for a token that has been verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NotRequired, TypedDict

from .consent_mode import (
    PERSONALISED,
    in_queue,
    queue_of,
    settings_set_up,
    settings_updated,
    signals_denied,
    signals_granted,
    signals_set_up,
    signals_updated,
)
from .product import Granted, Product, Step
from .signals import GPC_REFUSES, Held, Signals, held_by, platform_for
from .site import Service, Site

FRESH_SECONDS = 86400
"""A visitor may travel: where the country decides, the page asks again after a day."""


class Left(TypedDict):
    """What the page itself can delete of one service."""

    cookies: list[list[str]]
    """Name, which may end in ``*``, and path."""
    storage: list[str]


MOST_RELEASES = 512


class Release(TypedDict):
    first: list[Step]
    update: list[Step]
    services: dict[str, list[Step]]
    stop: dict[str, list[Step]]
    left: dict[str, Left]
    held: dict[str, Held]
    """By service, and by category where all of it is held."""
    until: NotRequired[int]


def make_release(
    granted: Granted, site: Site, products: Mapping[str, Product], *, signals: Signals, at: int
) -> Release:
    """What a verified token that grants ``granted`` opens ``at`` a time (seconds).

    A service runs only if both it and its category were granted; what the token does not mention
    was never asked and stays held. The site's order is kept.
    """
    wanted = [service for service in site.services if {service.id, service.category} <= granted]
    held = _held(wanted, site, products, signals)
    if signals.gpc and GPC_REFUSES in granted:
        held[GPC_REFUSES] = "gpc"  # and what the owner has marked up with the category's name
        granted -= {GPC_REFUSES}
    running = [service for service in wanted if service.id not in held]
    reading = [service for service in running if products[service.product].consent_mode]
    release: Release = {
        "first": [],
        "update": [],
        "services": _services(running, granted, site, products, signals),
        "stop": _stop(running, products),
        "left": {service.id: _left(service, products) for service in site.services},
        "held": held,
    }
    if reading and not site.consent_mode.advanced:
        release["first"] = signals_set_up(site.consent_mode)
    if reading or runs_ahead(site, products):
        signalled = signals_granted(reading, products, granted)
        if site.has_children:
            signalled -= {PERSONALISED}
        release["update"] = [
            *signals_updated(signalled, site, granted),
            settings_updated(reading, products, granted, signalled),
        ]
    if site.country and any(products[service.product].certified_platform for service in wanted):
        release["until"] = at + FRESH_SECONDS
    return release


class Releases:
    """Composes each release once: everyone who has chosen the same gets the same."""

    def __init__(self, products: Mapping[str, Product]) -> None:
        self._products = products
        self._made: dict[tuple[str, Granted, Signals], tuple[Site, Release]] = {}

    def of(self, granted: Granted, site: Site, *, signals: Signals, at: int) -> Release:
        """As ``make_release`` makes it. It is shared, so nobody may change it."""
        key = site.id, granted, signals
        made_for, release = self._made.get(key, (None, None))
        if release is None or made_for is not site:
            release = make_release(granted, site, self._products, signals=signals, at=at)
            if len(self._made) == MOST_RELEASES:
                self._made.clear()
            self._made[key] = site, release
        return {**release, "until": at + FRESH_SECONDS} if "until" in release else release


def make_ahead(site: Site, products: Mapping[str, Product]) -> Release | None:
    """What every page of a site in advanced mode runs before any choice; no secret, no grant."""
    running = runs_ahead(site, products)
    if not running:
        return None
    return {
        "first": [*signals_set_up(site.consent_mode), settings_set_up()],
        "update": [],
        "services": {
            service.id: in_queue(
                products[service.product].steps(service.options, frozenset()), queue_of(site)
            )
            for service in running
        },
        "stop": {
            service.id: signals_denied(service, products[service.product]) for service in running
        },
        "left": {},
        "held": {},
    }


def runs_ahead(site: Site, products: Mapping[str, Product]) -> list[Service]:
    """In advanced mode these run without a grant, so that a refusal too must be told to them."""
    if not site.consent_mode.advanced:
        return []
    return [service for service in site.services if products[service.product].consent_mode]


def _held(
    wanted: list[Service], site: Site, products: Mapping[str, Product], signals: Signals
) -> dict[str, Held]:
    reasons = {
        service.id: held_by(service, products[service.product].certified_platform, site, signals)
        for service in wanted
    }
    return {id: reason for id, reason in reasons.items() if reason}


def _services(
    running: list[Service],
    granted: Granted,
    site: Site,
    products: Mapping[str, Product],
    signals: Signals,
) -> dict[str, list[Step]]:
    services: dict[str, list[Step]] = {}
    for service in running:
        product = products[service.product]
        if site.consent_mode.advanced and product.consent_mode:
            services[service.id] = []  # it runs already; from now on it counts as granted
        elif steps := product.steps(service.options, granted):
            if product.consent_mode:
                steps = in_queue(steps, queue_of(site))
            platform = platform_for(site, signals) if product.certified_platform else ""
            services[service.id] = _after(platform, steps) if platform else steps
    return services


def _after(platform: str, steps: list[Step]) -> list[Step]:
    """The owner's certified platform first: Google's ad tags look for it when they begin, and
    without it they are not loaded at all."""
    first: Step = ["script", platform, {}, "platform"]
    return [first, *([*step, "platform"] if step[0] == "script" else step for step in steps)]


def _stop(running: list[Service], products: Mapping[str, Product]) -> dict[str, list[Step]]:
    """Denied first, so that what still runs writes nothing again; then what each has of its own."""
    stops = {}
    for service in running:
        product = products[service.product]
        steps = [*signals_denied(service, product), *product.stop(service.options)]
        if steps:
            stops[service.id] = steps
    return stops


def _left(service: Service, products: Mapping[str, Product]) -> Left:
    stored = products[service.product].stored(service.options)
    mine = [item for item in stored if item.removed_by == "page"]
    return {
        "cookies": [[item.name, item.path] for item in mine if item.kind == "cookie"],
        "storage": [item.name for item in mine if item.kind == "storage"],
    }
