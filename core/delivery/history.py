"""The history of what people were told: for each event, what was decided and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core import clock, events, pages
from core.actors import Actor
from core.db import announce_after_commit, columns, fetch_all, fetch_first, table, upsert
from core.delivery import coalescing, inbox, refreshing
from core.errors import Conflict, NotFound
from core.models import ChannelName, Delivery, DeliveryState, Message, Notification, Topic, User
from core.pages import Page
from core.wording.channels import Line

deliveries, notifications, messages, users = table(Delivery), table(Notification), table(Message), table(User)

REASON = func.coalesce(
    deliveries.c.reason, case((deliveries.c.state == DeliveryState.PENDING, deliveries.c.deferred))
).label("reason")
"""Why a delivery was not sent, or what it waits for."""
_OVER = (DeliveryState.FAILED, DeliveryState.UNCONFIRMED, DeliveryState.SKIPPED)


@dataclass(frozen=True)
class ChannelOutcome:
    """What became of one notification on one channel."""

    channel: str
    state: str
    reason: str | None
    settled_at: datetime | None


@dataclass(frozen=True)
class Story:
    """One event, and what a person was told of it."""

    event: events.Event
    at: datetime
    outcomes: Sequence[ChannelOutcome]


@dataclass(frozen=True)
class DeliveryRecord:
    """One notification on one channel: how far it got, with the `reason` why it got no further."""

    id: int
    notification_id: UUID
    topic: str
    event: events.Event
    channel: str
    state: str
    reason: str | None
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class DeliveryDetails:
    """A delivery as the operator sees it, with the fate of the message that it was part of."""

    id: int
    display_name: str
    event: str
    topic: str
    channel: str
    state: str
    reason: str | None
    created_at: datetime
    due_at: datetime
    settled_at: datetime | None
    message_id: UUID | None
    attempts: int | None
    repeats: int | None
    last_error: str | None
    external_id: int | None


_others = {
    "display_name": users.c.display_name,
    **{name: notifications.c[name] for name in ("event", "topic")},
    **{name: messages.c[name] for name in ("attempts", "repeats", "last_error", "external_id")},
}
_for_operator = (
    select(*columns(DeliveryDetails, deliveries, **_others))
    .join(users, users.c.id == deliveries.c.user_id)
    .join(notifications, notifications.c.id == deliveries.c.notification_id)
    .outerjoin(messages, messages.c.id == deliveries.c.message_id)
)


def recent(session: Session, who: Actor, limit: int) -> list[Story]:
    """Return the latest events and what this person was told of them, the newest first."""
    rows = session.execute(
        select(notifications.c.id, notifications.c.event, notifications.c.payload, notifications.c.created_at)
        .where(notifications.c.user_id == who.user_id, inbox.visible(who))
        .order_by(notifications.c.created_at.desc(), notifications.c.id)
        .limit(limit)
    ).all()
    outcomes: dict[UUID, list[ChannelOutcome]] = {row.id: [] for row in rows}
    outcome = (deliveries.c.channel, deliveries.c.state, REASON, deliveries.c.settled_at)
    found = session.execute(
        select(deliveries.c.notification_id, *outcome)
        .where(deliveries.c.notification_id.in_(outcomes))
        .order_by(deliveries.c.id)
    )
    for notification_id, *values in found:
        outcomes[notification_id].append(ChannelOutcome(*values))
    return [Story(events.load(row.event, row.payload), row.created_at, outcomes[row.id]) for row in rows]


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
        DeliveryRecord(delivery_id, notification_id, kind, events.load(event, payload), *values)
        for delivery_id, notification_id, kind, event, payload, *values in rows
    ]
    return Page(found, total, number, size)


def lines(session: Session, who: Actor, message_id: UUID) -> Sequence[Line]:
    """Return the lines of a message, updated if they had waited, as far as the person may still see them.

    The worst come first. Raises NotFound.
    """
    visible = select(notifications.c.id).where(notifications.c.user_id == who.user_id, inbox.visible(who))
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


def find(
    session: Session, *, state: DeliveryState | None = None, channel: str | None = None, limit: int = 50
) -> list[DeliveryDetails]:
    """Return everybody's newest deliveries, for the operator."""
    wanted = []
    if state is not None:
        wanted.append(deliveries.c.state == state)
    if channel is not None:
        wanted.append(deliveries.c.channel == channel)
    newest = _for_operator.where(*wanted).order_by(deliveries.c.id.desc()).limit(limit)
    return fetch_all(session, newest, DeliveryDetails)


def show(session: Session, delivery_id: int) -> DeliveryDetails:
    """Return one delivery. Raises NotFound."""
    found = fetch_first(session, _for_operator.where(deliveries.c.id == delivery_id), DeliveryDetails)
    if found is None:
        raise NotFound(f"There is no delivery {delivery_id}. It may have been deleted after a month.")
    return found


def replay(session: Session, delivery_id: int) -> int:
    """Make one new delivery of one that failed, and return its id; asking again returns the same one.

    Raises NotFound, and Conflict for a delivery that is not over or was sent.
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
