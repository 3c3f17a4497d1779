"""What the service counts, for Prometheus.

Whoever has something to count calls a function here: each takes some microseconds and never fails.
No label holds an address, a token, a record or an origin. What is acknowledged was stored, or
replayed: an alarm belongs on the difference.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
    multiprocess,
    values,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where the processes of one service put their counts, so that any of them can tell all. Set by
``serve``; whoever serves several processes otherwise sets it to an empty folder."""

ROWS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is not counted but looked up when somebody asks."""

    uncovered_seconds: Mapping[str, float] = field(default_factory=dict)
    """By site: the age of the oldest leaf that no checkpoint covers."""
    late_stops: Mapping[str, int] = field(default_factory=dict)
    """By site: withdrawals that somebody had to be told of by now, and was not."""
    disk_free_bytes: int | None = None
    keys_changed_at: float | None = None
    """When the file of keys was last changed, in seconds since 1970 UTC."""
    closed: Mapping[str, bool] = field(default_factory=dict)
    """By site: can its log not go on, because it contradicts what was signed of it?"""


# --- what is counted -----------------------------------------------------------------------


def acknowledged(site: str) -> None:
    """A decision is answered with a token: it is stored."""
    _counts().acknowledged.labels(site).inc()


def stored(site: str, count: int = 1) -> None:
    """Records are committed that were not there."""
    _counts().stored.labels(site).inc(count)


def replayed(site: str, count: int = 1) -> None:
    """A decision came again, and its record was there."""
    _counts().replayed.labels(site).inc(count)


def unverified(site: str, outcome: str) -> None:
    """A decision replaces something by a token that nobody here can verify: ``linked`` by its
    words, or ``unknown``."""
    _counts().unverified.labels(site, outcome).inc()


def refused(code: str) -> None:
    """A request is answered with the code of an error."""
    _counts().refused.labels(code).inc()


def answered(route: str, seconds: float) -> None:
    """A request to ``route`` (the rule, never the path) took so long."""
    _counts().request_seconds.labels(route).observe(seconds)


def committed(rows: int, seconds: float) -> None:
    """One transaction of the writer has taken so long for so many acts."""
    _counts().batch_size.observe(rows)
    _counts().commit_seconds.observe(seconds)


def commit_failed() -> None:
    _counts().commits_failed.inc()


def queued(length: int) -> None:
    """So many acts wait for the writer."""
    _counts().queue_length.set(length)


def checkpoint_made(site: str) -> None:
    _counts().checkpoints.labels(site).inc()


# --- what is told --------------------------------------------------------------------------


def scrape(figures: Figures) -> bytes:
    """Everything in Prometheus' text format, of all processes of this service."""
    registry = CollectorRegistry()
    registry.register(_Figures(figures))
    if folder := os.environ.get(FOLDER):
        _forget_the_dead(Path(folder))
        multiprocess.MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
    else:
        registry.register(_counts().registry)
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[GaugeMetricFamily]:
        figures = self._figures
        uncovered = GaugeMetricFamily(
            "izin_uncovered_seconds",
            "Age of the oldest leaf that no checkpoint covers.",
            labels=["site"],
        )
        for site, seconds in figures.uncovered_seconds.items():
            uncovered.add_metric([site], seconds)
        yield uncovered
        late = GaugeMetricFamily(
            "izin_stops_late", "Withdrawals that are overdue to be passed on.", labels=["site"]
        )
        for site, count in figures.late_stops.items():
            late.add_metric([site], count)
        yield late
        closed = GaugeMetricFamily(
            "izin_ledger_closed",
            "1 if nothing more is signed, because the log contradicts a checkpoint.",
            labels=["site"],
        )
        for site, is_closed in figures.closed.items():
            closed.add_metric([site], int(is_closed))
        yield closed
        if figures.disk_free_bytes is not None:
            yield GaugeMetricFamily(
                "izin_disk_free_bytes", "Room for the database.", figures.disk_free_bytes
            )
        if figures.keys_changed_at is not None:
            yield GaugeMetricFamily(
                "izin_keys_changed_timestamp_seconds",
                "When the file of keys was last changed.",
                figures.keys_changed_at,
            )


class _Counts:
    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        if os.environ.get(FOLDER):
            # The package chose when it was imported, which may have been before the fork.
            values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
        self.registry = registry = CollectorRegistry()
        site, code, route = ["site"], ["code"], ["route"]
        self.acknowledged = Counter(
            "izin_decisions_acknowledged", "Decisions answered with 201.", site, registry=registry
        )
        self.stored = Counter(
            "izin_records_stored", "Records committed that were new.", site, registry=registry
        )
        self.replayed = Counter(
            "izin_decisions_replayed", "Decisions that were stored.", site, registry=registry
        )
        self.unverified = Counter(
            "izin_previous_unverified",
            "Decisions whose previous token could not be verified.",
            ["site", "outcome"],
            registry=registry,
        )
        self.refused = Counter(
            "izin_requests_refused", "Requests answered with an error.", code, registry=registry
        )
        self.request_seconds = Histogram(
            "izin_request_seconds", "Time to an answer.", route, registry=registry, buckets=SECONDS
        )
        self.batch_size = Histogram(
            "izin_batch_size", "Acts in one transaction.", registry=registry, buckets=ROWS
        )
        self.commit_seconds = Histogram(
            "izin_commit_seconds", "Time of one commit.", registry=registry, buckets=SECONDS
        )
        self.commits_failed = Counter(
            "izin_commits_failed", "Transactions that failed.", registry=registry
        )
        self.queue_length = Gauge(
            "izin_queue_length",
            "Acts that wait for the writer.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self.checkpoints = Counter(
            "izin_checkpoints", "Checkpoints signed.", site, registry=registry
        )


_made: _Counts | None = None
_making = threading.Lock()


def _counts() -> _Counts:
    """Made by the first who counts: after the fork, in the process that serves."""
    global _made
    if _made is None:
        with _making:
            _made = _made or _Counts()
    return _made


def _forget_the_dead(folder: Path) -> None:
    """Workers that have ended leave no queue; what they counted stays."""
    for file in folder.glob("gauge_live*_*.db"):
        process = file.stem.rpartition("_")[2]
        if process.isdigit() and _has_ended(int(process)):
            multiprocess.mark_process_dead(int(process), str(folder))  # type: ignore[no-untyped-call]


def _has_ended(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError as error:
        return isinstance(error, ProcessLookupError)
    return False
