"""What buttons carry: at most 64 bytes, https://core.telegram.org/bots/api#inlinekeyboardbutton.

What changes an item carries the version that its person saw: a button that is pressed twice acts once.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from aiogram.filters.callback_data import CallbackData
from pydantic import BeforeValidator, Field, PlainSerializer

from core.models import Role
from core.quantities import LARGEST


def _shrink(value: UUID) -> str:
    return urlsafe_b64encode(value.bytes).rstrip(b"=").decode()


def _expand(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(bytes=urlsafe_b64decode(f"{value}=="))


ShortId = Annotated[UUID, BeforeValidator(_expand), PlainSerializer(_shrink, return_type=str)]
"""An id in 22 characters: two of them fit, so that a button means its own household, not the chat's."""


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


class Step(CallbackData, prefix="step"):
    """Use or add one."""

    way: Way
    item: UUID
    version: int = Field(ge=1)


class Verb(StrEnum):
    """What can be done to an item. The letters are short because 64 bytes are."""

    USE = "u"
    ADD = "a"
    MINIMUM = "m"
    EXPIRES = "e"
    WASTE = "w"
    MOVE = "p"
    REMOVE = "r"


class Act(CallbackData, prefix="act"):
    """Do what a question offered. `value`: thousandths or a day's ordinal; 0 takes a minimum or date away."""

    verb: Verb
    value: int = Field(ge=0, le=LARGEST)
    version: int = Field(ge=1)
    item: UUID


class Undo(CallbackData, prefix="undo"):
    """Take a movement back."""

    movement: UUID


class Create(CallbackData, prefix="create"):
    """Create what the /add that the question quotes asked for."""


class CreateMaybe(CallbackData, prefix="create2"):
    """Create what the /add that the question quotes may have asked for as well."""


class More(CallbackData, prefix="more"):
    """Show another page of what a message of alerts tells, counted from 1."""

    message: UUID
    number: int = Field(ge=1)


class Keep(CallbackData, prefix="keep"):
    """Leave things as they are."""


class Buy(CallbackData, prefix="buy"):
    """Put an item on the shopping list."""

    item: UUID


class Board(CallbackData, prefix="list"):
    """Show a page of a shopping list; `edit`: to take entries off, or the list itself."""

    edit: bool
    number: int = Field(ge=1)
    list_id: UUID


class Tick(CallbackData, prefix="tick"):
    """Make an entry bought, or not. It says which: two people who tap at once want the same."""

    bought: bool
    number: int = Field(ge=1)
    list_id: ShortId
    entry: ShortId


class TakeOff(CallbackData, prefix="off"):
    """Take an entry off its list."""

    number: int = Field(ge=1)
    list_id: ShortId
    entry: ShortId


class ClearBought(CallbackData, prefix="clear"):
    list_id: UUID


class DropList(CallbackData, prefix="drop"):
    """Delete a shopping list; ask when not `sure`."""

    sure: bool
    list_id: UUID


class AskToJoin(CallbackData, prefix="join"):
    """Ask to be let in by an invite link."""

    token: str


class AnswerJoin(CallbackData, prefix="let"):
    """Let somebody in who asked, or not."""

    accept: bool
    link: UUID


class Accept(CallbackData, prefix="accept"):
    """Join by an invitation to one's email address."""

    household: ShortId
    invitation: ShortId


class Revoke(CallbackData, prefix="revoke"):
    """Take an invitation to an email address back."""

    household: ShortId
    invitation: ShortId


class ShowMembers(CallbackData, prefix="members"):
    number: int = Field(ge=1)
    household: UUID


class ShowMember(CallbackData, prefix="member"):
    household: ShortId
    user: ShortId


class SetRole(CallbackData, prefix="role"):
    role: Role
    household: ShortId
    user: ShortId


class RemoveMember(CallbackData, prefix="out"):
    """End somebody's membership; ask when not `sure`."""

    sure: bool
    household: ShortId
    user: ShortId


class Leave(CallbackData, prefix="leave"):
    household: UUID


class DeleteHousehold(CallbackData, prefix="raze"):
    household: UUID


class DeleteAccount(CallbackData, prefix="forget"):
    """Delete the account of whoever presses it, if it is still the one that was asked."""

    user: UUID
