"""What buttons carry: at most 64 bytes, https://core.telegram.org/bots/api#inlinekeyboardbutton.

An act that a question offers carries the version of its item, so that a button that is pressed twice acts
once. The steps of a card do not: two presses are two steps.
"""

from enum import StrEnum
from uuid import UUID

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from core.quantities import LARGEST


class Beginning(StrEnum):
    """What a newcomer may do."""

    HOUSEHOLD = "household"
    ACCOUNT = "account"


class Begin(CallbackData, prefix="begin"):
    how: Beginning


class Redeem(CallbackData, prefix="redeem"):
    code: str


class Unlink(CallbackData, prefix="unlink"):
    pass


class Switch(CallbackData, prefix="switch"):
    household: UUID


class Listing(StrEnum):
    """A list that has pages."""

    STOCK = "stock"
    LOW = "low"
    EXPIRING = "expiring"


class Turn(CallbackData, prefix="turn"):
    """Show another page, counted from 1. `days` is how far ahead the list of what expires looks."""

    listing: Listing
    days: int = Field(ge=0, le=3650)
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


class Step(CallbackData, prefix="step"):
    """Use or add one."""

    way: Way
    item: UUID


class Verb(StrEnum):
    """What can be done to an item. The letters are short because 64 bytes are."""

    USE = "u"
    ADD = "a"
    MINIMUM = "m"
    EXPIRES = "e"
    REMOVE = "r"


class Act(CallbackData, prefix="act"):
    """Do what a question offered. `value`: thousandths or a day's ordinal; 0 takes a minimum or date away."""

    verb: Verb
    value: int = Field(ge=0, le=LARGEST)
    version: int = Field(ge=1)
    item: UUID


class Create(CallbackData, prefix="create"):
    """Create what the /add that the question quotes asked for."""


class More(CallbackData, prefix="more"):
    """Show another page of what a message of alerts tells, counted from 1."""

    message: UUID
    number: int = Field(ge=1)


class Keep(CallbackData, prefix="keep"):
    """Leave things as they are."""
