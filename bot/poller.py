"""The poller: updates are stored, and only then acknowledged."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod

from bot.outcomes import Backoff, describe, refuse_token, wait_of
from core.db import Transactions
from core.errors import ConfigurationError, Unavailable
from core.telegram import inbound
from core.telegram.inbound import KINDS, ReceivedUpdate
from core.wake import Beat, silent

log = logging.getLogger(__name__)

# Short enough for regular signs of life.
LONG_POLL_S = 10
# How much longer than the poll its answer may take.
GRACE_S = 10


class AnotherPollerError(ConfigurationError):
    """Another program receives this bot's updates."""


class GetUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates as plain JSON: what Telegram sent is stored, whether aiogram knows it or not.

    https://core.telegram.org/bots/api#getupdates
    """

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int
    allowed_updates: list[str]


class Poller:
    """Stores the bot's updates.

    The offset lives in memory. After a start none is sent: Telegram repeats everything that was not
    acknowledged, and the database ignores what it already has.
    """

    def __init__(
        self, bot: Bot, tx: Transactions, on_stored: Callable[[], None], beat: Beat = silent
    ) -> None:
        self._bot = bot
        self._tx = tx
        self._on_stored = on_stored
        self._beat = beat
        self._offset: int | None = None

    async def run_once(self, timeout: int) -> int:  # noqa: ASYNC109 - Telegram's own parameter, in seconds
        """Wait up to `timeout` seconds for updates, store them, and return how many there were.

        Raises AnotherPollerError, ConfigurationError for a refused token, AiogramError if the Bot API cannot
        be used, and Unavailable if the database cannot; nothing is acknowledged then.
        """
        request = GetUpdates(offset=self._offset, timeout=timeout, allowed_updates=list(KINDS))
        try:
            updates = await self._bot(request, request_timeout=timeout + GRACE_S)
        except TelegramConflictError as error:
            raise AnotherPollerError(
                "Another program is polling this bot. Stop it, or use another token in TELEGRAM_BOT_TOKEN."
            ) from error
        except (TelegramUnauthorizedError, TelegramNotFound) as error:
            refuse_token(error)
        if updates:
            await self._tx.write(inbound.store, [ReceivedUpdate.of(update) for update in updates])
            self._offset = updates[-1]["update_id"] + 1
            self._on_stored()
        return len(updates)

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until stopped. Raises ConfigurationError as `run_once` does; other errors are retried."""
        polling = asyncio.create_task(self._poll(stop))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({polling, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # Cancelling a poll loses nothing: what was not stored was not acknowledged either.
            polling.cancel()
            stopping.cancel()
            await asyncio.gather(polling, stopping, return_exceptions=True)
        if not polling.cancelled():
            polling.result()

    async def _poll(self, stop: asyncio.Event) -> None:
        backoff, prepared = Backoff(), False
        while not stop.is_set():
            try:
                if not prepared:
                    # While a webhook is set, Telegram refuses to be polled.
                    prepared = await self._bot.delete_webhook()
                    # The first answer to a poll may take as long as the poll.
                    await self._beat()
                await self.run_once(LONG_POLL_S)
                backoff.reset()
                await self._beat()
            except AiogramError as error:
                log.warning("Updates cannot be fetched: %s; trying again", describe(error))
                await self._beat(f"Updates cannot be fetched from Telegram: {describe(error)}.")
                await backoff.wait(stop, wait_of(error))
            except Unavailable:
                log.warning("Updates cannot be stored because the database cannot be used; trying again")
                await backoff.wait(stop)
