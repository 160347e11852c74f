"""What people should be told, and how far it got."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field

from core.models.base import Base, one_of, rising_id, varchar


class Topic(StrEnum):
    """A kind of thing to hear. `account` always reaches the inbox and cannot be switched off."""

    EXPIRATION = "expiration"
    LOW_STOCK = "lowStock"
    MEMBER_ACTIVITY = "memberActivity"
    DAILY_EXPIRY_SUM = "dailyExpirySum"
    WEEKLY_INVENTORY_REPORT = "weeklyInventoryReport"
    SHOPPING_REMINDER = "shoppingReminder"
    ACCOUNT = "account"


class ChannelName(StrEnum):
    """A way to reach a person."""

    TELEGRAM = "telegram"
    IN_APP = "inApp"
    EMAIL = "email"


class Deferral(StrEnum):
    """Why a pending Delivery waits: until its person's quiet hours, or mute, end, or for their digest."""

    QUIET_HOURS = "quiet_hours"
    MUTED = "muted"
    DIGEST = "digest"


class DeliveryState(StrEnum):
    """How far a Delivery got.

    pending: waits to be claimed, or for what `deferred` names. sending: frozen into a Message that is on
    its way. sent: the channel accepted it. failed: the channel refused it for good. skipped: not sent, and
    `reason` says why. superseded: a newer fact replaced it before it can have arrived. folded: told as
    part of another Message. unconfirmed: it may or may not have arrived.
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
    """sending until the channel answers for good: sent, failed, or unconfirmed."""

    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"


class Notification(Base, table=True):
    """One thing that one person should be told, as facts: each channel words it itself."""

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
    """One thing to tell one person on one channel: the outbox. See DeliveryState."""

    __tablename__ = "deliveries"
    __table_args__ = (
        one_of("state", DeliveryState),
        one_of("channel", ChannelName),
        one_of("deferred", Deferral),
        UniqueConstraint("dedupe_key"),
        CheckConstraint("chat_id IS NULL OR mailbox_id IS NULL", name="one_destination"),
        Index(
            "ix_deliveries_pending",
            "chat_id",
            "due_at",
            postgresql_where=sql("state = 'pending'"),
            sqlite_where=sql("state = 'pending'"),
        ),
        Index(
            "ix_deliveries_pending_mailbox",
            "mailbox_id",
            "due_at",
            postgresql_where=sql("state = 'pending'"),
            sqlite_where=sql("state = 'pending'"),
        ),
        Index("ix_deliveries_item", "item_id", "chat_id", "id"),
        Index("ix_deliveries_settled_at", "settled_at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = rising_id()
    """The order in which a chat is told: it rises under the lock of the household."""
    notification_id: UUID = Field(foreign_key="notifications.id", ondelete="CASCADE", index=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    channel: str = varchar(10)
    chat_id: UUID | None = Field(default=None, foreign_key="chats.id", ondelete="SET NULL")
    mailbox_id: UUID | None = Field(default=None, foreign_key="mailboxes.id", ondelete="SET NULL")
    item_id: UUID | None = None
    """What it is about: of several that wait, only the newest of an item is told. The item may be gone."""
    actor_id: UUID | None = None
    """Who did it, to count people; the account may be gone."""
    severity: int = 0
    """How bad the news is; see core.events.severity."""
    state: str = varchar(15, default=DeliveryState.PENDING)
    reason: str | None = varchar(100, default=None)
    deferred: str | None = varchar(15, default=None)
    dedupe_key: str = varchar(100)
    message_id: UUID | None = Field(default=None, foreign_key="messages.id", ondelete="SET NULL", index=True)
    due_at: datetime
    created_at: datetime
    settled_at: datetime | None = None


class Message(Base, table=True):
    """What was frozen for one chat or mailbox when it was claimed. A retry sends exactly this again."""

    __tablename__ = "messages"
    __table_args__ = (
        one_of("state", MessageState),
        CheckConstraint("(chat_id IS NULL) <> (mailbox_id IS NULL)", name="one_destination"),
        Index(
            "uq_messages_sending",
            "chat_id",
            unique=True,
            postgresql_where=sql("state = 'sending'"),
            sqlite_where=sql("state = 'sending'"),
        ),
        Index(
            "uq_messages_sending_mailbox",
            "mailbox_id",
            unique=True,
            postgresql_where=sql("state = 'sending'"),
            sqlite_where=sql("state = 'sending'"),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    chat_id: UUID | None = Field(default=None, foreign_key="chats.id", ondelete="CASCADE", index=True)
    mailbox_id: UUID | None = Field(default=None, foreign_key="mailboxes.id", ondelete="CASCADE", index=True)
    subject: str | None = varchar(300, default=None)
    text: str
    html: str | None = None
    """The same for a mail's second part."""
    picture: dict[str, object] | None = Field(default=None, sa_type=JSON)
    """The figures of a chart that goes with it; see core.wording.charts."""
    severity: int = 0
    """That of the worst news in it."""
    buttons: list[list[list[str]]] = Field(sa_type=JSON)
    """Rows of [label, callback data]."""
    state: str = varchar(15, default=MessageState.SENDING)
    attempts: int = 0
    """How often it failed in a way that counts; see core.wording.outcomes."""
    repeats: int = 0
    """How often it may have arrived although nobody said so."""
    under_way: bool = True
    """A send has begun that was not settled. When the lease runs out like that, it may have arrived."""
    plain: bool = False
    """Its markup was refused, so it goes out without."""
    last_error: str | None = varchar(500, default=None)
    external_id: int | None = None
    """Telegram's message_id."""
    created_at: datetime
    settled_at: datetime | None = Field(default=None, index=True)
