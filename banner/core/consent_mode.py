"""Google's Consent Mode v2: its seven signals, and the commands that set them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .product import Granted, Product, Step
from .site import ConsentMode, Service, Site

SIGNALS = (
    "ad_storage",
    "ad_user_data",
    "ad_personalization",
    "analytics_storage",
    "functionality_storage",
    "personalization_storage",
    "security_storage",
)
"""All are always set: to Google's tags unset is not denied."""

PERSONALISED = "ad_personalization"
"""Never granted where children are among the visitors."""
ALWAYS_GRANTED = frozenset({"security_storage"})
OF_CATEGORY = {
    "preferences": ("functionality_storage", "personalization_storage"),
    "analytics": ("analytics_storage",),
    "advertising": ("ad_storage", "ad_user_data", "ad_personalization"),
}

EVENT = "izin_consent"
"""The event in ``dataLayer`` by which a Tag Manager container hears of a choice."""


QUEUE = "dataLayer"
"""The queue's name, unless the owner has given it another."""

QUIET: Mapping[str, object] = {
    "allow_google_signals": False,
    "allow_ad_personalization_signals": False,
}
"""What keeps advertising apart from the rest, for everything that shares Google's loader: an event
with ``send_to``, and an id that the page itself configures."""


def queue_of(site: Site) -> str:
    """The queue that all of Google's tags of a site read."""
    named = (service.options.get("data_layer") for service in site.services)
    return next((str(name) for name in named if name), QUEUE)


def in_queue(steps: Sequence[Step], queue: str) -> list[Step]:
    """The same steps for a queue of another name: Google's scripts are told it as ``l``."""
    return list(steps) if queue == QUEUE else [_in_queue(step, queue) for step in steps]


def _in_queue(step: Step, queue: str) -> Step:
    kind, first, *rest = step
    if kind == "push":
        return [kind, queue, *rest]
    if kind == "script":
        return [kind, f"{first}&l={queue}", *rest]
    return step


def settings_set_up() -> Step:
    """Before any choice, and wherever nothing was granted."""
    return ["gtag", "set", {**QUIET, "cookie_expires": "$left", "cookie_update": True}]


def settings_updated(
    running: Iterable[Service],
    products: Mapping[str, Product],
    granted: Granted,
    signals: frozenset[str],
) -> Step:
    """What holds for all that share the loader; a service of the file may have its own besides."""
    settings: dict[str, object] = {
        **QUIET,
        "allow_ad_personalization_signals": "ad_personalization" in signals,
        "cookie_expires": "$left",
        "cookie_update": True,
    }
    for service in running:
        settings |= products[service.product].shared(service.options, granted)
    return ["gtag", "set", settings]


def signals_set_up(mode: ConsentMode) -> list[Step]:
    """The defaults, which must stand before anything else, and exactly once in a page."""
    wait: dict[str, object] = {}
    if mode.advanced and mode.wait_for_update:
        wait = {"wait_for_update": mode.wait_for_update}
    steps: list[Step] = [["gtag", "consent", "default", {**_values(ALWAYS_GRANTED), **wait}]]
    for default in mode.regions if mode.advanced else ():
        values = _values(ALWAYS_GRANTED | default.granted)
        steps.append(
            ["gtag", "consent", "default", {**values, **wait, "region": list(default.regions)}]
        )
    for name in ("ads_data_redaction", "url_passthrough"):
        if getattr(mode, name):
            steps.append(["gtag", "set", name, True])
    return steps


def signals_granted(
    running: Iterable[Service], products: Mapping[str, Product], granted: Granted
) -> frozenset[str]:
    """The signals that the running services may turn on, and what the visitor chose beside them."""
    signals = set(ALWAYS_GRANTED)
    for service in running:
        signals.update(_of_service(service, products[service.product]))
    if "preferences" in granted:  # a purpose of the site itself, with no product behind
        signals.update(OF_CATEGORY["preferences"])
    return frozenset(signals)


def signals_updated(signals: frozenset[str], site: Site, granted: Granted) -> list[Step]:
    """The update, and then the same as an event for the triggers of a Tag Manager container."""
    choice = {category: category in granted for category in site.categories}
    return [
        ["gtag", "consent", "update", _values(signals)],
        ["push", queue_of(site), {"event": EVENT, "izin": choice}],
    ]


def signals_denied(service: Service, product: Product) -> list[Step]:
    """What is told to a tag that has run and is withdrawn."""
    signals = _of_service(service, product)
    return [["gtag", "consent", "update", dict.fromkeys(signals, "denied")]] if signals else []


def _of_service(service: Service, product: Product) -> tuple[str, ...]:
    """What a granted service may signal; a container's tags speak for its whole category."""
    if product.consent_mode and not product.signals:
        return OF_CATEGORY[service.category]
    return product.signals


def _values(granted: frozenset[str]) -> dict[str, str]:
    return {name: "granted" if name in granted else "denied" for name in SIGNALS}
