"""Where messages go: a chat or a mailbox, each with its own pace."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field

from core.models.base import Base, big, varchar

MOST_LINES = 50


class Destination(Base):
    """What a chat and a mailbox share: whoever sends there claims it first.

    A dispatcher that claims it raises `fence` and holds it until `leased_until`; whoever settles must show
    the same fence.
    """

    suspended_reason: str | None = varchar(100, default=None)
    """Why nothing is sent here until the person does something about it."""
    next_send_at: datetime
    last_sent_at: datetime | None = None
    leased_until: datetime | None = None
    fence: int = big(default=0)
    most_lines: int = Field(default=MOST_LINES)
    """How many lines a message may have here; fewer after one was refused as too long."""


class Mailbox(Destination, table=True):
    """Where a person's mail goes: the address of their account."""

    __tablename__ = "mailboxes"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", unique=True)
    created_at: datetime
