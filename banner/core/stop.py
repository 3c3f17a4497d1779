"""A stop request: what a visitor has taken back, told to those who act on it elsewhere.

In the browser a withdrawal holds at once. Processing elsewhere must stop within 3 x 24 hours (UU
PDP article 40), and by the same rule wherever the GDPR holds (article 7(3), article 19).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .evidence import moment
from .record import Record

SCHEMA = "izin/stop/1"
HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class Stop:
    id: str
    site: str
    record: str
    """The record of the withdrawal."""
    principal: str | None
    categories: tuple[str, ...]
    """What was granted before and is not any more; so, too, ``services``."""
    services: tuple[str, ...]
    at: int
    """When it was taken back, in milliseconds since 1970 UTC."""
    due_at: int
    """When the processing must have stopped."""


def stop_of(record: Record, previous: Record | None, *, id: str, hours: int) -> Stop | None:
    """What ``record`` takes back of ``previous``, due after ``hours``; ``None`` if nothing."""
    if previous is None or record.kind == "once":
        return None
    categories = _taken_back(record.categories, previous.categories)
    services = _taken_back(record.services, previous.services)
    stop = _stop(record, categories, services, id=id, at=record.recorded_at, hours=hours)
    # Whoever acts on it knows the browser by what it had granted.
    return replace(stop, principal=previous.principal or record.principal) if stop else None


def stop_of_erasure(record: Record, *, id: str, at: int, hours: int) -> Stop | None:
    """What ends with the evidence of a choice that still counts; ``None`` if it grants nothing."""
    if record.kind == "once":
        return None
    categories = _taken_back({}, record.categories)
    services = _taken_back({}, record.services)
    return _stop(record, categories, services, id=id, at=at, hours=hours)


def _stop(
    record: Record,
    categories: tuple[str, ...],
    services: tuple[str, ...],
    *,
    id: str,
    at: int,
    hours: int,
) -> Stop | None:
    if not categories and not services:
        return None
    return Stop(
        id=id,
        site=record.site,
        record=record.id,
        principal=record.principal,
        categories=categories,
        services=services,
        at=at,
        due_at=at + hours * HOUR,
    )


def _taken_back(now: Mapping[str, bool], before: Mapping[str, bool]) -> tuple[str, ...]:
    """A service that the owner has removed since is not granted any more either."""
    return tuple(name for name, granted in before.items() if granted and not now.get(name))


def message_of(stop: Stop) -> dict[str, object]:
    """A stop request as a webhook is told of it (``docs/hosting.md``)."""
    return {
        "schema": SCHEMA,
        "stop_id": stop.id,
        "site": stop.site,
        "record_id": stop.record,
        "principal_id": stop.principal,
        "withdrawn": {"categories": list(stop.categories), "services": list(stop.services)},
        "time": moment(stop.at),
        "due": moment(stop.due_at),
    }
