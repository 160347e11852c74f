"""/remove: asks first."""

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from bot.filters import InHousehold
from bot.keyboards import confirmation
from bot.middlewares import MembersOnly
from bot.reading import arguments
from bot.replies import Reply
from bot.stock import questions
from bot.stock.callbacks import Act, Verb
from bot.stock.card_view import face
from bot.stock.item_commands import Request, look_up
from core.actors import Actor
from core.db import Transactions
from core.delivery.chats import ActiveHousehold

FINAL = "Take it out of the stock? It is final: nobody can bring it back."


def create_router() -> Router:
    router = Router(name=__name__)
    router.message.middleware(MembersOnly())
    router.message.register(_ask, Command("remove", ignore_case=True), InHousehold())
    return router


async def _ask(
    _message: Message, command: CommandObject, tx: Transactions, who: Actor, household: ActiveHousehold
) -> Reply:
    words = arguments.words(command.args, "/remove milk")
    found, request = await tx.read(look_up, who, household.id, Request(Verb.REMOVE, 0, None, words))
    if len(found.exact) != 1:
        return questions.which(found, request, household)
    [item] = found.exact
    remove = Act(verb=Verb.REMOVE, value=0, version=item.version, item=item.id)
    text = "\n".join([*face(item), "", FINAL])
    return Reply(text, confirmation("Yes, remove it", remove))
