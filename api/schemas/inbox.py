"""The inbox."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from api.schemas.base import Out
from core import wording
from core.inbox import InboxEntry
from core.models import ChannelName


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
            title=wording.title(entry.event),
            message=wording.sentence(entry.event),
            read=entry.read_at is not None,
            read_at=entry.read_at,
            created_at=entry.created_at,
        )


class InboxOut(Out):
    notifications: list[NotificationOut]
    total: int
    has_more: bool


class UnreadOut(Out):
    count: int


class MarkedOut(Out):
    """How many notifications were marked as read."""

    marked: int
