"""How well one colour is told from another: WCAG 2.2's relative luminance and contrast ratio."""

from __future__ import annotations

TEXT = 4.5
"""What words of any size need (success criterion 1.4.3)."""
EDGE = 3.0
"""What the edge of a control and a mark of the focus need (success criterion 1.4.11)."""


def contrast(one: str, other: str) -> float:
    """From 1.0, where they are the same, to 21.0 for black and white; colours as ``#rrggbb``."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """From 0.0 for black to 1.0 for white."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
