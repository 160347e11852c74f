"""/remove: asks first."""

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from bot.filters import Home, InHousehold
from bot.keyboards import confirmation
from bot.middlewares import MembersOnly
from bot.reading import arguments
from bot.replies import Reply
from bot.stock import questions
from bot.stock.callbacks import Act, Verb
from bot.stock.card_view import face
from bot.stock.item_commands import Request, look_up

FINAL = "Remove it from the stock? This cannot be undone."


def create_router() -> Router:
    router = Router(name=__name__)
    router.message.middleware(MembersOnly())
    router.message.register(_ask, Command("remove", ignore_case=True), InHousehold())
    return router


async def _ask(_message: Message, command: CommandObject, home: Home) -> Reply:
    words = arguments.words(command.args, "/remove milk")
    found, request = await home.read(look_up, Request(Verb.REMOVE, 0, None, words))
    if len(found.exact) != 1:
        return questions.which(found, request, home.household)
    [item] = found.exact
    remove = Act(verb=Verb.REMOVE, value=0, version=item.version, item=item.id)
    text = "\n".join([*face(item), "", FINAL])
    return Reply(text, confirmation("Yes, remove it", remove))
