"""How often Telegram asks us to slow down: counted for whoever watches the system."""

import logging

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from core.db import Transactions
from core.operations import counters
from core.operations.counters import Counted

log = logging.getLogger(__name__)


class CountRefusals(BaseRequestMiddleware):
    """Counts each 429 that the Bot API answers, whatever was asked of it."""

    def __init__(self, tx: Transactions) -> None:
        self._tx = tx

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter:
            await self._count()
            raise

    async def _count(self) -> None:
        try:
            await self._tx.write(counters.add, Counted.TOO_MANY_REQUESTS)
        except Exception as error:
            log.warning("A 429 of the Bot API could not be counted: %s", type(error).__name__)
