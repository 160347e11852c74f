"""Following, ignoring, and people's own minimums. Each function is one transaction."""

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
    """Something to follow or ignore. `target` is an item's id or a folded name, `label` its name."""

    scope: Scope
    target: str
    label: str
    item: ItemState | None = None

    @property
    def item_id(self) -> UUID | None:
        return self.item.id if self.item else None


@dataclass(frozen=True)
class WatchNow:
    """A watch as it is now, or None if it is gone, and the zone of its person."""

    watch: WatchState | None
    timezone: str


@dataclass(frozen=True)
class Found:
    """What words may mean: exactly these things, or items with similar names."""

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

    A text that is a name as a whole has no end. Raises Invalid for an end that cannot be understood.
    """
    whole = things(session, who, household_id, typed)
    split = _ENDS.fullmatch(typed)
    if whole.exact or split is None:
        return whole, None
    end = times.mute_end(split["end"], clock.utcnow(), preferences.get(session, who).timezone)
    return things(session, who, household_id, split["words"]), end


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
    """Follow or ignore what a question offered, for as long as the quoted command says."""
    found, until = lasting(session, who, household_id, typed)
    for thing in (*found.exact, *found.near):
        if (thing.scope, thing.item_id) == (chosen.scope, chosen.item):
            return put(session, who, household_id, thing, chosen.level, until)
    raise NotFound("There is no such thing any more. Please send the command again.")


def watch_item(session: Session, who: Actor, item_id: UUID, values: Mapping[str, object]) -> Looked:
    """Follow or ignore an item, or set one's own minimum of it. Raises NotFound."""
    household_id = catalog.household_of(session, who, item_id)
    watching.put(session, who, household_id, Scope.ITEM, str(item_id), values)
    return look_closely(session, who, item_id)


def snooze(session: Session, who: Actor, item_id: UUID, days: int) -> Looked:
    """Hear nothing about an item for so many days, today included; 0 ends that. Raises NotFound.

    It ends at midnight, so that a warning at the person's time of day is not missed.
    """
    household_id = catalog.household_of(session, who, item_id)
    zone = preferences.get(session, who).timezone
    wakes = clock.day_of(clock.utcnow(), zone) + timedelta(days=days)
    until = timing.moment_of(wakes, "00:00", zone) if days else None
    watching.snooze(session, who, household_id, item_id, until)
    return look_closely(session, who, item_id)


def set_critical(session: Session, who: Actor, pressed: SetCritical) -> tuple[Looked, bool]:
    """Make an item critical, or not. Return False with it if it has changed meanwhile and was left alone.

    Raises NotFound, NotAllowed.
    """
    household_id = catalog.household_of(session, who, pressed.item)
    done = True
    try:
        stock.patch(session, who, household_id, pressed.item, pressed.version, {"critical": pressed.on})
    except Stale:
        done = False
    return look_closely(session, who, pressed.item), done


def mine(session: Session, who: Actor, household_id: UUID) -> tuple[Access, Sequence[WatchState], str]:
    """Return what a person follows and ignores in a household, and their zone. Raises NotAllowed."""
    within = access.look(session, who, household_id)
    watched = watching.mine(session, who, household_id)
    return within, watched, preferences.get(session, who).timezone


def remove(
    session: Session, who: Actor, household_id: UUID, watch_id: UUID
) -> tuple[Access, Sequence[WatchState], str]:
    """Stop following or ignoring something. Raises NotFound, NotAllowed."""
    watching.remove(session, who, household_id, watch_id)
    return mine(session, who, household_id)


def _thing(item: ItemState) -> Thing:
    return Thing(Scope.ITEM, str(item.id), item.name, item)
