"""A record as people read it: what was chosen, when, under which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from babel.dates import format_datetime

from ..core.canonical import fingerprint
from ..core.evidence import evidence_of
from ..core.notice import CONTROLLER
from ..core.record import Record
from ..core.site import NECESSARY, OPTIONAL_CATEGORIES
from ..i18n import Texts, languages
from ..receipts import has_receipt

WIB = timezone(timedelta(hours=7), "WIB")
"""Western Indonesia, where the law's own days begin; it knows no summer time."""

Notice = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One record in a list."""

    id: str
    time: str
    status: str
    notice: str
    choices: list[tuple[str, str]]
    """The name of each category and service, and what was chosen."""
    has_receipt: bool


def told(record: Record, notice: Notice, texts: Texts) -> Told:
    """``notice`` is the document that the record names, or empty where none is kept."""
    names = _names(notice, texts)
    words = {True: texts("receipt.agreed"), False: texts("receipt.refused")}
    return Told(
        id=record.id,
        time=moment(record.recorded_at, texts, WIB),
        status=texts(f"receipt.status.{record.kind}"),
        notice=_edition(record, texts),
        choices=[
            (names.get(id, id), words[record.choices[id]])
            for id in _in_order(record.choices, notice)
        ],
        has_receipt=has_receipt(record),
    )


def fields_of(record: Record, notice: Notice, texts: Texts) -> list[tuple[str, str]]:
    """Everything that a receipt says, each with its name; what is not known is left out."""
    parties = {party["id"]: party for party in notice["parties"]}
    controller = parties[CONTROLLER]
    recipients = [parties[each]["name"] for each in notice["recipients"]]
    # Who agreed to nothing has nobody receiving and nothing to take back.
    agreed = bool(record.granted)
    fields: dict[str, str | bool] = {
        "receipt.number": record.id,
        "receipt.principal": record.principal or "",
        "receipt.time": moments(record.recorded_at, texts),
        "receipt.status": texts(f"receipt.status.{record.kind}"),
        "receipt.purposes.agreed": _chosen(record.categories, True, notice, texts),
        "receipt.purposes.refused": _chosen(record.categories, False, notice, texts),
        "receipt.services.agreed": _chosen(record.services, True, notice, texts),
        "receipt.services.refused": _chosen(record.services, False, notice, texts),
        "receipt.signal": texts("receipt.signal.gpc") if record.gpc else "",
        "receipt.notice": _edition(record, texts),
        "notice.basis": agreed and texts.listed([texts("field.basis.value"), *_laws(notice)]),
        "receipt.until": moments(record.valid_until, texts),
        "notice.withdrawal": agreed and notice["withdrawal_method"]["words"],
        "notice.controller": ", ".join(
            filter(None, (controller["name"], controller["address"], controller["email"]))
        ),
        "notice.recipients": agreed and texts.listed(recipients),
        "notice.processed_in": agreed and _places(notice["processing_locations"], texts),
        "notice.stored_in": _places(notice["storage_locations"], texts),
        "receipt.retained": moments(record.keep_until, texts),
        "notice.authority": notice["authority"],
        "notice.fingerprint": fingerprint(evidence_of(record)),
    }
    return [(texts(key), str(value)) for key, value in fields.items() if value]


def title_of(record: Record, texts: Texts) -> str:
    """What a receipt is a receipt of."""
    kind = record.kind if record.kind in ("refused", "withdrawn") else "granted"
    return texts(f"receipt.title.{kind}")


def moments(milliseconds: int, texts: Texts) -> str:
    """In Western Indonesia and in UTC, to the second."""
    return f"{moment(milliseconds, texts, WIB)} ({moment(milliseconds, texts, UTC)})"


def moment(milliseconds: int, texts: Texts, zone: timezone) -> str:
    at = datetime.fromtimestamp(milliseconds / 1000, zone)
    return format_datetime(at, f"d MMMM y, HH.mm.ss '{zone}'", tzinfo=zone, locale=texts.language)


def _names(notice: Notice, texts: Texts) -> dict[str, str]:
    """Of categories in the reader's language, and of services as the notice named them."""
    told = [*notice.get("purposes", ()), *notice.get("services", ())]
    known = {id: texts(f"category.{id}.name") for id in (NECESSARY, *OPTIONAL_CATEGORIES)}
    return {each["id"]: each["name"] for each in told} | known


def _in_order(choices: Mapping[str, bool], notice: Notice) -> list[str]:
    """As the notice has them, each category with its services behind it."""
    told = [id for each in notice.get("purposes", ()) for id in (each["id"], *each["services"])]
    return sorted(choices, key=lambda each: told.index(each) if each in told else len(told))


def _chosen(choices: Mapping[str, bool], on: bool, notice: Notice, texts: Texts) -> str:
    names = _names(notice, texts)
    found = [names.get(id, id) for id in _in_order(choices, notice) if choices[id] is on]
    return texts.listed(found) or texts("receipt.none")


def _edition(record: Record, texts: Texts) -> str:
    known = record.locale in languages()
    language = Texts(record.locale, {})("language.name") if known else record.locale
    return texts("receipt.notice.value", version=record.notice, language=language)


def _laws(notice: Notice) -> list[str]:
    """What is law, and no term of a vocabulary."""
    return [each for each in notice["lawful_basis"] if ":" not in each]


def _places(codes: list[str], texts: Texts) -> str:
    return texts.listed([texts.place(code) for code in codes])
