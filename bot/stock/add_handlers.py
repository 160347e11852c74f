"""/add: restocks what there is, creates what there is not, and asks when it may be either."""

from collections.abc import Sequence

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.filters import InHousehold
from bot.markup import example
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
from core.actors import Actor
from core.db import Transactions
from core.delivery.chats import ActiveHousehold
from core.quantities import THOUSANDTHS
from core.text import clean

EXAMPLE = "/add 2 l milk"
# The contract's places are fridge, freezer, pantry or any other; most things keep in a pantry.
LOCATION = "pantry"
_AGAIN = "I no longer see what you asked for. Please send it again, for example:"
GONE = Reply(f"{_AGAIN} {example(EXAMPLE)}", toast=f"{_AGAIN} {EXAMPLE}")


def create_router() -> Router:
    router = Router(name=__name__)
    linked = InHousehold()
    router.message.middleware(MembersOnly())
    router.message.register(_add, Command("add", ignore_case=True), linked)
    router.callback_query.register(_create_quoted, Create.filter(), linked)
    router.callback_query.register(_create_maybe, CreateMaybe.filter(), linked)
    return router


async def _add(
    _message: Message, command: CommandObject, tx: Transactions, who: Actor, household: ActiveHousehold
) -> Reply:
    amount = await amounts.read(tx, who, household, command.args, EXAMPLE, default=THOUSANDTHS)
    found, request = await tx.read(look_up, who, household.id, Request.of(Verb.ADD, amount))
    if len(found.exact) == 1:
        return await act(tx, who, household, request, found.exact[0])
    if found.exact:
        return questions.which(found, request, household)
    if found.near:
        return questions.which(found, request, household, create=_readings(amount))
    if amount.maybe is not None:
        return questions.readings(amount, amount.maybe)
    return await _create(tx, who, household, amount)


def _readings(amount: Amount) -> Sequence[Amount]:
    return [amount, *([amount.maybe] if amount.maybe else [])]


async def _create_quoted(
    query: CallbackQuery, tx: Transactions, who: Actor, household: ActiveHousehold
) -> Reply:
    """Create what the question asked about: it quotes the /add, because 64 bytes cannot hold a name."""
    amount = await _quoted(query, tx, who, household)
    return await _create(tx, who, household, amount) if amount else GONE


async def _create_maybe(
    query: CallbackQuery, tx: Transactions, who: Actor, household: ActiveHousehold
) -> Reply:
    amount = await _quoted(query, tx, who, household)
    maybe = amount.maybe if amount else None
    return await _create(tx, who, household, maybe) if maybe else GONE


async def _quoted(
    query: CallbackQuery, tx: Transactions, who: Actor, household: ActiveHousehold
) -> Amount | None:
    typed = quoted_arguments(query)
    if typed is None:
        return None
    return await amounts.read(tx, who, household, typed, EXAMPLE, default=THOUSANDTHS)


async def _create(tx: Transactions, who: Actor, household: ActiveHousehold, amount: Amount) -> Reply:
    name = clean(amount.words, "The name", arguments.LONGEST_NAME)
    unit = amount.unit or units.DEFAULT
    change = await tx.write(create, who, household.id, name, amount.quantity, unit, LOCATION)
    if isinstance(change, Changed):
        return card(change.item, "It is there already; nothing was added.")
    return changed(change, f"New in stock. {done(Verb.ADD, amount.quantity, change.item)}", undoable=False)
