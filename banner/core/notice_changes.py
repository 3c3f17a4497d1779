"""What has changed between two notices: whether visitors must be asked again, and what to say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .notice import CONTROLLER, Content, NoticeDocument
from .problem import Problem

LONGEST = 120
"""Characters of a text that a difference shows."""


def refused_changes(document: NoticeDocument, others: Sequence[NoticeDocument]) -> list[Problem]:
    """Why ``document`` must not stand beside ``others``, the stored ones of its version; empty
    when it may."""
    file, content = f"{document.site}.toml", document.content
    material = [each for other in others for each in material_changes(other.content, content)]
    if material:
        since = f"since `{document.version}` was first shown"
        found = f"{'; '.join(dict.fromkeys(material))}, {since}"
        return [Problem(file, "notice.version", found, "a new version, which asks everyone again")]
    for other in others:
        if (other.revision, other.locale) == (document.revision, document.locale):
            told = "; ".join(first_differences(other.content, content))
            found = f"other words in `{document.locale}` than this revision has shown: {told}"
            free = max(each.revision for each in others) + 1
            return [Problem(file, "notice.revision", found, f"`{free}`, which asks nobody again")]
    return []


def material_changes(before: Content, after: Content) -> list[str]:
    """What ``after`` adds to what visitors agreed to under ``before``, each in a few words.

    Only for this must they be asked again (UU PDP article 21(2)); what is taken away needs no new
    consent.
    """
    parts = (_of_audience, _of_controller, _of_purposes, _longer)
    return [change for part in parts for change in part(before, after)]


def first_differences(before: Content, after: Content, *, most: int = 3) -> list[str]:
    """The first members that differ, each with what it was and what it is now."""
    old, new = dict(_members(before)), dict(_members(after))
    differing = [path for path in {**old, **new} if old.get(path) != new.get(path)]
    return [
        f"`{path}` was {_shown(old.get(path))} and is now {_shown(new.get(path))}"
        for path in differing[:most]
    ]


# --- what counts as material ---------------------------------------------------------------


def _of_audience(before: Content, after: Content) -> Iterator[str]:
    if "audience" in before and "audience" not in after:
        yield "visitors are no longer treated as children"


def _of_controller(before: Content, after: Content) -> Iterator[str]:
    old, new = (_party(content, CONTROLLER) for content in (before, after))
    if old != new:
        yield f"the controller was `{old}` and is now `{new}`"


def _party(content: Content, party_id: str) -> str:
    return next((str(party["name"]) for party in content["parties"] if party["id"] == party_id), "")


def _of_purposes(before: Content, after: Content) -> Iterator[str]:
    asked = {purpose["id"] for purpose in before["purposes"]}
    for purpose in after["purposes"]:
        if purpose["id"] not in asked:
            yield f"the category `{purpose['id']}` is new"
    services = {service["id"]: service for service in before["services"]}
    for service in after["services"]:
        if service["id"] in services:
            yield from _of_service(services[service["id"]], service)
        else:
            yield f"the service `{service['id']}` is new"


def _of_service(before: Content, after: Content) -> Iterator[str]:
    for name, words in (
        ("product", "product"),
        ("category", "category"),
        ("provider", "provider"),
        ("retention", "retention at the provider"),
    ):
        if before[name] != after[name]:
            yield (
                f"the {words} of `{after['id']}` was `{before[name]}` and is now `{after[name]}`"
            )
    if after["before_choice"] and not before["before_choice"]:
        yield f"`{after['id']}` now loads before a choice (Google's advanced mode)"


def _longer(before: Content, after: Content) -> Iterator[str]:
    for name, words in (("validity", "a choice holds"), ("retention", "a record is kept")):
        old, new = _days(before[name]), _days(after[name])
        if new > old:
            yield f"{words} {new} days instead of {old}"


def _days(duration: str) -> int:
    """Of ``P184D`` (ISO 8601)."""
    return int(duration[1:-1])


# --- differences ---------------------------------------------------------------------------


def _members(value: Any, path: str = "") -> Iterator[tuple[str, object]]:
    """Every value that is no object or list, with the way to it."""
    if isinstance(value, Mapping | list):
        items = value.items() if isinstance(value, Mapping) else enumerate(value)
        for name, item in items:
            yield from _members(item, f"{path}.{name}".lstrip("."))
    else:
        yield path, value


def _shown(value: object) -> str:
    if value is None:
        return "not there"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
