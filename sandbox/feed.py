"""Changes in the chats, for pages and waiting tests."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any


class ChatFeed:
    """Tells subscribers of every change, and lets callers wait until a chat has changed."""

    def __init__(self) -> None:
        # Starts at the clock: a revision from before a restart must not look current.
        self._first = self._revision = int(time.time() * 1000)
        self._of_chat: dict[int, int] = {}
        self._waiting: set[asyncio.Event] = set()
        self._queues: set[asyncio.Queue[dict[str, Any] | None]] = set()
        self._closed = False

    def publish(self, chat_id: int, event: dict[str, Any] | Callable[[], dict[str, Any]]) -> None:
        """Publish a change in a chat: JSON with a `type`. A callable is only called if somebody listens."""
        self._revision += 1
        self._of_chat[chat_id] = self._revision
        for waiting in self._waiting:
            waiting.set()
        if not self._queues:
            return
        told = {"chat_id": chat_id, **(event() if callable(event) else event)}
        for queue in self._queues:
            queue.put_nowait(told)

    def revision(self, chat_id: int) -> int:
        """A number that changes with every change in this chat."""
        return self._of_chat.get(chat_id, self._first)

    async def changed(self, chat_id: int, since: int, seconds: float) -> None:
        """Wait until the chat's revision is not `since`, for so many seconds, or until closing."""
        arrived = asyncio.Event()
        self._waiting.add(arrived)
        try:
            async with asyncio.timeout(seconds):
                while self.revision(chat_id) == since and not self._closed:
                    await arrived.wait()
                    arrived.clear()
        except TimeoutError:
            return
        finally:
            self._waiting.discard(arrived)

    async def events(self, heartbeat: float) -> AsyncIterator[dict[str, Any] | None]:
        """Every change from now on; None after `heartbeat` quiet seconds. Ends when closing."""
        queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._queues.add(queue)
        try:
            while not self._closed:
                try:
                    async with asyncio.timeout(heartbeat):
                        event = await queue.get()
                except TimeoutError:
                    yield None
                    continue
                if event is not None:
                    yield event
        finally:
            self._queues.discard(queue)

    def close(self) -> None:
        """End every wait and every listener's events."""
        self._closed = True
        for waiting in self._waiting:
            waiting.set()
        for queue in self._queues:
            queue.put_nowait(None)
