"""A person's inbox: the notifications that they may read in the web client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from core import clock, events
from core.actors import Actor
from core.db import finds, table
from core.errors import NotFound
from core.models import Member, Notification

notifications, members = table(Notification), table(Member)


@dataclass(frozen=True)
class InboxEntry:
    id: UUID
    topic: str
    event: events.Event
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True)
class InboxPage:
    entries: Sequence[InboxEntry]
    total: int


def visible(who: Actor) -> ColumnElement[bool]:
    """Return the condition that a person may see a notification: it is not of a household that they left."""
    mine = select(members.c.household_id).where(members.c.user_id == who.user_id)
    return or_(notifications.c.household_id.is_(None), notifications.c.household_id.in_(mine))


def _inbox(who: Actor) -> list[ColumnElement[bool]]:
    return [notifications.c.user_id == who.user_id, notifications.c.in_inbox, visible(who)]


def read(session: Session, who: Actor, limit: int, offset: int, *, unread_only: bool = False) -> InboxPage:
    """Return a page of the inbox, newest first, and the number of entries in total."""
    mine = _inbox(who)
    if unread_only:
        mine.append(notifications.c.read_at.is_(None))
    total = session.execute(select(func.count()).select_from(notifications).where(*mine)).scalar_one()
    newest = notifications.c.created_at.desc(), notifications.c.id
    rows = session.execute(
        select(*notifications.c).where(*mine).order_by(*newest).limit(limit).offset(offset)
    )
    entries = [
        InboxEntry(row.id, row.topic, events.load(row.event, row.payload), row.created_at, row.read_at)
        for row in rows
    ]
    return InboxPage(entries, total)


def unread_count(session: Session, who: Actor) -> int:
    return read(session, who, 0, 0, unread_only=True).total


def mark_read(session: Session, who: Actor, notification_id: UUID) -> None:
    """Mark one as read, if it is not already. Raises NotFound."""
    mine = update(notifications).where(notifications.c.id == notification_id, *_inbox(who))
    read_at = func.coalesce(notifications.c.read_at, clock.utcnow())
    if not finds(session, mine.values(read_at=read_at).returning(notifications.c.id)):
        raise NotFound("There is no such notification in your inbox.")


def mark_all_read(session: Session, who: Actor) -> int:
    """Mark everything as read and return how many were unread."""
    unread = (*_inbox(who), notifications.c.read_at.is_(None))
    rows = session.execute(
        update(notifications).where(*unread).values(read_at=clock.utcnow()).returning(notifications.c.id)
    )
    return len(rows.all())
