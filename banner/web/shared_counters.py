"""Counters that all processes share, in a Redis."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar, cast

from limits.storage import RedisStorage
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from .counters import Memory

log = logging.getLogger("izin.limits")

Answer = TypeVar("Answer")

FAR_SECONDS = 0.25
"""How long a request waits for the shared counters; they answer within a millisecond, or not."""
AWAY_SECONDS = 15
"""How long they are left alone after they did not."""


class Shared(Memory):
    """Counters in a Redis; while it is away in memory, so that no decision waits for it."""

    STORAGE_SCHEME = None

    def __init__(self, url: str) -> None:
        super().__init__()
        self._away_until = 0.0
        self._is_away = False
        self._far = RedisStorage(
            url,
            socket_connect_timeout=FAR_SECONDS,
            socket_timeout=FAR_SECONDS,
            retry=Retry(NoBackoff(), 0),  # type: ignore[arg-type]
        )

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        count = self._ask(lambda far: far.incr(key, expiry, amount))
        return super().incr(key, expiry, amount) if count is None else count

    def get(self, key: str) -> int:
        count = self._ask(lambda far: far.get(key))
        return super().get(key) if count is None else count

    def get_expiry(self, key: str) -> float:
        end = self._ask(lambda far: far.get_expiry(key))
        return super().get_expiry(key) if end is None else end

    def _ask(self, question: Callable[[RedisStorage], Answer]) -> Answer | None:
        """``None`` while Redis is away."""
        if time.monotonic() < self._away_until:
            return None
        try:
            answer = question(self._far)
        except RedisError as error:
            self._leave_alone(error)
            return None
        self._is_back()
        return answer

    def close(self) -> None:
        """Close the connections."""
        cast(Redis, self._far.get_connection()).close()

    def _leave_alone(self, error: RedisError) -> None:
        self._away_until = time.monotonic() + AWAY_SECONDS
        if not self._is_away:
            log.error("limits_storage_away", extra={"cause": type(error).__name__})
        self._is_away = True

    def _is_back(self) -> None:
        if self._is_away:
            log.info("limits_storage_back")
        self._is_away = False
