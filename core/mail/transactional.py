"""Transactional mail: sent whatever its person switched off. It goes through the outbox like all else."""

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
    """Let it be mailed after the commit; `user_id` is whose delivery it is, in their history.

    It is not sent when the person is not, or no more, in the household. `refused` says why it is not at all.
    """
    now, notification_id = clock.utcnow(), uuid4()
    name, payload = events.dump(event)
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
            state=DeliveryState.PENDING if refused is None else DeliveryState.SKIPPED,
            reason=refused,
            dedupe_key=f"{notification_id}:{ChannelName.EMAIL}",
            due_at=now,
            created_at=now,
            settled_at=None if refused is None else now,
        )
    )
    announce_after_commit(session)
