"""How what somebody follows and ignores looks."""

from collections.abc import Sequence

from bot import days
from bot.callbacks import Keep
from bot.keyboards import Leaf, button, keyboard
from bot.markup import bold, example, plain, shorten
from bot.replies import Reply
from bot.settings.callbacks import ShowWatches, Unwatch, WatchQuoted
from bot.settings.follow_commands import Found, Thing, WatchNow
from bot.settings.views import back
from bot.stock.questions import label as item_label
from core.guards.access import Access
from core.models import Scope, WatchLevel
from core.quantities import display
from core.settings.watching import WatchState

PER_PAGE = 10
LONGEST_LABEL = 30
HOW = (
    "If you follow something, you hear everything about it, whatever kinds you chose. If you ignore it, "
    "you hear nothing: "
    f"{example('/follow pantry')}, {example('/ignore freezer')}, {example('/ignore milk 2 weeks')}. "
    f"{example('/mymin 2 milk')} is a minimum of your own."
)


def mine(within: Access, watched: Sequence[WatchState], zone: str, number: int = 1) -> Reply:
    """Return a page of what somebody follows and ignores in a household, each with a button to remove it."""
    leaf = Leaf(watched, number, PER_PAGE)
    title = leaf.title(f"What I follow and ignore in {within.household_name}")
    lines = [bold(title), *(plain(_line(one, zone)) for one in leaf.rows)]
    lines += ["", "Tap one to remove it."] if watched else ["Nothing so far."]
    home = within.household_id
    rows = [[button(f"✖ {_name(one)}", Unwatch(household=home, watch=one.id))] for one in leaf.rows]
    turns = leaf.turns(lambda to: ShowWatches(number=to, household=home))
    here = ShowWatches(number=leaf.number, household=home)
    return Reply("\n".join([*lines, HOW]), keyboard(*rows, turns, back()), page=here)


def told(watched: WatchNow) -> Reply:
    """Return what somebody follows or ignores now, with a button to take it back."""
    watch, zone = watched.watch, watched.timezone
    if watch is None:
        return Reply("Back to normal.")
    what = f"{_what(watch)}{days.until(watch.until, zone)}"
    if watch.level == WatchLevel.FOLLOW:
        text = f"You follow {what}: you hear about everything."
    else:
        text = f"You ignore {what}: you hear nothing about it."
    home = watch.household_id
    undo = button("Take it back", Unwatch(household=home, watch=watch.id))
    return Reply(
        text,
        keyboard([undo], [button("Everything I follow and ignore", ShowWatches(number=1, household=home))]),
    )


def which(found: Found, level: WatchLevel) -> Reply:
    """Return a question about what is meant. Its buttons use the command that it quotes."""
    rows = [
        [button(_offer(thing), WatchQuoted(level=level, scope=thing.scope, item=thing.item_id))]
        for thing in found.exact or found.near
    ]
    return Reply("Which one do you mean?", keyboard(*rows, [button("Cancel", Keep())]), quote=True)


def _line(watch: WatchState, zone: str) -> str:
    said = []
    if watch.level is not None:
        level = "followed" if watch.level == WatchLevel.FOLLOW else "ignored"
        said.append(f"{level}{days.until(watch.until, zone)}")
    if watch.snoozed_until is not None:
        said.append(f"snoozed{days.until(watch.snoozed_until, zone)}")
    if watch.min_quantity is not None:
        said.append(f"your minimum is {display(watch.min_quantity)}")
    return f"{_name(watch)}: {', '.join(said)}"


def _name(watch: WatchState) -> str:
    name = shorten(watch.label, LONGEST_LABEL)
    return name if watch.scope == Scope.ITEM else f"{name} ({watch.scope})"


def _what(watch: WatchState) -> str:
    if watch.scope == Scope.ITEM:
        return bold(watch.label)
    return f"everything in {'the category ' if watch.scope == Scope.CATEGORY else ''}{bold(watch.label)}"


def _offer(thing: Thing) -> str:
    if thing.item is not None:
        return item_label(thing.item)
    where = "category" if thing.scope is Scope.CATEGORY else "location"
    return f"The {where} {shorten(thing.label, LONGEST_LABEL)}"
