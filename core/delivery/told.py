"""What a message told, to be looked at again page by page."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.actors import Actor
from core.db import table
from core.delivery import coalescing, refreshing
from core.errors import NotFound
from core.models import Delivery, Member, Message, Notification
from core.wording.channels import Line

deliveries, notifications, members = table(Delivery), table(Notification), table(Member)
messages = table(Message)


def lines(session: Session, who: Actor, message_id: UUID) -> Sequence[Line]:
    """Return the lines of a message to a person, the worst first, without what they may not see any more.

    What had waited is as things are by now.

    Raises NotFound.
    """
    mine = select(members.c.household_id).where(members.c.user_id == who.user_id)
    visible = select(notifications.c.id).where(
        notifications.c.user_id == who.user_id,
        or_(notifications.c.household_id.is_(None), notifications.c.household_id.in_(mine)),
    )
    folds = coalescing.fold(
        session,
        deliveries.c.message_id == message_id,
        deliveries.c.user_id == who.user_id,
        deliveries.c.notification_id.in_(visible),
    )
    if not folds:
        raise NotFound("This message is too old to be looked at again.")
    told_at = session.execute(select(messages.c.created_at).where(messages.c.id == message_id)).scalar_one()
    up_to_date, _ = refreshing.refresh(session, who.user_id, folds, told_at)
    return [fold.line for fold in up_to_date or folds]
