"""Smaller, and nothing else: the sources in ``static/`` stay written to be read."""

from __future__ import annotations

import gzip
from dataclasses import dataclass

import brotli
import minify
import zstandard

ENCODINGS = ("br", "zstd", "gzip")
"""Best first: what a browser accepts and is smallest for these files."""


def minify_js(source: str) -> str:
    return str(minify.string("application/javascript", source))


def minify_css(source: str) -> str:
    return str(minify.string("text/css", source))


@dataclass(frozen=True, slots=True)
class Packed:
    """One file in every encoding, made once at the start and the same for everyone."""

    plain: bytes
    encoded: dict[str, bytes]

    def best_for(self, accept_encoding: str) -> tuple[str, bytes]:
        """The encoding to answer with (empty for none) and the bytes."""
        accepted = {
            part.split(";")[0].strip()
            for part in accept_encoding.lower().split(",")
            if not part.replace(" ", "").endswith(";q=0")
        }
        for name in ENCODINGS:
            if name in accepted:
                return name, self.encoded[name]
        return "", self.plain


def pack(text: str) -> Packed:
    plain = text.encode("utf-8")
    return Packed(
        plain,
        {
            "br": brotli.compress(plain, quality=11, lgwin=16),
            "zstd": zstandard.ZstdCompressor(level=19).compress(plain),
            "gzip": gzip.compress(plain, compresslevel=9, mtime=0),
        },
    )
