"""The items that digests and warnings tell of, each with a button to what can be done about it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol
from uuid import UUID

from aiogram.types import InlineKeyboardButton

from bot.keyboards import button, grid
from bot.markup import shorten
from bot.settings_callbacks import Attend
from core import events

MOST_ITEMS = 8
PER_ROW = 2
LONGEST_NAME = 24


class Named(Protocol):
    """An item of a digest or a warning."""

    @property
    def id(self) -> UUID: ...

    @property
    def name(self) -> str: ...


def attend_rows(told: Iterable[events.Event]) -> list[list[InlineKeyboardButton]]:
    """Return a button for each of the first items that are told of, the most urgent first."""
    names: dict[UUID, str] = {}
    for event in told:
        for item_id, name in _items(event):
            names.setdefault(item_id, name)
    first = list(names.items())[:MOST_ITEMS]
    return grid(
        [button(shorten(name, LONGEST_NAME), Attend(item=item_id)) for item_id, name in first], PER_ROW
    )


def _items(event: events.Event) -> Iterator[tuple[UUID, str]]:
    match event:
        case events.ItemsExpiring():
            yield from _named(event.expired, event.today, event.tomorrow, event.later)
        case events.DigestGathered():
            digest = event.digest
            yield from _named(digest.expiring, digest.low)
            yield from ((one.item_id, one.name) for one in digest.changes if not one.removed)


def _named(*parts: Sequence[Named]) -> Iterator[tuple[UUID, str]]:
    return ((item.id, item.name) for part in parts for item in part)
