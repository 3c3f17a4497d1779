"""A site's whole log for an auditor, one JSON object a line, from one moment of the database.

``docs/evidence.md`` says what the lines mean and how to check them without the service.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Engine

from ..core.errors import LedgerBroken
from ..core.evidence import erasure_of, evidence_of
from ..store import log_rows
from ..store.checkpoints import all_of
from ..store.log_rows import AnyRow, Batch
from ..store.rows import record_of
from ..store.snapshot import snapshot
from ..store.tree import size_of

SCHEMA = "izin/ledger/1"

Line = dict[str, Any]


def export_log(engine: Engine, site: str, *, origin: str, vkeys: Sequence[str]) -> Iterator[Line]:
    """The lines: who signs, the words shown, the leaves, the checkpoints.

    Raises ``StoreUnavailable``, and ``LedgerBroken`` where a row cannot be read.
    """
    with snapshot(engine) as connection:
        size = size_of(connection, site)
        yield {"schema": SCHEMA, "site": site, "origin": origin, "keys": [*vkeys], "size": size}
        try:
            for notice in log_rows.notices_of(connection, site):
                yield {"sha256": notice.hash, "notice": json.loads(notice.body)}
            for batch in log_rows.batches(connection, site):
                for leaf in batch.leaves:
                    place = {"position": leaf.position, "hash": leaf.hash.hex()}
                    yield place | _commitment(leaf, batch)
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            raise LedgerBroken("a row cannot be read: see `flask ledger verify`") from error
        for signed in all_of(connection, site):
            yield {"size": signed.size, "checkpoint": signed.note}


def _commitment(leaf: AnyRow, batch: Batch) -> Line:
    """What the leaf commits to, as far as it is stored."""
    if told := batch.tells.get(leaf.position):
        erasure = erasure_of(erased=told.erased, at=told.at, reason=told.reason)
        return {"erasure": erasure} | ({"salt": told.salt.hex()} if told.salt else {})
    if said := batch.said.get(leaf.position):
        return {"statement": said.kind, "body": json.loads(said.body)}
    if leaf.record in batch.records:
        record = record_of(batch.records[leaf.record])
        return {"record": evidence_of(record), "salt": record.salt.hex()}
    return {"erased_by": batch.erased_by.get(leaf.position)}
