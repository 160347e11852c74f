"""The buttons of cards, lists and questions."""

from dataclasses import replace

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.callbacks import Keep
from bot.filters import HasAccount
from bot.keyboards import confirmation
from bot.markup import plain
from bot.reading import arguments
from bot.reading.arguments import quoted_arguments
from bot.replies import Reply
from bot.stock import card_view, details_view, item_commands
from bot.stock.callbacks import Act, ChangeByOne, Flip, Open, Side, Verb, Way
from bot.stock.handlers import MOVE_EXAMPLE
from bot.stock.item_commands import Changed, Removed
from core.actors import Actor
from core.db import Transactions
from core.quantities import THOUSANDTHS


def create_router() -> Router:
    router = Router(name=__name__)
    linked = HasAccount()
    router.callback_query.register(_open, Open.filter(), linked)
    router.callback_query.register(_flip, Flip.filter(), linked)
    router.callback_query.register(_step, ChangeByOne.filter(), linked)
    router.callback_query.register(_choose, Act.filter(), linked)
    router.callback_query.register(_keep, Keep.filter())
    return router


async def _open(_query: CallbackQuery, callback_data: Open, tx: Transactions, who: Actor) -> Reply:
    within, found = await tx.read(item_commands.look, who, callback_data.item)
    return card_view.card(found.item, in_place=False, may_change=within.may_change)


async def _flip(_query: CallbackQuery, callback_data: Flip, tx: Transactions, who: Actor) -> Reply:
    looked = await tx.read(item_commands.look_closely, who, callback_data.item)
    if callback_data.side is Side.DETAILS:
        return details_view.details(looked)
    return card_view.card(looked.found.item, may_change=looked.within.may_change)


async def _step(_query: CallbackQuery, callback_data: ChangeByOne, tx: Transactions, who: Actor) -> Reply:
    change = await tx.write(item_commands.change_by_one, who, callback_data)
    if isinstance(change, Changed):
        shown = card_view.card(change.item)
        return replace(shown, toast="It changed a moment ago. This is how it is now; press again.")
    verb = Verb.ADD if callback_data.way is Way.MORE else Verb.USE
    return card_view.changed(change, item_commands.done(verb, THOUSANDTHS, change.item), undoable=True)


async def _choose(query: CallbackQuery, callback_data: Act, tx: Transactions, who: Actor) -> Reply:
    verb, value = callback_data.verb, callback_data.value
    outcome = await tx.write(item_commands.choose, who, callback_data, _said(query, verb))
    if isinstance(outcome, Changed):
        return _ask_again(callback_data, outcome)
    if isinstance(outcome, Removed):
        return Reply(plain(item_commands.done(verb, value, outcome.item)))
    return card_view.changed(
        outcome, item_commands.done(verb, value, outcome.item), undoable=verb in item_commands.UNDOABLE
    )


def _said(query: CallbackQuery, verb: Verb) -> str | None:
    """Return the reason or the place that the quoted command gives. Raises Invalid without a place."""
    if verb is Verb.WASTE:
        # The button of a card may stand where a question about another command stood.
        return arguments.reason(quoted_arguments(query, "waste"))[1]
    return arguments.destination(quoted_arguments(query), MOVE_EXAMPLE)[1] if verb is Verb.MOVE else None


def _ask_again(act: Act, changed: Changed) -> Reply:
    item = changed.item
    again = act.model_copy(update={"version": item.version})
    text = "\n".join([*card_view.face(item), "", "It changed a moment ago, so nothing was done. Do it now?"])
    return Reply(text, confirmation("Yes, do it", again), toast="It changed a moment ago; nothing was done.")


async def _keep(_query: CallbackQuery) -> Reply:
    return Reply("Fine, nothing was changed.")
