"""Accounts, their sessions, and counted attempts."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field

from core.models.base import Base, varchar


class User(Base, table=True):
    """A person's account. One made in the chat has no email and no password."""

    __tablename__ = "users"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    email: str | None = varchar(320, default=None)
    email_key: str | None = varchar(320, default=None, unique=True)
    """The casefolded email: equal keys are the same address."""
    email_verified_at: datetime | None = None
    password_hash: str | None = varchar(255, default=None)
    display_name: str = varchar(100)
    timezone: str = varchar(64)
    created_at: datetime


class RefreshToken(Base, table=True):
    """A sign-in. Live until used, revoked or expired; using one twice revokes its family."""

    __tablename__ = "refresh_tokens"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    family_id: UUID = Field(index=True)
    token_hash: str = varchar(64, unique=True)
    created_at: datetime
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class AttemptCounter(Base, table=True):
    """How often something was tried in a time window, and when it may be tried again."""

    __tablename__ = "attempt_counters"

    key: str = varchar(200, primary_key=True)
    count: int
    window_ends_at: datetime = Field(index=True)
    next_at: datetime | None = None
