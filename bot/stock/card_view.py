"""The card: how every answer about one item looks."""

from uuid import UUID

from bot import days
from bot.keyboards import button, keyboard
from bot.markup import bold, plain
from bot.replies import Reply
from bot.stock.callbacks import Buy, Snooze, Way
from bot.stock.item_buttons import by_one, details_button, item_row, throw_away, undo_row, used_up
from core.inventory.changes import Change
from core.quantities import THOUSANDTHS, display
from core.values.items import ItemState, StockLevel

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

    `undo` is the movement that a button takes back; `may_change` is False for people who may only look.
    """
    news = [plain(done)] if done else []
    if crossing is not None:
        news.append(_NEWS[crossing])
    text = "\n".join([*face(item), *(["", *news] if news else [])])
    away = throw_away(item) if may_change else []
    row = item_row(item, may_change=may_change)
    return Reply(text, keyboard(row, away, undo_row(undo)), in_place=in_place)


def face(item: ItemState) -> list[str]:
    """Return the lines that describe an item."""
    lines = [bold(item.name), plain(f"{display(item.quantity, item.unit)} · {item.location}")]
    if item.expires is not None:
        verb = "Expired" if (item.days_until_expiration or 0) < 0 else "Expires"
        lines.append(f"{verb} {days.day(item.expires)} ({days.distance(item.days_until_expiration or 0)})")
    if item.min_quantity is not None:
        below = " (below it)" if item.quantity < item.min_quantity else ""
        lines.append(plain(f"Minimum {display(item.min_quantity, item.unit)}{below}"))
    return lines


def attend(item: ItemState, *, may_change: bool) -> Reply:
    """Return the card of an item of a digest, with what people may want to do about it."""
    less = [button("−1", by_one(item, Way.LESS))] if item.quantity >= THOUSANDTHS else []
    change = [*less, *used_up(item), *throw_away(item), button("To buy", Buy(item=item.id))]
    snooze = [
        button("Snooze a day", Snooze(days=1, item=item.id)),
        button("Snooze a week", Snooze(days=7, item=item.id)),
    ]
    rows = change if may_change else [], snooze, [details_button(item)]
    return Reply("\n".join(face(item)), keyboard(*rows), in_place=False)
