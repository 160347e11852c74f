"""What people should be told, and its delivery."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from core.models.base import Base, one_of, partial_index, rising_id, varchar


class Topic(StrEnum):
    """A kind of news. `account` always reaches the inbox and cannot be switched off."""

    EXPIRATION = "expiration"
    LOW_STOCK = "lowStock"
    MEMBER_ACTIVITY = "memberActivity"
    DAILY_EXPIRY_SUM = "dailyExpirySum"
    WEEKLY_INVENTORY_REPORT = "weeklyInventoryReport"
    SHOPPING_REMINDER = "shoppingReminder"
    ACCOUNT = "account"


class ChannelName(StrEnum):
    TELEGRAM = "telegram"
    IN_APP = "inApp"
    EMAIL = "email"


class Deferral(StrEnum):
    """What a pending Delivery waits for: the end of quiet hours or of a mute, or the next digest."""

    QUIET_HOURS = "quiet_hours"
    MUTED = "muted"
    DIGEST = "digest"


class DeliveryState(StrEnum):
    """State of a Delivery.

    pending: waits to be claimed, or for what `deferred` names. sending: part of a Message on its way. sent:
    accepted by the channel. failed: refused by the channel for good. skipped: not sent, see `reason`.
    superseded: replaced by newer news before it can have arrived. folded: told in another Message.
    unconfirmed: may or may not have arrived.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    SUPERSEDED = "superseded"
    FOLDED = "folded"
    UNCONFIRMED = "unconfirmed"


class MessageState(StrEnum):
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"


class Notification(Base, table=True):
    """Something that one person should be told, as facts that each channel words."""

    __tablename__ = "notifications"
    __table_args__ = (
        one_of("topic", Topic),
        Index("ix_notifications_inbox", "user_id", "in_inbox", "created_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    household_id: UUID | None = Field(
        default=None, foreign_key="households.id", ondelete="CASCADE", index=True
    )
    topic: str = varchar(30)
    event: str = varchar(50)
    payload: dict[str, object] = Field(sa_type=JSON)
    in_inbox: bool
    created_at: datetime = Field(index=True)
    read_at: datetime | None = None


class Delivery(Base, table=True):
    """A Notification on one channel: the outbox. See DeliveryState."""

    __tablename__ = "deliveries"
    __table_args__ = (
        one_of("state", DeliveryState),
        one_of("channel", ChannelName),
        one_of("deferred", Deferral),
        UniqueConstraint("dedupe_key"),
        CheckConstraint("chat_id IS NULL OR mailbox_id IS NULL", name="one_destination"),
        partial_index("ix_deliveries_pending", "chat_id", "due_at", where="state = 'pending'"),
        partial_index("ix_deliveries_pending_mailbox", "mailbox_id", "due_at", where="state = 'pending'"),
        Index("ix_deliveries_item", "item_id", "chat_id", "id"),
        Index("ix_deliveries_settled_at", "settled_at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = rising_id()
    """The order in which a chat is told; it rises under the household's lock."""
    notification_id: UUID = Field(foreign_key="notifications.id", ondelete="CASCADE", index=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    channel: str = varchar(10)
    chat_id: UUID | None = Field(default=None, foreign_key="chats.id", ondelete="SET NULL")
    mailbox_id: UUID | None = Field(default=None, foreign_key="mailboxes.id", ondelete="SET NULL")
    item_id: UUID | None = None
    """Of several that wait, only the newest about an item is sent. The item may be gone."""
    actor_id: UUID | None = None
    """Who did it; the account may be gone."""
    severity: int = 0
    """See core.events.severity."""
    state: str = varchar(15, default=DeliveryState.PENDING)
    reason: str | None = varchar(100, default=None)
    deferred: str | None = varchar(15, default=None)
    dedupe_key: str = varchar(100)
    message_id: UUID | None = Field(default=None, foreign_key="messages.id", ondelete="SET NULL", index=True)
    due_at: datetime
    created_at: datetime
    settled_at: datetime | None = None


class Message(Base, table=True):
    """What was frozen for a chat or mailbox when it was claimed. Retries send exactly this."""

    __tablename__ = "messages"
    __table_args__ = (
        one_of("state", MessageState),
        CheckConstraint("(chat_id IS NULL) <> (mailbox_id IS NULL)", name="one_destination"),
        partial_index("uq_messages_sending", "chat_id", where="state = 'sending'", unique=True),
        partial_index("uq_messages_sending_mailbox", "mailbox_id", where="state = 'sending'", unique=True),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    chat_id: UUID | None = Field(default=None, foreign_key="chats.id", ondelete="CASCADE", index=True)
    mailbox_id: UUID | None = Field(default=None, foreign_key="mailboxes.id", ondelete="CASCADE", index=True)
    subject: str | None = varchar(300, default=None)
    text: str
    html: str | None = None
    """The HTML part of a mail."""
    picture: dict[str, object] | None = Field(default=None, sa_type=JSON)
    """The figures of its chart; see core.wording.charts."""
    severity: int = 0
    """That of its worst news."""
    buttons: list[list[list[str]]] = Field(sa_type=JSON)
    """Rows of [label, callback data]."""
    state: str = varchar(15, default=MessageState.SENDING)
    attempts: int = 0
    """Failures that count; see core.wording.outcomes."""
    repeats: int = 0
    """Sends that may have arrived without confirmation."""
    under_way: bool = True
    """A send began and is not settled. If the lease runs out like this, it may have arrived."""
    plain: bool = False
    """Its markup was refused, so it is sent without."""
    last_error: str | None = varchar(500, default=None)
    external_id: int | None = None
    """Telegram's message_id."""
    created_at: datetime
    settled_at: datetime | None = Field(default=None, index=True)
