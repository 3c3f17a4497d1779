"""What the service writes down: one line for each event, on standard error.

An event is named by its message, which is a fixed word, and told by the few facts in ``FACTS``.
Nothing else gets into a line: no argument of another library's message, and of an exception only
its type and where it happened, because its words may repeat what a visitor sent.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

FACTS = (
    "method", "route", "status", "code", "site", "kind", "milliseconds", "seconds", "count",
    "size", "position", "attempt", "worker", "check", "file", "cause", "left_out",
)  # fmt: skip
"""What may be said of an event, in this order: ``log.info("…", extra={"site": …})``."""

OURS = "izin"
LONGEST_CAUSE = 200
DEEPEST_FRAMES = 20
MOST_LINES = 50
"""Of one event in a second: a flood of wrong requests must not fill the disk with its log."""

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Which request a line belongs to; also in the answer, as ``X-Request-Id``."""


def set_up(level: str, *, for_people: bool) -> None:
    """Write to standard error from ``level`` on: JSON, or lines ``for_people`` in development.

    Of other libraries warnings and errors are written. Safe to call again.
    """
    handler = _StandardError()
    handler.setFormatter(Readable() if for_people else Structured())
    handler.addFilter(Bounded())
    root = logging.getLogger()
    for other in [each for each in root.handlers if isinstance(each, _StandardError)]:
        root.removeHandler(other)
    root.addHandler(handler)
    logging.getLogger(OURS).setLevel(level.upper())


class Bounded(logging.Filter):
    """Lets so many lines of an event through in each second; the next line says how many it left
    out. Who asks for ``debug`` gets all of those."""

    def __init__(self) -> None:
        super().__init__()
        self._guard = threading.Lock()
        self._second = 0
        self._counts: Counter[str] = Counter()
        self._left_out = 0

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno <= logging.DEBUG:
            return True
        with self._guard:
            if int(record.created) != self._second:
                self._second = int(record.created)
                self._counts.clear()
            self._counts[str(record.msg)] += 1
            if self._counts[str(record.msg)] > MOST_LINES:
                self._left_out += 1
                return False
            if self._left_out:
                record.left_out, self._left_out = self._left_out, 0
        return True


class Structured(logging.Formatter):
    """A line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z",
            "level": record.levelname.lower(),
            "event": record.msg if _is_ours(record) else "library",
            **_facts(record),
        }
        if not _is_ours(record):
            # The words as they stand in the library's source, without what it fills in.
            line |= {"logger": record.name, "words": str(record.msg)}
        if record.exc_info and record.exc_info[1]:
            line |= _told(record.exc_info[1])
        return json.dumps(line, separators=(",", ":"))


class Readable(logging.Formatter):
    """The same facts for who develops, with an exception as Python shows it."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        facts = " ".join(f"{name}={value}" for name, value in _facts(record).items())
        words = record.msg if _is_ours(record) else f"{record.name}: {record.getMessage()}"
        line = f"{moment} {record.levelname.lower():7} {words} {facts}".rstrip()
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


def cause_of(error: BaseException | None) -> str:
    """Why a database did not answer, in its driver's words: one line, without what was sent.

    SQLAlchemy's own words would repeat the statement, and those of a driver about the data
    itself would repeat the data.
    """
    original = getattr(error, "orig", None) or error
    if original is None:
        return ""
    name = type(original).__name__
    if name in ("DataError", "IntegrityError"):
        return name
    words = str(original).strip().partition("\n")[0]
    return f"{name}: {words}"[:LONGEST_CAUSE]


class _StandardError(logging.StreamHandler[TextIO]):
    """Whatever standard error is at that moment: a server or a test may have replaced it."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name == OURS or record.name.startswith(f"{OURS}.")


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    facts = {"request": request_id.get()} if request_id.get() else {}
    values = vars(record)
    return facts | {name: values[name] for name in FACTS if values.get(name) is not None}


def _told(error: BaseException) -> dict[str, Any]:
    chain = [*_chain(error)]
    stack = traceback.extract_tb(error.__traceback__)[-DEEPEST_FRAMES:]
    return {
        "error": " < ".join(type(each).__name__ for each in chain),
        "stack": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in stack],
    }


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, then what it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
