"""/link and /unlink."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.account import link_dialog
from bot.account.callbacks import Redeem, Unlink
from bot.filters import HasAccount
from bot.keyboards import confirmation
from bot.markup import bold
from bot.replies import Reply
from core.actors import Actor
from core.db import Transactions
from core.delivery.chats import ChatState, TelegramPerson
from core.telegram import linking


def create_router() -> Router:
    router = Router(name=__name__)
    router.message.register(_offer, Command("link", ignore_case=True, magic=F.args))
    router.message.register(_give_code, Command("link", ignore_case=True))
    router.callback_query.register(_redeem, Redeem.filter())
    router.message.register(_ask_unlink, Command("unlink", ignore_case=True), HasAccount())
    router.callback_query.register(_unlink, Unlink.filter(), HasAccount())
    return router


async def _offer(
    _message: Message, command: CommandObject, tx: Transactions, key: bytes, person: TelegramPerson
) -> Reply:
    return await link_dialog.offer(tx, key, person, command.args or "")


async def _give_code(_message: Message, tx: Transactions, key: bytes, person: TelegramPerson) -> Reply:
    return await link_dialog.give_code(tx, key, person)


async def _redeem(
    _query: CallbackQuery, callback_data: Redeem, tx: Transactions, key: bytes, person: TelegramPerson
) -> Reply:
    return await link_dialog.redeem(tx, key, person, callback_data.code)


async def _ask_unlink(_message: Message, chat: ChatState) -> Reply:
    lost = (
        ""
        if chat.email
        else "\n\nYour account was made in this chat and has no email: without the chat you cannot reach it "
        "again."
    )
    return Reply(
        f"Unlink this chat from the account of {bold(chat.display_name or '')}? "
        f"It will hear nothing more and can change nothing.{lost}",
        confirmation("Yes, unlink it", Unlink()),
    )


async def _unlink(_query: CallbackQuery, tx: Transactions, who: Actor) -> Reply:
    await tx.write(linking.unlink, who)
    return Reply("This chat is not linked to an account any more. Send /start to begin again.")
