"""Where messages go: a chat or a mailbox, each with its own pace."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from core.models.base import Base, big, varchar

MOST_LINES = 50


class Destination(Base):
    """What chats and mailboxes share: a dispatcher claims one before it sends there.

    A claim raises `fence` and lasts until `leased_until`; only the holder of that fence may settle.
    """

    suspended_reason: str | None = varchar(100, default=None)
    """Why nothing is sent here until the person acts."""
    next_send_at: datetime
    last_sent_at: datetime | None = None
    leased_until: datetime | None = None
    fence: int = big(default=0)
    most_lines: int = Field(default=MOST_LINES)
    """The longest message, in lines; less after one was refused as too long."""


class Mailbox(Destination, table=True):
    """Where mail goes: an account's address, or an invited one.

    Invitations always use the second kind, so that nobody learns whether an address has an account.
    """

    __tablename__ = "mailboxes"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (address_key IS NULL)", name="one_owner"),
        CheckConstraint("(address IS NULL) = (address_key IS NULL)", name="address"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID | None = Field(default=None, foreign_key="users.id", ondelete="CASCADE", unique=True)
    address: str | None = varchar(320, default=None)
    address_key: str | None = varchar(320, default=None, unique=True)
    created_at: datetime
