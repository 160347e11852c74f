"""The buttons of messages about one item."""

from uuid import UUID

from aiogram.types import InlineKeyboardButton

from bot.keyboards import button
from bot.stock.callbacks import Act, Buy, ChangeByOne, Flip, Side, Undo, Verb, Way
from core.quantities import THOUSANDTHS
from core.values.items import ItemState


def item_row(item: ItemState, *, may_change: bool = True) -> list[InlineKeyboardButton]:
    """Return the buttons of a message about one item; people who may only look get only Details."""
    if not may_change:
        return [details_button(item)]
    less = [button("−1", by_one(item, Way.LESS))] if item.quantity >= THOUSANDTHS else used_up(item)
    return [
        *less,
        button("+1", by_one(item, Way.MORE)),
        details_button(item),
        button("To buy", Buy(item=item.id)),
    ]


def used_up(item: ItemState) -> list[InlineKeyboardButton]:
    """Return the button that uses all that is left, if anything is."""
    return _all_of(item, "Used up", Verb.USE)


def throw_away(item: ItemState) -> list[InlineKeyboardButton]:
    """Return the button that throws all of an item away, if it has expired and anything is left."""
    expired = (item.days_until_expiration or 0) < 0
    return _all_of(item, "Throw away", Verb.WASTE) if expired else []


def _all_of(item: ItemState, label: str, verb: Verb) -> list[InlineKeyboardButton]:
    if not item.quantity:
        return []
    return [button(label, Act(verb=verb, value=item.quantity, version=item.version, item=item.id))]


def by_one(item: ItemState, way: Way) -> ChangeByOne:
    """Return what a button carries that uses or adds one of an item as it is now."""
    return ChangeByOne(way=way, item=item.id, version=item.version)


def details_button(item: ItemState) -> InlineKeyboardButton:
    return button("Details", Flip(side=Side.DETAILS, item=item.id))


def undo_row(movement_id: UUID | None) -> list[InlineKeyboardButton]:
    """Return the button below what was just done, if it can be undone."""
    return [button("Undo", Undo(movement=movement_id))] if movement_id else []


def back_row(item_id: UUID) -> list[InlineKeyboardButton]:
    return [button("‹ Back", Flip(side=Side.CARD, item=item_id))]
