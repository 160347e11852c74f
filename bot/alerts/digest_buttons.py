"""The items of digests and warnings, each with a button to what can be done about it."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from aiogram.types import InlineKeyboardButton

from bot.alerts.callbacks import Attend, ShowItems
from bot.keyboards import Leaf, button, grid, keyboard
from bot.markup import bold, shorten
from bot.replies import Reply
from core import events

PER_PAGE = 8
PER_ROW = 2
LONGEST_NAME = 24


def attend_rows(message_id: UUID, told: Sequence[events.Event]) -> list[list[InlineKeyboardButton]]:
    """Return a button for each of the first items of these events, the most urgent first, and one to all."""
    found = items_of(told)
    to_all = ShowItems(fresh=True, number=1, message=message_id)
    return [*_grid(found[:PER_PAGE]), [button("All items ›", to_all)] if len(found) > PER_PAGE else []]


def items_of(told: Iterable[events.Event]) -> list[tuple[UUID, str]]:
    """Return the ids and names of the items in digests and warnings, the most urgent first."""
    names: dict[UUID, str] = {}
    for event in told:
        for item_id, name in _items(event):
            names.setdefault(item_id, name)
    return list(names.items())


def first_rows(event: events.Event) -> list[list[InlineKeyboardButton]]:
    """Return a button for each of the first items of an event that no stored message is about."""
    return _grid(items_of([event])[:PER_PAGE])


def page(message_id: UUID, found: Sequence[tuple[UUID, str]], number: int, *, fresh: bool) -> Reply:
    """Return a page of the items of a message; `fresh`: as a new message."""
    leaf = Leaf(found, number, PER_PAGE)
    turns = leaf.turns(lambda to: ShowItems(fresh=False, number=to, message=message_id))
    title = bold(leaf.title("Items to see to"))
    return Reply(title, keyboard(*_grid(leaf.rows), turns), in_place=not fresh)


def _grid(found: Sequence[tuple[UUID, str]]) -> list[list[InlineKeyboardButton]]:
    buttons = [button(shorten(name, LONGEST_NAME), Attend(item=item_id)) for item_id, name in found]
    return grid(buttons, PER_ROW)


def _items(event: events.Event) -> Iterator[tuple[UUID, str]]:
    match event:
        case events.ItemsExpiring():
            yield from ((item.id, item.name) for item in event.items)
        case events.DigestGathered():
            yield from ((item.id, item.name) for item in event.digest.expiring)
            yield from ((item.id, item.name) for item in event.digest.low)
            yield from ((one.item_id, one.name) for one in event.digest.changes if not one.removed)
