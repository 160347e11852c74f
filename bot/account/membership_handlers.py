"""Blocking the bot and letting it back in."""

from aiogram import F, Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.types import ChatMemberUpdated

from core.db import Transactions
from core.delivery import chats
from core.delivery.chats import TelegramPerson


def create_router() -> Router:
    router = Router(name="membership")
    private = F.chat.type == ChatType.PRIVATE
    blocked = F.new_chat_member.status.in_({ChatMemberStatus.KICKED, ChatMemberStatus.LEFT})
    router.my_chat_member.register(_suspend, private, blocked)
    router.my_chat_member.register(_resume, private)
    return router


async def _suspend(update: ChatMemberUpdated, tx: Transactions) -> None:
    await tx.write(chats.suspend, update.from_user.id, "bot was blocked by the user")


async def _resume(_update: ChatMemberUpdated, tx: Transactions, person: TelegramPerson) -> None:
    await tx.write(chats.greet, person)
