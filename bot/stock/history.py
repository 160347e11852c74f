"""What was done to items, in words."""

from bot import days
from bot.markup import shorten
from core.inventory.catalog import HistoryEntry
from core.inventory.movements import MovementState
from core.models import MovementKind
from core.quantities import display

LONGEST_NOTE = 80
_VERBS = {
    MovementKind.ADDED: "added",
    MovementKind.CONSUMED: "used",
    MovementKind.WASTED: "thrown away",
    MovementKind.RESTOCKED: "added",
    MovementKind.MOVED: "moved",
    MovementKind.ADJUSTED: "corrected",
    MovementKind.UPDATED: "changed",
    MovementKind.DELETED: "removed",
    MovementKind.UNDONE: "taken back",
}


def line(entry: HistoryEntry, unit: str, timezone: str) -> str:
    """Return one line of an item's history: when, what, and by whom."""
    note = f" ({shorten(entry.notes, LONGEST_NOTE)})" if entry.notes else ""
    who = entry.user_name or "a former member"
    return f"{days.moment(entry.at, timezone)}: {_what(entry, unit)} by {who}{note}"


def _what(entry: HistoryEntry, unit: str) -> str:
    kind = MovementKind(entry.kind)
    if kind is MovementKind.ADJUSTED:
        return f"corrected by {display(entry.delta, unit)}"
    if kind is MovementKind.UNDONE and not entry.delta:
        return "moved back"
    return f"{display(abs(entry.delta), unit)} {_VERBS[kind]}" if entry.delta else _VERBS[kind]


def told(movement: MovementState) -> str:
    """Return what a movement did, in words: 2 l of milk used."""
    kind, name = MovementKind(movement.kind), movement.item_name
    if kind is MovementKind.MOVED:
        return f"{name} moved to {movement.location}"
    if kind is MovementKind.ADJUSTED:
        return f"{name} corrected by {display(movement.delta, movement.unit)}"
    if kind in {MovementKind.UPDATED, MovementKind.DELETED} or not movement.delta:
        return f"{name} {_VERBS[kind]}"
    return f"{display(abs(movement.delta), movement.unit)} of {name} {_VERBS[kind]}"
