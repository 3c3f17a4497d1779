"""What a leaf of the ledger commits to: a record behind a salt, the fact of an erasure, or a
statement about the log and what belongs to it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from .canonical import canonical
from .record import Record

SCHEMA = "izin/record/1"
STATES = {
    "granted": "dpv:ConsentGiven",
    "refused": "dpv:ConsentRefused",
    "changed": "dpv:RenewedConsentGiven",
    "withdrawn": "dpv:ConsentWithdrawn",
    "once": "dpv:ConsentGiven",
}
"""The state of a consent in the words of the Data Privacy Vocabulary 2.3."""

RECORD_LEAF = b"izin.record.1\n"
UNSALTED_ERASURE_LEAF = b"izin.erasure.1\n"
ERASURE_LEAF = b"izin.erasure.2\n"
ERASURE_SALT = b"izin.erasure.salt\n"


def evidence_of(record: Record) -> dict[str, Any]:
    """The record as it is committed to, shown and exported (``docs/evidence.md``).

    With the notice that it names by hash it has every mandatory field of ISO/IEC TS 27560:2023,
    as the W3C's guide to it lays them out.
    """
    return {
        "schema": SCHEMA,
        "record_id": record.id,
        "principal_id": record.principal,
        "site": record.site,
        "notice": {
            "version": record.notice,
            "language": record.locale,
            "sha256": record.notice_hash,
        },
        "choices": {
            "categories": dict(record.categories),
            "services": dict(record.services),
        },
        "event": {
            "id": record.event,
            "kind": record.kind,
            "state": STATES[record.kind],
            "type": "dpv:ExplicitlyExpressedConsent",
            "entity": "dpv:DataSubject",
            "time": moment(record.recorded_at),
            "valid_until": moment(record.valid_until),
            "claimed_time": record.client_time or None,
            "surface": record.surface,
        },
        "signals": {"gpc": record.gpc},
        "script": record.script or None,
        "receipt_requested": record.receipt,
        "previous_record": record.previous,
        "retained_until": moment(record.keep_until),
    }


def leaf_of_record(evidence: dict[str, Any], salt: bytes) -> bytes:
    """The bytes of the leaf: nothing of the record can be guessed from it without the salt."""
    return RECORD_LEAF + hashlib.sha256(salt + canonical(evidence)).digest()


def erasure_of(*, erased: int, at: int, reason: str) -> dict[str, Any]:
    """An erasure as it is told: the position of the leaf whose record is gone, when and why."""
    return {"erased": erased, "time": moment(at), "reason": reason}


def salt_of_erasure(salt: bytes) -> bytes:
    """The salt of a record's erasure, from the record's own, which nobody can get back from it.

    So whoever has kept the record's receipt can prove the erasure, and nobody else can look for it.
    """
    return hashlib.sha256(ERASURE_SALT + salt).digest()


def leaf_of_erasure(erasure: dict[str, Any], salt: bytes | None) -> bytes:
    """The bytes of the leaf that tells of an erasure. Without its salt nobody can find out which
    leaf was erased, when or why. Those from before there was one (``None``) are in the open."""
    if salt is None:
        return UNSALTED_ERASURE_LEAF + canonical(erasure)
    return ERASURE_LEAF + hashlib.sha256(salt + canonical(erasure)).digest()


def leaf_of_statement(kind: str, body: str) -> bytes:
    """The bytes of a leaf that says something in the open; ``body`` is canonical."""
    return f"izin.{kind}.1\n{body}".encode()


def moment(milliseconds: int) -> str:
    """A time of the service's clock as RFC 3339 writes it, in UTC to the millisecond."""
    text = datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
