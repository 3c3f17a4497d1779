"""The courier: signed requests to the outside, each answered or given up in seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import urllib3
from urllib3 import exceptions

from ..core.webhook import is_https, is_loopback, signature

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 10.0


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
    _pool: urllib3.PoolManager = field(
        # No retries also means that no redirection is followed: it could lead anywhere.
        default_factory=lambda: urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=ANSWER_SECONDS)
        ),
        repr=False,
    )

    def bring(self, delivery: Delivery) -> Receipt:
        """Send ``delivery``; it is done once the receiver has answered 2xx. Raises nothing that
        comes of the receiver or the way there."""
        near = not self.production and is_loopback(delivery.url)
        if not near and not is_https(delivery.url):
            return Receipt(False, "not sent: the address does not begin with https://")
        try:
            response = self._pool.request(
                "POST",
                delivery.url,
                body=delivery.body,
                headers=self._headers(delivery),
                preload_content=False,  # what is in the answer is of no interest
            )
        except exceptions.HTTPError as error:
            return Receipt(False, _told(error))
        response.close()
        return Receipt(200 <= response.status < 300, f"answered {response.status}")

    def _headers(self, delivery: Delivery) -> dict[str, str]:
        signed = signature(delivery.body, self.keys[-1], at=self.now() // 1000)
        return {
            "Content-Type": delivery.content_type,
            "User-Agent": "Izin",
            "Izin-Delivery": delivery.id,
            "Izin-Signature": signed,
        }


def _told(error: exceptions.HTTPError) -> str:
    """urllib3's own messages repeat the address, which may hold a secret of the owner's."""
    match error:
        case exceptions.NewConnectionError():
            return "no connection"
        case exceptions.TimeoutError():
            return "no answer in time"
        case exceptions.SSLError():
            return "the certificate is not good"
    return "the connection broke"
