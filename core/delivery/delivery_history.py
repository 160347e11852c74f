"""What became of everything that a person was to be told, delivery by delivery."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import events, pages
from core.actors import Actor
from core.db import table
from core.delivery import inbox
from core.delivery.trail import REASON
from core.models import ChannelName, Delivery, Notification, Topic
from core.pages import Page

deliveries, notifications = table(Delivery), table(Notification)


@dataclass(frozen=True)
class DeliveryRecord:
    """One thing to tell on one channel: how far it got, and `reason` says why it did not get further."""

    id: int
    notification_id: UUID
    topic: str
    event: events.Event
    channel: str
    state: str
    reason: str | None
    created_at: datetime
    settled_at: datetime | None


def of_person(
    session: Session,
    who: Actor,
    number: int,
    size: int,
    *,
    topic: Topic | None = None,
    channel: ChannelName | None = None,
) -> Page[DeliveryRecord]:
    """Return a page of a person's deliveries, newest first."""
    wanted = [deliveries.c.user_id == who.user_id, inbox.visible(who)]
    if topic is not None:
        wanted.append(notifications.c.topic == topic)
    if channel is not None:
        wanted.append(deliveries.c.channel == channel)
    joined = deliveries.join(notifications, notifications.c.id == deliveries.c.notification_id)
    total = session.execute(select(func.count()).select_from(joined).where(*wanted)).scalar_one()
    rows = session.execute(
        select(
            deliveries.c.id,
            deliveries.c.notification_id,
            notifications.c.topic,
            notifications.c.event,
            notifications.c.payload,
            deliveries.c.channel,
            deliveries.c.state,
            REASON,
            deliveries.c.created_at,
            deliveries.c.settled_at,
        )
        .select_from(joined)
        .where(*wanted)
        .order_by(deliveries.c.id.desc())
        .limit(size)
        .offset(pages.offset(number, size))
    )
    found = [
        DeliveryRecord(
            id=row.id,
            notification_id=row.notification_id,
            topic=row.topic,
            event=events.load(row.event, row.payload),
            channel=row.channel,
            state=row.state,
            reason=row.reason,
            created_at=row.created_at,
            settled_at=row.settled_at,
        )
        for row in rows
    ]
    return Page(found, total, number, size)
