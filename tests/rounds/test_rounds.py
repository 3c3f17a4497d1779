from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from itertools import count

import pytest

from banner.paths import ROOT
from banner.rounds.rounds import Job, Rounds, _pause


def patiently(holds: Callable[[], bool], seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.005)
    return True


def test_a_job_runs_again_and_again() -> None:
    runs = count()
    rounds = Rounds([Job("count", 0.001, lambda: next(runs))])

    rounds.begin()

    assert patiently(lambda: next(runs) > 5)
    rounds.drain()


def test_nothing_runs_before_it_is_begun() -> None:
    ran = threading.Event()
    Rounds([Job("never", 0.001, ran.set)])

    assert not ran.wait(0.05)


def test_beginning_again_begins_nothing_new() -> None:
    rounds = Rounds([Job("one", 60, lambda: None)])

    for _ in range(3):
        rounds.begin()

    assert [thread.name for thread in threading.enumerate()].count("izin-one") == 1
    rounds.drain()


def test_threads_that_begin_together_begin_once() -> None:
    rounds = Rounds([Job("once", 60, lambda: None)])
    threads = [threading.Thread(target=rounds.begin) for _ in range(16)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [thread.name for thread in threading.enumerate()].count("izin-once") == 1
    rounds.drain()


def test_a_job_that_fails_is_named_and_runs_again(caplog: pytest.LogCaptureFixture) -> None:
    times = count(1)
    ran = threading.Event()

    def fail_once() -> None:
        if next(times) == 1:
            raise RuntimeError("secret")
        ran.set()

    with caplog.at_level(logging.ERROR):
        rounds = Rounds([Job("faulty", 0.001, fail_once)])
        rounds.begin()
        assert ran.wait(10)
        rounds.drain()

    [record] = caplog.records
    facts = vars(record)
    assert (record.msg, facts["kind"], facts["cause"]) == ("round_failed", "faulty", "RuntimeError")
    assert facts["attempt"] == 1


def test_a_job_that_hangs_does_not_hold_the_others_back() -> None:
    free, ran = threading.Event(), threading.Event()
    rounds = Rounds([Job("hangs", 0.001, lambda: free.wait(10)), Job("runs", 0.01, ran.set)])

    rounds.begin()

    assert ran.wait(5)
    free.set()
    rounds.drain()


@pytest.mark.parametrize(
    ("seconds", "failures", "pause"),
    [
        pytest.param(1, 0, 1, id="in turn"),
        pytest.param(1, 1, 2, id="a little later"),
        pytest.param(1, 3, 8, id="later"),
        pytest.param(1, 99, 30, id="a frequent job is back soon after the fault is mended"),
        pytest.param(86400, 1, 2, id="a rare job does not wait for its turn"),
        pytest.param(86400, 99, 3600, id="at most an hour"),
    ],
)
def test_failures_make_the_pause_longer(seconds: float, failures: int, pause: float) -> None:
    assert _pause(seconds, failures) == pause


def test_at_the_end_only_what_is_marked_runs_once_more() -> None:
    ran: list[str] = []
    rounds = Rounds(
        [
            Job("last", 60, lambda: ran.append("last"), at_exit=True),
            Job("not", 60, lambda: ran.append("not")),
        ]
    )
    rounds.begin()

    rounds.drain()
    rounds.drain()

    assert ran == ["last"]


def test_at_the_end_they_run_in_their_order() -> None:
    ran: list[str] = []

    def slowly() -> None:
        time.sleep(0.1)
        ran.append("first")

    rounds = Rounds(
        [
            Job("first", 60, slowly, at_exit=True),
            Job("between", 60, lambda: None),
            Job("second", 60, lambda: ran.append("second"), at_exit=True),
        ]
    )
    rounds.begin()

    rounds.drain()

    assert ran == ["first", "second"]


def test_the_end_does_not_wait_for_ever() -> None:
    free = threading.Event()
    rounds = Rounds([Job("slow", 60, lambda: free.wait(30), at_exit=True)])
    rounds.begin()
    began = time.monotonic()

    rounds.drain(seconds=0.1)

    assert time.monotonic() - began < 5
    free.set()


def test_after_the_end_nothing_begins_again() -> None:
    ran = threading.Event()
    rounds = Rounds([Job("late", 0.001, ran.set)])
    rounds.begin()
    rounds.drain()
    ran.clear()

    rounds.begin()

    assert not ran.wait(0.05)


PROGRAM = """
import os, sys, time
from banner.rounds import Job, Rounds

rounds = Rounds([Job("told", 60, lambda: os.write(1, b"ran in %d\\n" % os.getpid()), at_exit=True)])
"""


def output_of(program: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM + program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_a_process_that_ends_runs_what_is_marked_by_itself() -> None:
    lines = output_of("rounds.begin(); print(os.getpid(), flush=True)")

    assert lines[1] == f"ran in {lines[0]}"


def test_a_process_that_has_not_begun_ends_without_a_word() -> None:
    assert output_of("") == []


def test_a_process_of_multiprocessing_ends_so_too() -> None:
    lines = output_of(
        "import multiprocessing\n"
        "child = multiprocessing.get_context('fork').Process(target=rounds.begin)\n"
        "child.start(); child.join()\n"
        "print(child.pid, flush=True)\n"
    )

    assert lines == [f"ran in {lines[1]}", lines[1]]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
def test_a_forked_process_has_rounds_of_its_own() -> None:
    lines = output_of(
        "rounds.begin()\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    rounds.begin()\n"
        "    sys.exit()\n"
        "os.waitpid(child, 0)\n"
        "print(child, os.getpid(), flush=True)\n"
    )

    of_child, pids, of_parent = lines
    child, parent = pids.split()
    assert (of_child, of_parent) == (f"ran in {child}", f"ran in {parent}")
