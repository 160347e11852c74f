"""How it looks what somebody follows and ignores."""

from collections.abc import Sequence
from datetime import datetime

from aiogram.types import InlineKeyboardButton

from bot import days
from bot.callbacks import Keep
from bot.examples import example
from bot.keyboards import button, keyboard
from bot.markup import bold, plain, shorten
from bot.pages import Leaf
from bot.replies import Reply
from bot.settings.callbacks import SetCritical, ShowWatches, Unwatch, WatchItem, WatchQuoted
from bot.settings.follow_commands import Found, Looked, Thing, Watched
from bot.settings.views import ON, back
from bot.stock.questions import label as item_label
from core.guards.access import Access
from core.models import Role, Scope, WatchLevel
from core.quantities import display
from core.settings.watching import WatchState

PER_PAGE = 10
LONGEST_LABEL = 30
HOW = (
    "To follow something is to hear all about it, whatever kinds you chose; to ignore it is to hear nothing: "
    f"{example('/follow pantry')}, {example('/ignore freezer')}, {example('/ignore milk 2 weeks')}. "
    f"{example('/mymin 2 milk')} is a minimum of your own."
)
_LEVELS = {WatchLevel.FOLLOW: "Follow", WatchLevel.MUTE: "Ignore", None: "As usual"}


def mine(within: Access, watched: Sequence[WatchState], zone: str, number: int = 1) -> Reply:
    """Return a page of what somebody watches in a household, each with a button to take it back."""
    leaf = Leaf(watched, number, PER_PAGE)
    title = leaf.title(f"What I follow and ignore in {within.household_name}")
    lines = [bold(title), *(plain(_line(one, zone)) for one in leaf.rows)]
    lines += ["", "Tap one to take it back."] if watched else ["Nothing so far."]
    rows = [
        [button(f"✖ {_name(one)}", Unwatch(household=within.household_id, watch=one.id))] for one in leaf.rows
    ]
    turns = leaf.turns(lambda to: ShowWatches(number=to, household=within.household_id))
    here = ShowWatches(number=leaf.number, household=within.household_id)
    return Reply("\n".join([*lines, HOW]), keyboard(*rows, turns, back()), page=here)


def told(watched: Watched) -> Reply:
    """Return what was just decided about something, with a way to take it back."""
    watch, zone = watched.watch, watched.timezone
    if watch is None:
        return Reply("It is as usual.")
    until = _until(watch.until, zone)
    follows = watch.level == WatchLevel.FOLLOW
    text = (
        f"You follow {_what(watch)}{until}: you hear of all that happens."
        if follows
        else f"You ignore {_what(watch)}{until}: you hear nothing about it."
    )
    take_back = button("Take it back", Unwatch(household=watch.household_id, watch=watch.id))
    all_of_them = button("All that I follow and ignore", ShowWatches(number=1, household=watch.household_id))
    return Reply(text, keyboard([take_back], [all_of_them]))


def which(found: Found, level: WatchLevel) -> Reply:
    """Return the question what is meant. Its buttons look at the command that it quotes."""
    things = found.exact or found.near
    rows = [
        [
            button(
                _offer(thing),
                WatchQuoted(level=level, scope=thing.scope, item=thing.item.id if thing.item else None),
            )
        ]
        for thing in things
    ]
    return Reply("Which one do you mean?", keyboard(*rows, [button("Cancel", Keep())]), quote=True)


def lines_of(looked: Looked) -> list[str]:
    """Return what to say about how somebody looks at an item."""
    item, own = looked.found.item, looked.own
    lines = [_critical(looked.level)] if item.critical else []
    if own is not None and own.snoozed_until is not None:
        lines.append(until_told(looked))
    elif own is not None and own.level is not None:
        verb = "follow" if own.level == WatchLevel.FOLLOW else "ignore"
        lines.append(f"You {verb} it{_until(own.until, looked.timezone)}.")
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


def rows_of(looked: Looked) -> list[list[InlineKeyboardButton]]:
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


def until_told(looked: Looked) -> str:
    """Return until when nothing is heard of a snoozed item, and how it is then."""
    own, zone = looked.own, looked.timezone
    snoozed_until = own.snoozed_until if own is not None else None
    told = f"You hear nothing of it{_until(snoozed_until, zone)}."
    level, until = (own.level, own.until) if own is not None else (None, None)
    if level is None or (until is not None and snoozed_until is not None and until <= snoozed_until):
        return f"{told} Then it is as before."
    verb = "follow" if level == WatchLevel.FOLLOW else "ignore"
    return f"{told} Then you {verb} it again{_until(until, zone)}."


def _line(watch: WatchState, zone: str) -> str:
    said = []
    if watch.level is not None:
        said.append(
            f"{'followed' if watch.level == WatchLevel.FOLLOW else 'ignored'}{_until(watch.until, zone)}"
        )
    if watch.snoozed_until is not None:
        said.append(f"snoozed{_until(watch.snoozed_until, zone)}")
    if watch.min_quantity is not None:
        said.append(f"your minimum is {display(watch.min_quantity)}")
    return f"{_name(watch)}: {', '.join(said)}"


def _name(watch: WatchState) -> str:
    name = shorten(watch.label, LONGEST_LABEL)
    return name if watch.scope == Scope.ITEM else f"{name} ({watch.scope})"


def _what(watch: WatchState) -> str:
    name = bold(watch.label)
    return {
        Scope.ITEM: name,
        Scope.CATEGORY: f"all of the category {name}",
        Scope.LOCATION: f"all that is in {name}",
    }[Scope(watch.scope)]


def _offer(thing: Thing) -> str:
    if thing.item is not None:
        return item_label(thing.item)
    where = "category" if thing.scope is Scope.CATEGORY else "location"
    return f"The {where} {shorten(thing.label, LONGEST_LABEL)}"


def _until(until: datetime | None, zone: str) -> str:
    return f" until {days.moment(until, zone)}" if until is not None else ""
