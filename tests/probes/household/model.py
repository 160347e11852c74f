"""A household as plain Python: what the real one must agree with, act by act."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.values.items import SOON_DAYS, Stale
from tests.probes.household.acts import MOST, Act, Done, Refused, Verb
from tests.probes.household.seen import Seen, SeenItem, SeenMove

WRITERS = {"alice", "bob"}
UNKNOWN = UUID(int=0)
"""Until the real household has said which id it gave."""
UNDOABLE = {"consumed", "wasted", "restocked", "moved", "adjusted"}


@dataclass
class Thing:
    id: UUID
    quantity: int
    unit: str
    location: str
    min_quantity: int | None
    expires: date | None
    version: int = 1


@dataclass
class Moved:
    id: UUID
    item: Thing
    version: int
    kind: str
    delta: int
    after: int
    location: str
    unit: str
    came_from: str | None
    month: tuple[int, int]
    undoes: "Moved | None" = None
    undone: bool = False


@dataclass
class Entry:
    id: UUID
    item: Thing | None
    amount: int
    ticked: bool = False


@dataclass
class Model:
    today: date
    things: list[Thing] = field(default_factory=list)
    gone: list[Thing] = field(default_factory=list)
    moves: list[Moved] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    events: list[tuple[str, Thing | None, int | None, int | None]] = field(default_factory=list)
    """Type, and of an item's event the item, its version and its quantity."""

    def do(self, act: Act) -> Done:
        """Do it, or raise as the real household must."""
        if act.who not in WRITERS:
            raise Refused(NotAllowed, "only looks" if act.who == "vera" else "lives elsewhere")
        verbs = {
            Verb.ADD: self._add,
            Verb.PATCH: self._patch,
            Verb.CONSUME: lambda act: self._take(act, "consumed"),
            Verb.WASTE: lambda act: self._take(act, "wasted"),
            Verb.RESTOCK: lambda act: self._give(self._thing(act.item), act.amount),
            Verb.MOVE: lambda act: self._set(self._thing(act.item), "moved", location=act.place),
            Verb.UNDO: self._undo,
            Verb.REMOVE: self._remove,
            Verb.BUY: self._buy,
            Verb.TICK: self._tick,
        }
        return verbs[act.verb](act)

    def _thing(self, item: UUID) -> Thing:
        for thing in self.things:
            if thing.id == item:
                return thing
        raise Refused(NotFound, "no such item")

    def _add(self, act: Act) -> Done:
        columns = {"unit": "l", "min_quantity": None, "location": act.place, **act.columns}
        thing = Thing(UNKNOWN, expires=act.expires, **{"quantity": 0, **columns})
        self.things.append(thing)
        return self._record(thing, "added", thing.quantity, "ItemAdded")

    def _patch(self, act: Act) -> Done:
        thing = self._thing(act.item)
        if act.version is not None and act.version != thing.version:
            raise Refused(Stale, "an older version")
        columns = dict(act.columns)
        kind = "updated"
        if columns.get("quantity", thing.quantity) != thing.quantity:
            kind = "adjusted"
        elif set(columns) == {"location"} and columns["location"] != thing.location:
            kind = "moved"
        return self._set(thing, kind, **columns)

    def _take(self, act: Act, kind: str) -> Done:
        thing = self._thing(act.item)
        if thing.quantity < act.amount:
            raise Refused(Invalid, "more than there is")
        return self._set(thing, kind, quantity=thing.quantity - act.amount)

    def _give(self, thing: Thing, amount: int) -> Done:
        if thing.quantity + amount > MOST:
            raise Refused(Invalid, "more than fits")
        return self._set(thing, "restocked", quantity=thing.quantity + amount)

    def _undo(self, act: Act) -> Done:
        found = [move for move in self.moves if move.id == act.movement]
        if not found:
            raise Refused(NotFound, "no such movement")
        moved = found[0]
        if moved.undone:
            raise Refused(Conflict, "undone already")
        if moved.kind not in UNDOABLE:
            raise Refused(Conflict, "nothing to undo")
        if moved.item not in self.things:
            raise Refused(Conflict, "undo of what is gone")
        thing = moved.item
        if moved.kind == "moved":
            if moved.came_from is None or thing.location != moved.location:
                raise Refused(Conflict, "moved since")
            done = self._set(thing, "undone", location=moved.came_from)
        else:
            if thing.unit != moved.unit:
                raise Refused(Conflict, "counted otherwise")
            if not 0 <= thing.quantity - moved.delta <= MOST:
                raise Refused(Conflict, "no room to undo")
            done = self._set(thing, "undone", quantity=thing.quantity - moved.delta)
        moved.undone, self.moves[-1].undoes = True, moved
        return done

    def _remove(self, act: Act) -> Done:
        thing = self._thing(act.item)
        self.things.remove(thing)
        self.gone.append(thing)
        for entry in self.entries:
            if entry.item is thing:
                entry.item = None
        left, thing.quantity = thing.quantity, 0
        self._move(thing, "deleted", -left, None, thing.version + 1)
        self.events.append(("ItemRemoved", thing, thing.version, left))
        return Done()

    def _buy(self, act: Act) -> Done:
        try:
            thing = self._thing(act.item)
        except Refused:
            raise Refused(Invalid, "an entry of no item") from None
        self.entries.append(Entry(UNKNOWN, thing, act.amount))
        self.events.append(("EntryAdded", None, None, None))
        return Done()

    def _tick(self, act: Act) -> Done:
        found = [entry for entry in self.entries if entry.id == act.entry]
        if not found:
            raise Refused(NotFound, "no such entry")
        entry = found[0]
        if act.bought:
            if entry.item is None:
                raise Refused(Invalid, "nothing to restock")
            if not entry.ticked:
                self._give(entry.item, entry.amount)
        entry.ticked = act.bought
        self.events.append(("EntryUpdated", None, None, None))
        return Done()

    def _set(self, thing: Thing, kind: str, **columns: Any) -> Done:
        before, place = thing.quantity, thing.location
        for name, value in columns.items():
            setattr(thing, name, value)
        thing.version += 1
        event = "ItemUpdated" if kind == "updated" else "StockMoved"
        came_from = place if place != thing.location else None
        return self._record(thing, kind, thing.quantity - before, event, came_from)

    def _record(self, thing: Thing, kind: str, delta: int, event: str, came_from: str | None = None) -> Done:
        self._move(thing, kind, delta, came_from, thing.version)
        self.events.append((event, thing, thing.version, thing.quantity))
        return Done(thing.quantity, thing.version)

    def _move(self, thing: Thing, kind: str, delta: int, came_from: str | None, version: int) -> None:
        month = (self.today.year, self.today.month)
        self.moves.append(
            Moved(
                UNKNOWN,
                thing,
                version,
                kind,
                delta,
                thing.quantity,
                thing.location,
                thing.unit,
                came_from,
                month,
            )
        )

    def view(self, ids: Sequence[UUID]) -> Seen:
        """Return what a member must see; `ids` are those of the movements: only the real one gives them."""
        for move, move_id in zip(self.moves, ids, strict=False):
            move.id = move_id
        things = (
            SeenItem(t.id, t.version, t.quantity, t.unit, t.location, t.min_quantity) for t in self.things
        )
        return Seen(
            items=set(things),
            moves=[_seen(move) for move in self.moves],
            statuses=Counter(_status(thing.expires, self.today) for thing in self.things),
            total=len(self.things),
            low=sum(thing.quantity < (thing.min_quantity or 0) for thing in self.things),
            consumed=self._this_month("consumed"),
            wasted=self._this_month("wasted"),
        )

    def _this_month(self, kind: str) -> int:
        month = (self.today.year, self.today.month)
        return sum(move.kind == kind and move.month == month and not move.undone for move in self.moves)

    def stream(self) -> list[tuple[str, str | None, int | None, int | None]]:
        """Return what the household's stream must hold: type, and of an item its id, version and quantity."""
        return [
            (kind, str(thing.id) if thing else None, version, quantity)
            for kind, thing, version, quantity in self.events
        ]


def _seen(move: Moved) -> SeenMove:
    return SeenMove(
        id=move.id,
        item=move.item.id,
        kind=move.kind,
        delta=move.delta,
        after=move.after,
        unit=move.unit,
        location=move.location,
        came_from=move.came_from,
        undoes=move.undoes.id if move.undoes else None,
        undone=move.undone,
    )


def _status(expires: date | None, today: date) -> str:
    if expires is None:
        return "no_expiry"
    left = (expires - today).days
    if left < 0:
        return "expired"
    return "expiring_soon" if left <= SOON_DAYS else "fresh"
