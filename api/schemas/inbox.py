"""The inbox."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID, uuid5

from api.schemas.base import Out
from api.schemas.pagination import PaginationOut
from core.delivery.history import DeliveryRecord
from core.delivery.inbox import InboxEntry
from core.models import ChannelName, DeliveryState
from core.pages import Page
from core.wording import reasons, sentences


class NotificationOut(Out):
    id: UUID
    type: str
    title: str
    message: str
    channel: Literal[ChannelName.IN_APP] = ChannelName.IN_APP
    read: bool
    read_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, entry: InboxEntry) -> Self:
        return cls(
            id=entry.id,
            type=entry.topic,
            title=sentences.title(entry.event),
            message=sentences.sentence(entry.event),
            read=entry.read_at is not None,
            read_at=entry.read_at,
            created_at=entry.created_at,
        )


class InboxOut(Out):
    notifications: list[NotificationOut]
    total: int
    has_more: bool


class DeliveryOut(Out):
    """One thing to tell on one channel, how far it got, and why not further, as a code and in words."""

    id: UUID
    notification_id: UUID
    type: str
    title: str
    message: str
    channel: ChannelName
    state: DeliveryState
    reason: str | None
    explanation: str
    created_at: datetime
    settled_at: datetime | None

    @classmethod
    def of(cls, record: DeliveryRecord) -> Self:
        return cls(
            # The number counts what the whole server tells.
            id=uuid5(record.notification_id, str(record.id)),
            notification_id=record.notification_id,
            type=record.topic,
            title=sentences.title(record.event),
            message=sentences.sentence(record.event),
            channel=ChannelName(record.channel),
            state=DeliveryState(record.state),
            reason=record.reason,
            explanation=reasons.explain(record.state, record.reason),
            created_at=record.created_at,
            settled_at=record.settled_at,
        )


class DeliveriesOut(Out):
    history: list[DeliveryOut]
    pagination: PaginationOut
    total: int

    @classmethod
    def of(cls, page: Page[DeliveryRecord]) -> Self:
        return cls(
            history=[DeliveryOut.of(record) for record in page.rows],
            pagination=PaginationOut.of(page),
            total=page.total,
        )


class UnreadOut(Out):
    count: int


class MarkedOut(Out):
    """How many notifications were marked as read."""

    marked: int
