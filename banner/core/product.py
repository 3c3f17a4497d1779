"""The shape of what is known about a product; the facts themselves are in ``banner/tags``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Step = list[object]
"""One thing that the script in the page may do, as data (``docs/protocol.md``, the release)."""

Options = Mapping[str, object]
"""What the owner set for a service, already checked against the product's options."""

Granted = frozenset[str]
"""The categories and services that a visitor granted."""


@dataclass(frozen=True, slots=True)
class StoredItem:
    """Something that a product leaves in the browser.

    ``name`` may end in ``*``. ``kept`` is a number and a unit such as ``"90 days"``, ``"consent"``
    when it lives as long as the consent, ``"session"`` when it ends with the browser's session, or
    empty when it is kept until somebody deletes it (storage) or only the provider knows (cookies);
    ``confirmed`` is false where a figure comes from other people's lists and not from the provider
    or a test.
    ``removed_by`` says who can delete it: the page; the ``service`` where scripts cannot see it
    (HttpOnly) and the service shares the site's domain; or ``nobody``, when it belongs to a domain
    of the provider's own.
    """

    name: str
    kept: str = ""
    confirmed: bool = True
    domain: str = "site"
    kind: Literal["cookie", "storage"] = "cookie"
    removed_by: Literal["page", "service", "nobody"] = "page"
    purpose: str = "settings"
    """What it is for: the end of a text's key, ``stored.purpose.<purpose>``."""
    path: str = "/"


@dataclass(frozen=True, slots=True)
class Option:
    """One key that the owner may set for a service of this product."""

    help: str
    expected: str
    kind: Literal["text", "texts", "yes", "number"] = "text"
    """``texts`` is one text or a list of them, each of which must match ``pattern``."""
    pattern: str = ""
    least: int = 0
    most: int = 0
    """The bounds of a number."""
    within_consent: bool = False
    """A number of seconds, at most as many as a choice lasts."""
    required: bool = False
    is_given: bool = False
    """An id that a provider gives. One of noughts or X alone stands in examples; still there in
    production, it is an error."""
    personalises: bool = False
    """Where children are among the visitors it stays off."""
    default: object = None
    advice: str = ""
    """What `check` notes for an owner who leaves it out."""


def _nothing(_: Options) -> list[Step]:
    return []


def _no_items(_: Options) -> tuple[StoredItem, ...]:
    return ()


def _no_settings(_: Options, __: Granted) -> dict[str, object]:
    return {}


def _no_hosts(_: Options) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Product:
    """Everything that the gate, the clean-up, the dialog and the tests know about a product.

    ``category`` is ``None`` where only the owner can say what the product is used for.
    ``signals`` are the Consent Mode signals that a grant of this product turns to ``granted``.
    """

    id: str
    name: str
    provider: str
    category: str | None
    options: Mapping[str, Option]
    steps: Callable[[Options, Granted], list[Step]]
    """What a grant runs, given what else was granted with it."""
    stop: Callable[[Options], list[Step]] = _nothing
    """What quiets it in a page where it has run, until that page is reloaded."""
    shared: Callable[[Options, Granted], dict[str, object]] = _no_settings
    """What it sets for everything that shares its loader, given what was granted."""
    heeds_settings: bool = True
    """Can a page say to it what it may do? A container's tags have only their own settings."""
    hosts: tuple[str, ...] = ()
    more_hosts: Callable[[Options], tuple[str, ...]] = _no_hosts
    """Those that only some settings lead to."""
    stored: Callable[[Options], tuple[StoredItem, ...]] = _no_items
    signals: tuple[str, ...] = ()
    consent_mode: bool = False
    """Does it read Google's Consent Mode? AdSense and Ad Manager do not."""
    trusted_types: tuple[str, ...] = ()
    """The names of the Trusted Types policies that its own scripts make."""
    open_ended: bool = False
    """Does it show what others made, as ads do, so that no list of hosts is whole?"""
    certified_platform: bool = False
    """Does Google demand a certified consent platform for it in the EEA, the UK and
    Switzerland?"""
    also: tuple[str, ...] = ()
    """Names, or words of names, by which owners call what they mean by this product."""
    child_treatment: bool = False
    """Does it treat everyone as a child where it is told ``child_directed``?"""
    child_advice: str = ""
    """What an owner has to see to besides, where children are among the visitors."""
    policy: str = ""
    opt_out: str = ""
    transfers: bool = True
    data: tuple[str, ...] = ()
    """What it gets of a visitor, in terms of the Data Privacy Vocabulary 2.3 (``pd:``)."""
    address: str = ""
    """The provider's postal address."""
    countries: tuple[str, ...] = ()
    """Where the provider is known to process the data; there may be others (ISO 3166-1)."""
