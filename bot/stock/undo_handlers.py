"""/undo, and the button below what was just done."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.filters import Caller, HasAccount, Home, InHousehold
from bot.markup import plain
from bot.replies import Reply
from bot.stock import card_view, history, undo_commands
from bot.stock.callbacks import Undo
from bot.stock.undo_commands import Stuck, Undone
from core.models import MovementKind

LISTS = "Shopping lists stay as they are: /list and Edit take something off."


def create_router() -> Router:
    router = Router(name=__name__)
    router.message.register(_undo_last, Command("undo", ignore_case=True), InHousehold())
    router.callback_query.register(_undo, Undo.filter(), HasAccount())
    return router


async def _undo_last(_message: Message, home: Home) -> Reply:
    outcome = await home.write(undo_commands.undo_last)
    if outcome is None:
        return Reply(f"You have changed nothing in {plain(home.household.name)} that could be undone.")
    if isinstance(outcome, Stuck):
        return Reply(plain(_stuck(outcome)))
    return _card(outcome)


def _stuck(outcome: Stuck) -> str:
    """Return why nothing was undone, and what helps."""
    last = "Your last change to the stock" if outcome.shopped_since else "Your last change"
    said = [f"{last}: {history.told(outcome.movement)}. {outcome.why}"]
    if outcome.movement.kind == MovementKind.ADDED:
        said.append(f"/remove {outcome.movement.item_name} takes it out of the stock again.")
    if outcome.shopped_since:
        said.append(LISTS)
    return " ".join(said)


async def _undo(_query: CallbackQuery, callback_data: Undo, me: Caller) -> Reply:
    return _card(await me.write(undo_commands.undo, callback_data.movement))


def _card(outcome: Undone) -> Reply:
    done = f"Undone: {history.told(outcome.movement)}."
    return card_view.changed(
        outcome.change, f"{done} {LISTS}" if outcome.shopped_since else done, undoable=False
    )
