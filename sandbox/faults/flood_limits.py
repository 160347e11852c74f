"""Flood limits (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this)."""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.errors import too_many_requests


@dataclass
class _Bucket:
    """Tokens that refill at `rate` per second, up to `size`."""

    size: float
    rate: float
    tokens: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until there is a token."""
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.rate

    def take(self, _: float) -> None:
        self.tokens -= 1


@dataclass
class _Window:
    """At most `size` in any `seconds`."""

    size: int
    seconds: float
    times: deque[float]

    def wait(self, now: float) -> float:
        """Seconds until there is room."""
        while self.times and self.times[0] <= now - self.seconds:
            self.times.popleft()
        return 0.0 if len(self.times) < self.size else self.times[0] + self.seconds - now

    def take(self, now: float) -> None:
        self.times.append(now)


class FloodLimits:
    """One message a second per chat with bursts of 3, 20 a minute per group, 30 a second in all.

    New messages and edits count, unless they are refused.
    """

    CHAT = (3.0, 1.0)
    GROUP = (20, 60.0)
    OVERALL = (30, 1.0)

    def __init__(self, enabled: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self.enabled = enabled
        self._clock = clock
        self._forget()

    def _forget(self) -> None:
        self._overall = _Window(*self.OVERALL, deque())
        self._chats: dict[int, _Bucket] = {}
        self._groups: dict[int, _Window] = {}

    def switch(self, enabled: bool) -> None:
        """Enforce the limits or not, starting with nothing sent."""
        self.enabled = enabled
        self._forget()

    def spend(self, chat_id: int) -> None:
        """Count one message to a chat. Raises BotApiError 429 with the seconds to wait, rounded up."""
        if not self.enabled:
            return
        now = self._clock()
        counters = self._counters(chat_id, now)
        wait = max(counter.wait(now) for counter in counters)
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        for counter in counters:
            counter.take(now)

    def _counters(self, chat_id: int, now: float) -> list[_Bucket | _Window]:
        size, rate = self.CHAT
        chat = self._chats.setdefault(chat_id, _Bucket(size, rate, size, now))
        if chat_id > 0:
            return [self._overall, chat]
        return [self._overall, chat, self._groups.setdefault(chat_id, _Window(*self.GROUP, deque()))]
