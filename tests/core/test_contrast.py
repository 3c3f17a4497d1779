from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banner.core.contrast import contrast, luminance

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#FFFFFF", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.478),
        ("#767676", "#ffffff", 4.542),
        ("#0000ff", "#ffffff", 8.592),
        ("#ff0000", "#00ff00", 2.914),
    ],
)
def test_a_contrast_is_what_the_examples_of_wcag_say(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.001)


@given(COLOURS, COLOURS)
def test_a_contrast_is_the_same_both_ways_and_from_1_to_21(one: str, other: str) -> None:
    ratio = contrast(one, other)

    assert ratio == contrast(other, one)
    assert 1 <= ratio <= 21


def test_green_weighs_most_and_blue_least() -> None:
    red, green, blue = map(luminance, ("#ff0000", "#00ff00", "#0000ff"))

    assert blue < red < green
    assert red + green + blue == pytest.approx(1)
