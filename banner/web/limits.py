"""Where a view counts what it is about to do for somebody."""

from __future__ import annotations

from collections.abc import Collection

from flask import request

from ..core.site import Site
from .limiter import Lane
from .service import the_service


def spend(lane: Lane, site: Site | None) -> None:
    """Count this request; ``None`` stands for all sites that are served no more. Raises
    ``TooManyRequests`` when there were too many like it.

    Called once it is known to be well formed and asked from the right place, and before the
    database is asked anything: what is refused without it is not counted, because the answer 429
    would cost as much.
    """
    the_service().limits.spend(lane, site.id if site else "", request.remote_addr or "")


def lane_of(granted: Collection[str], before: Collection[str]) -> Lane:
    """Does a choice grant something, or only take back what was granted ``before``?"""
    return "refuse" if not granted or set(granted) < set(before) else "grant"
