"""The aiogram Dispatcher with everything that the bot understands."""

import aiogram
from aiogram import Router

from bot.account import chat_handlers, fallback_handlers, link_handlers, start_handlers
from bot.account import handlers as account_handlers
from bot.alerts import digest_handlers, why_handlers
from bot.errors import add_error_handlers
from bot.households import change_handlers, invite_handlers, join_handlers, leave_handlers, member_handlers
from bot.households import handlers as households_handlers
from bot.middlewares import Acquaintance
from bot.reading.free_text import PlainWords
from bot.settings import follow_handlers, mute_handlers, typed_handlers
from bot.settings import handlers as settings_handlers
from bot.shopping import handlers as shopping_handlers
from bot.stock import (
    add_handlers,
    card_handlers,
    listing_handlers,
    today_handlers,
    undo_handlers,
)
from bot.stock import handlers as stock_handlers
from core.config import Settings
from core.db import Transactions


def create_dispatcher(tx: Transactions, key: bytes, settings: Settings) -> aiogram.Dispatcher:
    """Return a dispatcher whose handlers return a Reply and never call Telegram themselves.

    `key` signs link codes. A worker passes each update's own `tx`.
    """
    dispatcher = aiogram.Dispatcher(disable_fsm=True, tx=tx, key=key, settings=settings)
    dispatcher.update.outer_middleware(Acquaintance())
    dispatcher.message.outer_middleware(PlainWords())
    add_error_handlers(dispatcher)
    dispatcher.include_routers(*create_routers())
    return dispatcher


def create_routers() -> list[Router]:
    """Return the routers in the order in which they are tried; the last one takes what is left."""
    modules = (
        chat_handlers,
        join_handlers,
        start_handlers,
        link_handlers,
        change_handlers,
        households_handlers,
        member_handlers,
        invite_handlers,
        leave_handlers,
        account_handlers,
        typed_handlers,
        settings_handlers,
        mute_handlers,
        listing_handlers,
        today_handlers,
        digest_handlers,
        stock_handlers,
        add_handlers,
        undo_handlers,
        shopping_handlers,
        follow_handlers,
        why_handlers,
        card_handlers,
        fallback_handlers,
    )
    return [module.create_router() for module in modules]
