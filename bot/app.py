"""The aiogram Dispatcher with everything that the bot understands."""

import aiogram

from bot.errors import add_error_handlers
from bot.middlewares import Acquaintance, PlainWords
from bot.routers import create_routers
from core.config import Settings
from core.db import Transactions


def create_dispatcher(tx: Transactions, key: bytes, settings: Settings) -> aiogram.Dispatcher:
    """Return a dispatcher whose handlers return a Reply and never call Telegram themselves.

    `key` is what link codes are keyed with. A worker passes each update's own `tx`.
    """
    dispatcher = aiogram.Dispatcher(disable_fsm=True, tx=tx, key=key, settings=settings)
    dispatcher.update.outer_middleware(Acquaintance())
    dispatcher.message.outer_middleware(PlainWords())
    add_error_handlers(dispatcher)
    dispatcher.include_routers(*create_routers())
    return dispatcher
