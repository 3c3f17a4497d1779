"""A record's erasure, with whom to tell of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from ..core.record import Record
from ..core.stop import stop_of_erasure
from .append import Erase
from .records import Records


def erasure_of(record: Record, records: Records, *, at: int, reason: str, hours: int) -> Erase:
    """The erasure of ``record`` ``at`` a time in milliseconds. Without its evidence a choice is
    over, so one that still counts ends as if it were withdrawn: told within ``hours``."""
    over = record.valid_until <= at or records.is_superseded(record.id)
    stop = None if over else stop_of_erasure(record, id=str(uuid.uuid4()), at=at, hours=hours)
    return Erase(record.id, at, reason, stop)


def with_earlier(records: Sequence[Record], stored: Records) -> list[Record]:
    """``records`` and all that they replaced, oldest first: when what has replaced a grant is gone
    and the grant is not, it counts again."""
    found = {record.id: record for record in records}
    waiting = [*records]
    while waiting:
        previous = waiting.pop().previous
        earlier = stored.find(previous) if previous and previous not in found else None
        if earlier:
            found[earlier.id] = earlier
            waiting.append(earlier)
    return sorted(found.values(), key=lambda record: record.recorded_at)
