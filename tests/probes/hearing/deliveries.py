"""What became of everything that was to be told."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.db import table
from core.models import Delivery, Message, Notification

deliveries, notifications, messages = table(Delivery), table(Notification), table(Message)
_rows = (
    select(
        deliveries.c.id,
        deliveries.c.user_id,
        deliveries.c.channel,
        deliveries.c.state,
        deliveries.c.reason,
        deliveries.c.deferred,
        deliveries.c.due_at,
        deliveries.c.severity,
        deliveries.c.item_id,
        notifications.c.household_id,
        notifications.c.topic,
        messages.c.state.label("message"),
    )
    .join(notifications, notifications.c.id == deliveries.c.notification_id)
    .outerjoin(messages, messages.c.id == deliveries.c.message_id)
)


def is_open(row: Any) -> bool:
    """Return whether it is still open what becomes of a delivery, or of the message it is folded into."""
    return row.state in ("pending", "sending") or row.message == "sending"


def changed_rows(session: Session, after: int, still_open: Sequence[int]) -> list[Any]:
    wanted = or_(deliveries.c.id > after, deliveries.c.id.in_(still_open))
    return list(session.execute(_rows.where(wanted).order_by(deliveries.c.id)))
