"""Transactional mail: what is mailed on its own, because somebody asked for it or must know."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.events.base import Event
from core.models import Role


@dataclass(frozen=True, kw_only=True)
class TransactionalMail(Event):
    """Base of what is mailed in a mail of its own, whatever its person switched off."""

    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class AddressToVerify(TransactionalMail):
    """Somebody gave an address as theirs; whoever gets this mail can prove it with the token."""

    token_id: UUID


@dataclass(frozen=True, kw_only=True)
class PasswordResetAsked(TransactionalMail):
    """Somebody asked for another password; whoever gets this mail can set it with the token."""

    token_id: UUID


class PasswordChanged(TransactionalMail):
    """An account has another password, and every sign-in of before was ended."""


@dataclass(frozen=True, kw_only=True)
class InvitationSent(TransactionalMail):
    """An address was asked to join a household; `user_id` and `user_name` are who asked."""

    user_name: str
    email: str
    invitation_id: UUID
    household_name: str
    role: Role
    expires_at: datetime
