"""Deleting an account: personal data goes, and what others keep becomes anonymous."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.actors import Actor
from core.db import table
from core.errors import Conflict
from core.events import streams
from core.households import households, members
from core.models import Chat, Household, Member, Role, User
from core.privacy import anonymity
from core.text import fold

users, chats = table(User), table(Chat)
_members, _households = table(Member), table(Household)


def delete_account(session: Session, who: Actor) -> None:
    """Delete an account and the households of which it is the only member; it leaves the others.

    Raises Conflict, naming the households, if it is the last admin of several members.
    """
    name = session.execute(select(users.c.display_name).where(users.c.id == who.user_id)).scalar()
    if name is None:
        return
    mine = households.ids_of_person(session, who.user_id)
    before = anonymity.households_of(session, who.user_id)
    # Locked first and in one order, so that nobody joins or leaves meanwhile.
    for household_id in sorted(mine, key=streams.of_household):
        streams.lock(session, streams.of_household(household_id))
    alone, shared = _sort(session, who, mine)
    for household_id in alone:
        households.delete(session, who, household_id)
    for household_id in shared:
        members.leave(session, who, household_id)
    told = anonymity.forget_name(session, who.user_id, before.union(shared))
    session.execute(
        update(chats)
        .where(chats.c.user_id == who.user_id)
        .values(user_id=None, linked_at=None, household_id=None)
    )
    # After the chat, as when messages are settled.
    anonymity.forget_messages(session, who.user_id, name, told)
    session.execute(delete(users).where(users.c.id == who.user_id))
    streams.delete(session, streams.of_user(who.user_id))


def _sort(session: Session, who: Actor, mine: Sequence[UUID]) -> tuple[list[UUID], list[UUID]]:
    """Return the households where somebody is alone, and the others. Raises Conflict."""
    rows = session.execute(
        select(
            _households.c.id,
            _households.c.name,
            func.count().label("people"),
            func.count().filter(_members.c.role == Role.ADMIN).label("admins"),
            func.max(_members.c.role).filter(_members.c.user_id == who.user_id).label("role"),
        )
        .join(_members, _members.c.household_id == _households.c.id)
        .where(_households.c.id.in_(mine))
        .group_by(_households.c.id, _households.c.name)
    ).all()
    stuck = [row.name for row in rows if row.people > 1 and row.admins == 1 and row.role == Role.ADMIN]
    if stuck:
        raise Conflict(
            f"You are the last admin of {', '.join(sorted(stuck, key=fold))}. Make somebody else an admin "
            "there, or delete the household, before you delete your account."
        )
    return [row.id for row in rows if row.people == 1], [row.id for row in rows if row.people > 1]
