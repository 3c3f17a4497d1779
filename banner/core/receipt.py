"""The receipt: what a visitor keeps of a record, and anyone can verify without the service.

``docs/evidence.md`` lays the format down; ``static/verify.py`` and ``static/verify.html`` read it
and share nothing with this file.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .canonical import canonical
from .checkpoint import Checkpoint, public_key, vkey_of

SCHEMA = "izin/receipt/1"
PURPOSE = b"izin.receipt.1\n"
"""What is signed begins with it, so that no other signature of the key passes for a receipt's."""
UNSIGNED = ("ledger", "signature")
"""The place in the ledger has a signature of its own, and moves on while the receipt stays."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands in its site's ledger, and the proof of it."""

    position: int
    proof: Sequence[bytes]
    checkpoint: Checkpoint


def make_receipt(
    evidence: Mapping[str, Any],
    *,
    salt: bytes,
    notice: Mapping[str, Any],
    place: Place,
    seed: bytes,
) -> dict[str, Any]:
    """The receipt of a record, signed with the ledger's key (a 32-byte Ed25519 seed).

    ``evidence`` and ``salt`` are what the ledger's leaf was made of (``evidence.py``), ``notice``
    is the document that the evidence names by hash. The key has the ledger's name.
    """
    receipt: dict[str, Any] = {
        "schema": SCHEMA,
        "receipt_id": evidence["record_id"],
        "record": evidence,
        "salt": salt.hex(),
        "notice": notice,
        "ledger": {
            "origin": place.checkpoint.origin,
            "position": place.position,
            "size": place.checkpoint.size,
            "proof": [each.hex() for each in place.proof],
            "checkpoint": place.checkpoint.note,
        },
    }
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(signed_part(receipt))
    receipt["signature"] = {
        "algorithm": "Ed25519",
        "key": vkey_of(place.checkpoint.origin, public_key(seed)),
        "value": base64.b64encode(signature).decode(),
    }
    return receipt


def signed_part(receipt: Mapping[str, Any]) -> bytes:
    """The bytes that the receipt's signature is over."""
    return PURPOSE + canonical({name: receipt[name] for name in receipt if name not in UNSIGNED})


def receipt_file(receipt: Mapping[str, Any]) -> bytes:
    """The receipt as the file that a visitor keeps: written to be read, and in UTF-8."""
    return json.dumps(receipt, ensure_ascii=False, indent=2).encode("utf-8") + b"\n"
