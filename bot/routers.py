"""The handlers. Each module makes its own router; a handler returns a Reply."""

from aiogram import Router

from bot.account import chat_handlers, fallback_handlers, link_handlers, membership_handlers, start_handlers
from bot.account import handlers as account_handlers
from bot.alerts import digest_handlers, why_handlers
from bot.alerts import handlers as alerts_handlers
from bot.households import change_handlers, invite_handlers, join_handlers, leave_handlers, member_handlers
from bot.households import handlers as households_handlers
from bot.settings import follow_handlers, mute_handlers, topic_handlers, typed_handlers
from bot.settings import handlers as settings_handlers
from bot.shopping import handlers as shopping_handlers
from bot.stock import (
    add_handlers,
    card_handlers,
    listing_handlers,
    remove_handlers,
    today_handlers,
    undo_handlers,
)
from bot.stock import handlers as stock_handlers


def create_routers() -> list[Router]:
    """Return the routers in the order in which they are asked; the last one takes what is left."""
    modules = (
        chat_handlers,
        alerts_handlers,
        membership_handlers,
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
        topic_handlers,
        mute_handlers,
        listing_handlers,
        today_handlers,
        digest_handlers,
        stock_handlers,
        add_handlers,
        remove_handlers,
        undo_handlers,
        shopping_handlers,
        follow_handlers,
        why_handlers,
        card_handlers,
        fallback_handlers,
    )
    return [module.create_router() for module in modules]
