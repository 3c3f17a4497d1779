"""The ledger of each site: signs what has been committed, and proves what was.

Commit first, sign after: a checkpoint is made of what is on disk already, so nothing is ever
signed that a loss of power could take back.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine

from ..core.checkpoint import (
    Checkpoint,
    parse_checkpoint,
    public_key,
    sign_checkpoint,
    vkey_of,
)
from ..core.errors import (
    CheckpointRefused,
    LedgerBroken,
    LedgerEmpty,
    LedgerPlace,
    StoreUnavailable,
)
from ..core.log_name import LogName, read_log_name
from ..core.merkle import check_consistency, root_of
from ..core.origin import Origin
from ..store.checkpoints import Checkpoints, Signed
from ..store.names import Continuation, Names
from ..store.tree import Erasure, Leaf, Tree
from .outside import KeptOutside

log = logging.getLogger("izin.ledger")

APART = 1000
"""The fewest milliseconds between two checkpoints of one log."""
ATTEMPTS = 5
MOST_WAITERS = 4
"""Each holds a thread of the server for up to a second."""


class Ledger:
    """The logs of one service. Safe to use from many threads and in many processes.

    Every method raises ``StoreUnavailable`` when it cannot answer, and ``LedgerBroken`` when what
    is stored contradicts what was signed.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        keys: Sequence[bytes],
        host: str,
        now: Callable[[], int],
        pause: Callable[[float], None] = time.sleep,
        outside: Path | None = None,
    ) -> None:
        """``keys`` are Ed25519 seeds, oldest first: the last signs. ``host`` is the service's own,
        with its port unless that is the usual one; ``now`` is in milliseconds. ``outside`` is the
        file in which checkpoints are kept: what is signed has to continue them."""
        self._seed = keys[-1]
        self._publics = [public_key(seed) for seed in keys]
        self._host = host
        self._now = now
        self._pause = pause
        self._tree = Tree(engine)
        self._checkpoints = Checkpoints(engine)
        self._names = Names(engine)
        self._outside = KeptOutside(outside, self.vkeys_named) if outside else None
        self._closed: dict[str, str] = {}
        self._looked: set[str] = set()
        self._waiters = threading.BoundedSemaphore(MOST_WAITERS)

    def name(self, site_id: str) -> LogName:
        """The name of the site's log, and of the keys that sign it."""
        return self.names(site_id)[-1]

    def origin(self, site_id: str) -> str:
        """The log's name as it is written."""
        return str(self.name(site_id))

    def names(self, site_id: str) -> list[LogName]:
        """Every name that the site's log has had at this address, oldest first."""
        begun = [each.name.begun for each in self._names.continuations(site_id)]
        return [LogName(self._host, site_id, each) for each in (0, *begun)]

    def continuations(self, site_id: str) -> list[Continuation]:
        """When the site's log got another name, oldest first."""
        return self._names.continuations(site_id)

    def vkeys(self, site_id: str) -> list[str]:
        """The public keys of the site's log, oldest first, those of its older names before."""
        return [vkey for name in self.names(site_id) for vkey in self.vkeys_named(str(name))]

    def vkeys_named(self, origin: str) -> list[str]:
        """The same keys for a log by name: the service may have had another address before."""
        return [vkey_of(origin, public) for public in self._publics]

    def sign(self, site_id: str) -> Checkpoint | None:
        """Sign the log's present size, if it grew and the last checkpoint is a second old.

        ``None`` when there is nothing to sign yet, or another process was quicker. Raises
        ``LedgerBroken`` rather than sign a log that does not continue the one signed before.
        """
        return self._sign(site_id, self._checkpoints.latest(site_id), self._now())

    def refuse_fork(self, site_id: str) -> None:
        """Raises ``LedgerBroken`` when the log cannot go on under its name: what is stored
        contradicts what was signed, here or as it is kept outside."""
        size = self._tree.size(site_id)
        self._root(site_id, size, self._checkpoints.latest(site_id))

    def closed(self, sites: Iterable[str]) -> dict[str, str]:
        """Which of these logs cannot go on, and why, as this process last found it; what nobody
        has looked at yet is looked at now."""
        asked = set(sites)
        for site_id in sorted(asked - self._looked):
            with suppress(LedgerBroken):
                self.refuse_fork(site_id)
        return {site: reason for site, reason in sorted(self._closed.items()) if site in asked}

    def close(self, site_id: str, reason: str) -> None:
        """Sign nothing more under the log's name: somebody outside contradicts it."""
        self._names.close(self.name(site_id), reason, at=self._now())
        self._found_closed(site_id, reason)

    def go_on(self, site_id: str, known: Sequence[Checkpoint] = ()) -> Continuation:
        """Give the log a new name, and say in it what it continues.

        ``known`` are genuine checkpoints from elsewhere, which may cover more than is left.
        """
        older = self.name(site_id)
        last = self._last_known(older, known)
        own = read_log_name(last.origin) if last else None
        newest = LogName(self._host, site_id, max(older.begun, own.begun if own else 0))
        at = self._now()
        note = last.note if last else None
        self._names.go_on(newest.next(at), continues=older, last=note, at=at)
        self._closed.pop(site_id, None)
        self._looked.discard(site_id)
        return self._names.continuations(site_id)[-1]

    def _last_known(self, name: LogName, known: Sequence[Checkpoint]) -> Checkpoint | None:
        """The newest checkpoint that anybody is known to hold of the site's log: of its newest
        name, and of that the largest."""
        latest = self._checkpoints.latest(name.site)
        every = [*known, *([_stored(latest)] if latest else [])]
        if self._outside:
            newest = LogName(name.host, name.site, self._outside.newest_name(name.site))
            every += [kept] if (kept := self._outside.largest(newest)) else []
        named = [(read_log_name(each.origin), each) for each in every]
        own = [(own.begun, each.size, each) for own, each in named if own and own.site == name.site]
        return max(own, key=lambda each: each[:2])[2] if own else None

    def is_covered(self, site_id: str) -> bool:
        """Does the newest checkpoint cover everything that is committed?"""
        latest = self._checkpoints.latest(site_id)
        return self._tree.size(site_id) == (latest.size if latest else 0)

    def checkpoint(self, site_id: str) -> Checkpoint:
        """The newest checkpoint. Raises ``LedgerEmpty`` when nothing has been signed yet."""
        latest = self._checkpoints.latest(site_id)
        if latest is None:
            raise LedgerEmpty("nothing has been recorded and signed yet")
        return _stored(latest)

    def history(self, site_id: str, *, start: int, limit: int) -> list[Checkpoint]:
        """The stored checkpoints from this size on, smallest first."""
        page = self._checkpoints.page(site_id, start=start, limit=limit)
        return [_stored(signed) for signed in page]

    def covering(self, site_id: str, position: int) -> Checkpoint:
        """The newest checkpoint if it covers this leaf, or one made now, for which this waits
        until the second since the last one is over. Raises ``LedgerPlace`` without such a leaf."""
        if not 0 <= position < self._tree.size(site_id):
            raise LedgerPlace("the log has no such leaf", position=position)
        return self._covering(site_id, position)

    def covering_all(self, site_id: str) -> Checkpoint:
        """A checkpoint over all that is committed now, as ``covering`` gives it. Raises
        ``LedgerEmpty``."""
        size = self._tree.size(site_id)
        if not size:
            raise LedgerEmpty("nothing has been recorded yet")
        return self._covering(site_id, size - 1)

    def leaf(self, site_id: str, position: int) -> Leaf:
        """Raises ``LedgerPlace`` when there is no such leaf."""
        return self._tree.leaf(site_id, position)

    def leaf_of(self, record_id: str) -> Leaf | None:
        """The leaf that commits to this record; ``None`` for one from before the ledger."""
        return self._tree.leaf_of(record_id)

    def erasure_of(self, site_id: str, position: int) -> Erasure | None:
        """The erasure of the record whose leaf is at this position."""
        return self._tree.erasure_of(site_id, position)

    def inclusion(self, site_id: str, position: int, size: int) -> list[bytes]:
        """The hashes that lead from a leaf to the root at ``size``. Raises ``LedgerPlace``."""
        return self._tree.inclusion(site_id, position, size)

    def consistency(self, site_id: str, first: int, second: int) -> list[bytes]:
        """The hashes that show that the log of ``second`` leaves continues that of ``first``.
        Raises ``LedgerPlace``."""
        return self._tree.consistency(site_id, first, second)

    def _covering(self, site_id: str, position: int) -> Checkpoint:
        latest = self._checkpoints.latest(site_id)
        if latest and latest.size > position:
            return _stored(latest)
        if not self._waiters.acquire(blocking=False):
            raise StoreUnavailable("others wait for the next checkpoint already")
        try:
            return self._wait_for(site_id, position)
        finally:
            self._waiters.release()

    def _wait_for(self, site_id: str, position: int) -> Checkpoint:
        for _ in range(ATTEMPTS):
            latest = self._checkpoints.latest(site_id)
            if latest and latest.size > position:
                return _stored(latest)
            if signed := self._sign(site_id, latest, self._after(latest)):
                return signed
        raise StoreUnavailable("no checkpoint could be made")

    def _after(self, latest: Signed | None) -> int:
        """The time when the next checkpoint may be made, once it has come."""
        now = self._now()
        rest = _rest(latest, now)
        if rest:
            self._pause(rest / 1000)
        return now + rest

    def _sign(self, site_id: str, latest: Signed | None, at: int) -> Checkpoint | None:
        size = self._tree.size(site_id)
        if size == (latest.size if latest else 0) or _rest(latest, at):
            return None
        root = self._root(site_id, size, latest)
        note = sign_checkpoint(self.origin(site_id), size, root, self._seed)
        signed = Signed(site_id, size, at, note)
        return parse_checkpoint(note) if self._checkpoints.add(signed, apart=APART) else None

    def _root(self, site_id: str, size: int, latest: Signed | None) -> bytes:
        """The root to be signed, which must continue what was signed last (tlog-checkpoint), as it
        is stored and as it is kept outside."""
        try:
            root = self._checked_root(site_id, size, latest)
        except LedgerBroken as error:
            self._found_closed(site_id, error.message)
            raise
        self._looked.add(site_id)
        self._closed.pop(site_id, None)
        return root

    def _checked_root(self, site_id: str, size: int, latest: Signed | None) -> bytes:
        name = self.name(site_id)
        if reason := self._names.why_closed(name):
            raise LedgerBroken(reason)
        root = root_of(self._tree.peaks(site_id, size))
        if latest:
            self._refuse_unmet(site_id, size, root, _stored(latest), "its last checkpoint")
        if not self._outside:
            return root
        if self._outside.newest_name(site_id) > name.begun:
            raise LedgerBroken("the log went on under a newer name, which a file outside has kept")
        kept = self._outside.largest(name)
        if kept:
            self._refuse_unmet(site_id, size, root, kept, "a checkpoint that is kept outside")
        return root

    def _refuse_unmet(
        self, site_id: str, size: int, root: bytes, before: Checkpoint, what: str
    ) -> None:
        if before.size > size:
            raise LedgerBroken(f"the log is shorter than {what}", size=size, signed=before.size)
        if before.size == 0:
            return  # every log continues the empty one
        proof = self._tree.consistency(site_id, before.size, size)
        if not check_consistency(before.size, size, before.root, root, proof):
            raise LedgerBroken(f"the log does not continue {what}", signed=before.size)

    def _found_closed(self, site_id: str, reason: str) -> None:
        if self._closed.get(site_id) != reason:
            log.error("ledger_closed", extra={"site": site_id, "cause": reason})
        self._looked.add(site_id)
        self._closed[site_id] = reason


def host_of(origin: Origin) -> str:
    """The service's address as the names of its logs begin with it."""
    return str(origin).partition("://")[2]


def _stored(signed: Signed) -> Checkpoint:
    try:
        return parse_checkpoint(signed.note)
    except CheckpointRefused as error:
        raise LedgerBroken("a stored checkpoint is none", size=signed.size) from error


def _rest(latest: Signed | None, now: int) -> int:
    """The milliseconds until the next checkpoint may be made."""
    if latest is None or now < latest.at:
        return 0
    return max(0, latest.at + APART - now)
