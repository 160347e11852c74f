"""An invitation as a mail, and what the page that it links to shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, events, signed_ids
from core.accounts import throttling
from core.db import can_mail, table
from core.delivery import mailboxes
from core.mail import transactional
from core.models import Household, Invitation, InvitationState, Role, User
from core.signed_ids import Signed

_invitations, _households, _users = table(Invitation), table(Household), table(User)


@dataclass(frozen=True)
class ShownInvitation:
    """An invitation to whoever has its mail; `is_open` while it can be accepted.

    `invited_by` is None when that account is gone.
    """

    email: str
    household_name: str
    role: Role
    invited_by: str | None
    expires_at: datetime
    is_open: bool


def send(session: Session, household_id: UUID, asked: events.InvitationSent) -> None:
    """Mail an invitation where this server can; who invites sees in their history what became of it."""
    if not can_mail(session):
        return
    allowed = throttling.invitation_allowed(session, asked.user_id, asked.email)
    transactional.send(
        session,
        asked.user_id,
        asked,
        mailboxes.of_address(session, asked.email),
        household_id=household_id,
        refused=None if allowed else "too_many",
    )


def show(session: Session, keys: Sequence[bytes], token: str) -> ShownInvitation | None:
    """Return the invitation that a mailed link is about, or None when the link is wrong or it is gone."""
    invitation_id = signed_ids.read(keys, Signed.INVITATION, token)
    if invitation_id is None:
        return None
    row = session.execute(
        select(
            _invitations.c.email,
            _households.c.name,
            _invitations.c.role,
            _users.c.display_name,
            _invitations.c.expires_at,
            _invitations.c.state,
        )
        .join(_households, _households.c.id == _invitations.c.household_id)
        .outerjoin(_users, _users.c.id == _invitations.c.invited_by)
        .where(_invitations.c.id == invitation_id)
    ).first()
    if row is None:
        return None
    is_open = row.state == InvitationState.PENDING and row.expires_at > clock.utcnow()
    return ShownInvitation(row.email, row.name, Role(row.role), row.display_name, row.expires_at, is_open)
