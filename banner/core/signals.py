"""What a request says about its visitor beside the choice itself, and what that overrules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from .decision import Decision
from .site import Country, Service, Site

GPC_REFUSES = "advertising"
"""Global Privacy Control asks not to have one's data sold or shared: what advertising does with
it (W3C draft, Global Privacy Control, section 2)."""

_EUROPEAN_UNION = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK "
    "AX GF GP MF MQ RE YT"  # parts of it that have a code of their own
)
_BESIDE_IT = "IS LI NO GB CH"
_AS_SOME_WRITE_THEM = "UK EL EU"
"""No codes of ISO 3166-1's; some lists of addresses have them all the same."""

EEA = frozenset(f"{_EUROPEAN_UNION} IS LI NO".split())

CERTIFIED_ONLY = frozenset(f"{_EUROPEAN_UNION} {_BESIDE_IT} {_AS_SOME_WRITE_THEM}".split())
"""Where Google serves ads for consent only if a certified platform asked for it: EEA and United
Kingdom since 16 January 2024, Switzerland since 31 July 2024 (AdSense help, answer 13554116)."""


@dataclass(frozen=True, slots=True)
class Signals:
    gpc: bool = False
    country: str = ""
    """Two capital letters (ISO 3166-1), as the owner's proxy has it; empty when not known."""


NO_SIGNALS = Signals()

Held = Literal["gpc", "country"]


def honoured(decision: Decision, site: Site, signals: Signals) -> Decision:
    """The decision as Global Privacy Control leaves it: advertising and its services stay off.

    The browser's header or its property is enough; "accept all" does not overrule it.
    """
    if not (decision.gpc or signals.gpc):
        return decision
    refused = {s.id for s in site.services if s.category == GPC_REFUSES} | {GPC_REFUSES}
    return replace(
        decision,
        gpc=True,
        categories=_without(refused, decision.categories),
        services=_without(refused, decision.services),
    )


def held_by(service: Service, certified_only: bool, site: Site, signals: Signals) -> Held | None:
    """Why a granted service is not released to this visitor, or ``None``.

    ``certified_only`` is whether Google demands a certified platform for its product.
    """
    if signals.gpc and service.category == GPC_REFUSES:
        return "gpc"
    if certified_only and _needs_certified_platform(site.country, signals) and not _platform(site):
        return "country"
    return None


def platform_for(site: Site, signals: Signals) -> str:
    """The address of the owner's certified platform where this visitor needs it, or nothing."""
    return _platform(site) if _needs_certified_platform(site.country, signals) else ""


def _needs_certified_platform(country: Country | None, signals: Signals) -> bool:
    if country is None:
        return False
    if not signals.country:
        return country.unknown == "hold"
    return signals.country in CERTIFIED_ONLY


def _platform(site: Site) -> str:
    return site.country.platform if site.country else ""


def _without(refused: set[str], choices: Mapping[str, bool]) -> dict[str, bool]:
    return {name: choice and name not in refused for name, choice in choices.items()}
