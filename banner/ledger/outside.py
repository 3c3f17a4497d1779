"""What a file outside holds against the logs: the largest checkpoint that was ever kept of each.

Whoever puts an older copy of the database back takes its checkpoints back with it. What was pushed
outside stays, and tells.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..core.checkpoint import BLANKS, Checkpoint, parse_checkpoint, read_checkpoint
from ..core.errors import CheckpointRefused, StoreUnavailable
from ..core.log_name import LogName, read_log_name

MOST_LOOKED_AT = 100
"""Of each name the largest; whoever can write more false ones into the file could empty it too."""
MOST_LINES = 100
"""Of what may be a note's text: a file of something else must not fill the memory."""

_Key = tuple[str, int]
"""A site and the time when its log got its name."""


@dataclass(slots=True)
class KeptOutside:
    """The checkpoints in a file, read again as far as it has grown. Safe to use from threads."""

    file: Path
    keys: Callable[[str], Sequence[str]]
    """The public keys of a log, by its name."""
    _largest: dict[_Key, Checkpoint] = field(default_factory=dict, init=False)
    _was_read: bool = field(default=False, init=False)
    _inode: int = field(default=0, init=False)
    _seen: int = field(default=0, init=False)
    """The file's length when it was last read."""
    _read: int = field(default=0, init=False)
    """Where the last whole note in it ends."""
    _guard: threading.Lock = field(default_factory=threading.Lock, init=False)

    def largest(self, name: LogName) -> Checkpoint | None:
        """The largest genuine checkpoint of this log, wherever the service was when it signed it.

        Raises ``StoreUnavailable`` when the file could not be read yet: it is there and cannot be
        opened, or its folder is not there.
        """
        with self._guard:
            self._catch_up()
            return self._largest.get((name.site, name.begun))

    def newest_name(self, site: str) -> int:
        """When the newest log of this site got its name, as ``LogName.begun``; 0 for the first."""
        with self._guard:
            self._catch_up()
            return max((begun for own, begun in self._largest if own == site), default=0)

    def _catch_up(self) -> None:
        try:
            self._look()
        except OSError as error:
            # Once it was read, what was known then counts until it can be read again.
            if not self._was_read:
                raise StoreUnavailable("the checkpoints outside cannot be read") from error
        else:
            self._was_read = True

    def _look(self) -> None:
        if not self.file.exists() and self.file.parent.is_dir():
            return  # nothing has been kept there yet, or somebody took it away
        status = self.file.stat()
        if status.st_ino != self._inode or status.st_size < self._seen:
            # Another file. What was known of the one before still counts.
            self._inode, self._read = status.st_ino, 0
        elif status.st_size == self._seen:
            return
        self._read_on()
        self._seen = status.st_size

    def _read_on(self) -> None:
        largest: dict[_Key, list[tuple[int, str]]] = {}
        with self.file.open("rb") as kept:
            kept.seek(self._read)
            for note, length in _notes(kept):
                self._read += length
                _put(largest, note)
        for key, notes in largest.items():
            for _, note in sorted(notes, reverse=True):
                if self._takes(key, note):
                    break

    def _takes(self, key: _Key, note: str) -> bool:
        try:
            checkpoint = read_checkpoint(note, self.keys(parse_checkpoint(note).origin))
        except CheckpointRefused:
            return False
        known = self._largest.get(key)
        if known is None or known.size < checkpoint.size:
            self._largest[key] = checkpoint
        return True


def _notes(lines: Iterable[bytes]) -> Iterator[tuple[str, int]]:
    """Each note, and the bytes up to its end since the one before; what is not whole is left."""
    text: list[str] = []
    signatures: list[str] = []
    length, is_parted = 0, False
    for raw in lines:
        line = raw.decode("utf-8", "replace").strip(BLANKS)
        is_signature = is_parted and line.startswith("\u2014 ")
        if signatures and not is_signature:
            yield _joined(text, signatures), length
            text, signatures, length, is_parted = [], [], 0, False
        length += len(raw)
        if is_signature and raw.endswith(b"\n"):
            signatures.append(line)
        elif not line:
            is_parted = bool(text)
        else:
            text = [line] if is_parted else [*text[-MOST_LINES:], line]
            is_parted = False
    if signatures:
        yield _joined(text, signatures), length


def _joined(text: Sequence[str], signatures: Sequence[str]) -> str:
    return "\n".join([*text, "", *signatures]) + "\n"


def _put(largest: dict[_Key, list[tuple[int, str]]], note: str) -> None:
    try:
        checkpoint = parse_checkpoint(note)
    except CheckpointRefused:
        return
    name = read_log_name(checkpoint.origin)
    if name is None:
        return
    notes = largest.setdefault((name.site, name.begun), [])
    add = heapq.heappush if len(notes) < MOST_LOOKED_AT else heapq.heappushpop
    add(notes, (checkpoint.size, note))
