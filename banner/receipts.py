"""Receipts of what is stored: a record, the words that it names, and its place in the ledger."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from .core.checkpoint import Checkpoint, parse_checkpoint, read_checkpoint, sign_checkpoint
from .core.errors import CheckpointRefused, LedgerBroken, LedgerPlace, RecordUnknown
from .core.evidence import evidence_of
from .core.receipt import Place, make_receipt
from .core.record import Record
from .ledger import Ledger
from .store.checkpoints import Checkpoints
from .store.notices import Notices


def has_receipt(record: Record) -> bool:
    """Is there anything to prove? Records from before the ledger have no salt, and a withdrawal
    under a notice from before notices were kept names no words."""
    return bool(record.salt and record.notice_hash)


class Receipts:
    """Every method raises ``StoreUnavailable`` when it cannot answer."""

    def __init__(self, engine: Engine, ledger: Ledger, notices: Notices, *, seed: bytes) -> None:
        """``seed`` is the newest of the ledger's keys."""
        self._checkpoints = Checkpoints(engine)
        self._ledger = ledger
        self._notices = notices
        self._seed = seed

    def of(self, record: Record, *, size: int | None = None) -> dict[str, Any]:
        """The receipt of a stored record, for the newest checkpoint or for the one of ``size``.

        Raises ``RecordUnknown`` for a record without one (``has_receipt``), ``LedgerPlace`` when no
        checkpoint of that size covers it, and ``LedgerBroken``.
        """
        leaf = self._ledger.leaf_of(record.id)
        notice = self._notices.find(record.notice_hash)
        if not has_receipt(record) or leaf is None or notice is None:
            raise RecordUnknown("there is no receipt of this record")
        checkpoint = self._checkpoint(record.site, leaf.position, size)
        return make_receipt(
            evidence_of(record),
            salt=record.salt,
            notice=notice.content,
            place=Place(
                leaf.position,
                self._ledger.inclusion(record.site, leaf.position, checkpoint.size),
                checkpoint,
            ),
            seed=self._seed,
        )

    def _checkpoint(self, site_id: str, position: int, size: int | None) -> Checkpoint:
        if size is None:
            return self._renewed(site_id, self._ledger.covering(site_id, position).note)
        signed = self._checkpoints.at_size(site_id, size)
        if signed is None or size <= position:
            raise LedgerPlace("no checkpoint of this size covers the record", size=size)
        return self._renewed(site_id, signed.note)

    def _renewed(self, site_id: str, note: str) -> Checkpoint:
        """The same checkpoint, signed with today's key under today's name.

        An older key may have signed it, or the service may have moved: one key must verify the
        whole receipt. Only what a key of ours has signed is signed again, or whoever can write
        into the database could have any ledger signed.
        """
        try:
            vkeys = self._ledger.vkeys_named(parse_checkpoint(note).origin)
            found = read_checkpoint(note, vkeys)
        except CheckpointRefused as error:
            raise LedgerBroken("a stored checkpoint is not signed by this service") from error
        origin = self._ledger.origin(site_id)
        renewed = sign_checkpoint(origin, found.size, found.root, self._seed)
        return Checkpoint(origin, found.size, found.root, renewed)
