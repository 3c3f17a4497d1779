"""A page without Izin: Google's own snippets, and what is expected of one run of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HOST = "www.toko.co.id"
DOMAIN = ".toko.co.id"

SIGNALS = ("ad_storage", "ad_user_data", "ad_personalization", "analytics_storage")
ADS = SIGNALS[:3]

SHIM = "window.dataLayer = window.dataLayer || []; function gtag() { dataLayer.push(arguments); }"
ARRAYS = "window.dataLayer = window.dataLayer || []; const gtag = (...a) => dataLayer.push(a);"
"""The mistake that the whole field makes: the tag does not see what is pushed like this."""


def consent(kind: str, *granted: str, of: tuple[str, ...] = SIGNALS, more: str = "") -> str:
    said = ", ".join(f'{name}: "{"granted" if name in granted else "denied"}"' for name in of)
    return f'gtag("consent", "{kind}", {{{said}{more}}});'


def config(id: str = "G-TOKO1", settings: str = "{}") -> str:
    return f'gtag("js", new Date()); gtag("config", "{id}", {settings});'


def gtag_page(*commands: str, id: str = "G-TOKO1", shim: str = SHIM) -> str:
    return (
        f"<script>{shim} {' '.join(commands)}</script>"
        f'<script src="https://www.googletagmanager.com/gtag/js?id={id}"></script>'
    )


DENIED = consent("default")
ACCEPTED = consent("update", *SIGNALS)
EVENT = 'gtag("event", "toko", {});'
FORGET = (
    "for (const each of document.cookie.split('; '))"
    " document.cookie = each.split('=')[0] + '=; max-age=0; domain=toko.co.id';"
)


@dataclass(frozen=True, slots=True)
class Run:
    """One observed run: a page, what is then done on it, and what was seen."""

    html: str
    then: tuple[str, ...] = ()
    """Scripts, or `leave`, `reload` or `wait`."""
    region: str = "ID"
    query: str = ""
    gpc: bool = False
    before: tuple[str, ...] = ()
    """Cookies of the visitor before the visit, on the site's domain."""
    places: set[str] | None = None
    """Exactly these; not looked at when None."""
    cookies: set[tuple[str, str]] | None = None
    days: Mapping[str, int] | None = None
    """How long each cookie lives."""
    storage: set[str] | None = None
    events: list[tuple[str, str | None]] | None = None
    hits: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    """What every hit to a place must say; None for a field it must not have."""
    page: Mapping[str, object] = field(default_factory=dict)
    """Expressions and their values on the page."""
