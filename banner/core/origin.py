"""Web origins, compared whole: scheme, host and port (RFC 6454, section 5)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}
LONGEST_HOST = 253
LONGEST = len("https://") + LONGEST_HOST + len(":65535")
HOST_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)\Z")


@dataclass(frozen=True, slots=True)
class Origin:
    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        default = PORTS[self.scheme] == self.port
        return f"{self.scheme}://{self.host}" + ("" if default else f":{self.port}")


def parse_origin(text: str) -> Origin | None:
    """Read an origin as a browser writes it, or ``None`` when it is anything else.

    No suffix or pattern is ever matched: ``https://evilexample.com`` and
    ``https://example.com.evil`` are as foreign to ``https://example.com`` as any other.
    ``null`` (a sandboxed frame, a file) is no origin at all.
    """
    # A header may have hundreds of kilobytes, and what is longer than any origin is not kept.
    return _read(text) if len(text) <= LONGEST else None


@lru_cache(1024)  # the same few origins ask again and again
def _read(text: str) -> Origin | None:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in PORTS or not parts.hostname or not text.isascii():
        return None
    origin = Origin(parts.scheme, parts.hostname, port or PORTS[parts.scheme])
    # What `urlsplit` passes over (a user, a path, line ends, an empty port) is written in neither.
    written = (str(origin), f"{origin.scheme}://{origin.host}:{origin.port}")
    return origin if is_host(origin.host) and text.lower() in written else None


def nearest_origin(text: str) -> str:
    """The origin that was most likely meant, as a browser names it, or nothing."""
    scheme, sign, rest = text.strip().partition("://")
    if not sign:
        scheme, rest = "https", text.strip()
    place = re.split(r"[/?#\\]", rest, maxsplit=1)[0].rpartition("@")[2]
    host, colon, port = place.partition(":")
    origin = parse_origin(f"{scheme.lower()}://{host_in_ascii(host)}{colon}{port}".rstrip(":"))
    is_known = origin is not None and ("." in origin.host or origin.host == "localhost")
    return str(origin) if is_known and str(origin) != text else ""


def host_in_ascii(host: str) -> str:
    """A host's name as browsers send it: letters beyond ASCII in the `xn--` form.

    RFC 3492 of each label in Unicode's form KC and small letters, which is what browsers make of
    a name that is registered today (UTS 46, nontransitional); no name is refused here.
    """
    labels = unicodedata.normalize("NFKC", host.lower()).replace("\u3002", ".").split(".")
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
        for label in labels
    )


def is_host(text: str) -> bool:
    """A host name in the ASCII form that a browser sends (punycode, lower case)."""
    return len(text) <= LONGEST_HOST and all(HOST_LABEL.match(label) for label in text.split("."))


def is_within(host: str, domain: str) -> bool:
    """Does ``host`` domain-match ``domain`` (RFC 6265, section 5.1.3)?"""
    return host == domain or host.endswith("." + domain)
