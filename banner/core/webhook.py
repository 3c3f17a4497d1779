"""What leaves the service for a webhook: where to, and how the receiver knows whose it is."""

from __future__ import annotations

import hashlib
import hmac
import re
from urllib.parse import urlsplit

PLAIN = re.compile(r"[!-~]+")
LOOPBACK = ("localhost", "127.0.0.1")


def signature(body: bytes, key: bytes, *, at: int) -> str:
    """The value of ``Izin-Signature`` for ``body``, sent at ``at`` (seconds since 1970 UTC).

    The time is signed too, so that a receiver can refuse what somebody sends again later.
    """
    signed = hmac.new(key, b"%d.%s" % (at, body), hashlib.sha256)
    return f"t={at},v1={signed.hexdigest()}"


def is_https(address: str) -> bool:
    return _begins(address, "https")


def is_loopback(address: str) -> bool:
    """An address on this machine, where there is no way for anyone to listen on."""
    return _begins(address, "http") and urlsplit(address).hostname in LOOPBACK


def _begins(address: str, scheme: str) -> bool:
    try:
        parts = urlsplit(address)
        # A port that is no number is told only when it is asked for.
        _ = parts.port
    except ValueError:
        return False
    if parts.scheme != scheme or not parts.hostname:
        return False
    # A name or password would stand in the logs of whoever passes the request on, and `[::1].org`
    # is read in one way here and in another there.
    return PLAIN.fullmatch(address) is not None and not set("@[]") & set(parts.netloc)
