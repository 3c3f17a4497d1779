"""Where requests are counted: in this process's memory, bounded.

The library ``limits`` has a memory of its own. It starts a thread up to a hundred times a second to
look through every counter, which a flood from many networks makes as dear as the flood itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from limits.storage import Storage

MOST_COUNTERS = 100_000
"""Some 30 MB at most. Beyond it the oldest half is forgotten, and its clients begin anew."""


class Memory(Storage):
    """Counters of this process alone, never more than ``most``."""

    STORAGE_SCHEME = None
    base_exceptions = ()

    def __init__(self, *, most: int = MOST_COUNTERS, now: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._most = most
        self._now = now
        self._guard = threading.Lock()
        self._counters: dict[str, tuple[int, float]] = {}
        """By key, oldest first: the count, and when it ends in seconds since 1970."""

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        with self._guard:
            now = self._now()
            count, end = self._counters.get(key, (0, 0.0))
            if end <= now:
                self._counters.pop(key, None)
                self._make_room(now)
                count, end = 0, now + expiry
            self._counters[key] = count + amount, end
            return count + amount

    def get(self, key: str) -> int:
        count, end = self._counters.get(key, (0, 0.0))
        return count if end > self._now() else 0

    def get_expiry(self, key: str) -> float:
        return self._counters.get(key, (0, self._now()))[1]

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with self._guard:
            count = len(self._counters)
            self._counters.clear()
            return count

    def clear(self, key: str) -> None:
        with self._guard:
            self._counters.pop(key, None)

    def _make_room(self, now: float) -> None:
        if len(self._counters) < self._most:
            return
        kept = [(key, value) for key, value in self._counters.items() if value[1] > now]
        self._counters = dict(kept[-(self._most // 2) :])
