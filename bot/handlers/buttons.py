"""The buttons of cards, lists and questions."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot import acts, cards
from bot.acts import Changed, Removed
from bot.callbacks import Act, Flip, Keep, Open, Side, Step, Verb, Way
from bot.filters import HasAccount
from bot.keyboards import confirmation
from bot.markup import plain
from bot.replies import Reply
from core.actors import Actor
from core.db import Transactions
from core.quantities import THOUSANDTHS


def create_router() -> Router:
    router = Router(name="buttons")
    linked = HasAccount()
    router.callback_query.register(_open, Open.filter(), linked)
    router.callback_query.register(_flip, Flip.filter(), linked)
    router.callback_query.register(_step, Step.filter(), linked)
    router.callback_query.register(_choose, Act.filter(), linked)
    router.callback_query.register(_keep, Keep.filter())
    return router


async def _open(_query: CallbackQuery, callback_data: Open, tx: Transactions, who: Actor) -> Reply:
    _, found = await tx.read(acts.look, who, callback_data.item)
    return cards.card(found.item, in_place=False)


async def _flip(_query: CallbackQuery, callback_data: Flip, tx: Transactions, who: Actor) -> Reply:
    within, found = await tx.read(acts.look, who, callback_data.item)
    return cards.details(found, within) if callback_data.side is Side.DETAILS else cards.card(found.item)


async def _step(_query: CallbackQuery, callback_data: Step, tx: Transactions, who: Actor) -> Reply:
    change = await tx.write(acts.step, who, callback_data.item, callback_data.way)
    verb = Verb.ADD if callback_data.way is Way.MORE else Verb.USE
    return cards.card(change.item, acts.done(verb, THOUSANDTHS, change.item), change.crossing)


async def _choose(_query: CallbackQuery, callback_data: Act, tx: Transactions, who: Actor) -> Reply:
    outcome = await tx.write(acts.choose, who, callback_data)
    verb, value = callback_data.verb, callback_data.value
    if isinstance(outcome, Changed):
        return _ask_again(callback_data, outcome)
    if isinstance(outcome, Removed):
        return Reply(plain(acts.done(verb, value, outcome.item)))
    return cards.card(outcome.item, acts.done(verb, value, outcome.item), outcome.crossing)


def _ask_again(act: Act, changed: Changed) -> Reply:
    item = changed.item
    again = act.model_copy(update={"version": item.version})
    text = "\n".join([*cards.face(item), "", "It changed a moment ago, so nothing was done. Do it now?"])
    return Reply(text, confirmation("Yes, do it", again), toast="It changed a moment ago; nothing was done.")


async def _keep(_query: CallbackQuery) -> Reply:
    return Reply("Fine, nothing was changed.")
