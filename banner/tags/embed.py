"""Content of others that the owner marks up in the page itself (``data-izin`` on a frame, an image
or a script): named here so that it can be asked for, told and refused by itself."""

from __future__ import annotations

from ..core.product import Granted, Options, Product, Step
from .owner import LEAST_DATA, WHO, leaves, stored_by_owners_word

CONTENT = (
    "youtube", "vimeo", "dailymotion", "maps", "map", "peta", "instagram", "facebook", "tiktok",
    "twitter", "spotify", "soundcloud", "iframe", "video", "widget", "calendly",
)  # fmt: skip
"""What owners call the content that they mark up."""


def steps(_: Options, __: Granted) -> list[Step]:
    """Nothing to add: the marked-up element is in the page already, and held."""
    return []


EMBED = Product(
    id="embed",
    name="Embed",
    provider="",
    category=None,
    also=CONTENT,
    options={**WHO, **leaves()},
    steps=steps,
    stored=stored_by_owners_word,
    data=LEAST_DATA,
)
