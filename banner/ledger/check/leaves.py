"""Is every leaf what it commits to: a record, an erasure or a statement?"""

from __future__ import annotations

import json
from collections.abc import Iterator

from ...core.canonical import canonical
from ...core.evidence import (
    erasure_of,
    evidence_of,
    leaf_of_erasure,
    leaf_of_record,
    leaf_of_statement,
)
from ...core.merkle import leaf_hash
from ...core.statement import about
from ...store.log_rows import AnyRow, Batch
from ...store.rows import record_of, row_of

UNREADABLE = (ValueError, TypeError, KeyError, OverflowError, OSError, AttributeError)
"""What a row that somebody has changed can raise while it is read as a record."""


def faults_of(leaf: AnyRow, batch: Batch) -> Iterator[str]:
    """What is wrong with this leaf of the batch, in sentences."""
    told = batch.tells.get(leaf.position)
    eraser = batch.erased_by.get(leaf.position)
    said = batch.said.get(leaf.position)
    if said and (told or leaf.record is not None):
        yield f"leaf {leaf.position}: a statement is said to stand there, and something else does"
    if leaf.record is None:
        yield from _of_statement(leaf, said) if said and not told else _of_erasure(leaf, told)
        if eraser is not None:
            yield f"leaf {eraser}: it tells of the erasure of leaf {leaf.position}, no record's"
        return
    if told:
        yield f"leaf {leaf.position}: it is said to tell of an erasure, and it names a record"
    yield from _of_record(leaf, batch.records.get(leaf.record), eraser)


def _of_record(leaf: AnyRow, row: AnyRow | None, eraser: int | None) -> Iterator[str]:
    if row is None and eraser is None:
        yield f"record {leaf.record}: it is gone, and no leaf tells of its erasure"
    elif row is not None and eraser is not None:
        yield f"record {leaf.record}: leaf {eraser} tells of its erasure, and it is still there"
    elif row is not None and (reason := _reason(leaf, row)):
        yield f"record {leaf.record}: {reason}"


def _reason(leaf: AnyRow, row: AnyRow) -> str:
    """Why the row does not stand, or nothing."""
    try:
        record = record_of(row)
        logged = leaf_hash(leaf_of_record(evidence_of(record), record.salt))
        written = row_of(record)
    except UNREADABLE:
        return "it cannot be read"
    if logged != leaf.hash:
        return f"it is not what was logged as leaf {leaf.position}"
    # Other readers of JSON may see another choice in another spelling of it.
    if [*row] != written:
        return "its choices are not written as they were logged"
    return ""


def _of_statement(leaf: AnyRow, said: AnyRow) -> Iterator[str]:
    try:
        logged = leaf_hash(leaf_of_statement(said.kind, said.body))
        body = json.loads(said.body)
        is_whole = canonical(body).decode() == said.body and about(said.kind, body) == said.about
    except UNREADABLE:
        logged, is_whole = b"", False
    if logged != leaf.hash or not is_whole:
        yield f"leaf {leaf.position}: what it says ({said.kind}) is not what was logged"


def _of_erasure(leaf: AnyRow, told: AnyRow | None) -> Iterator[str]:
    if told is None:
        yield f"leaf {leaf.position}: it names no record, tells of no erasure and says nothing"
        return
    try:
        erasure = erasure_of(erased=told.erased, at=told.at, reason=told.reason)
        logged = leaf_hash(leaf_of_erasure(erasure, told.salt))
    except UNREADABLE:
        logged = b""
    if logged != leaf.hash:
        yield f"leaf {leaf.position}: the erasure of leaf {told.erased} is not what was logged"
    elif not 0 <= told.erased < leaf.position:
        yield f"leaf {leaf.position}: it tells of the erasure of leaf {told.erased}, no earlier one"
