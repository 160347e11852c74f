"""What can be known after a run: the database, what Telegram accepted, the journal, and who was killed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import table
from core.models import (
    ChannelName,
    Chat,
    Delivery,
    DeliveryState,
    Message,
    Notification,
    StockMovement,
)
from sandbox.client import Acceptance
from tests.chaos.journal import Entry
from tests.chaos.leases import Leases
from tests.chaos.town import Town

deliveries, notifications, messages = table(Delivery), table(Notification), table(Message)
_chats, _movements = table(Chat), table(StockMovement)
_telegram = deliveries.c.channel == ChannelName.TELEGRAM


@dataclass(frozen=True)
class Stored:
    """The rows that matter: `movements` are changes, `deliveries` and `messages` those of the run."""

    movements: Sequence[Any]
    deliveries: Sequence[Any]
    messages: dict[UUID, Any]


@dataclass
class Evidence:
    town: Town
    stored: Stored
    acceptances: Sequence[Acceptance]
    journal: Sequence[Entry]
    leases: Leases
    killed: dict[int, str] = field(default_factory=dict)
    """Who was killed, as what."""
    frozen: int = 0
    """How many stood still for a while, most of them for longer than a lease."""
    died: list[int] = field(default_factory=list)
    """Who ended without being killed."""


def read(session: Session) -> Stored:
    """Return what the database says about a run."""
    number = notifications.c.payload["item"]["version"].as_integer()
    told = (
        select(
            deliveries.c.id,
            deliveries.c.user_id,
            deliveries.c.item_id,
            deliveries.c.state,
            deliveries.c.reason,
            deliveries.c.message_id,
            number.label("number"),
        )
        .join(notifications, notifications.c.id == deliveries.c.notification_id)
        .where(_telegram, deliveries.c.item_id.is_not(None))
        .order_by(deliveries.c.id)
    )
    sent = select(
        messages.c.id, messages.c.chat_id, messages.c.state, messages.c.text, _chats.c.telegram_id
    ).join(_chats, _chats.c.id == messages.c.chat_id)
    return Stored(
        movements=session.execute(select(*_movements.c)).all(),
        deliveries=session.execute(told).all(),
        messages={row.id: row for row in session.execute(sent)},
    )


def waiting(session: Session) -> int:
    """Return how many deliveries are not settled yet."""
    unsettled = deliveries.c.state.in_((DeliveryState.PENDING, DeliveryState.SENDING))
    return session.execute(
        select(func.count()).select_from(deliveries).where(_telegram, unsettled)
    ).scalar_one()
