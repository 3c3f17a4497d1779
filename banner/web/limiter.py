"""How much one network and one site may ask of the database in a while.

The library ``limits`` is what Flask-Limiter counts with. Flask-Limiter's own hooks in each request
cost more than the whole of an empty request does.
"""

from __future__ import annotations

import hmac
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from socket import AF_INET, AF_INET6, inet_pton
from typing import Literal

from limits import parse_many
from limits.storage import Storage

from ..core.errors import SettingsWrong, TooManyRequests
from ..settings import Settings
from .counters import Memory

Lane = Literal["grant", "refuse", "read"]
"""Each has counters of its own, so that no flood of grants holds up a refusal."""

AMPLE: Mapping[Lane, int] = {"grant": 1, "refuse": 10, "read": 10}
"""How many times the limit holds: whoever says no, or takes back, is stopped by a flood alone."""

DAY = 86_400_000
MAPPED = bytes(10) + b"\xff\xff"
"""How an IPv6 address begins that is an IPv4 address (RFC 4291, section 2.5.5.2)."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in so many seconds, counted under a key of its own."""

    amount: int
    seconds: int
    key: str


class Limits:
    """The counters of one service, and what may be counted."""

    def __init__(self, settings: Settings, *, key: bytes, now: Callable[[], int]) -> None:
        """``key`` makes clients unrecognisable; ``now`` is in milliseconds since 1970 UTC."""
        self._key = key
        self._now = now
        self._client_rates = _by_lane(settings.limit_client)
        self._site_rates = _by_lane(settings.limit_site)
        # Apart: many networks may push one another out of memory, and must not push out a site.
        self.clients, self.sites = (_storage(settings, self._seconds) for _ in range(2))

    def spend(self, lane: Lane, site_id: str, address: str) -> None:
        """Count one request. Raises ``TooManyRequests`` when there were too many."""
        client = self.client_of(address)
        if client:
            self._count(self.clients, self._client_rates[lane], client)
        self._count(self.sites, self._site_rates[lane], site_id)

    def client_of(self, address: str) -> str:
        """Who asks: an HMAC of the network with a key that changes daily, never an address.

        Empty where that is not known: a loopback address is the owner's proxy, which
        ``IZIN_PROXIES`` does not name, and would stand for every visitor.
        """
        network = network_of(address)
        if not network:
            return ""
        named = b"izin.client %d " % (self._now() // DAY) + network
        return hmac.digest(self._key, named, "sha256")[:8].hex()

    def _count(self, storage: Storage, rates: Collection[Rate], name: str) -> None:
        for rate in rates:
            key = rate.key + name
            if storage.incr(key, rate.seconds) > rate.amount:
                seconds = max(1, math.ceil(storage.get_expiry(key) - self._seconds()))
                raise TooManyRequests("too many requests, try again later", retry_seconds=seconds)

    def _seconds(self) -> float:
        return self._now() / 1000


def network_of(address: str) -> bytes:
    """The /24 or /48 that ``address`` is in; empty for this machine itself.

    What is no address is one network of its own.
    """
    if not address:
        return b""  # a Unix socket
    try:
        packed = inet_pton(AF_INET6 if ":" in address else AF_INET, address.partition("%")[0])
    except OSError:
        return b"unknown"
    packed = packed.removeprefix(MAPPED)
    if packed == bytes(15) + b"\x01" or (len(packed) == 4 and packed[0] == 127):
        return b""
    return packed[:3] if len(packed) == 4 else packed[:6]


def _by_lane(rates: str) -> Mapping[Lane, Collection[Rate]]:
    items = parse_many(rates) if rates else []
    return {
        lane: [
            Rate(
                item.amount * times, item.get_expiry(), f"{lane}/{item.amount}/{item.get_expiry()}/"
            )
            for item in items
        ]
        for lane, times in AMPLE.items()
    }


def _storage(settings: Settings, now: Callable[[], float]) -> Storage:
    if not settings.limits_url:
        return Memory(now=now)
    from .shared_counters import Shared  # only then is Redis' client loaded

    try:
        return Shared(settings.limits_url)
    except ValueError:
        raise SettingsWrong("IZIN_LIMITS_URL is no address: redis://host:6379/0") from None
