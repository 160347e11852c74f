"""/use, /waste, /move, /min, /expires and /remove: one thing done to one item."""

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from bot.errors import Unclear
from bot.filters import Home, InHousehold
from bot.keyboards import confirmation
from bot.middlewares import MembersOnly
from bot.reading import amounts, arguments, dates
from bot.replies import Reply
from bot.stock import questions
from bot.stock.callbacks import Act, Verb
from bot.stock.card_view import changed, face
from bot.stock.item_commands import UNDOABLE, Request, done, look_up, perform
from core import clock
from core.quantities import THOUSANDTHS
from core.values.items import ItemState

MOVE_EXAMPLE = "/move milk to freezer"


def create_router() -> Router:
    router = Router(name=__name__)
    linked = InHousehold()
    router.message.middleware(MembersOnly())
    router.message.register(_use, Command("use", ignore_case=True), linked)
    router.message.register(_waste, Command("waste", ignore_case=True), linked)
    router.message.register(_move, Command("move", ignore_case=True), linked)
    router.message.register(_minimum, Command("min", ignore_case=True), linked)
    router.message.register(_expires, Command("expires", ignore_case=True), linked)
    router.message.register(_remove, Command("remove", ignore_case=True), linked)
    return router


async def _use(_message: Message, command: CommandObject, home: Home) -> Reply:
    amount = await amounts.read(home, command.args, "/use 3 milk", default=THOUSANDTHS)
    return await _do(home, Request.of(Verb.USE, amount))


async def _waste(_message: Message, command: CommandObject, home: Home) -> Reply:
    what, reason = arguments.reason(command.args)
    amount = await amounts.read(home, what, "/waste 1 milk: mouldy", default=THOUSANDTHS)
    return await _do(home, Request.of(Verb.WASTE, amount, reason))


async def _move(_message: Message, command: CommandObject, home: Home) -> Reply:
    words, place = arguments.destination(command.args, MOVE_EXAMPLE)
    return await _do(home, Request(Verb.MOVE, 0, None, words, place))


async def _minimum(_message: Message, command: CommandObject, home: Home) -> Reply:
    amount = await amounts.read(home, command.args, "/min 2 milk", zero=True)
    return await _do(home, Request.of(Verb.MINIMUM, amount))


async def _expires(_message: Message, command: CommandObject, home: Home) -> Reply:
    example = "/expires 24 Dec milk"
    if not command.args:
        raise Unclear("Say when and which item, for example:", example)
    day, rest = dates.leading(command.args, clock.today(home.household.timezone))
    words = arguments.words(rest, example)
    return await _do(home, Request(Verb.EXPIRES, day.toordinal() if day else 0, None, words))


async def _remove(_message: Message, command: CommandObject, home: Home) -> Reply:
    words = arguments.words(command.args, "/remove milk")
    found, request = await home.read(look_up, Request(Verb.REMOVE, 0, None, words))
    if len(found.exact) != 1:
        return questions.which(found, request, home.household)
    [item] = found.exact
    remove = Act(verb=Verb.REMOVE, value=0, version=item.version, item=item.id)
    text = "\n".join([*face(item), "", "Remove it from the stock? This cannot be undone."])
    return Reply(text, confirmation("Yes, remove it", remove))


async def _do(home: Home, request: Request) -> Reply:
    found, request = await home.read(look_up, request)
    if len(found.exact) != 1:
        return questions.which(found, request, home.household)
    return await act(home, request, found.exact[0])


async def act(home: Home, request: Request, item: ItemState) -> Reply:
    """Do what was asked to the item that was meant, and return its card."""
    value = request.value_for(item)
    change = await home.write(perform, item.id, request.verb, value, request.said)
    return changed(change, done(request.verb, value, change.item), undoable=request.verb in UNDOABLE)
