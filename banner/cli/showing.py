"""Records as an owner reads them, and as files of theirs hold them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator

from ..core.evidence import evidence_of, moment
from ..core.record import Record
from ..store.search import Found

COLUMNS = (
    "record_id", "site", "time", "kind", "granted", "refused", "surface", "notice_version",
    "notice_language", "notice_sha256", "gpc", "claimed_time", "event_id", "principal_id",
    "previous_record", "receipt_requested", "script", "valid_until", "retained_until", "position",
)  # fmt: skip


def as_line(record: Record) -> str:
    """One record in a list."""
    granted = " ".join(record.granted) or "nothing"
    return f"{moment(record.recorded_at)}  {record.kind:9}  {record.id}  {record.site}: {granted}"


def as_text(found: Found) -> str:
    """One record in full."""
    values = _values(found)
    width = max(map(len, COLUMNS))
    return "\n".join(f"{name:{width}}  {_word(values[name])}".rstrip() for name in COLUMNS)


def as_json(found: Found) -> str:
    """The record as the ledger commits to it, and the place of its leaf there."""
    line = {"record": evidence_of(found.record), "position": found.position}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def as_jsonl(all_found: Iterable[Found]) -> Iterator[str]:
    for found in all_found:
        yield as_json(found) + "\n"


def as_csv(all_found: Iterable[Found]) -> Iterator[str]:
    """Lines as RFC 4180 has them. No value is a visitor's own words."""
    yield _csv_line(COLUMNS)
    for found in all_found:
        values = _values(found)
        yield _csv_line([_word(values[name]) for name in COLUMNS])


def _values(found: Found) -> dict[str, object]:
    record: Record = found.record
    return {
        "record_id": record.id,
        "site": record.site,
        "time": moment(record.recorded_at),
        "kind": record.kind,
        "granted": " ".join(record.granted),
        "refused": " ".join(record.refused),
        "surface": record.surface,
        "notice_version": record.notice,
        "notice_language": record.locale,
        "notice_sha256": record.notice_hash,
        "gpc": record.gpc,
        "claimed_time": record.client_time,
        "event_id": record.event,
        "principal_id": record.principal,
        "previous_record": record.previous,
        "receipt_requested": record.receipt,
        "script": record.script,
        "valid_until": moment(record.valid_until),
        "retained_until": moment(record.keep_until) if record.keep_until else None,
        "position": found.position,
    }


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _csv_line(values: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()
