"""What changed in a household: what was done to each item and by whom, who joined, and who left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import events
from core.db import batches, table
from core.models import MovementKind, StockMovement
from core.values.digests import ItemChange, MemberName
from core.values.items import ItemState

_movements = table(StockMovement)
_undone = _movements.alias("undone")
_undoings = select(_movements.c.item_id, _movements.c.item_version, _undone.c.item_version).join(
    _undone, _undone.c.id == _movements.c.undoes
)


@dataclass(frozen=True)
class _Act:
    """One change of an item, which led to this `version`. `delta` is in thousandths."""

    version: int
    person: MemberName
    delta: int
    undoing: bool


@dataclass
class ItemHistory:
    """The changes of one item, and its latest state."""

    item: ItemState
    acts: list[_Act] = field(default_factory=list)
    added: bool = False
    removed: bool = False
    unit_changed: bool = False

    def add(self, event: events.ItemEvent) -> None:
        changes = getattr(event, "changes", ())
        self.unit_changed |= event.item.unit != self.item.unit or "unit" in changes
        self.added |= isinstance(event, events.ItemAdded)
        self.removed |= isinstance(event, events.ItemRemoved)
        self.item = event.item
        person = MemberName(event.user_id, event.user_name)
        undoing = isinstance(event, events.StockMoved) and event.kind is MovementKind.UNDONE
        # Removing an item does not raise its version.
        version = event.item.version + isinstance(event, events.ItemRemoved)
        self.acts.append(_Act(version, person, _delta(event), undoing))

    def without(self, versions: set[int]) -> ItemChange | None:
        """Return the sum of the changes except those of some versions, or None if none is left."""
        acts = [act for act in self.acts if act.version not in versions]
        if not acts:
            return None
        return ItemChange(
            item_id=self.item.id,
            name=self.item.name,
            unit=self.item.unit,
            quantity=0 if self.removed else self.item.quantity,
            delta=None if self.unit_changed else sum(act.delta for act in acts),
            times=len(acts),
            people=list({act.person.user_id: act.person for act in acts}.values()),
            added=self.added,
            removed=self.removed,
        )


def _delta(event: events.ItemEvent) -> int:
    match event:
        case events.StockMoved():
            return event.delta
        case events.ItemAdded():
            return event.item.quantity
        case events.ItemRemoved():
            return -event.item.quantity
    return 0


@dataclass
class Happened:
    """What happened in a household while `user_id` was there. The item that changed last comes last."""

    user_id: UUID
    items: dict[UUID, ItemHistory] = field(default_factory=dict)
    joined: dict[UUID, MemberName] = field(default_factory=dict)
    left: dict[UUID, MemberName] = field(default_factory=dict)

    def read(self, stream: Iterable[events.Event]) -> None:
        for event in stream:
            match event:
                case events.ItemEvent():
                    history = self.items.pop(event.item.id, None) or ItemHistory(event.item)
                    history.add(event)
                    self.items[event.item.id] = history
                case events.MemberJoined(user_id=self.user_id):
                    # What happened before they joined, or joined again, does not concern them.
                    self.items, self.joined, self.left = {}, {}, {}
                case events.MemberJoined():
                    self.joined[event.user_id] = MemberName(event.user_id, event.user_name)
                case events.MemberLeft():
                    self.left[event.user_id] = MemberName(event.user_id, event.user_name)

    def changes(self, session: Session, histories: Sequence[ItemHistory]) -> list[ItemChange]:
        """Return the changes of these items; what was undone within the period is left out."""
        gone = _taken_back(session, histories)
        found = (history.without(gone.get(history.item.id, set())) for history in histories)
        return [change for change in found if change is not None]


def _taken_back(session: Session, histories: Sequence[ItemHistory]) -> Mapping[UUID, set[int]]:
    """Return by item the versions of changes that were undone within the period, and of their undoing."""
    with_undoing = {
        history.item.id: {act.version for act in history.acts}
        for history in histories
        if any(act.undoing for act in history.acts)
    }
    gone: dict[UUID, set[int]] = {}
    for some in batches(list(with_undoing)):
        for item_id, *versions in session.execute(_undoings.where(_movements.c.item_id.in_(some))):
            if with_undoing[item_id].issuperset(versions):
                gone.setdefault(item_id, set()).update(versions)
    return gone
