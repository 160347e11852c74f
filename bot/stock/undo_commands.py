"""Taking changes back. Each function is one transaction."""

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
    """What was taken back, and what that came to."""

    movement: MovementState
    change: Change
    shopped_since: bool = False
    """Whether the person did something to a shopping list after that."""


@dataclass(frozen=True)
class Stuck:
    """What cannot be taken back, and why."""

    movement: MovementState
    why: str
    shopped_since: bool = False


def undo(session: Session, who: Actor, movement_id: UUID) -> Undone:
    """Take a movement back. Raises Conflict when it cannot be, NotFound, NotAllowed."""
    household_id = movements.household_of(session, who, movement_id)
    movement = movements.get(session, who, household_id, movement_id)
    return Undone(movement, stock.undo(session, who, household_id, movement_id))


def undo_last(session: Session, who: Actor, household_id: UUID) -> Undone | Stuck | None:
    """Take the last thing back that the person did; None when there is nothing. Raises NotAllowed."""
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
