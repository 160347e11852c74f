"""The webhook: Telegram sends updates to the web process, which stores them for the worker."""

import asyncio
import contextlib
import logging

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError

from bot.outcomes import Backoff, describe, refuse_token, wait_of
from core.telegram.inbound import KINDS
from core.wake import Beat, silent

log = logging.getLogger(__name__)

# How often to check that the webhook is still ours, and that Telegram reaches it.
CHECK_S = 10.0


class Webhook:
    """Replaces the poller. `problem` is why Telegram cannot reach us, if it cannot."""

    def __init__(self, bot: Bot, url: str, secret: str, beat: Beat = silent) -> None:
        self._bot = bot
        self._url = url
        self._secret = secret
        self._beat = beat
        self._told = False
        self.problem: str | None = None

    async def run_once(self) -> None:
        """Make sure that Telegram knows where to send updates.

        Raises ConfigurationError for a refused token, and AiogramError if the Bot API cannot be used.
        """
        try:
            info = await self._bot.get_webhook_info()
            # Once in any case: the secret may have changed.
            if info.url != self._url or not self._told:
                await self._bot.set_webhook(self._url, secret_token=self._secret, allowed_updates=list(KINDS))
        except (TelegramUnauthorizedError, TelegramNotFound) as error:
            refuse_token(error)
        self._told = True
        waits = info.url == self._url and bool(info.pending_update_count)
        self.problem = info.last_error_message if waits else None
        if self.problem:
            log.warning("Telegram cannot send updates to %s: %s", self._url, self.problem)

    async def run(self, stop: asyncio.Event) -> None:
        """Check until stopped. Raises ConfigurationError as `run_once` does; other errors are retried."""
        backoff = Backoff()
        while not stop.is_set():
            try:
                await self.run_once()
            except AiogramError as error:
                log.warning("The webhook cannot be set: %s; trying again", describe(error))
                await self._beat(f"Telegram cannot be reached: {describe(error)}")
                await backoff.wait(stop, wait_of(error))
                continue
            backoff.reset()
            await self._beat(self.problem)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CHECK_S):
                    await stop.wait()
