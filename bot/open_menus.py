"""Edits the settings menu that a chat has open when the settings change elsewhere."""

import logging

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest

from bot import settings_menu
from bot.outcomes import describe
from bot.replies import Reply, edit
from core import menus
from core.db import Transactions
from core.errors import Unavailable

log = logging.getLogger(__name__)


class OpenMenus:
    """The menu of each chat: the message that showed a page of the settings last.

    An edit that Telegram does not take is given up: the menu is right again as soon as it is touched.
    """

    def __init__(self, bot: Bot, tx: Transactions) -> None:
        self._bot = bot
        self._tx = tx

    async def keep(self, chat_id: int, message_id: int, shown: Reply) -> None:
        """Remember an answer that shows a page of the settings; it is edited if they changed meanwhile."""
        if shown.page is None and shown.covers is None:
            return
        try:
            now = await self._tx.write(settings_menu.keep, chat_id, message_id, shown)
        except Unavailable as error:
            log.warning("A menu is not followed until it is touched: %s", error)
            return
        if now is not None:
            await self._edit(chat_id, message_id, now)

    async def refresh(self, chat_id: int) -> None:
        """Show in a chat's menu what has changed, if that can be seen on its page."""
        found = await self._tx.write(settings_menu.refresh, chat_id)
        if found is not None:
            await self._edit(chat_id, *found)

    async def _edit(self, chat_id: int, message_id: int, now: Reply) -> None:
        try:
            await edit(self._bot, chat_id, message_id, now)
        except AiogramError as error:
            log.info("The menu of a chat could not be edited: %s", describe(error))
            if isinstance(error, TelegramBadRequest):
                # It was deleted, most likely.
                await self._tx.write(menus.forget, chat_id)
