"""The long poll, of which there can be one."""

import asyncio

from sandbox.errors import BotApiError


class LongPoll:
    """The place of the one request that waits for updates."""

    def __init__(self) -> None:
        self._waiting: asyncio.Future[BotApiError | None] | None = None
        self._closed = False

    def wake(self) -> None:
        """There is something to answer."""
        self._answer(None)

    def interrupt(self, error: BotApiError) -> None:
        """Answer whoever waits with this error: the newer request wins, as at Telegram."""
        self._answer(error)

    def close(self) -> None:
        """Answer whoever waits, and let nobody wait again."""
        self._closed = True
        self._answer(None)

    def _answer(self, outcome: BotApiError | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(outcome)

    async def wait(self, seconds: float) -> None:
        """Wait for an update, at most so many seconds. Raises BotApiError when interrupted."""
        if self._closed:
            return
        waiting: asyncio.Future[BotApiError | None] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        try:
            async with asyncio.timeout(seconds):
                outcome = await waiting
        except TimeoutError:
            return
        finally:
            if self._waiting is waiting:
                self._waiting = None
        if outcome is not None:
            raise outcome
