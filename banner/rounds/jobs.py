"""What a running service does by itself: the list, and how often."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Mapping

from sqlalchemy import Engine

from ..core.site import Site
from ..ledger import Ledger
from ..settings import Settings
from ..store.append import Appending
from ..store.checkpoints import Checkpoints
from ..store.single import single
from ..store.stops import Stops
from ..store.traces import TraceRound
from ..store.writer import Writer
from .courier import Courier
from .outside import CheckpointRound
from .retention import prune
from .rounds import Job
from .sign import SignRound
from .stops import LateRound, StopRound

DAY_SECONDS = 86_400.0


def end_with_parent() -> None:
    """End a worker whose server was killed: it would go on answering beside the next one."""
    parent = multiprocessing.parent_process()
    if parent and parent.pid != os.getppid():
        os.kill(os.getpid(), signal.SIGTERM)


def jobs_of(
    engine: Engine,
    *,
    settings: Settings,
    sites: Mapping[str, Site],
    ledger: Ledger,
    appending: Appending,
    writer: Writer,
    webhook_keys: tuple[bytes, ...],
    now: Callable[[], int],
) -> list[Job]:
    """Every job of a service. ``now`` is its clock in milliseconds."""
    courier = Courier(webhook_keys, now, settings.is_production)
    outside = CheckpointRound(
        Checkpoints(engine),
        tuple(sites),
        courier,
        file=settings.checkpoint_path,
        url=settings.checkpoint_url,
        refuse_fork=ledger.refuse_fork,
        close=ledger.close,
    )
    stops = StopRound(Stops(engine), sites, courier, now)

    def alone(name: str, run: Callable[[], object]) -> Callable[[], None]:
        def turn() -> None:
            with single(engine, name) as is_mine:
                if is_mine:
                    run()

        return turn

    return [
        Job("parent", 1, end_with_parent),
        Job("sign", 10, SignRound(ledger, appending, tuple(sites)), at_exit=True),
        Job("outside", 30, alone("outside", outside), at_exit=True),
        Job("stops", 15, alone("stops", stops)),
        Job("late", 300, alone("late", LateRound(Stops(engine), now))),
        Job(
            "retention",
            DAY_SECONDS,
            alone("retention", lambda: prune(engine, writer.write_all, now=now())),
        ),
        Job("traces", 60, TraceRound(engine, tuple(sites))),
        Job("indexes", DAY_SECONDS, TraceRound(engine, tuple(sites), thoroughly=True)),
    ]
