"""Shopping lists of a household."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from core import clock, events
from core.actors import Actor
from core.db import fetch_all, fetch_first, table
from core.errors import NotFound
from core.guards import access
from core.guards.access import Access
from core.models import ShoppingList, ShoppingListItem, User
from core.notifications import announcing

lists, entries, users = table(ShoppingList), table(ShoppingListItem), table(User)

# Subqueries count only the entries of the lists shown; grouping would count those of all households.
_of_it = entries.c.list_id == lists.c.id
_states = (
    select(
        lists.c.id,
        lists.c.name,
        lists.c.notes,
        select(func.count()).select_from(entries).where(_of_it).scalar_subquery(),
        select(func.count(entries.c.completed_at)).where(_of_it).scalar_subquery(),
        lists.c.created_at,
        users.c.display_name,
        lists.c.updated_at,
    )
    .outerjoin(users, users.c.id == lists.c.created_by)
    .order_by(lists.c.created_at, lists.c.id)
)

GONE = "There is no such shopping list in this household. It may have been deleted."


@dataclass(frozen=True)
class ListState:
    """A list with counts of its entries; `created_by` is a name, None when the account is gone."""

    id: UUID
    name: str
    notes: str | None
    item_count: int
    completed_count: int
    created_at: datetime
    created_by: str | None
    updated_at: datetime


class ListFacts(TypedDict):
    """What all events about a list say."""

    household_id: UUID
    list_id: UUID
    list_name: str
    user_id: UUID
    user_name: str
    at: datetime


def of_household(session: Session, who: Actor, household_id: UUID) -> list[ListState]:
    """Return the lists of a household, the oldest first."""
    access.look(session, who, household_id)
    return fetch_all(session, _states.where(lists.c.household_id == household_id), ListState)


def get(session: Session, who: Actor, household_id: UUID, list_id: UUID) -> ListState:
    """Return one list. Raises NotFound."""
    return find(session, access.look(session, who, household_id), list_id)


def find(session: Session, within: Access, list_id: UUID) -> ListState:
    """Return a list of the household. Raises NotFound."""
    here = (lists.c.id == list_id, lists.c.household_id == within.household_id)
    found = fetch_first(session, _states.where(*here), ListState)
    if found is None:
        raise NotFound(GONE)
    return found


def household_of(session: Session, who: Actor, list_id: UUID) -> UUID:
    """Return a list's household. Raises NotFound for anybody but its members."""
    return access.household_of(session, who, lists, list_id, GONE)


def create(session: Session, who: Actor, household_id: UUID, name: str, notes: str | None) -> ListState:
    """Create a list."""
    within = access.change(session, who, household_id)
    now = clock.utcnow()
    made = ListState(uuid4(), name, notes, 0, 0, now, within.user_name, now)
    session.execute(
        insert(lists).values(
            id=made.id,
            household_id=household_id,
            name=name,
            notes=notes,
            created_by=who.user_id,
            created_at=now,
            updated_at=now,
        )
    )
    announcing.announce(session, who, within, events.ShoppingListAdded(**facts(within, made)))
    return made


def change(
    session: Session, who: Actor, household_id: UUID, list_id: UUID, values: Mapping[str, object]
) -> ListState:
    """Change a list's name or notes. Raises NotFound."""
    within = access.change(session, who, household_id)
    here = (lists.c.id == list_id, lists.c.household_id == household_id)
    session.execute(update(lists).where(*here).values(**values, updated_at=clock.utcnow()))
    changed = find(session, within, list_id)
    announcing.announce(session, who, within, events.ShoppingListUpdated(**facts(within, changed)))
    return changed


def remove(session: Session, who: Actor, household_id: UUID, list_id: UUID) -> ListState:
    """Delete a list with its entries. Raises NotFound."""
    within = access.change(session, who, household_id)
    gone = find(session, within, list_id)
    session.execute(delete(lists).where(lists.c.id == list_id))
    announcing.announce(session, who, within, events.ShoppingListDeleted(**facts(within, gone)))
    return gone


def facts(within: Access, about: ListState) -> ListFacts:
    """Return what all events about a list say."""
    return {
        "household_id": within.household_id,
        "list_id": about.id,
        "list_name": about.name,
        "user_id": within.user_id,
        "user_name": within.user_name,
        "at": clock.utcnow(),
    }
