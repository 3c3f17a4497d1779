"""Stop requests on their way to the owners' webhooks, and those that are late."""

from __future__ import annotations

import logging
import math
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Thread

from ..core.canonical import canonical
from ..core.site import Site
from ..core.stop import message_of
from ..store.stops import OpenStop, Stops
from .courier import Courier, Delivery, Receipt

log = logging.getLogger("izin.stops")

FIRST_WAIT = 30_000
LONGEST_WAIT = 3_600_000
AT_ONCE = 16
"""How many webhooks are waited for at a time, each of another site."""
TURN_SECONDS = 10.0
"""For how long a round begins to send: what has come meanwhile waits for the next one."""


@dataclass(slots=True)
class StopRound:
    """Brings open stop requests to the webhooks of their sites. For one thread at a time."""

    stops: Stops
    sites: Mapping[str, Site]
    courier: Courier
    now: Callable[[], int]
    """The service's clock: milliseconds since 1970 UTC."""
    at_once: int = AT_ONCE
    ticks: Callable[[], float] = time.monotonic
    _failed: set[str] = field(default_factory=set, init=False)
    """The sites whose webhooks did not take what they were sent last."""

    def __call__(self) -> None:
        """Try those whose turn it is."""
        self._send(lambda one, began: began >= next_try(one), seconds=TURN_SECONDS)

    def send(self) -> list[tuple[OpenStop, Receipt]]:
        """Try every open stop request now, and return how it went.

        After a failure the rest of that site is left: a receiver that is away would cost each of
        them a time-out.
        """
        return self._send(lambda one, began: True, seconds=math.inf)

    def _send(
        self, is_due: Callable[[OpenStop, int], bool], *, seconds: float
    ) -> list[tuple[OpenStop, Receipt]]:
        """No site waits for another: each has one request under way, and those whose webhooks
        failed last come last, so that there is always room for the others."""
        began, until = self.now(), self.ticks() + seconds
        waiting = (one for site in sorted(self.sites) for one in self._next(site))
        queues = _by_site(one for one in waiting if is_due(one, began))
        turn = deque(sorted(queues, key=self._failed.__contains__))
        answers: SimpleQueue[tuple[OpenStop, Future[Receipt]]] = SimpleQueue()
        tried: list[tuple[OpenStop, Receipt]] = []
        under_way = 0
        while turn or under_way:
            while turn and under_way < self.at_once:
                self._begin(queues[turn.popleft()].popleft(), answers)
                under_way += 1
            one, future = answers.get()
            under_way -= 1
            site, receipt = one.stop.site, future.result()
            tried.append((one, receipt))
            self._note(one, receipt)
            if receipt.done and queues[site] and self.ticks() < until:
                turn.append(site)
        return tried

    def _begin(self, one: OpenStop, answers: SimpleQueue[tuple[OpenStop, Future[Receipt]]]) -> None:
        brought: Future[Receipt] = Future()

        def bring() -> None:
            body = canonical(message_of(one.stop))
            try:
                brought.set_result(self.courier.bring(Delivery(one.stop.id, self._url(one), body)))
            except BaseException as error:
                brought.set_exception(error)  # raised where it is waited for
            answers.put((one, brought))

        # A daemon: whoever ends the service does not wait for somebody's answer.
        Thread(target=bring, name="izin-stop", daemon=True).start()

    def _note(self, one: OpenStop, receipt: Receipt) -> None:
        site = one.stop.site
        self.stops.tried(one.stop.id, at=self.now(), done=receipt.done, answer=receipt.answer)
        if receipt.done:
            self._failed.discard(site)
            return
        self._failed.add(site)
        told = {"site": site, "attempt": one.attempts + 1}
        log.warning("stop_not_taken", extra={**told, "cause": receipt.answer})

    def _next(self, site: str) -> list[OpenStop]:
        return self.stops.next(site) if webhook_of(site, self.sites) else []

    def _url(self, one: OpenStop) -> str:
        return webhook_of(one.stop.site, self.sites)


def _by_site(due: Iterable[OpenStop]) -> dict[str, deque[OpenStop]]:
    queues: dict[str, deque[OpenStop]] = defaultdict(deque)
    for one in due:
        queues[one.stop.site].append(one)
    return queues


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
