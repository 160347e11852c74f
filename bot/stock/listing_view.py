"""Lists of items: numbered lines, with a button for each number, and two to turn pages."""

from collections.abc import Sequence
from itertools import groupby

from aiogram.types import InlineKeyboardButton

from bot import days
from bot.keyboards import Leaf, button, grid, keyboard
from bot.markup import bold, plain, shorten
from bot.replies import Reply
from bot.stock.callbacks import Listing, Open, Turn, TurnPart
from core.quantities import display
from core.values.items import SOON_DAYS, ItemState, StockLevel

PER_PAGE = 15
PER_ROW = 5
LONGEST_NAME = 48
HINT = ("", "Tap a number to open that item.")


def page(items: Sequence[ItemState], title: str, turn: Turn | TurnPart) -> Reply:
    """Return a page of a list. The stock and a part of it are ordered by place; a part quotes its command."""
    by_place = isinstance(turn, TurnPart) or turn.listing is Listing.STOCK
    leaf = Leaf(items, turn.number, PER_PAGE)
    lines = [bold(leaf.title(title)), *_lines(leaf.rows, leaf.first + 1, by_place=by_place), *HINT]
    turns = leaf.turns(lambda to: turn.model_copy(update={"number": to}))
    rows = keyboard(*_openers(leaf.rows, leaf.first + 1), turns)
    return Reply("\n".join(lines), rows, quote=isinstance(turn, TurnPart) and leaf.pages > 1)


def found(items: Sequence[ItemState], title: str) -> Reply:
    """Return the first items that a search found; more words narrow it down."""
    shown = items[:PER_PAGE]
    lines = [bold(title), *_lines(shown, 1, by_place=False)]
    if len(items) > PER_PAGE:
        lines += ["", f"…and {len(items) - PER_PAGE} more. Add a word to narrow it down."]
    return Reply("\n".join([*lines, *HINT]), keyboard(*_openers(shown, 1)))


def _lines(shown: Sequence[ItemState], first: int, *, by_place: bool) -> list[str]:
    numbered = list(enumerate(shown, first))
    if not by_place:
        return [_line(number, item) for number, item in numbered]
    lines = []
    for place, within in groupby(numbered, key=lambda pair: pair[1].location):
        lines += ["", f"<i>{plain(place)}</i>", *(_line(number, item) for number, item in within)]
    return lines


def _line(number: int, item: ItemState) -> str:
    marks = [f"{number}. {shorten(item.name, LONGEST_NAME)}: {display(item.quantity, item.unit)}"]
    if item.level is not StockLevel.OK:
        marks.append("⚠️ out" if item.level is StockLevel.OUT else "⚠️ low")
    expiry = days.expiry(item)
    if expiry is not None and (item.days_until_expiration or 0) <= SOON_DAYS:
        marks.append(f"⏳ {expiry}")
    return plain(" · ".join(marks))


def _openers(shown: Sequence[ItemState], first: int) -> list[list[InlineKeyboardButton]]:
    buttons = [button(str(number), Open(item=item.id)) for number, item in enumerate(shown, first)]
    return grid(buttons, PER_ROW)
