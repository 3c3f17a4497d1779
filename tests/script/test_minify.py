from __future__ import annotations

import gzip

import brotli
import pytest
import zstandard

from banner.script.minify import ENCODINGS, minify_css, minify_js, pack

PACKED = pack("(function () {})();\n" * 50)
DECODERS = {
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
    "gzip": gzip.decompress,
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_is_the_same_file(encoding: str) -> None:
    name, body = PACKED.best_for(encoding)

    assert name == encoding
    assert DECODERS[encoding](body) == PACKED.plain
    assert len(body) < len(PACKED.plain)


def test_packing_again_gives_the_same_bytes_whatever_the_hour() -> None:
    assert pack("(function () {})();\n" * 50) == PACKED


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate, zstd", "zstd"),
        ("gzip, deflate", "gzip"),
        ("deflate", ""),
        ("GZIP", "gzip"),
        ("br;q=0.1, gzip;q=1.0", "br"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0, gzip", "gzip"),
        ("br ;q=0,gzip", "gzip"),
        ("br;q=0.0, gzip", "gzip"),
        ("br;q=0.000, gzip", "gzip"),
        ("br;Q=0, gzip", "gzip"),
        ("br;q=0.001", "br"),
        ("br;q=0, zstd;q=0, gzip;q=0", ""),
        ("*", ""),
        ("brotli, xgzip", ""),
        (";;,,=;q", ""),
    ],
)
def test_the_smallest_accepted_encoding_is_chosen_and_none_that_is_refused(
    header: str, encoding: str
) -> None:
    assert PACKED.best_for(header)[0] == encoding


def test_minifying_leaves_what_the_sources_do() -> None:
    assert minify_js("(function (value) {\n  return value + 1;\n})(1);\n").count("\n") == 0
    assert minify_css("a {\n  color: red;\n}\n") == "a{color:red}"


@pytest.mark.parametrize(
    "text",
    ["</script>", "</SCRIPT >", "<!--", "\u2028", "\u2029"],
    ids=["closing tag", "in capitals", "comment", "line separator", "paragraph separator"],
)
def test_minifying_does_not_bring_back_what_can_end_a_script(text: str) -> None:
    escaped = "".join(f"\\u{ord(character):04x}" for character in text)

    assert text not in minify_js(f'show("{escaped}");\n')
