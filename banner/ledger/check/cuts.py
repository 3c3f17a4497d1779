"""Where a log got another name, and what it says is lost of the one before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ...core.checkpoint import Checkpoint, parse_checkpoint
from ...core.errors import CheckpointRefused
from ...core.log_name import LogName, read_log_name
from ...core.statement import CONTINUATION
from ...store import log_rows
from .claims import Claim
from .leaves import UNREADABLE


@dataclass(frozen=True, slots=True)
class Cut:
    """What was left of a log when it went on under another name."""

    name: LogName
    """Under which it went on."""
    size: int
    """So many leaves of the log before are in it."""
    admitted: int
    """So many it says that there had been."""

    def admits(self, claim: Claim) -> bool:
        return claim.size <= self.admitted

    def sentence(self, claim: Claim) -> str:
        gone = f"{claim.name}: leaves {self.size} to {claim.size - 1} of {claim.checkpoint.origin}"
        if self.admits(claim):
            return f"{gone} are lost; the log says so, and goes on as {self.name}"
        return f"{gone} are not there, and the log that goes on as {self.name} hides it"


def cuts_of(connection: Connection, site: str) -> list[Cut]:
    """Oldest first. What cannot be read is told as its leaf's fault."""
    rows = log_rows.statements_of(connection, site, CONTINUATION)
    return list(_readable(row.body for row in rows))


def cut_for(checkpoint: Checkpoint, cuts: Sequence[Cut]) -> Cut | None:
    """Where the log that the checkpoint is of was cut off, if that was before its end."""
    name = read_log_name(checkpoint.origin)
    if name is None:
        return None
    # A log that went on later has no more of it than those before.
    mine = [cut for cut in cuts if cut.name.begun > name.begun and cut.size < checkpoint.size]
    return min(mine, key=lambda cut: cut.size, default=None)


def _readable(bodies: Iterator[str]) -> Iterator[Cut]:
    for text in bodies:
        try:
            body = json.loads(text)
            name = read_log_name(body["origin"])
            size = int(body["size"])
            admitted = parse_checkpoint(body["last"]).size if body["last"] else 0
        except (*UNREADABLE, CheckpointRefused):
            continue
        if name:
            yield Cut(name, size, max(size, admitted))
