"""Warnings, reminders and digests in a sentence: for the inbox, the trail, and where there is little room."""

from collections.abc import Callable, Sequence

from core import events
from core.digest_state import ExpiringItem

Write = Callable[[str], str]
# How many names of a long list are told.
NAMED = 10


def sentence(event: events.ScheduledEvent, name: Write, text: Write) -> str:
    """Return what a scheduled event says; `name` and `text` write what people typed, as in wording.Style."""
    match event:
        case events.ItemsExpiring():
            return _expiring(event, name)
        case events.ShoppingReminded():
            lists = [
                f"{name(one.name)} has {one.open:,} open {'entry' if one.open == 1 else 'entries'}: "
                f"{_names([text(entry) for entry in one.names], one.open)}"
                for one in event.lists
            ]
            return " ".join(f"{sentence}." for sentence in lists)
        case events.DigestGathered():
            return _digest(event, name)
    raise ValueError(f"{type(event).__name__} has no wording")


def _expiring(event: events.ItemsExpiring, name: Write) -> str:
    parts = [
        (event.expired, "Expired", ""),
        (event.today, "Last day today", ""),
        (event.tomorrow, "Expires tomorrow", ""),
        (event.later, "Expires soon", "days"),
    ]
    told = [
        f"{heading}: {_names([_item(item, name, days=bool(days)) for item in items], len(items))}."
        for items, heading, days in parts
        if items
    ]
    return " ".join(told)


def _item(item: ExpiringItem, name: Write, *, days: bool) -> str:
    return f"{name(item.name)} (in {item.days} days)" if days else name(item.name)


def _digest(event: events.DigestGathered, name: Write) -> str:
    digest = event.digest
    what = "The week" if digest.weekly else "The day"
    changed = len(digest.changes) + digest.more_changes
    parts = [
        f"{changed:,} {'item' if changed == 1 else 'items'} changed",
        f"used {digest.usage.used:,} times, thrown away {digest.usage.wasted:,}",
        f"{len(digest.low):,} low or out",
        f"{len(digest.expiring):,} expiring or expired",
    ]
    return f"{what} in {name(event.household_name)}: {'; '.join(parts)}."


def _names(shown: Sequence[str], total: int) -> str:
    more = f" and {total - NAMED:,} more" if total > NAMED else ""
    return ", ".join(shown[:NAMED]) + more
