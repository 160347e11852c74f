"""Households, who is in them, and who was asked to come."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql
from sqlmodel import Field

from core.models.base import Base, one_of, varchar


class Role(StrEnum):
    """What a member may do: an admin everything, a member all with the stock, a viewer only look."""

    ADMIN = "admin"
    MEMBER = "member"
    VIEWER = "viewer"


class InvitationState(StrEnum):
    """pending until the invited person accepts, an admin revokes, or a newer one replaces it."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REVOKED = "revoked"
    EXPIRED = "expired"


class InviteLinkState(StrEnum):
    """What became of a link that one person may join by.

    open: nobody used it yet. asked: somebody did, and waits for the one who made it. accepted, refused: that
    one answered. revoked: a newer one of the same maker replaced it.
    """

    OPEN = "open"
    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    REVOKED = "revoked"


class Household(Base, table=True):
    __tablename__ = "households"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str = varchar(100)
    description: str | None = varchar(1000, default=None)
    timezone: str = varchar(64)
    created_at: datetime


class Member(Base, table=True):
    """That a person belongs to a household, and as what."""

    __tablename__ = "members"
    __table_args__ = (one_of("role", Role),)

    household_id: UUID = Field(foreign_key="households.id", ondelete="CASCADE", primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", primary_key=True, index=True)
    role: str = varchar(10)
    joined_at: datetime


class Invitation(Base, table=True):
    """An email address that an admin asked to join."""

    __tablename__ = "invitations"
    __table_args__ = (
        one_of("state", InvitationState),
        one_of("role", Role),
        Index(
            "uq_invitations_pending",
            "household_id",
            "email_key",
            unique=True,
            postgresql_where=sql("state = 'pending'"),
            sqlite_where=sql("state = 'pending'"),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    household_id: UUID = Field(foreign_key="households.id", ondelete="CASCADE")
    email: str = varchar(320)
    email_key: str = varchar(320, index=True)
    role: str = varchar(10)
    state: str = varchar(10, default=InvitationState.PENDING)
    invited_by: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    created_at: datetime
    expires_at: datetime = Field(index=True)
    accepted_by: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    accepted_at: datetime | None = None


class InviteLink(Base, table=True):
    """A link by which one person may ask to join; its maker sees who it is before they are in."""

    __tablename__ = "invite_links"
    __table_args__ = (
        one_of("state", InviteLinkState),
        one_of("role", Role),
        CheckConstraint("(state IN ('open', 'revoked')) = (asked_by IS NULL)", name="asked"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    household_id: UUID = Field(foreign_key="households.id", ondelete="CASCADE", index=True)
    token_hash: str = varchar(64, unique=True)
    role: str = varchar(10)
    state: str = varchar(10, default=InviteLinkState.OPEN)
    created_by: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    asked_by: UUID | None = Field(default=None, foreign_key="users.id", ondelete="CASCADE", index=True)
    created_at: datetime
    expires_at: datetime = Field(index=True)
