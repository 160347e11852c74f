"""Rows of buttons, and pages of what is too long for one message."""

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import Keep
from bot.markup import shorten

T = TypeVar("T")

LONGEST_LABEL = 48
ON, OFF = "✓", "–"


def button(label: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=shorten(label, LONGEST_LABEL), callback_data=data.pack())


def keyboard(*rows: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup | None:
    """Return the rows that are not empty, or None if all are."""
    filled = [list(row) for row in rows if row]
    return InlineKeyboardMarkup(inline_keyboard=filled) if filled else None


def grid(buttons: Sequence[InlineKeyboardButton], width: int) -> list[list[InlineKeyboardButton]]:
    """Return buttons in rows of at most `width`."""
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def unpacked(rows: Iterable[Iterable[Sequence[str]]]) -> InlineKeyboardMarkup | None:
    """Return the buttons of a message that was composed for any channel."""
    return keyboard(
        *([InlineKeyboardButton(text=label, callback_data=data) for label, data in row] for row in rows)
    )


def confirmation(
    label: str, act: CallbackData, cancel: CallbackData | None = None
) -> InlineKeyboardMarkup | None:
    """Return a button to do it and one to cancel, which may lead back to a page."""
    return keyboard([button(label, act), button("Cancel", cancel or Keep())])


class Leaf(Generic[T]):
    """Page `number`, or the last one if there are fewer. `first` is the index of its first row."""

    def __init__(self, rows: Sequence[T], number: int, size: int) -> None:
        self.pages = max(1, -(-len(rows) // size))
        self.number = min(number, self.pages)
        self.first = (self.number - 1) * size
        self.rows = rows[self.first : self.first + size]

    def title(self, title: str) -> str:
        """Return the title, with the page number if there are several pages."""
        return f"{title} · page {self.number} of {self.pages}" if self.pages > 1 else title

    def turns(
        self, turn: Callable[[int], CallbackData], following: str = "Next ›"
    ) -> list[InlineKeyboardButton]:
        """Return the buttons to the previous and the next page."""
        return [
            button(label, turn(to))
            for label, to in (("‹ Back", self.number - 1), (following, self.number + 1))
            if 1 <= to <= self.pages
        ]
