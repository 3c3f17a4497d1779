"""The look that an owner gives: what it comes to, and what no owner may set."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from .contrast import EDGE, TEXT, contrast
from .origin import is_within, parse_origin
from .problem import Problem, shown
from .site import Colours, Look
from .site_shape import with_defaults

ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+\Z")
"""Nothing in it ends a string of CSS."""

NAMES = ("accent", "on_accent", "paper", "ink")

SYSTEM = {"light": ("#ffffff", "#000000"), "dark": ("#121212", "#ffffff")}
"""Paper and ink where the owner names none: Canvas and CanvasText as Chromium draws them."""

RULES = (
    ("on_accent", "accent", TEXT, "the words on buttons"),
    ("ink", "paper", TEXT, "words, links and the ring around what has the focus"),
    ("accent", "paper", EDGE, "the edge of buttons and switches"),
)
"""Of which two colours, how much contrast, and for what. Links and the ring are drawn in ink."""


def look_of(document: Any) -> Look:
    """The look of a file without problems. Dark buttons are as the light ones are, if not set."""
    table = with_defaults("look", document)
    dark = table.pop("dark", {})
    light = {name: table.pop(name, "") for name in NAMES}
    buttons = {name: light[name] for name in ("accent", "on_accent")}
    return Look(
        light=Colours(**light),
        dark=Colours(**{"paper": "", "ink": "", **buttons, **dark}),
        font=tuple(family.strip(" '") for family in table.pop("font").split(",")),
        **table,
    )


def problems_of_look(document: Any, file: str) -> Iterator[Problem]:
    look = look_of(document)
    yield from _of_contrast(look, file)
    if look.logo and not _is_own(look.logo, document):
        expected = "an https address on a host of `origins`, or within `cookie.domain`"
        yield Problem(file, "look.logo", shown(look.logo), expected)


def _of_contrast(look: Look, file: str) -> Iterator[Problem]:
    """Every pair of colours once: dark ones only where they are others."""
    told = set()
    for scheme, table, colours in (
        ("light", "look", look.light),
        ("dark", "look.dark", look.dark),
    ):
        paper, ink = SYSTEM[scheme]
        drawn = {
            "accent": colours.accent,
            "on_accent": colours.on_accent,
            "paper": colours.paper or paper,
            "ink": colours.ink or ink,
        }
        for one, other, needed, what in RULES:
            pair = (drawn[one].lower(), drawn[other].lower())
            if pair in told:
                continue
            told.add(pair)
            if (ratio := contrast(*pair)) < needed:
                yield Problem(
                    file,
                    f"{table}.{one}",
                    f"{drawn[one]} against {drawn[other]} (`{other}`), a contrast of "
                    f"{_rounded_down(ratio)}",
                    f"at least {needed} for {what}, when the system is {scheme} (WCAG 2.2)",
                )


def _rounded_down(ratio: float) -> str:
    """So that what is too little never reads as enough."""
    return f"{math.floor(ratio * 100) / 100:.2f}"


def _is_own(address: str, document: Any) -> bool:
    """Is this picture on one of the owner's hosts? Nobody else is told of a visit."""
    if not ADDRESS.match(address):
        return False
    parts = urlsplit(address)
    origin = parse_origin(f"{parts.scheme}://{parts.netloc}")
    if origin is None:
        return False
    own = [each for each in map(parse_origin, document["origins"]) if each]
    domain = document.get("cookie", {}).get("domain", "")
    is_known = origin.host in {each.host for each in own} or is_within(origin.host, domain)
    return origin in own or (origin.scheme == "https" and bool(is_known))
