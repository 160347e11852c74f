"""A person's inbox: the notifications that they may read in the web client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core import clock, events
from core.actors import Actor
from core.db import table
from core.errors import NotFound
from core.models import Notification

notifications = table(Notification)


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


def read(session: Session, who: Actor, limit: int, offset: int, *, unread_only: bool = False) -> InboxPage:
    """Return a page of the inbox, newest first, and how many entries there are in all."""
    mine = [notifications.c.user_id == who.user_id, notifications.c.in_inbox]
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
    """Mark one as read; again is no change. Raises NotFound."""
    row = session.execute(
        update(notifications)
        .where(
            notifications.c.id == notification_id,
            notifications.c.user_id == who.user_id,
            notifications.c.in_inbox,
        )
        .values(read_at=func.coalesce(notifications.c.read_at, clock.utcnow()))
        .returning(notifications.c.id)
    ).first()
    if row is None:
        raise NotFound("There is no such notification in your inbox.")


def mark_all_read(session: Session, who: Actor) -> int:
    """Mark everything as read and return how many were unread."""
    unread = (
        notifications.c.user_id == who.user_id,
        notifications.c.in_inbox,
        notifications.c.read_at.is_(None),
    )
    rows = session.execute(
        update(notifications).where(*unread).values(read_at=clock.utcnow()).returning(notifications.c.id)
    )
    return len(rows.all())
