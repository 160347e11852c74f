"""What the buttons of shopping lists carry; see bot.callbacks."""

from uuid import UUID

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from bot.callbacks import ShortId


class ShowList(CallbackData, prefix="list"):
    """Show a page of a shopping list; `edit`: to take entries off, or the list itself."""

    edit: bool
    number: int = Field(ge=1)
    list_id: UUID


class Tick(CallbackData, prefix="tick"):
    """Mark an entry as bought, or not. It says which, because two people who tap at once want the same."""

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
