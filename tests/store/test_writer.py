from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from banner.core.errors import EventConflict, StoreUnavailable
from banner.store import writer as writing
from banner.store.writer import Act, Outcome, Writer


class Slow:
    """A commit that waits to be let go, and remembers what it was given."""

    def __init__(self) -> None:
        self.batches: list[Sequence[Act]] = []
        self.go = threading.Event()
        self.begun = threading.Event()

    def __call__(self, acts: Sequence[Act]) -> Sequence[Outcome]:
        self.batches.append(acts)
        self.begun.set()
        assert self.go.wait(10)
        return [f"{act} is written" for act in acts]


@pytest.fixture
def ended() -> Iterator[Callable[[Writer], Writer]]:
    """Ends each writer that it is given after the test."""
    writers: list[Writer] = []

    def register(writer: Writer) -> Writer:
        writers.append(writer)
        return writer

    yield register
    for each in writers:
        each.drain()


Ended = Callable[[Writer], Writer]


def test_an_act_is_answered_with_its_own_outcome(ended: Ended) -> None:
    writer = ended(Writer(lambda acts: [f"{act} is written" for act in acts]))

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(writer.write, range(200)))

    assert outcomes == [f"{act} is written" for act in range(200)]


def test_what_comes_during_a_commit_is_committed_together(ended: Ended) -> None:
    slow = Slow()
    writer = ended(Writer(slow))

    with ThreadPoolExecutor(20) as pool:
        first = pool.submit(writer.write, "first")
        assert slow.begun.wait(5)
        others = [pool.submit(writer.write, number) for number in range(19)]
        while writer.waiting < 19:
            pass
        slow.go.set()
        outcomes = {future.result() for future in [first, *others]}

    assert [len(batch) for batch in slow.batches] == [1, 19]
    assert len(outcomes) == 20


def test_a_batch_has_a_limit(ended: Ended, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_IN_A_BATCH", 5)
    slow = Slow()
    writer = ended(Writer(slow))

    with ThreadPoolExecutor(13) as pool:
        futures = [pool.submit(writer.write, "first")]
        assert slow.begun.wait(5)
        futures += [pool.submit(writer.write, number) for number in range(12)]
        while writer.waiting < 12:
            pass
        slow.go.set()
        for future in futures:
            future.result()

    assert [len(batch) for batch in slow.batches] == [1, 5, 5, 2]


def test_an_error_of_one_act_is_raised_for_it_alone(ended: Ended) -> None:
    conflict = EventConflict("recorded with other contents")
    writer = ended(Writer(lambda acts: [conflict if act == "bad" else act for act in acts]))

    with pytest.raises(EventConflict):
        writer.write("bad")

    assert writer.write("good") == "good"


@pytest.mark.parametrize(
    "error", [StoreUnavailable("away"), RuntimeError("never seen before")], ids=["known", "unknown"]
)
def test_a_commit_that_fails_fails_everyone_and_the_next_is_tried(
    ended: Ended, error: Exception
) -> None:
    fails = [error]

    def commit(acts: Sequence[Act]) -> Sequence[Outcome]:
        if fails:
            raise fails.pop()
        return acts

    writer = ended(Writer(commit))

    with pytest.raises(StoreUnavailable):
        writer.write("first")

    assert writer.write("second") == "second"
    assert writer.is_alive()


def test_who_has_waited_too_long_hears_that_it_is_not_known_to_be_stored(
    ended: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PATIENCE_SECONDS", 0.05)
    slow = Slow()
    writer = ended(Writer(slow))

    with pytest.raises(StoreUnavailable):
        writer.write("first")

    assert writer.oldest_seconds() > 0
    slow.go.set()


def test_what_waits_is_written_before_the_end() -> None:
    slow = Slow()
    writer = Writer(slow)

    with ThreadPoolExecutor(6) as pool:
        futures = [pool.submit(writer.write, "first")]
        assert slow.begun.wait(5)
        futures += [pool.submit(writer.write, number) for number in range(5)]
        while writer.waiting < 5:
            pass
        draining = threading.Thread(target=writer.drain)
        draining.start()
        slow.go.set()
        draining.join(10)

    assert all(future.result() for future in futures)
    assert sum(map(len, slow.batches)) == 6


def test_a_writer_that_has_ended_begins_anew_when_it_is_asked() -> None:
    writer = Writer(lambda acts: acts)
    writer.write("before")
    writer.drain()

    assert writer.write("after") == "after"
    writer.drain()


def test_a_forked_process_has_a_thread_of_its_own() -> None:
    writer = Writer(lambda acts: [os.getpid() for _ in acts])
    writer.write("in the parent")
    reading, writing_end = os.pipe()

    child = os.fork()
    if child == 0:
        told = str(writer.write("in the child") == os.getpid())
        os.write(writing_end, told.encode())
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(reading, 10) == b"True"
    os.close(reading)
    os.close(writing_end)
    writer.drain()


def test_what_is_written_together_is_answered_in_its_order(ended: Ended) -> None:
    writer = ended(Writer(lambda acts: [f"{act} is written" for act in acts]))

    assert writer.write_all(range(1000)) == [f"{act} is written" for act in range(1000)]
