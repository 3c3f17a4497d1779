"""What is wrong with a layer as it was measured: the law of equal answers, in one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..core.contrast import EDGE, TEXT, contrast
from .measure import Measured

TOLERANCE = 1.0
"""CSS pixels by which two sizes may differ: a row is shared out in fractions of one."""
RING = 2.0
"""CSS pixels (WCAG 2.4.13)."""


def faults_of(measured: Measured) -> list[str]:
    """Each in a sentence with its figures; none where refusing is as easy as accepting."""
    return [f"{measured}: {fault}" for fault in _faults(measured)]


def _faults(measured: Measured) -> Iterator[str]:
    answers: Mapping[str, Any] = measured.facts["answers"]
    accept = answers["accept"]
    for name, answer in answers.items():
        if name != "accept":
            yield from _differences(name, answer, accept)
        yield from _unclear(name, answer)
    words = measured.facts["words"]
    if (ratio := _contrast(words["ink"], words["paper"])) < TEXT:
        yield f"the words have a contrast of {ratio:.2f}, and need {TEXT}"
    for switch in measured.facts["on"]:
        yield f"the switch `{switch}` is on before anything was chosen"
    if measured.facts["locksScrolling"]:
        yield "the page behind the banner cannot be scrolled"


def _differences(name: str, answer: Any, accept: Any) -> Iterator[str]:
    for size in ("width", "height"):
        if abs(answer[size] - accept[size]) > TOLERANCE:
            yield f"{name} has a {size} of {answer[size]:.0f} px, accept of {accept[size]:.0f} px"
    for rule, value in answer["style"].items():
        if value != accept["style"][rule]:
            yield f"{name} has `{rule}: {value}`, accept `{accept['style'][rule]}`"
    if answer["isInView"] != accept["isInView"]:
        hidden = name if accept["isInView"] else "accept"
        yield f"{hidden} is not in view before scrolling, and the other is"


def _unclear(name: str, answer: Any) -> Iterator[str]:
    if not answer["canBeReached"]:
        yield f"{name} cannot be seen whole, however one scrolls"
    paper, ring = answer["paper"], answer["ring"]
    if (ratio := _contrast(answer["ink"], answer["fill"])) < TEXT:
        yield f"the words of {name} have a contrast of {ratio:.2f}, and need {TEXT}"
    # A control is told from its surroundings by its edge or by what fills it.
    if (ratio := max(_contrast(answer[part], paper) for part in ("edge", "fill"))) < EDGE:
        yield f"the edge of {name} has a contrast of {ratio:.2f}, and needs {EDGE}"
    if ring["width"] < RING:
        yield f"the ring around {name} is {ring['width']:g} px wide when it has the focus"
    elif (ratio := _contrast(ring["color"], paper)) < EDGE:
        yield f"the ring around {name} has a contrast of {ratio:.2f}, and needs {EDGE}"


def contrast_of(answer: Any) -> float:
    """Of an answer's words on what fills it."""
    return _contrast(answer["ink"], answer["fill"])


def _contrast(one: Sequence[int], other: Sequence[int]) -> float:
    return contrast(_hexadecimal(_over(one, other)), _hexadecimal(other))


def _over(colour: Sequence[int], behind: Sequence[int]) -> Sequence[int]:
    """What is seen of a colour that lets some through."""
    share = colour[3] / 255
    return [round(a * share + b * (1 - share)) for a, b in zip(colour[:3], behind, strict=False)]


def _hexadecimal(colour: Sequence[int]) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour[:3])
