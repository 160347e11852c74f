"""The two wires of a loop: Wake, a hint that there is something to do, and Beat, its sign of life.

A slow poll makes a lost hint harmless.
"""

import asyncio
from typing import Protocol

# A lost hint costs at most this long.
POLL_S = 0.5


class Wake:
    """Wakes everybody who waits. A hint that comes while nobody waits is kept for each listener."""

    def __init__(self, poll: float = POLL_S) -> None:
        self._poll = poll
        self._listeners: set[asyncio.Event] = set()

    def __call__(self) -> None:
        """Hint that something was committed."""
        for listener in self._listeners:
            listener.set()

    def listener(self) -> "Listener":
        """Return a listener of its own for one loop."""
        event = asyncio.Event()
        self._listeners.add(event)
        return Listener(event, self._poll)


class Listener:
    def __init__(self, event: asyncio.Event, poll: float) -> None:
        self._event = event
        self._poll = poll

    async def wait(self) -> None:
        """Return at the next hint, or after the slow poll's time."""
        try:
            async with asyncio.timeout(self._poll):
                await self._event.wait()
        except TimeoutError:
            pass
        self._event.clear()


class Beat(Protocol):
    """What a loop calls after each round; `problem` is a sentence that says why it cannot work."""

    async def __call__(self, problem: str | None = None) -> None: ...


async def silent(problem: str | None = None) -> None:
    """Beat for nobody: for a part that runs without anybody watching."""
