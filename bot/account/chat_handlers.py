"""Groups: the bot does not act there and tells nothing of a household."""

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.command_menu import COMMANDS
from bot.replies import Reply


def create_router() -> Router:
    router = Router(name="groups")
    elsewhere = F.chat.type != ChatType.PRIVATE
    router.message.register(_point_to_private, elsewhere, Command(*COMMANDS, ignore_case=True))
    router.message.register(_stay_silent, elsewhere)
    router.callback_query.register(_refuse_button, F.message.chat.type != ChatType.PRIVATE)
    return router


async def _point_to_private(_message: Message, bot: Bot) -> Reply:
    me = await bot.me()
    return Reply(f"Talk to me in a private chat: https://t.me/{me.username}?start")


async def _stay_silent(_message: Message) -> None:
    return None


async def _refuse_button(_query: CallbackQuery) -> Reply:
    return Reply(toast="Talk to me in a private chat.", alert=True)
