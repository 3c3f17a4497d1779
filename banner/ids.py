"""Record ids: random, and in the order of their time."""

from __future__ import annotations

import secrets
import time
import uuid


def new_record_id() -> str:
    """A UUID of version 7 (RFC 9562, section 5.7): milliseconds, then 74 random bits.

    Ids in their order are stored side by side. With wholly random ones each record of a batch
    touches another page of each index, and all of them are written at its commit. It tells
    nothing more: the record's time stands beside it.
    """
    milliseconds = time.time_ns() // 1_000_000
    return str(
        uuid.UUID(
            int=milliseconds << 80
            | 0x7 << 76
            | secrets.randbits(12) << 64
            | 0b10 << 62
            | secrets.randbits(62)
        )
    )
