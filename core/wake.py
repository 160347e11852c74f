"""Wake, a hint that there is work, and Beat, a loop's sign of life. A slow poll makes lost hints harmless."""

import asyncio
from typing import Protocol

# A lost hint costs at most this long.
POLL_S = 0.5


class Wake:
    """Wakes all listeners. A hint that comes while one is busy is kept for it."""

    def __init__(self, poll: float = POLL_S) -> None:
        self._poll = poll
        self._listeners: set[asyncio.Event] = set()

    def __call__(self) -> None:
        """Hint that something was committed."""
        for listener in self._listeners:
            listener.set()

    def listener(self) -> "Listener":
        """Return a listener for one loop."""
        event = asyncio.Event()
        self._listeners.add(event)
        return Listener(event, self._poll)


class Listener:
    def __init__(self, event: asyncio.Event, poll: float) -> None:
        self._event = event
        self._poll = poll

    async def wait(self) -> None:
        """Return at the next hint, or after the poll interval."""
        try:
            async with asyncio.timeout(self._poll):
                await self._event.wait()
        except TimeoutError:
            pass
        self._event.clear()


class Beat(Protocol):
    """Called by a loop after each round; `problem` is a sentence that says why it cannot work."""

    async def __call__(self, problem: str | None = None) -> None: ...


async def silent(problem: str | None = None) -> None:
    """A Beat that nobody watches."""
