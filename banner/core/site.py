"""A site as its owner described it: values that do not change while the service runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from .origin import Origin
from .product import Options

NECESSARY = "necessary"
GENERAL = "general"
"""The audience of a site that is for everyone."""
OPTIONAL_CATEGORIES = ("preferences", "analytics", "advertising")


@dataclass(frozen=True, slots=True)
class Controller:
    """Who decides about the data: told to every visitor (UU PDP article 5, GDPR article 13)."""

    name: str
    address: str
    email: str
    phone: str
    officer: str


@dataclass(frozen=True, slots=True)
class Notice:
    """The words shown, by version. A new version asks every visitor again."""

    version: str
    effective: date
    policy: Mapping[str, str]
    """The address of the privacy policy, by language."""
    revision: int = 1
    """Counts the changes of words within a version: they ask nobody again."""
    changes: Mapping[str, str] = field(default_factory=dict)
    """What is new in this version, by language; empty when not told."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a notice says of its records: whose law they serve and where they are kept."""

    jurisdiction: str = "ID"
    """ISO 3166-1 or 3166-2."""
    stored_in: tuple[str, ...] = ("ID",)
    """Countries, ISO 3166-1."""
    authority: Mapping[str, str] = field(default_factory=dict)
    """To whom visitors complain, by language; empty for the catalogue's own."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service that the owner uses, such as Google Analytics, and what it may add."""

    id: str
    product: str
    name: str
    category: str
    retention: str
    """How long the provider keeps the data: a number and a unit, or empty when not told."""
    options: Options


@dataclass(frozen=True, slots=True)
class Colours:
    """Each ``#rrggbb``. One pair for all buttons: no owner can set accept and refuse apart."""

    accent: str
    on_accent: str
    paper: str
    """Empty, as ``ink`` can be: the system's."""
    ink: str


@dataclass(frozen=True, slots=True)
class Look:
    layout: str
    position: str
    side: str
    button: str
    offset: int
    """Pixels from the lower edge to the small button."""
    light: Colours
    dark: Colours
    radius: int
    """Pixels."""
    font: tuple[str, ...]
    """Families, the first that is there; nothing is fetched."""
    logo: str
    """An address of the owner's own, or empty."""


@dataclass(frozen=True, slots=True)
class RegionDefault:
    """What a Consent Mode default grants in some regions (ISO 3166-2), where it is not denied."""

    regions: tuple[str, ...]
    granted: frozenset[str]


@dataclass(frozen=True, slots=True)
class ConsentMode:
    """How Google's Consent Mode is set. Basic, and nothing else set, unless the owner asks."""

    advanced: bool = False
    """Google's tags load before any choice and send pings without cookies."""
    wait_for_update: int = 0
    """Milliseconds for which they hold their first hits back."""
    ads_data_redaction: bool = False
    url_passthrough: bool = False
    regions: tuple[RegionDefault, ...] = ()


@dataclass(frozen=True, slots=True)
class Country:
    """Where a visitor's country comes from, and what it decides (``core/signals.py``)."""

    header: str
    """Set by the owner's proxy, which must overwrite what a browser sends."""
    unknown: Literal["hold", "release"]
    platform: str
    """The script of a certified consent platform of the owner's, or empty."""


@dataclass(frozen=True, slots=True)
class Stops:
    """Whom to tell when a visitor takes consent back, and by when it must have stopped."""

    url: str = field(default="", repr=False)
    """The owner's webhook, which may hold a secret of theirs. Empty: it is seen to by hand."""
    hours: int = 72
    """UU PDP article 40 says 3 x 24."""


@dataclass(frozen=True, slots=True)
class Site:
    id: str
    controller: Controller
    origins: frozenset[Origin]
    cookie_domain: str | None
    """The parent domain that shares the choice, or ``None``: host-only."""
    languages: tuple[str, ...]
    notice: Notice
    categories: tuple[str, ...]
    """The optional ones; ``necessary`` is always on and never asked for."""
    services: tuple[Service, ...]
    choice_days: int
    record_days: int
    look: Look
    consent_mode: ConsentMode = ConsentMode()
    country: Country | None = None
    stops: Stops = Stops()
    evidence: Evidence = Evidence()
    audience: Literal["general", "children", "mixed"] = "general"

    @property
    def has_children(self) -> bool:
        """Are children among its visitors? Nobody is asked for an age: all are treated alike."""
        return self.audience != GENERAL

    @property
    def service_ids(self) -> tuple[str, ...]:
        return tuple(service.id for service in self.services)

    @property
    def choice_seconds(self) -> int:
        return self.choice_days * 86400
