"""What is wrong with an owner's file, said so that it can be mended at once."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where it is, what was found there and what was expected."""

    file: str
    key: str
    found: str
    expected: str
    nearest: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        hint = f"; did you mean `{self.nearest}`?" if self.nearest else ""
        return f"{self.file}: `{self.key}`: found {self.found}, expected {self.expected}{hint}"


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that ``word`` was most likely meant to be, or nothing."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)), "")


def shown(value: object) -> str:
    """A value as the owner wrote it, or its beginning."""
    text = json.dumps(value, ensure_ascii=False)
    return f"`{text if len(text) <= 60 else text[:57] + '…'}`"
