"""Who the bot is, and whether the database belongs to it."""

import asyncio
import logging

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError

from bot.outcomes import Backoff, describe, refuse_token, wait_of
from core.db import Transactions
from core.telegram import bots
from core.wake import Beat, silent

log = logging.getLogger(__name__)


async def claim_identity(
    bot: Bot, tx: Transactions, stop: asyncio.Event | None = None, beat: Beat = silent
) -> str | None:
    """Ask Telegram who the bot is, record it, and return its username; None if stopped before.

    Tries until the Bot API answers. Raises ConfigurationError for a token that Telegram refuses, and for a
    database that belongs to another bot.
    """
    stop, backoff = stop or asyncio.Event(), Backoff()
    while not stop.is_set():
        try:
            me = await bot.me()
        except (TelegramUnauthorizedError, TelegramNotFound) as error:
            refuse_token(error)
        except AiogramError as error:
            log.warning("The bot cannot start yet: %s; trying again", describe(error))
            await beat(f"The bot cannot start yet: {describe(error)}.")
            await backoff.wait(stop, wait_of(error))
        else:
            username = me.username or me.first_name
            await tx.write(bots.claim, me.id, username)
            return username
    return None
