"""Receipts to test with, made by the service's own core."""

from __future__ import annotations

import base64
import importlib.util
import json
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from banner.core.canonical import fingerprint
from banner.core.checkpoint import Checkpoint, public_key, sign_checkpoint, vkey_of
from banner.core.evidence import evidence_of, leaf_of_record
from banner.core.merkle import inclusion_proof, leaf_hash, node_hash
from banner.core.receipt import Place, make_receipt, signed_part
from banner.core.record import Record
from banner.paths import STATIC
from tests.builders import ANALYTICS, a_record

SEED, OTHER_SEED = b"e" * 32, b"f" * 32
ORIGIN = "izin.example.co.id/example"
VKEY = vkey_of(ORIGIN, public_key(SEED))
NOTICE = {
    "schema": "izin/notice/1",
    "language": "id",
    "texts": {"title": "Pilihan “kuki” — Anda\u2028\t\\ \x7f 🍪", "empty": ""},
    "revision": 1,
    "services": [{"id": "google-analytics", "before_choice": False}, None, []],
}
"""A document; what it holds is nothing to a receipt but its hash."""


def an_identified_record(*granted: str, **overrides: Any) -> Record:
    record = a_record(*(granted or ANALYTICS), notice_hash=fingerprint(NOTICE))
    record = replace(record, **overrides)
    return replace(record, principal=overrides.get("principal", record.id))


def a_ledger(hashes: list[bytes], *, seed: bytes = SEED, origin: str = ORIGIN) -> Checkpoint:
    root = node_of(hashes)(-1, 0)
    return Checkpoint(origin, len(hashes), root, sign_checkpoint(origin, len(hashes), root, seed))


def node_of(hashes: list[bytes]) -> Callable[[int, int], bytes]:
    """The roots of subtrees, by the definition of RFC 6962; level -1 is the whole."""

    def root(start: int, end: int) -> bytes:
        if end - start == 1:
            return hashes[start]
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        return node_hash(root(start, middle), root(middle, end))

    def node(level: int, position: int) -> bytes:
        if level < 0:
            return root(0, len(hashes))
        return root(position << level, position + 1 << level)

    return node


def other_leaves(count: int) -> list[bytes]:
    return [leaf_hash(f"other {number}".encode()) for number in range(count)]


def a_receipt(
    record: Record | None = None,
    *,
    position: int = 2,
    size: int = 5,
    seed: bytes = SEED,
    notice: Any = NOTICE,
    origin: str = ORIGIN,
) -> dict[str, Any]:
    """The receipt of ``record`` at ``position`` of a ledger of ``size``, as JSON gives it."""
    record = record or an_identified_record()
    hashes = other_leaves(size)
    hashes[position] = leaf_of(evidence_of(record), record.salt)
    receipt = make_receipt(
        evidence_of(record),
        salt=record.salt,
        notice=notice,
        place=Place(
            position,
            inclusion_proof(position, size, node_of(hashes)),
            a_ledger(hashes, seed=seed, origin=origin),
        ),
        seed=seed,
    )
    found: dict[str, Any] = copy_of(receipt)
    return found


def copy_of(receipt: Any) -> Any:
    return json.loads(json.dumps(receipt))


def the_script() -> ModuleType:
    """``static/verify.py``, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("izin_verify", STATIC / "verify.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def resigned(receipt: Any, seed: bytes) -> Any:
    """The receipt with a new signature over what it says now."""
    made = copy_of(receipt)
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(signed_part(receipt))
    made["signature"]["value"] = base64.b64encode(signature).decode()
    made["signature"]["key"] = vkey_of(receipt["ledger"]["origin"], public_key(seed))
    return made


def changed(path: str, value: Any, receipt: Any = None) -> Any:
    """The receipt with another value at ``path``."""
    found = receipt = receipt or a_receipt()
    *names, last = path.split(".")
    for name in names:
        found = found[name]
    found[last] = value
    return receipt


def leaf_of(evidence: dict[str, Any], salt: bytes) -> bytes:
    return leaf_hash(leaf_of_record(evidence, salt))
