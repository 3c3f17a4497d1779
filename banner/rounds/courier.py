"""The courier: signed requests to the outside, each answered or given up in seconds."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException

from ..core.webhook import is_https, is_loopback, signature
from .exchange import Exchange, NoConnection

DEADLINE_SECONDS = 10.0
"""From the look-up of the receiver's name to the end of its headers."""


@dataclass(frozen=True, slots=True)
class Delivery:
    id: str
    """The same for every attempt, so that the receiver knows what it has had."""
    url: str
    body: bytes
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Receipt:
    """How an attempt went. ``answer`` is short and repeats nothing of the receiver's or ours."""

    done: bool
    answer: str


@dataclass(frozen=True, slots=True)
class Courier:
    """Brings deliveries, one attempt each; callers retry."""

    keys: Sequence[bytes] = field(repr=False)
    """Oldest first; the last one signs."""
    now: Callable[[], int]
    """The service's clock: milliseconds since 1970 UTC."""
    production: bool
    seconds: float = DEADLINE_SECONDS
    _tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    def bring(self, delivery: Delivery) -> Receipt:
        """Send ``delivery``; it is done once the receiver has answered 2xx. Raises nothing that
        comes of the receiver or the way there."""
        near = not self.production and is_loopback(delivery.url)
        if not near and not is_https(delivery.url):
            return Receipt(False, "not sent: the address does not begin with https://")
        exchange = Exchange(
            delivery.url,
            delivery.body,
            self._headers(delivery),
            seconds=self.seconds,
            tls=self._tls,
        )
        try:
            status = exchange.status()
        except (OSError, HTTPException) as error:
            return Receipt(False, _told(error))
        return Receipt(200 <= status < 300, f"answered {status}")

    def _headers(self, delivery: Delivery) -> dict[str, str]:
        signed = signature(delivery.body, self.keys[-1], at=self.now() // 1000)
        return {
            "Content-Type": delivery.content_type,
            "User-Agent": "Izin",
            "Izin-Delivery": delivery.id,
            "Izin-Signature": signed,
        }


def _told(error: Exception) -> str:
    """In our own words: a library's may repeat the address, which may hold a secret."""
    match error:
        case NoConnection():
            return "no connection"
        case TimeoutError():
            return "no answer in time"
        case ssl.SSLCertVerificationError():
            return "the certificate is not good"
    return "the connection broke"
