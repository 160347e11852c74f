"""/add: restocks an item or creates one, and asks if either could be meant."""

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.filters import Home, InHousehold
from bot.middlewares import MembersOnly
from bot.reading import amounts, arguments, units
from bot.reading.amounts import Amount
from bot.reading.arguments import quoted_arguments
from bot.replies import Reply
from bot.stock import questions
from bot.stock.callbacks import Create, CreateMaybe, Verb
from bot.stock.card_view import card, changed
from bot.stock.handlers import act
from bot.stock.item_commands import Changed, Request, create, done, look_up
from core.quantities import THOUSANDTHS
from core.text import clean

EXAMPLE = "/add 2 l milk"
# Most things keep in a pantry.
LOCATION = "pantry"


def create_router() -> Router:
    router = Router(name=__name__)
    linked = InHousehold()
    router.message.middleware(MembersOnly())
    router.message.register(_add, Command("add", ignore_case=True), linked)
    router.callback_query.register(_create_quoted, Create.filter(), linked)
    router.callback_query.register(_create_quoted, CreateMaybe.filter(), linked)
    return router


async def _add(_message: Message, command: CommandObject, home: Home) -> Reply:
    amount = await amounts.read(home, command.args, EXAMPLE, default=THOUSANDTHS)
    found, request = await home.read(look_up, Request.of(Verb.ADD, amount))
    if len(found.exact) == 1:
        return await act(home, request, found.exact[0])
    if found.exact:
        return questions.which(found, request, home.household)
    if found.near:
        new = [one for one in (amount, amount.maybe) if one]
        return questions.which(found, request, home.household, create=new)
    if amount.maybe is not None:
        return questions.readings(amount, amount.maybe)
    return await _create(home, amount)


async def _create_quoted(query: CallbackQuery, callback_data: Create | CreateMaybe, home: Home) -> Reply:
    """Create what the quoted /add asks for: a name does not fit into a button's 64 bytes."""
    typed = quoted_arguments(query)
    if typed is None:
        return questions.gone(EXAMPLE)
    amount = await amounts.read(home, typed, EXAMPLE, default=THOUSANDTHS)
    meant = amount.maybe if isinstance(callback_data, CreateMaybe) else amount
    return await _create(home, meant) if meant else questions.gone(EXAMPLE)


async def _create(home: Home, amount: Amount) -> Reply:
    name = clean(amount.words, "The name", arguments.LONGEST_NAME)
    unit = amount.unit or units.DEFAULT
    change = await home.write(create, name, amount.quantity, unit, LOCATION)
    if isinstance(change, Changed):
        return card(change.item, "You already have it; nothing was added.")
    return changed(change, f"New in stock. {done(Verb.ADD, amount.quantity, change.item)}", undoable=False)
