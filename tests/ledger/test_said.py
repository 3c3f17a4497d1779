"""What the log says beside records: which words were shown, what was passed on, what was erased."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, update

from banner.core.canonical import canonical
from banner.core.evidence import erasure_of, leaf_of_erasure, moment, salt_of_erasure
from banner.core.merkle import leaf_hash
from banner.core.notice import NoticeDocument, make_notice
from banner.core.stop import HOUR, Stop
from banner.ledger.export import export_log
from banner.store.append import Add, Appending, Erase
from banner.store.notices import Notices
from banner.store.schema import (
    erasures,
    leaves,
    notices,
    shown,
    statements,
    stop_attempts,
    stops,
)
from banner.store.stops import Stops
from tests.builders import NOON, a_record
from tests.logs import Log
from tests.service import Clock


@pytest.fixture
def log(engine: Engine, clock: Clock) -> Log:
    return Log(engine, clock)


def words(text: str, *, language: str = "id", revision: int = 1) -> NoticeDocument:
    content = {"site": "example", "version": "2026-11-22", "revision": revision}
    return make_notice({**content, "language": language, "words": [text]})


def keep(log: Log, *documents: NoticeDocument, script: str = "script-1") -> None:
    Notices(log.engine, now=log.clock, beside=True).keep(documents, script=script, at=NOON)


def run(engine: Engine, *changes: Any) -> None:
    with engine.begin() as connection:
        for change in changes:
            connection.execute(change)


def row_of(document: NoticeDocument) -> dict[str, Any]:
    row = {name: getattr(document, name) for name in document.__dataclass_fields__}
    return {**row, "stored_at": NOON}


# --- the words that were shown -------------------------------------------------------------


@pytest.fixture
def worded(log: Log) -> Log:
    """Two languages shown by a script, and the words that were there before the log told of any."""
    keep(log, words("setuju"), words("yes", language="en"))
    return log


def test_words_that_a_script_shows_are_in_the_log(worded: Log) -> None:
    with worded.engine.connect() as connection:
        found = connection.execute(select(statements).order_by(statements.c.position)).all()

    assert {row.about for row in found} == {worded.notice.hash, "script-1 id", "script-1 en"}
    assert worded.faults() == []


def test_the_same_script_is_told_of_once_and_another_again(worded: Log) -> None:
    keep(worded, words("setuju"), words("yes", language="en"))
    keep(worded, words("setuju"), script="script-2")

    with worded.engine.connect() as connection:
        found = [*connection.scalars(select(statements.c.about).order_by("position"))]
    assert sorted(found[:3]) == sorted([worded.notice.hash, "script-1 id", "script-1 en"])
    assert found[3:] == ["script-2 id"]
    assert worded.faults() == []


def test_the_writer_goes_on_after_words_were_told(worded: Log) -> None:
    """It remembers how far the log had come."""
    append = Appending(worded.engine)
    append([Add(a_record(id="one", event="one", notice_hash=words("setuju").hash))])
    keep(worded, words("setuju"), script="script-2")

    append([Add(a_record(id="two", event="two", notice_hash=words("setuju").hash))])

    assert worded.faults() == []


PUT_IN = words("terima saja", revision=2)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(
            lambda: [insert(notices).values(row_of(PUT_IN))],
            f"notice {PUT_IN.hash}: no leaf tells that it was shown",
            id="a newer revision that nobody was shown",
        ),
        pytest.param(
            lambda: [
                insert(notices).values(row_of(PUT_IN)),
                update(shown).where(shown.c.locale == "id").values(notice=PUT_IN.hash),
            ],
            "script script-1 in id: it is said to show",
            id="other words for a script",
        ),
        pytest.param(
            lambda: [
                insert(shown).values(
                    site="example", script="script-9", locale="id", notice=words("setuju").hash
                )
            ],
            "script script-9 in id: it is said to show",
            id="a script that nobody was served",
        ),
        pytest.param(
            lambda: [delete(shown).where(shown.c.locale == "en")],
            "script script-1 in en: it is said to show nothing",
            id="a script that is gone",
        ),
        pytest.param(
            lambda: [delete(notices).where(notices.c.locale == "en")],
            "a leaf tells that it was shown, and it is not there",
            id="words that no record names, and are gone",
        ),
        pytest.param(
            lambda: [
                update(statements).where(statements.c.about == "script-1 id").values(about="x id")
            ],
            "what it says (edition) is not what was logged",
            id="a statement about something else",
        ),
        pytest.param(
            lambda: [delete(statements).where(statements.c.about == "script-1 id")],
            "it names no record, tells of no erasure and says nothing",
            id="a statement that is gone",
        ),
        pytest.param(
            lambda: [update(statements).values(kind="stop")],
            "what it says (stop) is not what was logged",
            id="a statement of another kind",
        ),
    ],
)
def test_words_that_were_not_shown_are_found(
    worded: Log, change: Callable[[], list[Any]], told: str
) -> None:
    run(worded.engine, *change())

    assert any(told in fault for fault in worded.faults()), worded.faults()


def test_a_log_that_tells_of_no_words_is_whole(log: Log) -> None:
    """One from before logs did."""
    log.grow(2)

    assert log.faults() == []


# --- what had to be passed on --------------------------------------------------------------


def a_stop(number: int = 1) -> Stop:
    return Stop(
        id=f"stop-{number}",
        site="example",
        record=f"taken-back-{number}",
        principal="principal-1",
        categories=("analytics",),
        services=("google-analytics",),
        at=NOON,
        due_at=NOON + 72 * HOUR,
    )


@pytest.fixture
def stopped(log: Log) -> Log:
    """Two withdrawals to be passed on, of which the first was."""
    append = Appending(log.engine)
    for number in (1, 2):
        id = f"taken-back-{number}"
        record = a_record(id=id, event=id, kind="withdrawn", notice_hash=log.notice.hash)
        append([Add(record, a_stop(number))])
    Stops(log.engine).tried("stop-1", at=NOON + 7, done=False, answer="answered 500")
    Stops(log.engine).tried("stop-1", at=NOON + 9, done=True, answer="answered 200")
    return log


def test_a_withdrawal_and_its_passing_on_are_in_the_log(stopped: Log) -> None:
    with stopped.engine.connect() as connection:
        found = connection.execute(select(statements).order_by(statements.c.position)).all()

    assert [(row.kind, row.about, row.position) for row in found] == [
        ("stop", "stop-1", 1),
        ("stop", "stop-2", 3),
        ("passed-on", "stop-1", 4),
    ]
    assert all("analytics" not in row.body for row in found), "it is behind a salt"
    assert stopped.faults() == []


def test_what_is_passed_on_twice_is_told_once(stopped: Log) -> None:
    Stops(stopped.engine).tried("stop-1", at=NOON + 20, done=True, answer="by hand: Budi")

    assert stopped.faults() == []


def test_what_is_done_may_be_forgotten_with_its_record(stopped: Log) -> None:
    Appending(stopped.engine)([Erase("taken-back-1", NOON, "owner")])

    assert Stops(stopped.engine).forget_done() == 1
    assert stopped.faults() == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(
            delete(stops).where(stops.c.id == "stop-2"),
            "stop request stop-2: it is gone, and no leaf tells that it was passed on",
            id="a forgotten one",
        ),
        pytest.param(
            delete(stops).where(stops.c.id == "stop-1"),
            "stop request stop-1: it is gone, and its record is still there",
            id="one that was done, and whose record is there",
        ),
        pytest.param(
            insert(stop_attempts).values(stop="stop-2", at=NOON, done=True, answer="answered 200"),
            f"stop request stop-2: passed on at {moment(NOON)} by what is stored, and never",
            id="a false passed on",
        ),
        pytest.param(
            update(stop_attempts).where(stop_attempts.c.done).values(at=NOON + 8),
            f"stop request stop-1: passed on at {moment(NOON + 8)} by what is stored, and at",
            id="passed on earlier",
        ),
        pytest.param(
            delete(stop_attempts),
            "stop request stop-1: passed on never by what is stored, and at",
            id="a passing on that is gone",
        ),
        pytest.param(
            update(stops).where(stops.c.id == "stop-2").values(due_at=NOON + 999 * HOUR),
            "stop request stop-2: it is not what was logged",
            id="more time",
        ),
        pytest.param(
            update(stops).values(withdrawn='{"categories":[],"services":[]}'),
            "stop request stop-1: it is not what was logged",
            id="less withdrawn",
        ),
        pytest.param(
            update(stops).values(salt=b"x" * 32, withdrawn="[]"),
            "stop request stop-1: it is not what was logged",
            id="nonsense",
        ),
        pytest.param(
            update(stops).where(stops.c.id == "stop-1").values(id="stop-7"),
            "stop request stop-7: it is in no leaf",
            id="another name",
        ),
    ],
)
def test_a_withdrawal_that_was_forgotten_or_bent_is_found(
    stopped: Log, change: Any, told: str
) -> None:
    run(stopped.engine, change)

    assert any(told in fault for fault in stopped.faults()), stopped.faults()


def test_a_stop_request_from_before_the_log_told_of_them_is_no_fault(stopped: Log) -> None:
    old = {"id": "old", "site": "example", "record": "r", "withdrawn": "{}", "at": 1, "due_at": 2}
    run(stopped.engine, insert(stops).values(old))

    Stops(stopped.engine).tried("old", at=NOON, done=True, answer="answered 200")

    assert stopped.faults() == []


# --- erasures ------------------------------------------------------------------------------


def test_nobody_can_guess_an_erasure_from_its_leaf(log: Log) -> None:
    """Of a leaf that the proofs show: which record, why, and in which millisecond."""
    log.grow(3)
    log.erase(1)

    leaf = log.ledger.leaf("example", 3).hash
    told = erasure_of(erased=1, at=log.clock.milliseconds, reason="visitor")

    assert leaf != leaf_hash(leaf_of_erasure(told, None))
    assert leaf != leaf_hash(leaf_of_erasure(told, bytes(32)))
    assert log.faults() == []


def test_who_has_kept_the_receipt_can_prove_the_erasure(log: Log) -> None:
    """From the salt in it, by the letter of `docs/evidence.md`."""
    log.grow(3)
    kept = log.record(1).salt
    log.erase(1)

    salt = hashlib.sha256(b"izin.erasure.salt\n" + kept).digest()
    told = {"erased": 1, "time": moment(log.clock.milliseconds), "reason": "visitor"}
    body = hashlib.sha256(salt + canonical(told)).digest()

    assert (
        log.ledger.leaf("example", 3).hash
        == hashlib.sha256(b"\x00izin.erasure.2\n" + body).digest()
    )


def test_an_owner_can_prove_an_erasure(log: Log) -> None:
    log.grow(3)
    log.erase(1)

    lines = [*export_log(log.engine, "example", origin="o", vkeys=[])]
    [line] = [line for line in lines if "erasure" in line]

    data = leaf_of_erasure(line["erasure"], bytes.fromhex(line["salt"]))
    assert leaf_hash(data).hex() == line["hash"]


def test_an_erasure_from_before_they_had_a_salt_is_whole(log: Log) -> None:
    log.grow(1)
    log.erase(0)
    told = erasure_of(erased=0, at=log.clock.milliseconds, reason="visitor")
    open_leaf = leaf_hash(leaf_of_erasure(told, None))

    run(
        log.engine,
        update(erasures).values(salt=None),
        update(leaves).where(leaves.c.position == 1).values(hash=open_leaf),
    )

    assert [fault for fault in log.faults() if "stored node" not in fault] == []


def test_a_salt_says_nothing_of_the_records_own() -> None:
    assert salt_of_erasure(b"s" * 32) == hashlib.sha256(b"izin.erasure.salt\n" + b"s" * 32).digest()
    assert salt_of_erasure(b"s" * 32) != salt_of_erasure(b"t" * 32)
