"""What the buttons of alerts, digests and warnings carry; see bot.callbacks."""

from uuid import UUID

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from bot.callbacks import ShortId


class More(CallbackData, prefix="more"):
    """Show another page of a message of alerts, counted from 1."""

    message: UUID
    number: int = Field(ge=1)


class Attend(CallbackData, prefix="attend"):
    """Show what can be done about an item of a digest, as a new message."""

    item: ShortId


class ShowItems(CallbackData, prefix="items"):
    """Show a page of the items in a message; `fresh`: as a new message."""

    fresh: bool
    number: int = Field(ge=1)
    message: ShortId
