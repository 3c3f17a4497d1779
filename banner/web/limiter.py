"""How much one network and one site may ask of the database in a while, and who of them may.

Half of it is for whoever comes first. The other half is kept for those who have had little: the
fewer are left, the less may one have had. So a site's number is shared by networks, and a network's
by its addresses; no flood takes all of it, and nobody has to say who floods (ADR 0021).

The library ``limits`` is what Flask-Limiter counts with. Flask-Limiter's own hooks in each request
cost more than the whole of an empty request does.
"""

from __future__ import annotations

import hmac
import logging
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from socket import AF_INET, AF_INET6, inet_pton
from typing import Literal

from limits import parse_many
from limits.storage import Storage

from ..core.errors import SettingsWrong, TooManyRequests
from ..settings import Settings
from .counters import Memory

log = logging.getLogger("izin.limits")

Lane = Literal["grant", "refuse", "read"]
"""Each has counters of its own, so that no flood of grants holds up a refusal."""

AMPLE: Mapping[Lane, int] = {"grant": 1, "refuse": 10, "read": 10}
"""How many times the limit holds: whoever says no, or takes back, is stopped by a flood alone."""

DAY = 86_400_000
MAPPED = bytes(10) + b"\xff\xff"
"""How an IPv6 address begins that is an IPv4 address (RFC 4291, section 2.5.5.2)."""


FREE = 0.5
"""The part that anybody may have."""
SHARE = 0.1
"""How much of all one may have had when the other part begins; then less and less."""
SLOWLY = 10
"""What is divided by it is left of the shortest window's number while a longer one's is used up.
Nobody is shut out for an hour because of their neighbours."""
WITH_PORT = re.compile(r'"?(?:\[(?P<six>[^]]*)\]|(?P<four>[0-9.]+))(?::[0-9]{1,5})?"?\Z')
"""An address as some proxies write it into ``X-Forwarded-For``: with a port, in brackets."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in so many seconds, counted under a key of its own."""

    amount: int
    seconds: int
    key: str


@dataclass(frozen=True, slots=True)
class Budget:
    """What one network, or one site, may have."""

    shortest: Rate
    longer: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks: HMACs with a key that changes daily, never an address.

    Both are empty where it is not known: a loopback address is the owner's proxy, which
    ``IZIN_PROXIES`` does not name, and would stand for every visitor.
    """

    network: str
    address: str


class Limits:
    """The counters of one service, and what may be counted."""

    def __init__(self, settings: Settings, *, key: bytes, now: Callable[[], int]) -> None:
        """``key`` makes clients unrecognisable; ``now`` is in milliseconds since 1970 UTC."""
        self._key = key
        self._now = now
        self._of_clients = _by_lane(settings.limit_client)
        self._of_sites = _by_lane(settings.limit_site)
        # Apart: many networks may push one another out of memory, and must not push out a site.
        self.clients, self.sites = (_storage(settings, self._seconds) for _ in range(2))
        self._has_told = False

    def spend(self, lane: Lane, site_id: str, address: str) -> None:
        """Count one request. Raises ``TooManyRequests`` when there were too many."""
        client = self.client_of(address)
        if client.network:
            self._take(self._of_clients[lane], self.clients, client.network, client.address)
        self._take(self._of_sites[lane], self.sites, site_id, client.network)

    def client_of(self, address: str) -> Client:
        """Who asks from ``address``."""
        packed = packed_of(address)
        if packed is None:
            self._tell_once()
            packed = b"unknown"
        if not packed:
            return Client("", "")
        network, one = parts_of(packed)
        return Client(self._named(b"network", network), self._named(b"address", one))

    def _named(self, kind: bytes, part: bytes) -> str:
        named = b"izin.%s %d " % (kind, self._now() // DAY) + part
        return hmac.digest(self._key, named, "sha256")[:8].hex()

    def _take(self, budget: Budget | None, counted: Storage, name: str, member: str) -> None:
        """One of what ``name`` may have, for a ``member`` of it."""
        if budget is None:
            return
        rate, longer = budget.shortest, [(each, each.key + name) for each in budget.longer]
        key, amount = rate.key + name, rate.amount
        if any(counted.get(of_it) >= each.amount for each, of_it in longer):
            amount = max(1, amount // SLOWLY)
        if member:
            # Those that many networks have are with the networks' own, never among the sites'.
            had = self.clients.incr(f"{key}/{member}", rate.seconds)
            if had > most_for_one(amount, counted.get(key)):
                raise self._later(counted, key)
        if counted.incr(key, rate.seconds) > amount:
            raise self._later(counted, key)
        for each, of_it in longer:
            counted.incr(of_it, each.seconds)

    def _later(self, counted: Storage, key: str) -> TooManyRequests:
        seconds = max(1, math.ceil(counted.get_expiry(key) - self._seconds()))
        return TooManyRequests("too many requests, try again later", retry_seconds=seconds)

    def _seconds(self) -> float:
        return self._now() / 1000

    def _tell_once(self) -> None:
        if not self._has_told:
            log.warning("client_unreadable")
        self._has_told = True


def most_for_one(amount: int, taken: int) -> int:
    """How many of ``amount`` one member may have had when so many are ``taken`` by all."""
    left = 1 - taken / amount
    if left >= FREE:
        return amount
    return max(1, int(amount * SHARE * max(0.0, left / FREE) ** 3))


def packed_of(address: str) -> bytes | None:
    """The bytes of an address, with or without a port; none for this machine itself, and ``None``
    for what is no address."""
    if not address:
        return b""  # a Unix socket
    if found := WITH_PORT.match(address.strip()):
        address = found["six"] or found["four"] or ""
    family = AF_INET6 if ":" in address else AF_INET
    try:
        packed = inet_pton(family, address.strip().partition("%")[0])
    except (OSError, ValueError):
        return None
    packed = packed.removeprefix(MAPPED)
    if packed == bytes(15) + b"\x01" or (len(packed) == 4 and packed[0] == 127):
        return b""
    return packed


def parts_of(packed: bytes) -> tuple[bytes, bytes]:
    """The network and what is one address in it: a /24 and a /32, or a /48 and a /64, which is
    what one telephone has of IPv6 (RFC 6459, section 5.2)."""
    return (packed[:3], packed) if len(packed) == 4 else (packed[:6], packed[:8])


def _by_lane(rates: str) -> Mapping[Lane, Budget | None]:
    return {lane: _budget(lane, rates, times) for lane, times in AMPLE.items()}


def _budget(lane: Lane, rates: str, times: int) -> Budget | None:
    found = sorted(
        (each.get_expiry(), each.amount) for each in (parse_many(rates) if rates else [])
    )
    if not found:
        return None
    shortest, *longer = [
        Rate(amount * times, seconds, f"{lane}/{amount}/{seconds}/") for seconds, amount in found
    ]
    return Budget(shortest, tuple(longer))


def _storage(settings: Settings, now: Callable[[], float]) -> Storage:
    if not settings.limits_url:
        return Memory(now=now)
    from .shared_counters import Shared  # only then is Redis' client loaded

    try:
        return Shared(settings.limits_url)
    except ValueError:
        raise SettingsWrong("IZIN_LIMITS_URL is no address: redis://host:6379/0") from None
