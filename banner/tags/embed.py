"""Content of others that the owner marks up in the page itself (``data-izin`` on a frame, an image
or a script): named here so that it can be asked for, told and refused by itself."""

from __future__ import annotations

from ..core.product import Option, Options, Product, Step
from .script import SCRIPT


def steps(_: Options) -> list[Step]:
    """Nothing to add: the marked-up element is in the page already, and held."""
    return []


EMBED = Product(
    id="embed",
    name="Embed",
    provider="",
    category=None,
    options={
        "host": Option(
            help="The host that the content comes from, as told to visitors.",
            pattern=r"[a-z0-9.-]{3,253}",
            expected="a host name such as `www.youtube-nocookie.com`",
        ),
        "provider": SCRIPT.options["provider"],
        "policy": SCRIPT.options["policy"],
    },
    steps=steps,
)
