"""Small PNG files: the 256 most used colours of a picture, and every other as the nearest one.

The browser reads the picture, so that neither a decoder nor a library is needed for it.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

Colour = tuple[int, int, int]

# No address of the picture: a page's policy may forbid `data:`.
PIXELS = """async (picture) => {
  const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt());
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const { data } = canvas.getImageData(0, 0, image.width, image.height);
  let text = "";
  for (let at = 0; at < data.length; at += 4096)
    text += String.fromCharCode(...data.subarray(at, at + 4096));
  return [image.width, btoa(text)];
}"""


def pixels_of(picture: bytes, page: Page) -> tuple[int, list[Colour]]:
    """The width of a PNG file and its colours, row by row; ``page`` is one that may be scripted."""
    width, encoded = page.evaluate(PIXELS, base64.b64encode(picture).decode())
    data = base64.b64decode(encoded)
    return width, list(zip(data[0::4], data[1::4], data[2::4], strict=True))


def reduced(picture: bytes, blank: Page) -> bytes:
    """The picture with a palette; ``blank`` is a page that may be scripted."""
    width, pixels = pixels_of(picture, blank)
    used = [colour for colour, _ in Counter(pixels).most_common()]
    kept = used[:256]
    index = {colour: kept.index(_nearest(colour, kept)) for colour in used}
    rows = bytes(index[pixel] for pixel in pixels)
    lines = [b"\0" + rows[at : at + width] for at in range(0, len(rows), width)]
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, len(lines), 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", bytes(value for colour in kept for value in colour)),
            _chunk(b"IDAT", zlib.compress(b"".join(lines), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _nearest(colour: Colour, kept: list[Colour]) -> Colour:
    return min(
        kept, key=lambda other: sum((a - b) ** 2 for a, b in zip(colour, other, strict=True))
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    check = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)
