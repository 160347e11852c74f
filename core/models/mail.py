"""Tokens sent by email."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlmodel import Field

from core.models.base import Base, one_of, varchar


class MailPurpose(StrEnum):
    """What a mailed token is for: verifying an address, or setting a new password."""

    VERIFY = "verify"
    RESET = "reset"


class MailToken(Base, table=True):
    """A single-use token mailed to `email_key`. It is the signed id; see core.signed_ids."""

    __tablename__ = "mail_tokens"
    __table_args__ = (one_of("purpose", MailPurpose),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    purpose: str = varchar(10)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    email_key: str = varchar(320)
    created_at: datetime
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None
