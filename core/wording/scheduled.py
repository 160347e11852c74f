"""Warnings, reminders and digests in words: short, as a sentence, or in paragraphs."""

from collections.abc import Callable, Sequence

from core import events
from core.quantities import display
from core.timing import ONE_DAY
from core.values.digests import Digest, ExpiringItem, ItemChange, LowItem, MemberName, Usage
from core.wording.style import NAMED, Style, counted, listed

Write = Callable[[str], str]
_GROUPS = ("Expired", "Last day today", "Expires tomorrow", "Expires soon")


def headline(event: events.ScheduledEvent) -> str:
    """Return a few words that name the event and its household."""
    match event:
        case events.ItemsExpiring():
            return f"Expiring in {event.household_name}"
        case events.ShoppingReminded():
            return f"To buy for {event.household_name}"
        case events.DigestGathered():
            return f"Your {_period(event.digest)} in {event.household_name}"
    raise ValueError(f"{type(event).__name__} has no wording")


def sentence(event: events.ScheduledEvent, name: Write, text: Write) -> str:
    """Return a scheduled event in short; `name` and `text` write what people typed, as in Style."""
    match event:
        case events.ItemsExpiring():
            groups = [
                f"{heading}: {listed([f'{name(one.name)}{_when(one)}' for one in group], len(group))}."
                for heading, group in _groups(event)
            ]
            return " ".join(groups)
        case events.ShoppingReminded():
            lists = [
                f"{name(one.name)} has {counted(one.open, 'open entry', 'open entries')}: "
                f"{listed([text(entry) for entry in one.names], one.open)}."
                for one in event.lists
            ]
            return " ".join(lists)
        case events.DigestGathered():
            what = f"Your {_period(event.digest)} in {name(event.household_name)}"
            return f"{what}: {'; '.join(_in_short(event.digest)) or 'nothing happened'}."
    raise ValueError(f"{type(event).__name__} has no wording")


def paragraphs(event: events.ScheduledEvent, style: Style, most: int = NAMED) -> list[str]:
    """Return a scheduled event as paragraphs: its headline, then its lists with up to `most` lines each."""
    first = style.name(headline(event))
    match event:
        case events.ItemsExpiring():
            groups = [
                _section(heading, [_expiring(one, style) for one in group], len(group), most, style)
                for heading, group in _groups(event)
            ]
            return [first, *groups]
        case events.ShoppingReminded():
            lists = [
                _section(one.name, [style.text(entry) for entry in one.names], one.open, most, style)
                for one in event.lists
            ]
            return [first, *lists]
        case events.DigestGathered():
            return [first, *_sections(event.digest, style, most)]
    raise ValueError(f"{type(event).__name__} has no wording")


def _sections(digest: Digest, style: Style, most: int) -> list[str]:
    lists: list[tuple[str, list[str], int]] = [
        ("Changed", [_change(one, style) for one in digest.changes], digest.more_changes),
        ("Low or out", [_low(one, style) for one in digest.low], digest.more_low),
        ("Expiring", [_left(one, style) for one in digest.expiring], digest.more_expiring),
    ]
    sections = [
        _section(heading, lines, len(lines) + more, most, style) for heading, lines, more in lists if lines
    ]
    used = _used(digest)
    who = [
        f"{_people(people, style, most)} {verb}."
        for people, verb in ((digest.joined, "joined"), (digest.left, "left"))
        if people
    ]
    return [*sections, *([f"{used}."] if used else []), *who] or ["Nothing happened, and nothing is low."]


def _section(heading: str, lines: Sequence[str], total: int, most: int, style: Style) -> str:
    """Return a heading with the first lines of a list, and how many more there are."""
    shown = [f"• {line}" for line in lines[:most]]
    left = total - len(shown)
    if left:
        shown.append(f"… and {left:,} more" if shown else f"{left:,} in all")
    return "\n".join([style.name(heading), *shown])


def _change(change: ItemChange, style: Style) -> str:
    left = style.text(display(change.quantity, change.unit))
    if change.removed:
        what = "new, and removed again" if change.added else "removed"
    elif change.added:
        what = f"new, {left}"
    elif change.delta:
        sign = "+" if change.delta > 0 else "−"
        what = f"{sign}{style.text(display(abs(change.delta), change.unit))}, {left} left"
    else:
        what = f"changed, {left} left"
    times = f"{change.times:,} changes by " if change.times > 1 else ""
    return f"{style.text(change.name)}: {what} ({times}{_people(change.people, style)})"


def _low(item: LowItem, style: Style) -> str:
    if not item.quantity:
        return f"{style.text(item.name)}: out of stock"
    left = f"{style.text(item.name)}: {style.text(display(item.quantity, item.unit))} left"
    if item.min_quantity is None:
        return left
    return f"{left}, the minimum is {style.text(display(item.min_quantity, item.unit))}"


def _expiring(item: ExpiringItem, style: Style) -> str:
    place = style.text(f"{display(item.quantity, item.unit)} in {item.location}")
    return f"{style.text(item.name)}: {place}{_when(item)}"


def _left(item: ExpiringItem, style: Style) -> str:
    if item.days < 0:
        return f"{style.text(item.name)}: expired {_ago(item.days)}"
    soon = {0: "last day today", 1: "until tomorrow"}
    return f"{style.text(item.name)}: {soon.get(item.days, f'{item.days} days left')}"


def _groups(event: events.ItemsExpiring) -> list[tuple[str, list[ExpiringItem]]]:
    groups = zip(_GROUPS, (event.expired, event.today, event.tomorrow, event.later), strict=True)
    return [(heading, group) for heading, group in groups if group]


def _when(item: ExpiringItem) -> str:
    """Return how long an item has, unless the heading of its group says so."""
    if item.days < 0:
        return f" ({_ago(item.days)})"
    return f" (in {item.days} days)" if item.days > 1 else ""


def _ago(days: int) -> str:
    return "yesterday" if days == -1 else f"{-days} days ago"


def _in_short(digest: Digest) -> list[str]:
    changed = len(digest.changes) + digest.more_changes
    low, expiring = len(digest.low) + digest.more_low, len(digest.expiring) + digest.more_expiring
    used = _used(digest)
    parts = (
        (changed, f"{counted(changed, 'item')} changed"),
        (used, used[:1].lower() + used[1:]),
        (low, f"{low:,} low or out"),
        (expiring, f"{expiring:,} expiring or expired"),
        (digest.joined, f"{len(digest.joined):,} joined"),
        (digest.left, f"{len(digest.left):,} left"),
    )
    return [words for something, words in parts if something]


def _used(digest: Digest) -> str:
    """Return what was used and thrown away, compared with the period before; empty if there is nothing."""
    now, before = digest.usage, digest.usage_before
    if now == Usage() and before in (Usage(), None):
        return ""
    if before is None:
        return f"Used {counted(now.used, 'time')}, thrown away {counted(now.wasted, 'time')}"
    days = 7 if digest.weekly else _days(digest)
    period = {1: "the day before", 7: "the week before"}.get(days, f"the {days} days before")
    return (
        f"Used {counted(now.used, 'time')} ({before.used:,} {period}), "
        f"thrown away {counted(now.wasted, 'time')} ({before.wasted:,} {period})"
    )


def _period(digest: Digest) -> str:
    """Return the period of a digest: a day, a week, or the last days if none was sent on some of them."""
    days = _days(digest)
    return "week" if digest.weekly else f"last {days} days" if days > 1 else "day"


def _days(digest: Digest) -> int:
    return max(1, round((digest.ends - digest.begins) / ONE_DAY))


def _people(people: Sequence[MemberName], style: Style, most: int = 3) -> str:
    names = [style.text(one.user_name) for one in people[: max(most, 1)]]
    left = len(people) - len(names)
    if left:
        return f"{', '.join(names)} and {left:,} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
