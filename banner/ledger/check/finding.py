"""What a check has to say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Keys = Callable[[str], Sequence[str]]
"""The public keys (vkeys) that may sign for the log of this name."""


@dataclass(frozen=True, slots=True)
class Finding:
    site: str
    sentence: str
    is_fault: bool = True
    """A note is worth knowing; a fault is evidence that does not stand."""

    def __str__(self) -> str:
        return f"{self.site}: {self.sentence}"
