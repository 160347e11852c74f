"""What people do to items in the chat. Each function is one transaction."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Self
from uuid import UUID

from sqlalchemy.orm import Session

from bot.reading.amounts import Amount
from bot.reading.units import convert
from bot.stock.callbacks import Act, Verb
from core.actors import Actor
from core.errors import Conflict
from core.guards import access
from core.guards.access import Access
from core.inventory import catalog, matching, stock
from core.inventory.catalog import ItemDetails
from core.inventory.changes import Change
from core.inventory.matching import Match
from core.models import Scope
from core.preferences import follows
from core.quantities import display
from core.settings import preferences, watching
from core.settings.watching import WatchState
from core.text import fold
from core.values.items import ItemState

NO_REASON = "no reason given"
UNDOABLE = frozenset({Verb.USE, Verb.ADD, Verb.WASTE, Verb.MOVE})
# The contract's own places; a household may name others.
PLACES = ("fridge", "freezer", "pantry")
_DID = {Verb.USE: "Used", Verb.ADD: "Added", Verb.WASTE: "Threw away"}
_NUMBERED = re.compile(r"\d")


@dataclass(frozen=True)
class Request:
    """What to do to an item that is not yet known.

    `value` is as in Act, but in `unit` if one was given. `words` name the item; `others` and `maybe` are
    other readings of the text. `said` is the reason or the place.
    """

    verb: Verb
    value: int
    unit: str | None
    words: str
    said: str | None = None
    others: tuple[Amount, ...] = ()
    maybe: Amount | None = None

    @classmethod
    def of(cls, verb: Verb, amount: Amount, said: str | None = None) -> Self:
        return cls(verb, amount.quantity, amount.unit, amount.words, said, amount.others, amount.maybe)

    def readings(self) -> Iterator[Self]:
        """Yield the possible readings, longer names first."""
        for other in self.others:
            yield replace(self, value=other.quantity, unit=other.unit, words=other.words)
        yield self
        if self.maybe is not None:
            yield from self.of(self.verb, self.maybe, self.said).readings()

    def value_for(self, item: ItemState) -> int:
        """Return the value in the unit of an item. Raises Invalid."""
        return convert(self.value, self.unit, item.name, item.unit)


@dataclass(frozen=True)
class Removed:
    """The item was removed; this is how it was."""

    item: ItemState


@dataclass(frozen=True)
class Changed:
    """The item changed after the button was shown, so nothing was done."""

    item: ItemState


@dataclass(frozen=True)
class Looked:
    """An item, its household, and how closely the person follows it.

    `own` is their setting for the item; `level` is what applies, perhaps from its category or location.
    """

    found: ItemDetails
    within: Access
    own: WatchState | None
    level: str | None
    timezone: str


def look(session: Session, who: Actor, item_id: UUID) -> tuple[Access, ItemDetails]:
    """Return an item of any household of the person. Raises NotFound."""
    household_id = catalog.household_of(session, who, item_id)
    within = access.look(session, who, household_id)
    return within, catalog.details(session, who, household_id, item_id)


def look_closely(session: Session, who: Actor, item_id: UUID) -> Looked:
    """Return an item of any household of the person, and how they follow it. Raises NotFound."""
    within, found = look(session, who, item_id)
    watched = watching.mine(session, who, within.household_id)
    own = next((one for one in watched if (one.scope, one.target) == (Scope.ITEM, str(item_id))), None)
    level = follows.of_person(session, who.user_id).of(found.item).level
    return Looked(found, within, own, level, preferences.get(session, who).timezone)


def perform(
    session: Session,
    who: Actor,
    household_id: UUID,
    item_id: UUID,
    verb: Verb,
    value: int,
    said: str | None = None,
) -> Change:
    """Do one thing to an item; see Act for `value` and Request for `said`.

    Raises Invalid, NotFound, NotAllowed, and Conflict for a move to where the item already is.
    """
    match verb:
        case Verb.WASTE:
            return stock.waste(session, who, household_id, item_id, value, said or NO_REASON)
        case Verb.MOVE:
            return _move(session, who, household_id, item_id, said or "")
        case Verb.USE:
            return stock.consume(session, who, household_id, item_id, value)
        case Verb.ADD:
            return stock.restock(session, who, household_id, item_id, value)
        case Verb.MINIMUM:
            return stock.patch(session, who, household_id, item_id, None, {"min_quantity": value or None})
        case Verb.EXPIRES:
            # No date means that it does not expire, so both go. A new one takes precedence over best-before.
            cleared: dict[str, date | None] = {"expiration_date": None, "best_before_date": None}
            dated = {"expiration_date": date.fromordinal(value)} if value else cleared
            return stock.patch(session, who, household_id, item_id, None, dated)
        case Verb.REMOVE:
            raise ValueError("removing leaves no item to show")


def _move(session: Session, who: Actor, household_id: UUID, item_id: UUID, place: str) -> Change:
    """Move an item to a place, spelled as the household already spells it."""
    within = access.change(session, who, household_id)
    item = stock.find(session, within, item_id)
    known = [*(one.location for one in catalog.everything(session, who, household_id)), *PLACES]
    place = next((one for one in known if fold(one) == fold(place)), place)
    if item.location == place:
        raise Conflict(f"{item.name} is there already: {place}.")
    return stock.move(session, who, household_id, item_id, place)


def choose(session: Session, who: Actor, act: Act, said: str | None) -> Change | Removed | Changed:
    """Do what a button offered, unless the item changed meanwhile: a second press does nothing.

    Raises Invalid, NotFound, NotAllowed.
    """
    household_id = catalog.household_of(session, who, act.item)
    item = stock.find(session, access.change(session, who, household_id), act.item)
    if item.version != act.version:
        return Changed(item)
    if act.verb is Verb.REMOVE:
        return Removed(stock.remove(session, who, household_id, act.item))
    return perform(session, who, household_id, act.item, act.verb, act.value, said)


def create(
    session: Session, who: Actor, household_id: UUID, name: str, quantity: int, unit: str, location: str
) -> Change | Changed:
    """Create an item, unless there is one of exactly that name meanwhile."""
    access.change(session, who, household_id)
    for item in catalog.everything(session, who, household_id):
        if fold(item.name) == fold(name):
            return Changed(item)
    values = {"name": name, "quantity": quantity, "unit": unit, "location": location}
    return stock.add(session, who, household_id, values)


def look_up(session: Session, who: Actor, household_id: UUID, request: Request) -> tuple[Match, Request]:
    """Return the items that a request may mean, and the reading of the request that they match."""
    everything = catalog.everything(session, who, household_id)
    for reading in request.readings():
        found = matching.among(everything, reading.words)
        if found.exact:
            return found, reading
    if request.maybe is not None:
        reading = Request.of(request.verb, request.maybe, request.said)
        # "Flour 405" is more like "Flour 550" than 405 of it.
        unnumbered = [item for item in everything if not _NUMBERED.search(item.name)]
        found = matching.among(unnumbered, reading.words)
        if found.near:
            return found, reading
    return matching.among(everything, request.words), request


def done(verb: Verb, value: int, item: ItemState) -> str:
    """Return what was done, in a sentence."""
    match verb:
        case Verb.MOVE:
            return f"Moved to {item.location}."
        case Verb.MINIMUM:
            return "Minimum set." if value else "It has no minimum now."
        case Verb.EXPIRES:
            return "Date set." if value else "It has no date now."
        case Verb.REMOVE:
            return f"{item.name} was removed."
    return f"{_DID[verb]} {display(value, item.unit)}."
