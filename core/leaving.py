"""Deleting one's account: what is mine goes, what others keep becomes anonymous."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, delete, func, select, update
from sqlalchemy.orm import Session

from core import households, members, streams
from core.actors import Actor
from core.db import table
from core.errors import Conflict
from core.models import Chat, Household, Member, Notification, Role, StreamEntry, User
from core.text import fold

users, chats, notifications, entries = table(User), table(Chat), table(Notification), table(StreamEntry)
_members, _households = table(Member), table(Household)

FORMER = "Former member"
# Events name a person beside their id.
NAMED = {
    "user_id": ("user_name", "chat_name"),
    "removed_by_id": ("removed_by",),
    "changed_by_id": ("changed_by",),
    "added_by_id": ("added_by",),
    "completed_by_id": ("completed_by",),
}
ROWS_A_BATCH = 500


def delete_account(session: Session, who: Actor) -> None:
    """Delete an account: households where its person is alone go, the others lose a member.

    Raises Conflict that names the households in which they are the last admin of several people.
    """
    mine = households.ids_of_person(session, who.user_id)
    # Locked first and in one order, so that nobody joins or leaves while it is decided what goes.
    for household_id in sorted(mine, key=streams.of_household):
        streams.lock(session, streams.of_household(household_id))
    alone, shared = _sort(session, who, mine)
    others = [streams.of_user(user_id) for user_id in _companions(session, who, shared)]
    for household_id in alone:
        households.delete(session, who, household_id)
    for household_id in shared:
        members.leave(session, who, household_id)
    _forget_name(session, who, [*map(streams.of_household, shared), *others])
    session.execute(
        update(chats)
        .where(chats.c.user_id == who.user_id)
        .values(user_id=None, linked_at=None, household_id=None)
    )
    session.execute(delete(users).where(users.c.id == who.user_id))
    streams.delete(session, streams.of_user(who.user_id))


def _sort(session: Session, who: Actor, mine: Sequence[UUID]) -> tuple[list[UUID], list[UUID]]:
    """Return the households in which somebody is alone, and the others. Raises Conflict."""
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


def _companions(session: Session, who: Actor, shared: Sequence[UUID]) -> list[UUID]:
    """Return everybody else who is in one of these households."""
    query = select(_members.c.user_id).where(
        _members.c.household_id.in_(shared), _members.c.user_id != who.user_id
    )
    return sorted(set(session.execute(query).scalars()), key=str)


def _forget_name(session: Session, who: Actor, names: Sequence[str]) -> None:
    """Take a person's name out of what streams and others' inboxes tell of them."""
    told = cast(notifications.c.payload, String).contains(str(who.user_id))
    rows = session.execute(select(notifications.c.id, notifications.c.payload).where(told)).all()
    for row in rows:
        session.execute(
            update(notifications)
            .where(notifications.c.id == row.id)
            .values(payload=_without_name(row.payload, str(who.user_id)))
        )
    for start in range(0, len(names), ROWS_A_BATCH):
        _forget_in_streams(session, who, names[start : start + ROWS_A_BATCH])


def _forget_in_streams(session: Session, who: Actor, names: Sequence[str]) -> None:
    said = cast(entries.c.payload, String).contains(str(who.user_id))
    rows = session.execute(
        select(entries.c.stream_id, entries.c.seq, entries.c.payload).where(
            entries.c.stream_id.in_(names), said
        )
    ).all()
    for row in rows:
        session.execute(
            update(entries)
            .where(entries.c.stream_id == row.stream_id, entries.c.seq == row.seq)
            .values(payload=_without_name(row.payload, str(who.user_id)))
        )


def _without_name(payload: Any, user_id: str) -> Any:
    """Return a payload in which the name beside a person's id is gone."""
    if isinstance(payload, list):
        return [_without_name(value, user_id) for value in payload]
    if not isinstance(payload, dict):
        return payload
    theirs = {name for key, names in NAMED.items() if payload.get(key) == user_id for name in names}
    return {
        name: FORMER if name in theirs else _without_name(value, user_id) for name, value in payload.items()
    }
