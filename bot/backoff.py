"""Waiting longer after each failure, but never past a stop."""

import asyncio
import contextlib

FIRST_S, LONGEST_S = 1.0, 30.0


class Backoff:
    """1, 2, 4 ... up to 30 seconds."""

    def __init__(self, first: float = FIRST_S, longest: float = LONGEST_S) -> None:
        self._first = self._next = first
        self._longest = longest

    def reset(self) -> None:
        self._next = self._first

    async def wait(self, stop: asyncio.Event, at_least: float | None = None) -> None:
        """Wait for the next time, or as long as was asked for; return at once when stopped."""
        seconds = max(self._next, at_least or 0)
        self._next = min(self._next * 2, self._longest)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await stop.wait()
