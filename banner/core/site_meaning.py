"""What a site's file must mean: everything that a schema cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from .origin import is_host, is_within, nearest_origin, parse_origin
from .problem import Problem, Severity, nearest, shown
from .product import Product
from .site import GENERAL, NECESSARY
from .site_evidence import NO_COUNTRIES, is_region, problems_by_language, problems_of_evidence
from .site_look import problems_of_look
from .site_services import problems_of_service
from .site_shape import with_defaults
from .webhook import is_https, is_loopback

PLACEHOLDER = re.compile(r"\[\[[A-Z_]+\]\]")
SITE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}\Z")
EMAIL = re.compile(r"[^\s@<>:]+@([^\s@<>:.]+\.)+[^\s@<>:.]{2,}")
"""Its form alone: whether somebody reads what is sent there, only sending tells."""
ADDRESS = re.compile(r"https://[^\s\"'<>/]+[^\s\"'<>]*\Z")
LINK = re.compile(r"https?://[^\s\"'<>/\\]+[^\s\"'<>\\]*\Z")


@cache
def public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def problems_of_meaning(
    document: Any,
    site_id: str,
    file: str,
    products: Mapping[str, Product],
    languages: frozenset[str],
    wrong: set[str],
) -> Iterator[Problem]:
    """What can be said of the parts whose shape is right; ``wrong`` are the keys of the others."""

    def sound(*keys: str) -> bool:
        return not any(_overlap(key, other) for key in keys for other in wrong)

    if not SITE_ID.match(site_id):
        yield Problem(
            file, "(the file's name)", shown(site_id), "small letters, digits and hyphens"
        )
    if sound("origins", "cookie.domain"):
        yield from _of_origins(document, file)
    if sound("contact.email"):
        yield from _of_email(document, file)
    if sound("languages", "notice.policy"):
        yield from _of_languages(document, file, languages)
    if sound("notice.effective") and not _is_date(document["notice"]["effective"]):
        yield Problem(
            file, "notice.effective", shown(document["notice"]["effective"]), "a day that exists"
        )
    if sound("categories") and NECESSARY not in document.get("categories", [NECESSARY]):
        yield Problem(file, "categories", "no `necessary`", "`necessary` among them")
    if sound("consent_mode.regions"):
        yield from _of_regions(document, file)
    if sound("consent_mode.regions", "audience"):
        yield from _of_children(document, file)
    if sound("country.platform"):
        yield from _of_platform(document, file)
    for key in ("notice.changes", "evidence.authority"):
        if sound("languages", key):
            yield from problems_by_language(document, file, key)
    if sound("evidence"):
        yield from problems_of_evidence(document, file)
    if sound("stops.url"):
        yield from _of_stops(document, file)
    if sound("look", "origins", "cookie.domain"):
        yield from problems_of_look(document, file)
    if sound("lifetimes"):
        yield from _of_lifetimes(document, file)
    if isinstance(document.get("services"), dict):
        days = with_defaults("lifetimes", document)["choice_days"] if sound("lifetimes") else 0
        for service_id, service in document["services"].items():
            if sound(f"services.{service_id}", "categories"):
                yield from problems_of_service(service_id, service, document, file, products, days)
        yield from _of_queues(document["services"], file)


def _of_queues(services: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """Consent Mode is told in one queue: a tag that reads another would hear of nothing."""
    named = {
        service_id: service["data_layer"]
        for service_id, service in services.items()
        if isinstance(service, dict) and isinstance(service.get("data_layer"), str)
    }
    first = next(iter(named), "")
    for service_id, name in named.items():
        if name != named[first]:
            key, expected = f"services.{service_id}.data_layer", f"the same as `services.{first}`"
            yield Problem(file, key, shown(name), f"{expected}: Google's tags share one queue")


def _of_lifetimes(document: Any, file: str) -> Iterator[Problem]:
    lifetimes = with_defaults("lifetimes", document)
    choice, record = lifetimes["choice_days"], lifetimes["record_days"]
    if record < choice:
        expected = f"at least the {choice} days of `choice_days`: a choice needs its evidence"
        yield Problem(file, "lifetimes.record_days", shown(record), expected)


def _overlap(key: str, other: str) -> bool:
    """Is one of these keys the other, or inside it?"""
    return f"{key}.".startswith(f"{other}.") or f"{other}.".startswith(f"{key}.")


def _of_origins(document: Any, file: str) -> Iterator[Problem]:
    domain = document.get("cookie", {}).get("domain")
    if domain is not None and PLACEHOLDER.search(domain):
        domain = None  # a warning of its own
    if domain is not None:
        if not is_host(domain) or "." not in domain:
            expected = "a bare domain such as `example.co.id`" + _in_ascii(domain)
            bare = urlsplit(nearest_origin(domain.lstrip(".*") + "/")).hostname or ""
            yield Problem(file, "cookie.domain", shown(domain), expected, bare)
        elif public_suffixes().is_public(domain):
            yield Problem(
                file,
                "cookie.domain",
                f"the public suffix `{domain}`",
                "a domain of the owner's own below it: browsers refuse a cookie for all of it",
            )
    for position, text in enumerate(document["origins"]):
        key, origin = f"origins.{position}", parse_origin(text)
        if PLACEHOLDER.search(text):
            continue
        if origin is None:
            yield Problem(
                file,
                key,
                shown(text),
                "scheme and host only, such as `https://www.example.co.id` (no path, no `*`)"
                + _in_ascii(text),
                nearest_origin(text),
            )
        elif domain is not None and not is_within(origin.host, domain):
            yield Problem(file, key, shown(text), f"a host within cookie.domain `{domain}`")
        elif origin.scheme == "http" and origin.host != "localhost":
            yield Problem(
                file,
                key,
                shown(text),
                "https: without it anyone on the way can read and change the choice",
                severity="warning",
            )


def _in_ascii(text: str) -> str:
    beyond = ", its letters beyond a to z in the `xn--` form, as browsers send them"
    return "" if text.isascii() else beyond


def _of_email(document: Any, file: str) -> Iterator[Problem]:
    email = document["contact"]["email"]
    if not EMAIL.fullmatch(email) and not PLACEHOLDER.search(email):
        yield Problem(
            file, "contact.email", shown(email), "an e-mail address such as `privasi@example.co.id`"
        )


def _of_languages(document: Any, file: str, languages: frozenset[str]) -> Iterator[Problem]:
    for position, language in enumerate(document["languages"]):
        if language not in languages:
            yield Problem(
                file,
                f"languages.{position}",
                shown(language),
                "a language with a catalogue: " + ", ".join(sorted(languages)),
                nearest(language, languages),
            )
    policy = document["notice"]["policy"]
    addresses = {"": policy} if isinstance(policy, str) else policy
    for language, address in addresses.items():
        key = "notice.policy" + (f".{language}" if language else "")
        if language and language not in document["languages"]:
            yield Problem(
                file,
                key,
                "an unknown language",
                "one of the site's `languages`",
                nearest(language, document["languages"]),
            )
        if not LINK.match(address):
            yield Problem(file, key, shown(address), "an address that begins with https://")
    for language in document["languages"]:
        if isinstance(policy, dict) and language not in policy:
            yield Problem(file, f"notice.policy.{language}", "nothing", "the policy's address")


def _of_regions(document: Any, file: str) -> Iterator[Problem]:
    told: set[str] = set()
    for place, default in enumerate(document.get("consent_mode", {}).get("regions", ())):
        for position, region in enumerate(default["regions"]):
            key = f"consent_mode.regions.{place}.regions.{position}"
            if not is_region(region):
                expected = "an ISO 3166 code such as `ID` or `US-CA`"
                yield Problem(file, key, shown(region), expected, NO_COUNTRIES.get(region, ""))
            elif region in told:
                yield Problem(file, key, f"{shown(region)} again", "each region once")
            told.add(region)


def _of_children(document: Any, file: str) -> Iterator[Problem]:
    if document.get("audience", GENERAL) == GENERAL:
        return
    for place, default in enumerate(document.get("consent_mode", {}).get("regions", ())):
        if "ad_personalization" in default["granted"]:
            expected = f"it left out: nothing is personalised for `{document['audience']}`"
            key = f"consent_mode.regions.{place}.granted"
            yield Problem(file, key, "`ad_personalization`", expected)


def _of_platform(document: Any, file: str) -> Iterator[Problem]:
    platform = document.get("country", {}).get("platform", "")
    if platform and not ADDRESS.match(platform):
        yield Problem(
            file, "country.platform", shown(platform), "an address that begins with https://"
        )


def _of_stops(document: Any, file: str) -> Iterator[Problem]:
    url = document.get("stops", {}).get("url", "")
    if url and not is_https(url):
        severity: Severity = "warning" if is_loopback(url) else "error"
        expected = "an address that begins with https://, without a name or password in it"
        yield Problem(file, "stops.url", shown(url), expected, severity=severity)


def placeholders(value: Any, file: str, key: str = "") -> Iterator[Problem]:
    """Every ``[[PLACEHOLDER]]`` that is still in a text: a visitor must never read one."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for name, item in items:
            yield from placeholders(item, file, f"{key}.{name}".lstrip("."))
    elif isinstance(value, str) and (found := PLACEHOLDER.search(value)):
        yield Problem(
            file, key, f"the placeholder `{found[0]}`", "the owner's own words", severity="warning"
        )


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
