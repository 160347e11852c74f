"""Which item is meant: people confirm a near match, and choose among several."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.callbacks import Keep
from bot.keyboards import button, keyboard
from bot.markup import bold, example, plain, shorten
from bot.reading import units
from bot.reading.amounts import Amount
from bot.replies import Reply
from bot.stock.callbacks import Act, Create, CreateMaybe, Verb
from bot.stock.item_commands import Request
from core.delivery.chats import ActiveHousehold
from core.errors import Invalid
from core.inventory.matching import Match
from core.quantities import display
from core.text import fold
from core.values.items import ItemState

LONGEST_ECHO = 60
REMOVAL = "The one you tap is removed from the stock. This cannot be undone."
# What their buttons need does not fit into 64 bytes, so they use the quoted message.
_QUOTING = {Verb.WASTE, Verb.MOVE}


def which(
    found: Match,
    request: Request,
    household: ActiveHousehold,
    *,
    create: Sequence[Amount] = (),
    make: Callable[[ItemState], CallbackData] | None = None,
) -> Reply:
    """Return the question which item a request is for; `create` offers to make new ones as well.

    `make` returns what an item's button carries, by default an Act; items for which it raises Invalid are
    left out. Raises Invalid if the request's unit fits no item of exactly that name.
    """
    choices = _choices([*found.exact, *found.near], make or _act(request))
    if found.exact and not choices:
        request.value_for(found.exact[0])
    new = _creators(create)
    if not choices and not new:
        return nothing(request.words, household)
    if found.exact:
        text = f"Several items have that name. Which {bold(shorten(request.words, LONGEST_ECHO))}?"
    else:
        named = any(fold(request.words) in fold(item.name) for item in found.near)
        text = "Which one do you mean?" if named else f"{_unknown(request.words, household)} Did you mean:"
    if request.verb is Verb.REMOVE:
        text = f"{text}\n{REMOVAL}"
    return Reply(
        text,
        keyboard(*choices, *new, [button("Cancel", Keep())]),
        quote=bool(create) or request.verb in _QUOTING,
    )


def gone(command: str) -> Reply:
    """Return the answer to a button whose quoted command was deleted."""
    again = "I can no longer see your message. Please send it again, for example:"
    return Reply(f"{again} {example(command)}", toast=f"{again} {command}")


def readings(amount: Amount, maybe: Amount) -> Reply:
    """Return the question which of two readings of a new item is meant."""
    text = f"{_echo(amount.words)} can be read in two ways. Which do you mean?"
    return Reply(text, keyboard(*_creators((amount, maybe)), [button("Cancel", Keep())]), quote=True)


def _creators(amounts: Sequence[Amount]) -> list[list[InlineKeyboardButton]]:
    """Return a button for what a quoted /add asks for, and one for its other reading."""
    rows = [[button(f"Create “{one.words}”", Create())] for one in amounts[:1]]
    for one in amounts[1:]:
        counted = display(one.quantity, one.unit or units.DEFAULT)
        rows.append([button(f"Create {counted} of “{one.words}”", CreateMaybe())])
    return rows


def nothing(words: str, household: ActiveHousehold) -> Reply:
    """Return that there is no such item, and what to do."""
    return Reply(
        f"{_unknown(words, household)} /stock shows what there is; "
        f"{example('/add 2 l milk')} adds something new."
    )


def label(item: ItemState) -> str:
    """Return a button's label that tells an item from others of its name."""
    return f"{shorten(item.name, 24)} · {display(item.quantity, item.unit)} · {item.location}"


def _act(request: Request) -> Callable[[ItemState], CallbackData]:
    return lambda item: Act(
        verb=request.verb, value=request.value_for(item), version=item.version, item=item.id
    )


def _choices(
    items: Sequence[ItemState], make: Callable[[ItemState], CallbackData]
) -> list[list[InlineKeyboardButton]]:
    rows = []
    for item in items:
        # An item whose unit does not fit cannot be meant.
        with suppress(Invalid):
            rows.append([button(label(item), make(item))])
    return rows


def _unknown(words: str, household: ActiveHousehold) -> str:
    return f"There is no {_echo(words)} in {plain(household.name)}."


def _echo(words: str) -> str:
    return f"“{plain(shorten(words, LONGEST_ECHO))}”"
