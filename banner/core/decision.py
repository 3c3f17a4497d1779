"""What a visitor decided, read from a request and held against the site's present notice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import (
    BodyMalformed,
    BodyTooLarge,
    CategoryMissing,
    CategoryUnknown,
    ChoiceContradictory,
    FieldMissing,
    FieldType,
    FieldUnknown,
    FieldValue,
    KeyDuplicate,
    NoticeStale,
    ServiceMissing,
    ServiceUnknown,
)
from .site import Site

MAX_BODY_BYTES = 4096
SURFACES = ("banner", "dialog", "page", "api", "embed", "once", "signal")
"""Where a choice was made. ``embed`` and ``once`` are the two buttons in the place of a held embed;
``signal`` is a browser that has begun to send Global Privacy Control."""
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
NOTICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}\Z")
CLIENT_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z\Z", re.ASCII)
SCRIPT = re.compile(r"[A-Za-z0-9_-]{16}\Z")
TOKEN = re.compile(r"[A-Za-z0-9._-]{1,2048}\Z")


@dataclass(frozen=True, slots=True)
class Decision:
    """A choice for every optional category and every service, true and false alike.

    "All" is never stored or inferred: a category added tomorrow must not inherit today's yes.
    """

    event: str
    """The browser's own UUID for this act; the same event is one record for ever."""
    notice: str
    locale: str
    surface: str
    categories: Mapping[str, bool]
    services: Mapping[str, bool]
    gpc: bool
    client_time: str
    """What the browser's clock said: a claim, never used to judge anything."""
    script: str = ""
    """The version of the script that asked: it says which words were shown."""
    previous: str = ""
    """The token that this decision replaces, as presented."""
    receipt: bool = False
    """Does the visitor ask for a receipt? Then a refusal, too, gets an identifier."""

    @property
    def is_for_once(self) -> bool:
        """It releases something on one page and leaves the visitor's choice as it is."""
        return self.surface == "once"

    @property
    def grants(self) -> bool:
        return any(self.categories.values()) or any(self.services.values())


def parse_decision(body: bytes) -> Decision:
    """Read the JSON body of ``POST /v1/<site>/decisions``.

    Raises a ``BodyRefused`` that says what is wrong: the size, the JSON, or one field of it.
    """
    if len(body) > MAX_BODY_BYTES:
        raise BodyTooLarge(f"the body is longer than {MAX_BODY_BYTES} bytes", limit=MAX_BODY_BYTES)
    fields = _read_object(body)
    for name in fields:
        if name not in FIELDS:
            raise FieldUnknown("there is no such field", field=_safe(name))
    for name in FIELDS.keys() - OPTIONAL_FIELDS:
        if name not in fields:
            raise FieldMissing(f"`{name}` is missing", field=name)
    for name, value in fields.items():
        FIELDS[name](name, value)
    signals = fields.pop("signals")
    return Decision(gpc=signals["gpc"], **fields)


def check_against(decision: Decision, site: Site, *, shown_before: str | None = None) -> None:
    """Raise a ``DecisionRefused`` unless the decision answers what this site now asks.

    ``shown_before`` is the notice version that a genuine token of this visitor names. It lets a
    withdrawal through that was made under an older notice: refusing it would be worse than
    recording it, and it grants nothing (UU PDP article 9; GDPR article 7(3)).
    """
    is_older = decision.notice != site.notice.version
    withdrawn_late = is_older and not decision.grants and decision.notice == shown_before
    if is_older and not withdrawn_late:
        raise NoticeStale("the notice has changed since", current=site.notice.version)
    if decision.locale not in site.languages:
        raise FieldValue("not a language of this site", field="locale")
    _check_keys(
        decision.categories, site.categories, CategoryUnknown, CategoryMissing, withdrawn_late
    )
    _check_keys(decision.services, site.service_ids, ServiceUnknown, ServiceMissing, withdrawn_late)
    if decision.is_for_once:
        _check_once(decision)
    if decision.surface == "signal" and not decision.gpc:
        raise ChoiceContradictory("there was no signal", surface="signal")
    for service in site.services:
        if decision.services.get(service.id) and not decision.categories.get(service.category):
            raise ChoiceContradictory(
                "a service cannot be granted while its category is refused", service=service.id
            )


def _check_once(decision: Decision) -> None:
    """What is loaded for once is one thing: it must not stand for a choice about all."""
    for choices in (decision.categories, decision.services):
        if sum(choices.values()) > 1:
            raise ChoiceContradictory("for once, one thing can be granted", surface="once")


def _check_keys(
    choices: Mapping[str, bool],
    known: tuple[str, ...],
    unknown_error: type[CategoryUnknown | ServiceUnknown],
    missing_error: type[CategoryMissing | ServiceMissing],
    may_differ: bool,
) -> None:
    """Exactly the asked ones; a late withdrawal may name those of the notice it was shown."""
    if may_differ:
        return
    for name in choices:
        if name not in known:
            raise unknown_error("this site does not ask about it", name=_safe(name))
    for name in known:
        if name not in choices:
            raise missing_error("it needs a true or a false", name=name)


# --- reading -------------------------------------------------------------------------------


def _read_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=_no_duplicates, parse_constant=_no_constant
        )
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise BodyMalformed("the body is not JSON") from None
    if not isinstance(value, dict):
        raise BodyMalformed("the body is not a JSON object")
    return value


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise KeyDuplicate("a key stands twice in one object")
    return result


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _text(pattern: re.Pattern[str]) -> Callable[[str, object], None]:
    def check(name: str, value: object) -> None:
        if not isinstance(value, str):
            raise FieldType(f"`{name}` must be text", field=name)
        if not pattern.match(value):
            raise FieldValue(f"`{name}` does not have the right form", field=name)

    return check


def _choices(name: str, value: object) -> None:
    if not isinstance(value, dict):
        raise FieldType(f"`{name}` must be an object of true and false", field=name)
    for key, choice in value.items():
        if not isinstance(choice, bool):
            raise FieldType(f"`{name}` must hold only true and false", field=name)
        if not CHOICE_ID.match(key):
            unknown = CategoryUnknown if name == "categories" else ServiceUnknown
            raise unknown("this site does not ask about it", name=_safe(key))


def _signals(name: str, value: object) -> None:
    if not isinstance(value, dict) or value.keys() != {"gpc"}:
        raise FieldType('`signals` must be {"gpc": true or false}', field=name)
    if not isinstance(value["gpc"], bool):
        raise FieldType("`signals.gpc` must be true or false", field=name)


def _safe(name: str) -> str:
    """An unknown name as it may be repeated in an answer: short and printable ASCII."""
    return re.sub(r"[^\w.-]", "?", name[:40], flags=re.ASCII)


def _yes(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise FieldType(f"`{name}` must be true or false", field=name)


CHOICE_ID = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")
FIELDS: Mapping[str, Callable[[str, Any], None]] = {
    "event": _text(UUID),
    "notice": _text(NOTICE),
    "locale": _text(re.compile(r"[a-z]{2,3}\Z")),
    "surface": _text(re.compile(f"({'|'.join(SURFACES)})\\Z")),
    "categories": _choices,
    "services": _choices,
    "signals": _signals,
    "client_time": _text(CLIENT_TIME),
    "script": _text(SCRIPT),
    "previous": _text(TOKEN),
    "receipt": _yes,
}
OPTIONAL_FIELDS = {"previous", "receipt"}
