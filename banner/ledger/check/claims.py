"""Checkpoints, from the database or from outside, as claims that a log has to meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from ...core.checkpoint import Checkpoint, parse_checkpoint, read_checkpoint
from ...core.errors import CheckpointRefused
from ...store.checkpoints import all_of
from .finding import Finding, Keys


@dataclass(frozen=True, slots=True)
class Outside:
    """A checkpoint that was kept elsewhere."""

    name: str
    """What to call it, such as the name of its file."""
    note: str


@dataclass(frozen=True, slots=True)
class Claim:
    name: str
    checkpoint: Checkpoint
    is_outside: bool = False

    @property
    def size(self) -> int:
        return self.checkpoint.size


def site_of(checkpoint: Checkpoint) -> str:
    return checkpoint.origin.rpartition("/")[2]


def from_outside(
    outside: Iterable[Outside], keys: Keys, sites: Iterable[str]
) -> Iterator[Claim | Finding]:
    """The claims of these checkpoints, and what is wrong with them before any log is read.

    A claim with a wrong signature is a claim all the same: whether the log meets it tells more.
    """
    here = set(sites)
    for each in outside:
        checkpoint, reason = _judged(each.note, keys)
        site = site_of(checkpoint) if checkpoint else ""
        if reason:
            yield Finding(site, f"{each.name}: {reason}")
        if checkpoint and site not in here:
            yield Finding(site, f"{each.name}: there is no log {checkpoint.origin} here")
        elif checkpoint:
            yield Claim(each.name, checkpoint, is_outside=True)


def stored(connection: Connection, site: str, keys: Keys) -> Iterator[Claim | Finding]:
    """The claims of the site's stored checkpoints, smallest first."""
    for signed in all_of(connection, site):
        name = f"checkpoint of {signed.size} leaves"
        checkpoint, reason = _judged(signed.note, keys)
        if checkpoint and site_of(checkpoint) != site:
            reason = f"it is of another log, {checkpoint.origin}"
        elif checkpoint and checkpoint.size != signed.size:
            reason = f"it was signed for {checkpoint.size}"
        if reason:
            yield Finding(site, f"{name}: {reason}")
        elif checkpoint:
            yield Claim(name, checkpoint)


def _judged(note: str, keys: Keys) -> tuple[Checkpoint | None, str]:
    """What the note claims, and why it should not count."""
    try:
        checkpoint = parse_checkpoint(note)
    except CheckpointRefused as error:
        return None, error.message
    try:
        return read_checkpoint(note, keys(checkpoint.origin)), ""
    except CheckpointRefused as error:
        return checkpoint, error.message
