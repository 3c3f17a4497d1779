"""What is wrong with an owner's file, said so that it can be mended at once, and what is worth
knowing of one that is right."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]
"""A warning is an error in production; a note never is: what it tells may be what is wanted."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where it is, what was found there and what was expected.

    Of a note, and of what is no key of a file, ``found`` is the whole sentence, and nothing is
    expected. ``line`` counts from 1; 0
    where no line of the file is meant.
    """

    file: str
    key: str
    found: str
    expected: str
    nearest: str = ""
    severity: Severity = "error"
    line: int = 0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        if not self.expected:
            return f"{place}: `{self.key}`: {self.found}"
        hint = f"; did you mean `{self.nearest}`?" if self.nearest else ""
        return f"{place}: `{self.key}`: found {self.found}, expected {self.expected}{hint}"


def note(file: str, key: str, sentence: str) -> Problem:
    return Problem(file, key, sentence, "", severity="note")


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that ``word`` was most likely meant to be, or nothing."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)), "")


def shown(value: object) -> str:
    """A value as the owner wrote it, or its beginning."""
    text = json.dumps(value, ensure_ascii=False)
    return f"`{text if len(text) <= 60 else text[:57] + '…'}`"
