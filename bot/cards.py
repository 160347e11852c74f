"""The card: how every answer about one item looks."""

from uuid import UUID

from bot import days, history
from bot.keyboards import back_row, item_row, keyboard, undo_row
from bot.markup import bold, plain, shorten
from bot.replies import Reply
from core.access import Access
from core.catalog import ItemDetails
from core.changes import Change
from core.items import ItemState, StockLevel
from core.quantities import display

SHOWN_HISTORY = 5
LONGEST_NOTE = 500

_NEWS = {
    StockLevel.LOW: "⚠️ It is low now.",
    StockLevel.OUT: "⚠️ It is out of stock now.",
    StockLevel.OK: "There is enough again.",
}


def changed(change: Change, done: str, *, undoable: bool) -> Reply:
    """Return the card of an item after a change; `undoable` offers to take it back."""
    return card(change.item, done, change.crossing, undo=change.movement_id if undoable else None)


def card(
    item: ItemState,
    done: str | None = None,
    crossing: StockLevel | None = None,
    *,
    undo: UUID | None = None,
    in_place: bool = True,
) -> Reply:
    """Return the card of an item: what was done, if anything, and how the item is now.

    `undo` is the movement that a button takes back.
    """
    news = [plain(done)] if done else []
    if crossing is not None:
        news.append(_NEWS[crossing])
    text = "\n".join([*face(item), *(["", *news] if news else [])])
    return Reply(text, keyboard(item_row(item), undo_row(undo)), in_place=in_place)


def face(item: ItemState) -> list[str]:
    """Return the lines that say how an item is."""
    lines = [bold(item.name), plain(f"{display(item.quantity, item.unit)} · {item.location}")]
    if item.expires is not None:
        verb = "Expired" if (item.days_until_expiration or 0) < 0 else "Expires"
        lines.append(f"{verb} {days.day(item.expires)} ({days.distance(item.days_until_expiration or 0)})")
    if item.min_quantity is not None:
        below = " (below it)" if item.quantity < item.min_quantity else ""
        lines.append(plain(f"Minimum {display(item.min_quantity, item.unit)}{below}"))
    return lines


def details(found: ItemDetails, within: Access) -> Reply:
    """Return the other side of a card: who made the item, notes, dates and what happened last."""
    item = found.item
    lines = [*face(item), plain(f"Household: {within.household_name}")]
    if item.category:
        lines.append(plain(f"Category: {item.category}"))
    if item.best_before_date is not None and item.expiration_date is not None:
        lines.append(f"Best before {days.day(item.best_before_date)}")
    if item.purchase_date is not None:
        lines.append(f"Bought {days.day(item.purchase_date)}")
    if item.notes:
        lines.append(plain(f"Notes: {shorten(item.notes, LONGEST_NOTE)}"))
    maker = found.created_by_name or "somebody who left"
    lines.append(plain(f"Added by {maker}, {days.moment(item.created_at, within.timezone)}"))
    lines += ["", "<b>Last changes</b>"]
    lines += [
        plain(history.line(entry, item.unit, within.timezone)) for entry in found.history[:SHOWN_HISTORY]
    ]
    return Reply("\n".join(lines), keyboard(back_row(item.id)))
