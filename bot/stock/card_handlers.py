"""The buttons of cards, lists and questions."""

from dataclasses import replace

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.callbacks import Keep
from bot.filters import Caller, HasAccount
from bot.keyboards import confirmation
from bot.markup import plain
from bot.reading import arguments
from bot.reading.arguments import quoted_arguments
from bot.replies import Reply
from bot.stock import card_view, details_view, item_commands
from bot.stock.callbacks import Act, ChangeByOne, Flip, Open, Side, Verb, Way
from bot.stock.handlers import MOVE_EXAMPLE
from bot.stock.item_commands import Changed, Removed
from core.inventory.changes import Change
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


async def _open(_query: CallbackQuery, callback_data: Open, me: Caller) -> Reply:
    within, found = await me.read(item_commands.look, callback_data.item)
    return card_view.card(found.item, in_place=False, may_change=within.may_change)


async def _flip(_query: CallbackQuery, callback_data: Flip, me: Caller) -> Reply:
    looked = await me.read(item_commands.look_closely, callback_data.item)
    if callback_data.side is Side.DETAILS:
        return details_view.details(looked)
    return card_view.card(looked.found.item, may_change=looked.within.may_change)


async def _step(_query: CallbackQuery, callback_data: ChangeByOne, me: Caller) -> Reply:
    verb = Verb.ADD if callback_data.way is Way.MORE else Verb.USE
    act = Act(verb=verb, value=THOUSANDTHS, version=callback_data.version, item=callback_data.item)
    outcome = await me.write(item_commands.choose, act, None)
    if isinstance(outcome, Changed):
        return replace(card_view.card(outcome.item), toast="It has just changed. Check it and press again.")
    return _done(act, outcome)


async def _choose(query: CallbackQuery, callback_data: Act, me: Caller) -> Reply:
    said = _said(query, callback_data.verb)
    outcome = await me.write(item_commands.choose, callback_data, said)
    return (
        _ask_again(callback_data, outcome) if isinstance(outcome, Changed) else _done(callback_data, outcome)
    )


def _done(act: Act, outcome: Change | Removed) -> Reply:
    done = item_commands.done(act.verb, act.value, outcome.item)
    if isinstance(outcome, Removed):
        return Reply(plain(done))
    return card_view.changed(outcome, done, undoable=act.verb in item_commands.UNDOABLE)


def _said(query: CallbackQuery, verb: Verb) -> str | None:
    """Return the reason or the place in the quoted command. Raises Invalid without a place."""
    if verb is Verb.WASTE:
        # A card may have replaced a question about another command.
        return arguments.reason(quoted_arguments(query, "waste"))[1]
    return arguments.destination(quoted_arguments(query), MOVE_EXAMPLE)[1] if verb is Verb.MOVE else None


def _ask_again(act: Act, changed: Changed) -> Reply:
    item = changed.item
    again = act.model_copy(update={"version": item.version})
    text = "\n".join([*card_view.face(item), "", "It has just changed, so nothing was done. Do it now?"])
    return Reply(text, confirmation("Yes, do it", again), toast="It has just changed, so nothing was done.")


async def _keep(_query: CallbackQuery) -> Reply:
    return Reply("OK, nothing was changed.")
