"""Undoing changes. Each function is one transaction."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from core.actors import Actor
from core.errors import Conflict
from core.guards import access
from core.inventory import movements, stock
from core.inventory.changes import Change
from core.inventory.movements import MovementState
from core.shopping import shopping_entries


@dataclass(frozen=True)
class Undone:
    """What was undone, and the change that this made."""

    movement: MovementState
    change: Change
    shopped_since: bool = False
    """Whether the person has changed a shopping list since."""


@dataclass(frozen=True)
class Stuck:
    """What cannot be undone, and why."""

    movement: MovementState
    why: str
    shopped_since: bool = False


def undo(session: Session, who: Actor, movement_id: UUID) -> Undone:
    """Undo a movement. Raises Conflict if that is impossible, NotFound, NotAllowed."""
    household_id = movements.household_of(session, who, movement_id)
    movement = movements.get(session, who, household_id, movement_id)
    return Undone(movement, stock.undo(session, who, household_id, movement_id))


def undo_last(session: Session, who: Actor, household_id: UUID) -> Undone | Stuck | None:
    """Undo the person's last change; None if there is none. Raises NotAllowed."""
    access.change(session, who, household_id)
    movement_id = movements.last_of(session, who, household_id)
    if movement_id is None:
        return None
    movement = movements.get(session, who, household_id, movement_id)
    shopped_since = shopping_entries.touched_since(session, who, household_id, movement.at)
    try:
        change = stock.undo(session, who, household_id, movement_id)
    except Conflict as conflict:
        return Stuck(movement, str(conflict), shopped_since)
    return Undone(movement, change, shopped_since)
