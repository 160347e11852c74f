"""The trail: for each thing that happened, what was decided for one person and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session

from core import clock, events
from core.actors import Actor
from core.db import announce_after_commit, table, upsert
from core.delivery import inbox
from core.errors import Conflict, NotFound
from core.models import Delivery, DeliveryState, Message, Notification, User

deliveries, notifications, messages, users = table(Delivery), table(Notification), table(Message), table(User)

REASON = func.coalesce(
    deliveries.c.reason, case((deliveries.c.state == DeliveryState.PENDING, deliveries.c.deferred))
).label("reason")
"""Why a delivery was not sent, or what it waits for."""
_OVER = (DeliveryState.FAILED, DeliveryState.UNCONFIRMED, DeliveryState.SKIPPED)


@dataclass(frozen=True)
class Outcome:
    """What became of one thing on one channel."""

    channel: str
    state: str
    reason: str | None
    settled_at: datetime | None


@dataclass(frozen=True)
class Story:
    """One thing that happened, and what a person was told of it."""

    event: events.Event
    at: datetime
    outcomes: Sequence[Outcome]


def recent(session: Session, who: Actor, limit: int) -> list[Story]:
    """Return what happened last and what this person was told of it, the newest first."""
    rows = session.execute(
        select(notifications.c.id, notifications.c.event, notifications.c.payload, notifications.c.created_at)
        .where(notifications.c.user_id == who.user_id, inbox.visible(who))
        .order_by(notifications.c.created_at.desc(), notifications.c.id)
        .limit(limit)
    ).all()
    outcomes: dict[UUID, list[Outcome]] = {row.id: [] for row in rows}
    found = session.execute(
        select(
            deliveries.c.notification_id,
            deliveries.c.channel,
            deliveries.c.state,
            REASON,
            deliveries.c.settled_at,
        )
        .where(deliveries.c.notification_id.in_(outcomes))
        .order_by(deliveries.c.id)
    )
    for row in found:
        outcomes[row.notification_id].append(Outcome(row.channel, row.state, row.reason, row.settled_at))
    return [Story(events.load(row.event, row.payload), row.created_at, outcomes[row.id]) for row in rows]


def find(
    session: Session, *, state: DeliveryState | None = None, channel: str | None = None, limit: int = 50
) -> Sequence[Row[Any]]:
    """Return the newest deliveries of everybody, for the operator: whose, what, and how far they got."""
    wanted = []
    if state is not None:
        wanted.append(deliveries.c.state == state)
    if channel is not None:
        wanted.append(deliveries.c.channel == channel)
    return session.execute(_for_operator().where(*wanted).order_by(deliveries.c.id.desc()).limit(limit)).all()


def show(session: Session, delivery_id: int) -> Row[Any]:
    """Return one delivery with the message that it was part of. Raises NotFound."""
    row = session.execute(_for_operator().where(deliveries.c.id == delivery_id)).first()
    if row is None:
        raise NotFound(f"There is no delivery {delivery_id}. It may have been deleted after a month.")
    return row


def _for_operator() -> Any:
    return (
        select(
            *deliveries.c,
            users.c.display_name,
            notifications.c.event,
            notifications.c.topic,
            messages.c.attempts,
            messages.c.repeats,
            messages.c.last_error,
            messages.c.external_id,
        )
        .join(users, users.c.id == deliveries.c.user_id)
        .join(notifications, notifications.c.id == deliveries.c.notification_id)
        .outerjoin(messages, messages.c.id == deliveries.c.message_id)
    )


def replay(session: Session, delivery_id: int) -> int:
    """Make one new attempt of a delivery that is over, and return its id; asked again, it is the same one.

    Raises NotFound, and Conflict for a delivery that is not over or was told.
    """
    found = session.execute(select(*deliveries.c).where(deliveries.c.id == delivery_id)).first()
    if found is None:
        raise NotFound(f"There is no delivery {delivery_id}. It may have been deleted after a month.")
    if found.state not in _OVER or (found.chat_id is None and found.mailbox_id is None):
        raise Conflict(f"Delivery {delivery_id} is {found.state}: there is nothing to send again.")
    now, key = clock.utcnow(), f"replay:{delivery_id}"
    again = {
        name: getattr(found, name)
        for name in ("notification_id", "user_id", "channel", "chat_id", "mailbox_id", "actor_id", "severity")
    }
    statement = (
        upsert(session, deliveries)
        .values(**again, state=DeliveryState.PENDING, dedupe_key=key, due_at=now, created_at=now)
        .on_conflict_do_nothing(index_elements=[deliveries.c.dedupe_key])
    )
    session.execute(statement)
    announce_after_commit(session)
    made: int = session.execute(select(deliveries.c.id).where(deliveries.c.dedupe_key == key)).scalar_one()
    return made
