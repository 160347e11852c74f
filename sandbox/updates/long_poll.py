"""getUpdates: the long poll, of which there can be one."""

import asyncio
from typing import TYPE_CHECKING, Any

from aiogram.methods import GetUpdates

from sandbox.errors import BotApiError, conflict

if TYPE_CHECKING:
    from sandbox.state import Sandbox

MAX_WAIT = 50  # seconds: what Telegram makes of a longer timeout
MAX_UPDATES = 100  # https://core.telegram.org/bots/api#getupdates


class Poller:
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


async def get_updates(sandbox: "Sandbox", call: GetUpdates) -> list[dict[str, Any]]:
    """https://core.telegram.org/bots/api#getupdates. Raises BotApiError 409 as Telegram does."""
    if sandbox.webhook.is_set:
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    sandbox.poller.interrupt(
        conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
    )
    limit = min(max(call.limit or MAX_UPDATES, 1), MAX_UPDATES)
    sandbox.updates.allow(call.allowed_updates)
    sandbox.updates.acknowledge(call.offset or 0)
    found = sandbox.updates.read(limit)
    if not found and call.timeout and call.timeout > 0:
        await sandbox.poller.wait(min(call.timeout, MAX_WAIT))
        found = sandbox.updates.read(limit)
    return found
