"""The inbox and the history of deliveries."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID, uuid5

from pydantic import BeforeValidator, Field

from api.schemas.base import Out, View
from api.schemas.pagination import PaginationOut
from core.delivery.history import DeliveryRecord
from core.models import ChannelName, DeliveryState
from core.pages import Page
from core.wording import reasons, sentences

Title = Annotated[str, BeforeValidator(sentences.title), Field(validation_alias="event")]
Sentence = Annotated[str, BeforeValidator(sentences.sentence), Field(validation_alias="event")]


class NotificationOut(View):
    id: UUID
    type: str = Field(validation_alias="topic")
    title: Title
    message: Sentence
    channel: Literal[ChannelName.IN_APP] = ChannelName.IN_APP
    read: Annotated[bool, BeforeValidator(bool)] = Field(validation_alias="read_at")
    read_at: datetime | None
    created_at: datetime


class InboxOut(Out):
    notifications: list[NotificationOut]
    total: int
    has_more: bool


class DeliveryOut(Out):
    """One message on one channel: its state, and the reason for it as a code and in words."""

    id: UUID
    notification_id: UUID
    type: str = Field(validation_alias="topic")
    title: Title
    message: Sentence
    channel: ChannelName
    state: DeliveryState
    reason: str | None
    explanation: str
    created_at: datetime
    settled_at: datetime | None

    @classmethod
    def of(cls, record: DeliveryRecord) -> Self:
        own = {
            # The number counts the deliveries of the whole server.
            "id": uuid5(record.notification_id, str(record.id)),
            "explanation": reasons.explain(record.state, record.reason),
        }
        return cls.model_validate({**vars(record), **own})


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
