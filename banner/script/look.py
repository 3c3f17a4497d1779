"""The style sheets in ``static/``, with an owner's look filled in."""

from __future__ import annotations

import re
from functools import cache

from ..core.site import Colours, Look
from ..paths import STATIC
from .minify import minify_css

PLACEHOLDER = re.compile(r"[A-Z]+(_[A-Z]+)*")
PROPERTY = re.compile(r"^( *(--[a-z-]+): (.*) !important;\n)", re.MULTILINE)
"""One line of the theme, its name and its value."""
GENERIC = frozenset({"system-ui", "sans-serif", "serif", "monospace", "ui-sans-serif",
                     "ui-serif", "ui-rounded", "ui-monospace"})  # fmt: skip
"""Families that are words of CSS and not names of fonts."""

WHERE = {"izin": ":host, ::slotted(button)", "embeds": ":root", "page": ":root"}
"""What has the theme's properties, where that is not the host of a shadow tree alone."""

OPPOSITE = {"bottom": "top", "top": "bottom", "left": "right", "right": "left"}


def banner_css(look: Look) -> str:
    """Of the first layer: the layouts but the bar, and the logo, add a file of their own."""
    layout = [] if look.layout == "bar" else [look.layout]
    return dressed(look, "izin", *layout, *(["logo"] if look.logo else []))


@cache
def dressed(look: Look, *names: str) -> str:
    """These style sheets in this look, the theme before them."""
    values = {**_values(look), "WHERE": WHERE.get(names[0], ":host")}
    has_dark = look.dark != look.light
    theme = _sheets("theme", "dark") if has_dark else _sheets("theme")
    css = _themed(theme, _sheets(*names), inlines=not has_dark and names[0] not in WHERE)
    return minify_css(PLACEHOLDER.sub(lambda word: values.get(word[0], word[0]), css))


def _themed(theme: str, css: str, *, inlines: bool) -> str:
    """The theme before these sheets, without what they do not use.

    With ``inlines``, what they use once stands in its place: the small button has few characters.
    """
    for line, name, value in PROPERTY.findall(theme):
        uses = css.count(f"var({name})")
        if uses == 1 and inlines:
            css = css.replace(f"var({name})", value)
        if uses == 0 or (uses == 1 and inlines):
            theme = theme.replace(line, "")
    return theme + css


def _sheets(*names: str) -> str:
    return "".join((STATIC / f"{name}.css").read_text("utf-8") for name in names)


def _values(look: Look) -> dict[str, str]:
    return {
        **_colours(look.light, ""),
        **_colours(look.dark, "DARK_"),
        "RADIUS": f"{look.radius}px",
        "FONT": ", ".join(name if name in GENERIC else f'"{name}"' for name in look.font),
        "LOGO": look.logo,
        "EDGE": look.position,
        "OPPOSITE": OPPOSITE[look.position],
        "SIDE": look.side,
        "FAR": OPPOSITE[look.side],
        "OFFSET": f"{look.offset}px",
        "CORNER": _corner("right" if look.button == "right" else "left", look.offset),
    }


def _corner(side: str, offset: int) -> str:
    """The small button's `inset`; the page's own word on how high it stands comes first."""
    height = f"calc(var(--izin-offset, {offset}px) + env(safe-area-inset-bottom))"
    edge = f"calc(8px + env(safe-area-inset-{side}))"
    return f"auto {edge} {height} auto" if side == "right" else f"auto auto {height} {edge}"


def _colours(colours: Colours, scheme: str) -> dict[str, str]:
    """Where the owner names none, paper and ink are the system's, in light and in dark."""
    return {
        f"{scheme}ACCENT": colours.accent,
        f"{scheme}ON_ACCENT": colours.on_accent,
        f"{scheme}PAPER": colours.paper or "Canvas",
        f"{scheme}INK": colours.ink or "CanvasText",
    }
