"""Smaller, and nothing else: the sources in ``static/`` stay written to be read."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass

import brotli
import zstandard

ENCODINGS = ("br", "zstd", "gzip")
"""Best first: what a browser accepts and is smallest for these files."""

END_OF_SCRIPT = re.compile(r"<(/script|!--)", re.IGNORECASE)
REFUSED = re.compile(r"q=0(\.0{0,3})?\Z")
"""A quality of nought (RFC 9110, section 12.4.2)."""


def minify_js(source: str) -> str:
    """The minifier writes out what was escaped in a text; what could end a script is sealed again.

    Each of the four stands in texts alone, where a backslash before it changes nothing.
    """
    text = END_OF_SCRIPT.sub(r"<\\\1", _smaller("application/javascript", source))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def minify_css(source: str) -> str:
    return _smaller("text/css", source)


def _smaller(kind: str, source: str) -> str:
    # Loaded here, where a worker first needs it: it is written in Go, and a process that is forked
    # after Go's threads have begun waits for them for ever.
    import minify

    return str(minify.string(kind, source))


@dataclass(frozen=True, slots=True)
class Packed:
    """One file in every encoding, made once at the start and the same for everyone."""

    plain: bytes
    encoded: dict[str, bytes]

    def best_for(self, accept_encoding: str) -> tuple[str, bytes]:
        """The encoding to answer with (empty for none) and the bytes."""
        parts = (part.partition(";") for part in accept_encoding.lower().split(","))
        accepted = {name.strip() for name, _, q in parts if not REFUSED.match(q.strip())}
        for name in ENCODINGS:
            if name in accepted:
                return name, self.encoded[name]
        return "", self.plain


WINDOWS = (14, 15, 16)
"""Powers of two: a smaller window takes fewer bits to point into, a larger one has more to find."""


def pack(text: str) -> Packed:
    plain = text.encode("utf-8")
    return Packed(
        plain,
        {
            "br": min((brotli.compress(plain, quality=11, lgwin=n) for n in WINDOWS), key=len),
            "zstd": zstandard.ZstdCompressor(level=19).compress(plain),
            "gzip": gzip.compress(plain, compresslevel=9, mtime=0),
        },
    )
