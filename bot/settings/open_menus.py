"""Edits the settings menu that a chat has open when the settings change elsewhere."""

import logging
from dataclasses import replace

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest

from bot.outcomes import PASSING, describe
from bot.replies import Reply, edit
from bot.settings import menu as settings_menu
from core.db import Transactions
from core.settings import open_menus
from core.settings.open_menus import Menu

log = logging.getLogger(__name__)


class OpenMenus:
    """The menu of each chat: the message that showed a page of the settings last."""

    def __init__(self, bot: Bot, tx: Transactions) -> None:
        self._bot = bot
        self._tx = tx

    async def keep(self, chat_id: int, message_id: int, answer: Reply) -> None:
        """Remember an answer that shows a page of the settings, or covers one."""
        if answer.page is not None or answer.covers is not None:
            await self._tx.write(settings_menu.keep, chat_id, message_id, answer)

    async def refresh(self, chat_id: int) -> bool:
        """Show in a chat's menu what has changed. False when it is to be tried again in a while.

        An edit that Telegram refuses is given up until the settings change again.
        """
        found = await self._tx.read(settings_menu.redraw, chat_id)
        if found is None:
            return True
        menu, now = found
        if settings_menu.fingerprint(now) == menu.fingerprint:
            await self._tx.write(open_menus.settle, chat_id, menu)
            return True
        return await self._edit(chat_id, menu, now)

    async def _edit(self, chat_id: int, menu: Menu, now: Reply) -> bool:
        try:
            await edit(self._bot, chat_id, menu.message_id, now)
        except PASSING as error:
            log.info("The menu of a chat waits: %s", describe(error))
            return False
        except AiogramError as error:
            log.info("The menu of a chat could not be edited: %s", describe(error))
            if isinstance(error, TelegramBadRequest):
                # It was deleted, most likely.
                await self._tx.write(open_menus.forget, chat_id, menu.message_id)
            else:
                await self._tx.write(open_menus.settle, chat_id, menu)
        else:
            assert now.page is not None
            shown = replace(menu, page=now.page.pack(), fingerprint=settings_menu.fingerprint(now))
            await self._tx.write(open_menus.settle, chat_id, shown)
        return True
