"""A page of what is too long for one message, and the buttons that turn it."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.keyboards import button

T = TypeVar("T")


class Leaf(Generic[T]):
    """A page; when there are fewer than `number`, the last one. `first` is where it begins, from 0."""

    def __init__(self, rows: Sequence[T], number: int, size: int) -> None:
        self.pages = max(1, -(-len(rows) // size))
        self.number = min(number, self.pages)
        self.first = (self.number - 1) * size
        self.rows = rows[self.first : self.first + size]

    def title(self, title: str) -> str:
        """Return the title with which page this is, if there are several."""
        return f"{title} · page {self.number} of {self.pages}" if self.pages > 1 else title

    def turns(self, turn: Callable[[int], CallbackData]) -> list[InlineKeyboardButton]:
        """Return the buttons to the page before and the one after."""
        return [
            button(label, turn(to))
            for label, to in (("‹ Back", self.number - 1), ("Next ›", self.number + 1))
            if 1 <= to <= self.pages
        ]
