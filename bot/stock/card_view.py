"""The card: how every answer about one item looks."""

from uuid import UUID

from bot import days
from bot.callbacks import Buy, Way
from bot.keyboards import (
    back_row,
    button,
    details_button,
    item_row,
    keyboard,
    step,
    throw_away,
    undo_row,
    used_up,
)
from bot.markup import bold, plain, shorten
from bot.replies import Reply
from bot.settings import follow_view
from bot.settings.callbacks import Snooze
from bot.settings.follow_commands import Looked
from bot.stock import history
from core.inventory.changes import Change
from core.quantities import THOUSANDTHS, display
from core.values.items import ItemState, StockLevel

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
    may_change: bool = True,
) -> Reply:
    """Return the card of an item: what was done, if anything, and how the item is now.

    `undo` is the movement that a button takes back; `may_change` is False for who may only look.
    """
    news = [plain(done)] if done else []
    if crossing is not None:
        news.append(_NEWS[crossing])
    text = "\n".join([*face(item), *(["", *news] if news else [])])
    away = throw_away(item) if may_change else []
    row = item_row(item, may_change=may_change)
    return Reply(text, keyboard(row, away, undo_row(undo)), in_place=in_place)


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


def details(looked: Looked, toast: str | None = None) -> Reply:
    """Return the other side of a card: how one looks at it, who made it, notes, dates and history."""
    found, within = looked.found, looked.within
    item = found.item
    lines = [*face(item), *follow_view.lines_of(looked), plain(f"Household: {within.household_name}")]
    if item.category:
        lines.append(plain(f"Category: {item.category}"))
    if item.best_before_date is not None and item.expiration_date is not None:
        lines.append(f"Best before {days.day(item.best_before_date)}")
    if item.purchase_date is not None:
        lines.append(f"Bought {days.day(item.purchase_date)}")
    if item.notes:
        lines.append(plain(f"Notes: {shorten(item.notes, LONGEST_NOTE)}"))
    maker = found.created_by_name or "somebody who left"
    lines.append(plain(f"Added by {maker}, {days.moment(item.created_at, looked.timezone)}"))
    lines += ["", "<b>Last changes</b>"]
    lines += [
        plain(history.line(entry, item.unit, looked.timezone)) for entry in found.history[:SHOWN_HISTORY]
    ]
    rows = follow_view.rows_of(looked)
    return Reply("\n".join(lines), keyboard(*rows, back_row(item.id)), toast=toast)


def attend(item: ItemState, *, may_change: bool) -> Reply:
    """Return the card of an item of a digest, with what one may want to do about it."""
    less = [button("−1", step(item, Way.LESS))] if item.quantity >= THOUSANDTHS else []
    change = [*less, *used_up(item), *throw_away(item), button("To buy", Buy(item=item.id))]
    snooze = [
        button("Snooze a day", Snooze(days=1, item=item.id)),
        button("Snooze a week", Snooze(days=7, item=item.id)),
    ]
    rows = change if may_change else [], snooze, [details_button(item)]
    return Reply("\n".join(face(item)), keyboard(*rows), in_place=False)


def snoozed(looked: Looked) -> Reply:
    """Return until when nothing is heard of an item, with a way to take that back."""
    item = looked.found.item
    again = button("Hear of it again", Snooze(days=0, item=item.id))
    text = "\n".join([*face(item), "", follow_view.until_told(looked)])
    return Reply(text, keyboard([again], back_row(item.id)))
