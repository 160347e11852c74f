"""Opening an invite link: /start join_TOKEN, with or without an account."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.households.callbacks import AskToJoin
from bot.households.invitation_view import JOIN, invited
from bot.keyboards import confirmation
from bot.markup import bold
from bot.replies import Reply
from core.config import Settings
from core.db import Transactions
from core.delivery.chats import TelegramPerson
from core.households import invite_links
from core.telegram import joining


def create_router() -> Router:
    router = Router(name=__name__)
    router.message.register(_show, Command("start", ignore_case=True, magic=F.args.startswith(JOIN)))
    router.callback_query.register(_ask, AskToJoin.filter())
    return router


async def _show(_message: Message, command: CommandObject, tx: Transactions) -> Reply:
    token = (command.args or "").removeprefix(JOIN)
    found = await tx.read(invite_links.preview, token)
    return Reply(
        f"{invited(found)}\n\n{bold(found.made_by)} will see your name and decide. "
        "Once you are in, everybody there sees what you change.",
        confirmation("Ask to join", AskToJoin(token=token)),
    )


async def _ask(
    _query: CallbackQuery,
    callback_data: AskToJoin,
    tx: Transactions,
    settings: Settings,
    person: TelegramPerson,
) -> Reply:
    zone, mode = settings.default_timezone, settings.registration
    asked = await tx.write(joining.ask, person, callback_data.token, zone, mode)
    return Reply(
        f"{bold(asked.made_by)} has been asked to let you into {bold(asked.household_name)}. "
        "I will write here when there is an answer."
    )
