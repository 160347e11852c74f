"""Transactional mail: sent whatever the person switched off, through the same outbox."""

from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from core import clock, events
from core.db import announce_after_commit, table
from core.events import severity
from core.models import ChannelName, Delivery, DeliveryState, Notification, Topic

notifications, deliveries = table(Notification), table(Delivery)


def send(
    session: Session,
    user_id: UUID,
    event: events.TransactionalMail,
    mailbox_id: UUID,
    *,
    household_id: UUID | None = None,
    refused: str | None = None,
) -> None:
    """Have an event mailed after the commit, as a delivery in the history of `user_id`.

    It is not sent if they have left the household by then. With `refused`, a reason, it is only recorded.
    """
    now, notification_id = clock.utcnow(), uuid4()
    name, payload = events.dump(event)
    skipped = {"state": DeliveryState.SKIPPED, "reason": refused, "settled_at": now} if refused else {}
    session.execute(
        insert(notifications).values(
            id=notification_id,
            user_id=user_id,
            household_id=household_id,
            topic=Topic.ACCOUNT,
            event=name,
            payload=payload,
            in_inbox=False,
            created_at=now,
        )
    )
    session.execute(
        insert(deliveries).values(
            notification_id=notification_id,
            user_id=user_id,
            channel=ChannelName.EMAIL,
            mailbox_id=mailbox_id,
            severity=severity.of(event),
            dedupe_key=f"{notification_id}:{ChannelName.EMAIL}",
            due_at=now,
            created_at=now,
            **skipped,
        )
    )
    announce_after_commit(session)
