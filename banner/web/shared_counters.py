"""Counters that all processes share, in a Redis."""

from __future__ import annotations

import logging
import time
from typing import cast

from limits.storage import RedisStorage
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from .counters import Memory

log = logging.getLogger("izin.limits")

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
        if time.monotonic() >= self._away_until:
            try:
                count = self._far.incr(key, expiry, amount)
            except RedisError as error:
                self._leave_alone(error)
            else:
                self._is_back()
                return count
        return super().incr(key, expiry, amount)

    def get_expiry(self, key: str) -> float:
        if time.monotonic() >= self._away_until:
            try:
                return self._far.get_expiry(key)
            except RedisError as error:
                self._leave_alone(error)
        return super().get_expiry(key)

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
