"""The movements of a household's items."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import pages
from core.actors import Actor
from core.db import columns, fetch_all, fetch_first, table
from core.errors import NotFound
from core.guards import access
from core.inventory.statistics import stands
from core.models import StockMovement, User
from core.pages import Page

movements, users = table(StockMovement), table(User)


@dataclass(frozen=True)
class MovementState:
    """A movement, in thousandths; `user_name` is None when the account is gone."""

    id: UUID
    item_id: UUID
    item_name: str
    kind: str
    delta: int
    quantity_after: int
    unit: str
    location: str
    previous_location: str | None
    reason: str | None
    notes: str | None
    undoes: UUID | None
    undone: bool
    user_id: UUID | None
    user_name: str | None
    at: datetime


_others = {"undone": ~stands, "user_name": users.c.display_name, "at": movements.c.created_at}
_states = select(*columns(MovementState, movements, **_others)).outerjoin(
    users, users.c.id == movements.c.user_id
)


def of_household(
    session: Session, who: Actor, household_id: UUID, number: int, size: int, item_id: UUID | None = None
) -> Page[MovementState]:
    """Return a page of a household's movements, newest first, or only those of an item."""
    access.look(session, who, household_id)
    wanted = [movements.c.household_id == household_id]
    if item_id is not None:
        wanted.append(movements.c.item_id == item_id)
    total = session.execute(select(func.count()).select_from(movements).where(*wanted)).scalar_one()
    newest = movements.c.created_at.desc(), movements.c.item_version.desc(), movements.c.id
    page = _states.where(*wanted).order_by(*newest).limit(size).offset(pages.offset(number, size))
    return Page(fetch_all(session, page, MovementState), total, number, size)


def get(session: Session, who: Actor, household_id: UUID, movement_id: UUID) -> MovementState:
    """Return one movement of a household. Raises NotFound."""
    access.look(session, who, household_id)
    here = (movements.c.id == movement_id, movements.c.household_id == household_id)
    found = fetch_first(session, _states.where(*here), MovementState)
    if found is None:
        raise NotFound("There is no such movement in this household.")
    return found


def household_of(session: Session, who: Actor, movement_id: UUID) -> UUID:
    """Return a movement's household. Raises NotFound for anybody but its members."""
    gone = "This change is no longer there. Its household may have been deleted."
    return access.household_of(session, who, movements, movement_id, gone)


def last_of(session: Session, who: Actor, household_id: UUID) -> UUID | None:
    """Return somebody's last movement in a household that neither undoes another nor was undone, or None."""
    access.look(session, who, household_id)
    query = (
        select(movements.c.id)
        .where(
            movements.c.household_id == household_id,
            movements.c.user_id == who.user_id,
            movements.c.undoes.is_(None),
            stands,
        )
        .order_by(movements.c.created_at.desc(), movements.c.item_version.desc())
        .limit(1)
    )
    return session.execute(query).scalar()
