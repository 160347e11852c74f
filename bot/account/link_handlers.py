"""/link and /unlink."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.account import link_dialog
from bot.account.callbacks import Redeem, Unlink
from bot.filters import Caller, HasAccount
from bot.keyboards import confirmation
from bot.markup import bold
from bot.replies import Reply
from core.delivery.chats import ChatState
from core.telegram import linking


def create_router() -> Router:
    router = Router(name=__name__)
    router.message.register(link_dialog.offer, Command("link", ignore_case=True, magic=F.args))
    router.message.register(link_dialog.give_code, Command("link", ignore_case=True))
    router.callback_query.register(link_dialog.redeem, Redeem.filter())
    router.message.register(_ask_unlink, Command("unlink", ignore_case=True), HasAccount())
    router.callback_query.register(_unlink, Unlink.filter(), HasAccount())
    return router


async def _ask_unlink(_message: Message, chat: ChatState) -> Reply:
    lost = "" if chat.email else "\n\nYour account has no email, so without this chat you lose access to it."
    return Reply(
        f"Unlink this chat from the account of {bold(chat.display_name or '')}? "
        f"I will stop writing here, and you cannot change anything from here.{lost}",
        confirmation("Yes, unlink it", Unlink()),
    )


async def _unlink(_query: CallbackQuery, me: Caller) -> Reply:
    await me.write(linking.unlink)
    return Reply("This chat is no longer linked to an account. Send /start to begin again.")
