"""Stop requests on their way to the owners' webhooks, and those that are late."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..core.canonical import canonical
from ..core.site import Site
from ..core.stop import message_of
from ..store.stops import OpenStop, Stops
from .courier import Courier, Delivery, Receipt

log = logging.getLogger("izin.stops")

FIRST_WAIT = 30_000
LONGEST_WAIT = 3_600_000
OVERLAP = 3_600_000
"""A stop request is stored some seconds after its time, and other hosts' clocks differ."""


@dataclass(slots=True)
class StopRound:
    """Brings open stop requests to the webhooks of their sites. For one thread at a time."""

    stops: Stops
    sites: Mapping[str, Site]
    courier: Courier
    now: Callable[[], int]
    """The service's clock: milliseconds since 1970 UTC."""
    _since: int = field(default=0, init=False)

    def __call__(self) -> None:
        """Try those whose turn it is."""
        self.send(at_once=False)

    def send(self, *, at_once: bool = True) -> list[tuple[OpenStop, Receipt]]:
        """Try every open stop request, or those whose turn it is, and return how it went.

        After a failure the rest of that site waits for the next round: a receiver that is away
        would cost each of them a time-out.
        """
        began = self.now()
        waiting = [one for one in self.stops.open(since=self._since) if self._url(one)]
        failed: set[str] = set()
        tried = []
        for one in waiting:
            if one.stop.site in failed or not (at_once or began >= next_try(one)):
                continue
            receipt = self._try(one)
            tried.append((one, receipt))
            if not receipt.done:
                failed.add(one.stop.site)
                told = {"site": one.stop.site, "attempt": one.attempts + 1}
                log.warning("stop_not_taken", extra={**told, "cause": receipt.answer})
        done = {one.stop.id for one, receipt in tried if receipt.done}
        left = [one.stop.at for one in waiting if one.stop.id not in done]
        # All before is done, for good: the next round need not look through it again.
        self._since = min([began - OVERLAP, *left])
        return tried

    def _try(self, one: OpenStop) -> Receipt:
        stop = one.stop
        body = canonical(message_of(stop))
        receipt = self.courier.bring(Delivery(stop.id, self._url(one), body))
        self.stops.tried(stop.id, at=self.now(), done=receipt.done, answer=receipt.answer)
        return receipt

    def _url(self, one: OpenStop) -> str:
        return webhook_of(one.stop.site, self.sites)


def webhook_of(site_id: str, sites: Mapping[str, Site]) -> str:
    """Where the site's stop requests go; empty for one without a webhook, or that is gone."""
    site = sites.get(site_id)
    return site.stops.url if site else ""


def next_try(one: OpenStop) -> int:
    """When it is this one's turn: twice as long after each attempt, up to an hour."""
    if not one.attempts:
        return one.stop.at
    doublings = min(one.attempts - 1, 16)
    return one.last_at + min(LONGEST_WAIT, FIRST_WAIT << doublings)


@dataclass(slots=True)
class LateRound:
    """Counts what is late, and says so: an owner must not have to look."""

    stops: Stops
    now: Callable[[], int]
    late: Mapping[str, int] = field(default_factory=dict, init=False)
    """By site, as of the last round."""

    def __call__(self) -> None:
        self.late = self.stops.late(now=self.now())
        for site, count in self.late.items():
            log.warning("stops_late", extra={"site": site, "count": count})
