"""Flood limits (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this)."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.errors import too_many_requests


@dataclass
class _Bucket:
    """Tokens that come back at `rate` a second, up to `size`."""

    size: float
    rate: float
    tokens: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until there is a token."""
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.rate

    def take(self) -> None:
        self.tokens -= 1


class FloodLimits:
    """One message a second a chat with a burst of 3, 20 a minute a group, 30 a second in all."""

    CHAT = (3.0, 1.0)
    GROUP = (20.0, 20 / 60)
    OVERALL = (30.0, 30.0)

    def __init__(self, enabled: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self.enabled = enabled
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def switch(self, enabled: bool) -> None:
        """Enforce the limits or not; either way everybody begins with full buckets."""
        self.enabled = enabled
        self._buckets.clear()

    def spend(self, chat_id: int) -> None:
        """Count one message to a chat. Raises BotApiError 429 with the seconds to wait, rounded up."""
        if not self.enabled:
            return
        now = self._clock()
        buckets = [self._bucket("all", self.OVERALL, now), self._bucket(f"chat {chat_id}", self.CHAT, now)]
        if chat_id < 0:
            buckets.append(self._bucket(f"group {chat_id}", self.GROUP, now))
        wait = max(bucket.wait(now) for bucket in buckets)
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        for bucket in buckets:
            bucket.take()

    def _bucket(self, name: str, shape: tuple[float, float], now: float) -> _Bucket:
        if name not in self._buckets:
            size, rate = shape
            self._buckets[name] = _Bucket(size, rate, size, now)
        return self._buckets[name]
