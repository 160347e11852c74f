"""Transactional mail: what somebody asked for or must know."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.events.base import Event
from core.models import Role


@dataclass(frozen=True, kw_only=True)
class TransactionalMail(Event):
    """Base of what gets a mail of its own, whatever the person switched off."""

    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class AddressToVerify(TransactionalMail):
    """Somebody gave an address as theirs; the token in the mail proves it."""

    token_id: UUID


@dataclass(frozen=True, kw_only=True)
class PasswordResetAsked(TransactionalMail):
    """Somebody asked for a new password; the token in the mail allows them to set one."""

    token_id: UUID


class PasswordChanged(TransactionalMail):
    """An account got a new password, and all its sign-ins were ended."""


@dataclass(frozen=True, kw_only=True)
class InvitationSent(TransactionalMail):
    """An address was invited to a household by `user_id`, called `user_name`."""

    user_name: str
    email: str
    invitation_id: UUID
    household_name: str
    role: Role
    expires_at: datetime
