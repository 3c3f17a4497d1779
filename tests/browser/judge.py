"""What is wrong with what was seen, in sentences. An empty list is the only good answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.browser.observe import ANALYTICS_HIT, Entry, Observation
from tests.browser.world import Request

SIGNALS = frozenset(
    {
        "ad_storage",
        "ad_user_data",
        "ad_personalization",
        "analytics_storage",
        "functionality_storage",
        "personalization_storage",
        "security_storage",
    }
)
COMMANDS = ("consent", "config", "event", "js", "set")
OWN_EVENT = "toko_view"
"""The owner's own entry in `dataLayer`, pushed before Izin is there."""

CONSENT_DAYS = 184


@dataclass(frozen=True, slots=True)
class Expected:
    """What one page may do, and what the browser may hold, in one state of consent."""

    places: frozenset[str] = frozenset()
    cookies: frozenset[tuple[str, str]] = frozenset()
    storage: frozenset[str] = frozenset({"izin:toko"})
    signals: frozenset[str] = frozenset()
    """Those granted by the last update; none means that Consent Mode is not even set up."""
    categories: frozenset[str] = frozenset()
    """Those that the event for Tag Manager says are granted."""
    updates: int = 1
    configs: tuple[str, ...] = ()
    gcs: str = ""
    gcd: str = ""
    """Its letters for the four signals."""
    npa: str | None = None
    """Of the advertising tags; Analytics says 1 unless the owner asks for Google signals."""
    page_views: int = 0
    ads: tuple[str, ...] = ()
    """The slots and units asked for, each once."""
    leaves: frozenset[str] = frozenset()
    """Where a page that is left may still say so."""


def problems(seen: Observation, expected: Expected) -> list[str]:
    """What is wrong on a page that is open."""
    return [
        *_in_places(seen, expected),
        *_in_layer(seen.layer, expected),
        *_in_hits(seen, expected),
        *_in_cookies(seen, expected),
        *_in_ads(seen, expected),
    ]


def problems_after_leaving(seen: Observation, expected: Expected) -> list[str]:
    """What is wrong with the goodbyes, and with what is there when all pages are gone."""
    too_many = sorted(seen.places - expected.leaves)
    return [
        *(f"{place} heard from a page that was being left" for place in too_many),
        *_in_hits(seen, expected, page_views=0),
        *_in_cookies(seen, expected),
    ]


def _in_places(seen: Observation, expected: Expected) -> list[str]:
    # A page that is loaded again has been left first.
    allowed = expected.places | expected.leaves
    asked = {request.host for request in seen.requests}
    silent = {host for host in seen.contacts if _is_foreign(host)} - asked
    return [
        *(f"{place} was asked" for place in sorted(seen.places - allowed)),
        *(f"{place} was not asked" for place in sorted(expected.places - seen.places)),
        *(f"{script} was fetched {number} times" for script, number in _fetched_again(seen)),
        *(f"{host} was connected to, without a request" for host in sorted(silent)),
    ]


def _fetched_again(seen: Observation) -> list[tuple[str, int]]:
    scripts = Counter(f"{each.host}{each.path}" for each in seen.requests if _is_script(each))
    return [(script, number) for script, number in sorted(scripts.items()) if number > 1]


def _is_script(request: Request) -> bool:
    return request.headers.get("sec-fetch-dest") == "script"


def _is_foreign(host: str) -> bool:
    return not (host == "toko.co.id" or host.endswith(".toko.co.id"))


# --- what the page says to the tags


def _in_layer(layer: tuple[Entry, ...], expected: Expected) -> list[str]:
    arrays = [
        f"{entry.words[0]} was pushed as an array"
        for entry in layer
        if entry.shape == "Array" and entry.words[:1] and entry.words[0] in COMMANDS
    ]
    if not expected.signals:
        commands = [entry for entry in layer if entry.words[:1] and entry.words[0] in COMMANDS]
        return arrays + [f"{entry} is in dataLayer" for entry in commands]
    return [
        *arrays,
        *_in_defaults(layer),
        *_in_updates(layer, expected),
        *_in_settings(layer, expected),
    ]


def _in_defaults(layer: tuple[Entry, ...]) -> list[str]:
    defaults = _all(layer, lambda entry: entry.says("consent", "default"))
    if len(defaults) != 1:
        return [f"the consent default was given {len(defaults)} times"]
    ((position, default),) = defaults
    wrong = [] if position == 0 else [f"{position} entries stand before the consent default"]
    return wrong + _in_signals("default", default.words[2], frozenset())


def _in_updates(layer: tuple[Entry, ...], expected: Expected) -> list[str]:
    updates = _all(layer, lambda entry: entry.says("consent", "update"))
    wrong = []
    if len(updates) != expected.updates:
        wrong.append(f"{len(updates)} consent updates and not {expected.updates}")
    if not updates:
        return wrong
    configs = _all(layer, lambda entry: entry.says("config"))
    if configs and updates[0][0] > configs[0][0]:
        wrong.append("the first consent update came after a config")
    position, last = updates[-1]
    wrong += _in_signals("update", last.words[2], expected.signals)
    return wrong + _in_event(layer[position + 1 :], expected)


def _in_signals(kind: str, said: dict[str, Any], granted: frozenset[str]) -> list[str]:
    granted = granted | {"security_storage"}
    wrong = [f"the {kind} does not set {name}" for name in sorted(SIGNALS - said.keys())]
    for name in sorted(SIGNALS & said.keys()):
        value = "granted" if name in granted else "denied"
        if said[name] != value:
            wrong.append(f"the {kind} says that {name} is {said[name]}")
    return wrong


def _in_event(after: tuple[Entry, ...], expected: Expected) -> list[str]:
    said = [entry.words[0] for entry in after if entry.shape == "Object"]
    told = [each["izin"] for each in said if each.get("event") == "izin_consent"]
    if len(told) != 1:
        return [f"izin_consent came {len(told)} times after the last update"]
    granted = {name for name, choice in told[0].items() if choice}
    return [] if granted == expected.categories else [f"izin_consent says {sorted(granted)}"]


def _in_settings(layer: tuple[Entry, ...], expected: Expected) -> list[str]:
    configs = sorted(entry.words[1] for entry in layer if entry.says("config"))
    wrong = [] if configs == sorted(expected.configs) else [f"config was given for {configs}"]
    on = [entry.words[1] for entry in layer if entry.says("set") and entry.words[2:] == (True,)]
    wrong += [f"{name} is on" for name in on]
    events = [entry for entry in layer if entry.words == ({"event": OWN_EVENT},)]
    return wrong + ([] if len(events) == 1 else [f"the owner's event is there {len(events)} times"])


def _all(layer: Iterable[Entry], is_meant: Callable[[Entry], bool]) -> list[tuple[int, Entry]]:
    return [(position, entry) for position, entry in enumerate(layer) if is_meant(entry)]


# --- what the tags say to their hosts


def _in_hits(seen: Observation, expected: Expected, *, page_views: int | None = None) -> list[str]:
    wrong = []
    for hit in seen.hits:
        if "gcd" not in hit.fields:
            continue
        said = hit.gcs, hit.fields["gcd"][:9], hit.fields.get("npa")
        npa = "1" if hit.place == ANALYTICS_HIT else expected.npa
        meant = expected.gcs, expected.gcd, npa
        for name, found, value in zip(("gcs", "gcd", "npa"), said, meant, strict=True):
            if found != value:
                wrong.append(f"{hit} says {name}={found} and not {value}")
    views = [hit.fields["tid"] for hit in seen.to(ANALYTICS_HIT) if hit.event == "page_view"]
    number = expected.page_views if page_views is None else page_views
    if len(views) != number:
        wrong.append(f"{len(views)} page views and not {number}")
    return wrong


def _in_ads(seen: Observation, expected: Expected) -> list[str]:
    asked = sorted(
        hit.fields.get("slotname") or hit.fields.get("iu") or "page"
        for hit in seen.hits
        if hit.place.endswith(("/pagead/ads", "/gampad/ads"))
    )
    return [] if asked == sorted(expected.ads) else [f"ads were asked for {asked}"]


# --- what stays


def _in_cookies(seen: Observation, expected: Expected) -> list[str]:
    there = set(seen.cookies)
    measures = "analytics_storage" in expected.signals
    # Analytics can be told how long; the lives of the ads cookies come with Google's answer.
    too_long = [
        f"the cookie {name} lives {round(days)} days, longer than the consent"
        for (name, _), days in sorted(seen.cookies.items())
        if measures and name.startswith("_ga") and (days > CONSENT_DAYS + 0.01 or days < 0)
    ]
    return [
        *(f"the cookie {n} on {d} is there" for n, d in sorted(there - expected.cookies)),
        *(f"the cookie {n} on {d} is not there" for n, d in sorted(expected.cookies - there)),
        *(f"{key} is in localStorage" for key in sorted(seen.storage - expected.storage)),
        *too_long,
    ]
