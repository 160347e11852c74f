"""What people follow and ignore in the chat, and minimums of their own. Each function is one transaction."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bot.reading import times
from bot.settings.callbacks import WatchQuoted
from bot.stock.callbacks import SetCritical
from bot.stock.item_commands import PLACES, Looked, look_closely
from core import clock, timing
from core.actors import Actor
from core.errors import NotFound
from core.guards import access
from core.guards.access import Access
from core.inventory import catalog, matching, stock
from core.models import Scope, WatchLevel
from core.settings import preferences, watching
from core.settings.watching import WatchState
from core.text import fold
from core.values.items import ItemState, Stale

_ENDS = re.compile(
    r"(?P<words>.+?)\s+(?P<end>(?:for|until|till)\s+.+|\d[\d.,:]*\s*[a-z].*|today|tonight|tomorrow)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Thing:
    """Something to follow or to ignore. `target` is an item's id or a name, `label` how people know it."""

    scope: Scope
    target: str
    label: str
    item: ItemState | None = None


@dataclass(frozen=True)
class WatchNow:
    """A watch as it is now, and the zone of its person; None when there is none any more."""

    watch: WatchState | None
    timezone: str


@dataclass(frozen=True)
class Found:
    """What words may mean: exactly these things, or items that are named alike."""

    exact: Sequence[Thing]
    near: Sequence[Thing]


def things(session: Session, who: Actor, household_id: UUID, words: str) -> Found:
    """Return what words may mean in a household: an item, a category or a location. Raises NotAllowed."""
    everything = catalog.everything(session, who, household_id)
    wanted = fold(re.sub(r"^the\s+", "", words, flags=re.IGNORECASE))
    categories = {fold(item.category): item.category for item in everything if item.category}
    places = {fold(place): place for place in (*PLACES, *(item.location for item in everything))}
    named = [
        Thing(scope, wanted, known[wanted])
        for scope, known in ((Scope.CATEGORY, categories), (Scope.LOCATION, places))
        if wanted in known
    ]
    match = matching.match(session, who, household_id, words)
    return Found([*named, *map(_thing, match.exact)], [] if named else [*map(_thing, match.near)])


def lasting(session: Session, who: Actor, household_id: UUID, typed: str) -> tuple[Found, datetime | None]:
    """Return what "milk", "milk for 2 weeks" or "freezer until Friday" may mean, and when it ends.

    What is a name as a whole ends never. Raises Invalid for an end that nobody understands.
    """
    whole = things(session, who, household_id, typed)
    split = _ENDS.fullmatch(typed)
    if whole.exact or split is None:
        return whole, None
    zone = preferences.get(session, who).timezone
    return things(session, who, household_id, split["words"]), times.mute_end(
        split["end"], clock.utcnow(), zone
    )


def put(
    session: Session,
    who: Actor,
    household_id: UUID,
    thing: Thing,
    level: WatchLevel,
    until: datetime | None = None,
) -> WatchNow:
    """Follow or ignore something. Raises NotFound, NotAllowed."""
    values = {"level": level, "until": until}
    watch = watching.put(session, who, household_id, thing.scope, thing.target, values)
    return WatchNow(watch, preferences.get(session, who).timezone)


def put_quoted(session: Session, who: Actor, household_id: UUID, chosen: WatchQuoted, typed: str) -> WatchNow:
    """Follow or ignore what a question offered, as long as the command that it quotes says."""
    found, until = lasting(session, who, household_id, typed)
    for thing in (*found.exact, *found.near):
        if thing.scope == chosen.scope and (thing.item.id if thing.item else None) == chosen.item:
            return put(session, who, household_id, thing, chosen.level, until)
    raise NotFound("There is no such thing any more. Please send the command again.")


def watch_item(session: Session, who: Actor, item_id: UUID, values: Mapping[str, object]) -> Looked:
    """Follow or ignore an item, or set one's own minimum of it. Raises NotFound."""
    household_id = catalog.household_of(session, who, item_id)
    watching.put(session, who, household_id, Scope.ITEM, str(item_id), values)
    return look_closely(session, who, item_id)


def snooze(session: Session, who: Actor, item_id: UUID, days: int) -> Looked:
    """Hear nothing of an item for so many days, of which today is the first; 0 ends that. Raises NotFound.

    It ends as the day after them begins, so that a warning at the person's time of day is not missed.
    """
    household_id = catalog.household_of(session, who, item_id)
    zone = preferences.get(session, who).timezone
    wakes = clock.day_of(clock.utcnow(), zone) + timedelta(days=days)
    until = timing.moment_of(wakes, "00:00", zone) if days else None
    watching.snooze(session, who, household_id, item_id, until)
    return look_closely(session, who, item_id)


def set_critical(session: Session, who: Actor, pressed: SetCritical) -> tuple[Looked, bool]:
    """Make an item critical, or not, and say whether that was done: not if it is another by now.

    Raises NotFound, NotAllowed.
    """
    household_id = catalog.household_of(session, who, pressed.item)
    try:
        values = {"critical": pressed.on}
        stock.patch(session, who, household_id, pressed.item, pressed.version, values)
    except Stale:
        return look_closely(session, who, pressed.item), False
    return look_closely(session, who, pressed.item), True


def mine(session: Session, who: Actor, household_id: UUID) -> tuple[Access, Sequence[WatchState], str]:
    """Return what a person watches in a household, and their zone. Raises NotAllowed."""
    within = access.look(session, who, household_id)
    watched = watching.mine(session, who, household_id)
    return within, watched, preferences.get(session, who).timezone


def remove(
    session: Session, who: Actor, household_id: UUID, watch_id: UUID
) -> tuple[Access, Sequence[WatchState], str]:
    """Look at something like at the rest again. Raises NotFound, NotAllowed."""
    watching.remove(session, who, household_id, watch_id)
    return mine(session, who, household_id)


def _thing(item: ItemState) -> Thing:
    return Thing(Scope.ITEM, str(item.id), item.name, item)
