"""What the buttons of cards, lists and questions carry; see bot.callbacks.

A button that changes an item carries the version that its person saw, so pressed twice it acts once.
"""

from enum import StrEnum
from uuid import UUID

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from bot.callbacks import ShortId
from core.models import WatchLevel
from core.quantities import LARGEST


class Listing(StrEnum):
    """A list that has pages."""

    STOCK = "stock"
    LOW = "low"
    EXPIRING = "expiring"


class Turn(CallbackData, prefix="turn"):
    """Show another page, counted from 1. `days` is how far ahead /expiring looks."""

    listing: Listing
    days: int = Field(ge=0, le=3650)
    number: int = Field(ge=1)


class TurnPart(CallbackData, prefix="part"):
    """Show another page of the part of the stock that the quoted /stock asks for, counted from 1."""

    number: int = Field(ge=1)


class Open(CallbackData, prefix="open"):
    """Show an item's card as a new message."""

    item: UUID


class Side(StrEnum):
    """The sides of a card."""

    CARD = "card"
    DETAILS = "details"


class Flip(CallbackData, prefix="flip"):
    """Show the other side of a card in its place."""

    side: Side
    item: UUID


class Way(StrEnum):
    LESS = "less"
    MORE = "more"


class ChangeByOne(CallbackData, prefix="step"):
    """Use or add one."""

    way: Way
    item: UUID
    version: int = Field(ge=1)


class Verb(StrEnum):
    """What can be done to an item, in letters because a button has only 64 bytes."""

    USE = "u"
    ADD = "a"
    MINIMUM = "m"
    EXPIRES = "e"
    WASTE = "w"
    MOVE = "p"
    REMOVE = "r"


class Act(CallbackData, prefix="act"):
    """Do what a question offered. `value`: thousandths or a day's ordinal; 0 removes a minimum or date."""

    verb: Verb
    value: int = Field(ge=0, le=LARGEST)
    version: int = Field(ge=1)
    item: UUID


class Undo(CallbackData, prefix="undo"):
    """Take a movement back."""

    movement: UUID


class Create(CallbackData, prefix="create"):
    """Create what the quoted /add asks for."""


class CreateMaybe(CallbackData, prefix="create2"):
    """Create what the quoted /add may also ask for."""


class Buy(CallbackData, prefix="buy"):
    """Put an item on the shopping list."""

    item: UUID


class WatchItem(CallbackData, prefix="watch"):
    """Follow an item, ignore it, or neither."""

    level: WatchLevel | None
    item: ShortId


class SetCritical(CallbackData, prefix="crit"):
    on: bool
    version: int = Field(ge=1)
    item: ShortId


class Snooze(CallbackData, prefix="snooze"):
    """Hear nothing about an item for so many days; 0 ends that."""

    days: int = Field(ge=0, le=30)
    item: ShortId
