"""The other side of a card: whether the person follows the item, and its history."""

from aiogram.types import InlineKeyboardButton

from bot import days
from bot.keyboards import ON, button, keyboard
from bot.markup import plain, shorten
from bot.replies import Reply
from bot.stock import history
from bot.stock.callbacks import SetCritical, Snooze, WatchItem
from bot.stock.card_view import face
from bot.stock.item_buttons import back_row
from bot.stock.item_commands import Looked
from core.models import Role, WatchLevel
from core.quantities import display

SHOWN_HISTORY = 5
LONGEST_NOTE = 500
_VERBS: dict[str, str] = {WatchLevel.FOLLOW: "follow", WatchLevel.MUTE: "ignore"}
_LEVELS = {WatchLevel.FOLLOW: "Follow", WatchLevel.MUTE: "Ignore", None: "As usual"}


def details(looked: Looked, toast: str | None = None) -> Reply:
    """Return the other side of a card: follows, dates, notes, who added it, and its history."""
    found, within = looked.found, looked.within
    item = found.item
    lines = [*face(item), *_attention(looked), plain(f"Household: {within.household_name}")]
    if item.category:
        lines.append(plain(f"Category: {item.category}"))
    if item.best_before_date is not None and item.expiration_date is not None:
        lines.append(f"Best before {days.day(item.best_before_date)}")
    if item.purchase_date is not None:
        lines.append(f"Bought {days.day(item.purchase_date)}")
    if item.notes:
        lines.append(plain(f"Notes: {shorten(item.notes, LONGEST_NOTE)}"))
    maker = found.created_by_name or "a former member"
    lines.append(plain(f"Added by {maker}, {days.moment(item.created_at, looked.timezone)}"))
    lines += ["", "<b>Last changes</b>"]
    lines += [
        plain(history.line(entry, item.unit, looked.timezone)) for entry in found.history[:SHOWN_HISTORY]
    ]
    rows = _rows(looked)
    return Reply("\n".join(lines), keyboard(*rows, back_row(item.id)), toast=toast)


def snoozed(looked: Looked) -> Reply:
    """Return until when an item is snoozed, with a button to end that."""
    item = looked.found.item
    again = button("End the snooze", Snooze(days=0, item=item.id))
    text = "\n".join([*face(item), "", _until_told(looked)])
    return Reply(text, keyboard([again], back_row(item.id)))


def _attention(looked: Looked) -> list[str]:
    """Return whether an item is critical, and whether the person follows, ignores or snoozed it."""
    item, own = looked.found.item, looked.own
    lines = [_critical(looked.level)] if item.critical else []
    if own is not None and own.snoozed_until is not None:
        lines.append(_until_told(looked))
    elif own is not None and own.level is not None:
        lines.append(f"You {_VERBS[own.level]} it{days.until(own.until, looked.timezone)}.")
    elif looked.level is not None:
        lines.append(f"You {_VERBS[looked.level]} its category or place.")
    if own is not None and own.min_quantity is not None:
        lines.append(plain(f"Your own minimum: {display(own.min_quantity, item.unit)}"))
    return lines


def _critical(level: str | None) -> str:
    if level == WatchLevel.MUTE:
        return "Critical for the others: when it runs out, I tell them at once, even at night."
    return "Critical: when it runs out, I tell everybody at once, even at night."


def _rows(looked: Looked) -> list[list[InlineKeyboardButton]]:
    """Return the buttons to follow or ignore an item, and to make it critical."""
    item, now = looked.found.item, looked.own.level if looked.own else None
    critical = button(
        "No longer critical" if item.critical else "Critical: wake everybody",
        SetCritical(on=not item.critical, version=item.version, item=item.id),
    )
    levels = [
        button(f"{ON} {name}" if level == now else name, WatchItem(level=level, item=item.id))
        for level, name in _LEVELS.items()
    ]
    return [levels, [critical] if looked.within.role is not Role.VIEWER else []]


def _until_told(looked: Looked) -> str:
    """Return until when an item is snoozed, and what happens then."""
    own, zone = looked.own, looked.timezone
    snoozed_until = own.snoozed_until if own is not None else None
    told = f"You hear nothing about it{days.until(snoozed_until, zone)}."
    level, until = (own.level, own.until) if own is not None else (None, None)
    if level is None or (until is not None and snoozed_until is not None and until <= snoozed_until):
        return f"{told} Then it is back to normal."
    return f"{told} Then you {_VERBS[level]} it again{days.until(until, zone)}."
