"""Chats themselves: groups, where the bot does nothing, and people who block the bot and come back."""

from aiogram import Bot, F, Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from bot.command_menu import COMMANDS
from bot.replies import Reply
from core.db import Transactions
from core.delivery import chats
from core.delivery.chats import TelegramPerson


def create_router() -> Router:
    router = Router(name=__name__)
    elsewhere = F.chat.type != ChatType.PRIVATE
    router.message.register(_point_to_private, elsewhere, Command(*COMMANDS, ignore_case=True))
    router.message.register(_stay_silent, elsewhere)
    router.callback_query.register(_refuse_button, F.message.chat.type != ChatType.PRIVATE)
    private = F.chat.type == ChatType.PRIVATE
    blocked = F.new_chat_member.status.in_({ChatMemberStatus.KICKED, ChatMemberStatus.LEFT})
    router.my_chat_member.register(_suspend, private, blocked)
    router.my_chat_member.register(_resume, private)
    return router


async def _point_to_private(_message: Message, bot: Bot) -> Reply:
    me = await bot.me()
    return Reply(f"Talk to me in a private chat: https://t.me/{me.username}?start")


async def _stay_silent(_message: Message) -> None:
    return None


async def _refuse_button(_query: CallbackQuery) -> Reply:
    return Reply(toast="Talk to me in a private chat.", alert=True)


async def _suspend(update: ChatMemberUpdated, tx: Transactions) -> None:
    await tx.write(chats.suspend, update.from_user.id, "bot was blocked by the user")


async def _resume(_update: ChatMemberUpdated, tx: Transactions, person: TelegramPerson) -> None:
    await tx.write(chats.greet, person)
