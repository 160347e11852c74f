"""The long poll; there can be only one."""

import asyncio

from sandbox.errors import BotApiError


class LongPoll:
    """The one request that may wait for updates."""

    def __init__(self) -> None:
        self._waiting: asyncio.Future[BotApiError | None] | None = None
        self._closed = False

    def wake(self, error: BotApiError | None = None) -> None:
        """End the wait, with an error if one is given."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(error)

    def close(self) -> None:
        """End the wait, and let nobody wait again."""
        self._closed = True
        self.wake()

    async def wait(self, seconds: float) -> None:
        """Wait until woken, for at most so many seconds. Raises the BotApiError given to `wake`."""
        if self._closed:
            return
        waiting: asyncio.Future[BotApiError | None] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        try:
            async with asyncio.timeout(seconds):
                error = await waiting
        except TimeoutError:
            return
        finally:
            if self._waiting is waiting:
                self._waiting = None
        if error is not None:
            raise error
