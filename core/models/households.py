"""Households, their members, and invitations."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from core.models.base import Base, enum_text, one_of, partial_index, varchar


class Role(StrEnum):
    """What a member may do: admins everything, members change the stock, viewers only look."""

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
    """open: unused. asked: waits for its maker. accepted, refused: answered. revoked: replaced by another."""

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
    """A person's membership in a household, and their role."""

    __tablename__ = "members"
    __table_args__ = (one_of("role", Role),)

    household_id: UUID = Field(foreign_key="households.id", ondelete="CASCADE", primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", primary_key=True, index=True)
    role: Role = Field(sa_type=enum_text(Role, 10))
    joined_at: datetime


class Invitation(Base, table=True):
    """An admin's invitation to an email address."""

    __tablename__ = "invitations"
    __table_args__ = (
        one_of("state", InvitationState),
        one_of("role", Role),
        partial_index(
            "uq_invitations_pending", "household_id", "email_key", where="state = 'pending'", unique=True
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    household_id: UUID = Field(foreign_key="households.id", ondelete="CASCADE")
    email: str = varchar(320)
    email_key: str = varchar(320, index=True)
    role: Role = Field(sa_type=enum_text(Role, 10))
    state: str = varchar(10, default=InvitationState.PENDING)
    invited_by: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    created_at: datetime
    expires_at: datetime = Field(index=True)
    accepted_by: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    accepted_at: datetime | None = None


class InviteLink(Base, table=True):
    """A link with which one person may ask to join; its maker decides."""

    __tablename__ = "invite_links"
    __table_args__ = (
        one_of("state", InviteLinkState),
        one_of("role", Role),
        CheckConstraint("(state IN ('open', 'revoked')) = (asked_by IS NULL)", name="asked"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    household_id: UUID = Field(foreign_key="households.id", ondelete="CASCADE", index=True)
    token_hash: str = varchar(64, unique=True)
    role: Role = Field(sa_type=enum_text(Role, 10))
    state: str = varchar(10, default=InviteLinkState.OPEN)
    created_by: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    asked_by: UUID | None = Field(default=None, foreign_key="users.id", ondelete="CASCADE", index=True)
    created_at: datetime
    expires_at: datetime = Field(index=True)
