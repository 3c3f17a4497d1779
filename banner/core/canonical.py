"""One way to write a value as bytes: what is hashed must not depend on who writes it."""

from __future__ import annotations

import hashlib
import json

_write = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode


def canonical(value: object) -> bytes:
    """``value`` as RFC 8785 (JSON Canonicalization Scheme) lays it out, in UTF-8.

    For what Izin hashes: objects with ASCII keys, lists, text, whole numbers below 2**53, true,
    false and null. RFC 8785 sorts keys by their UTF-16 code units, which for ASCII is Python's
    order; fractions, which it writes as JavaScript does, are not used.
    """
    return _write(value).encode("utf-8")


def fingerprint(value: object) -> str:
    """SHA-256 of ``value``'s canonical bytes, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()
