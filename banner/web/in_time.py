"""Asking what may never answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

from ..core.errors import StoreUnavailable

Answer = TypeVar("Answer")


class InTime(Generic[Answer]):
    """One question, asked in a thread: a database that hangs must not hang whoever asks after it.

    Whoever asks while an older one is waiting waits for that one's answer, so that there is never
    more than one thread.
    """

    def __init__(self, question: Callable[[], Answer], *, seconds: float) -> None:
        self._question = question
        self._seconds = seconds
        self._guard = threading.Lock()
        self._asked: Future[Answer] | None = None
        self._thread = ThreadPoolExecutor(1, "izin-in-time")

    def __call__(self) -> Answer:
        """The answer. Raises the question's own error, or ``StoreUnavailable`` after a while."""
        with self._guard:
            if self._asked is None or self._asked.done():
                self._asked = self._thread.submit(self._question)
            asked = self._asked
        try:
            return asked.result(self._seconds)
        except TimeoutError:
            raise StoreUnavailable("the database does not answer in time") from None
