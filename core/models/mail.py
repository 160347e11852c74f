"""Tokens that travel by mail."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlmodel import Field

from core.models.base import Base, one_of, varchar


class MailPurpose(StrEnum):
    """What the holder of a mailed token may do: prove an address, or set a new password."""

    VERIFY = "verify"
    RESET = "reset"


class MailToken(Base, table=True):
    """A token that was mailed to the address `email_key`; it works once.

    Only its id is kept: the token is the id, signed. See core.signed_ids.
    """

    __tablename__ = "mail_tokens"
    __table_args__ = (one_of("purpose", MailPurpose),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    purpose: str = varchar(10)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    email_key: str = varchar(320)
    created_at: datetime
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None
