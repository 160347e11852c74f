"""/settings: a menu of buttons that edits itself in place."""

from typing import get_args

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.filters import Caller, HasAccount
from bot.replies import Reply
from bot.settings import menu, volume_warning
from bot.settings.commands import Change
from bot.settings.menu import PageOfMenu
from core.delivery.chats import ChatState


def create_router() -> Router:
    router = Router(name=__name__)
    linked = HasAccount()
    router.message.register(_main, Command("settings", ignore_case=True), linked)
    for page in get_args(PageOfMenu):
        router.callback_query.register(_show, page.filter(), linked)
    for change in get_args(Change):
        router.callback_query.register(_change, change.filter(), linked)
    return router


async def _main(_message: Message, me: Caller, chat: ChatState) -> Reply:
    return await me.read(menu.draw, chat.household, menu.MAIN)


async def _show(_query: CallbackQuery, callback_data: PageOfMenu, me: Caller, chat: ChatState) -> Reply:
    return await me.read(menu.draw, chat.household, callback_data)


async def _change(_query: CallbackQuery, callback_data: Change, me: Caller) -> Reply:
    return await change(me, callback_data)


async def change(me: Caller, pressed: Change) -> Reply:
    """Change what a button carries, or ask first when that would bring many more messages."""
    question = await volume_warning.question(me, pressed)
    return await me.write(menu.change, pressed) if question is None else question
