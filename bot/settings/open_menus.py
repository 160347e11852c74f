"""Edits a chat's open settings menu when the settings change elsewhere."""

import logging
from dataclasses import replace

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest

from bot.outcomes import PASSING, describe
from bot.replies import Reply, edit
from bot.settings import menu as settings_menu
from core.db import Transactions
from core.settings import open_menus

log = logging.getLogger(__name__)


async def keep(tx: Transactions, chat_id: int, message_id: int, answer: Reply) -> None:
    """Remember an answer that shows or covers a page of the settings."""
    if answer.page is not None or answer.covers is not None:
        await tx.write(settings_menu.keep, chat_id, message_id, answer)


async def refresh(bot: Bot, tx: Transactions, chat_id: int) -> bool:
    """Update a chat's menu. Return False if it should be tried again later.

    An edit that Telegram refuses is not tried again until the settings change.
    """
    found = await tx.read(settings_menu.redraw, chat_id)
    if found is None:
        return True
    menu, now = found
    fingerprint = settings_menu.fingerprint(now)
    if fingerprint != menu.fingerprint:
        try:
            await edit(bot, chat_id, menu.message_id, now)
        except PASSING as error:
            log.info("The menu of a chat waits: %s", describe(error))
            return False
        except AiogramError as error:
            log.info("The menu of a chat could not be edited: %s", describe(error))
            if isinstance(error, TelegramBadRequest):
                # Most likely it was deleted.
                await tx.write(open_menus.forget, chat_id, menu.message_id)
                return True
        else:
            assert now.page is not None
            menu = replace(menu, page=now.page.pack(), fingerprint=fingerprint)
    await tx.write(open_menus.settle, chat_id, menu)
    return True
