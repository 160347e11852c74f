"""The other side of a card: how closely its person looks at the item, and what happened to it."""

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
_LEVELS = {WatchLevel.FOLLOW: "Follow", WatchLevel.MUTE: "Ignore", None: "As usual"}


def details(looked: Looked, toast: str | None = None) -> Reply:
    """Return the other side of a card: how one looks at it, who made it, notes, dates and history."""
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
    maker = found.created_by_name or "somebody who left"
    lines.append(plain(f"Added by {maker}, {days.moment(item.created_at, looked.timezone)}"))
    lines += ["", "<b>Last changes</b>"]
    lines += [
        plain(history.line(entry, item.unit, looked.timezone)) for entry in found.history[:SHOWN_HISTORY]
    ]
    rows = _rows(looked)
    return Reply("\n".join(lines), keyboard(*rows, back_row(item.id)), toast=toast)


def snoozed(looked: Looked) -> Reply:
    """Return until when nothing is heard of an item, with a way to take that back."""
    item = looked.found.item
    again = button("Hear of it again", Snooze(days=0, item=item.id))
    text = "\n".join([*face(item), "", _until_told(looked)])
    return Reply(text, keyboard([again], back_row(item.id)))


def _attention(looked: Looked) -> list[str]:
    """Return what to say about how somebody looks at an item."""
    item, own = looked.found.item, looked.own
    lines = [_critical(looked.level)] if item.critical else []
    if own is not None and own.snoozed_until is not None:
        lines.append(_until_told(looked))
    elif own is not None and own.level is not None:
        verb = "follow" if own.level == WatchLevel.FOLLOW else "ignore"
        lines.append(f"You {verb} it{days.until(own.until, looked.timezone)}.")
    elif looked.level is not None:
        verb = "follow" if looked.level == WatchLevel.FOLLOW else "ignore"
        lines.append(f"You {verb} its category or place.")
    if own is not None and own.min_quantity is not None:
        lines.append(plain(f"Your own minimum: {display(own.min_quantity, item.unit)}"))
    return lines


def _critical(level: str | None) -> str:
    if level == WatchLevel.MUTE:
        return "Critical for the others: when it is used up, I tell them at once, even at night."
    return "Critical: when it is used up, I tell everybody at once, even at night."


def _rows(looked: Looked) -> list[list[InlineKeyboardButton]]:
    """Return the buttons that say how closely to look at an item."""
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
    """Return until when nothing is heard of a snoozed item, and how it is then."""
    own, zone = looked.own, looked.timezone
    snoozed_until = own.snoozed_until if own is not None else None
    told = f"You hear nothing of it{days.until(snoozed_until, zone)}."
    level, until = (own.level, own.until) if own is not None else (None, None)
    if level is None or (until is not None and snoozed_until is not None and until <= snoozed_until):
        return f"{told} Then it is as before."
    verb = "follow" if level == WatchLevel.FOLLOW else "ignore"
    return f"{told} Then you {verb} it again{days.until(until, zone)}."
