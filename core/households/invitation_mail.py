"""Invitation mails, and the page that they link to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from core import clock, events, signed_ids
from core.accounts import throttling
from core.db import can_mail, columns, fetch_first, table
from core.delivery import mailboxes
from core.mail import transactional
from core.models import Household, Invitation, InvitationState, Role, User
from core.signed_ids import Signed

_invitations, _households, _users = table(Invitation), table(Household), table(User)


@dataclass(frozen=True)
class ShownInvitation:
    """An invitation as its mailed link shows it; `invited_by` is None when that account is gone."""

    email: str
    household_name: str
    role: Role
    invited_by: str | None
    expires_at: datetime
    is_open: bool


def send(session: Session, household_id: UUID, asked: events.InvitationSent) -> None:
    """Mail an invitation if this server can. Its sender finds the outcome in their history."""
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
    """Return the invitation of a mailed link, or None when the link is wrong or the invitation is gone."""
    invitation_id = signed_ids.read(keys, Signed.INVITATION, token)
    if invitation_id is None:
        return None
    is_open = and_(
        _invitations.c.state == InvitationState.PENDING, _invitations.c.expires_at > clock.utcnow()
    )
    names = {"household_name": _households.c.name, "invited_by": _users.c.display_name}
    shown = (
        select(*columns(ShownInvitation, _invitations, **names, is_open=is_open))
        .join(_households, _households.c.id == _invitations.c.household_id)
        .outerjoin(_users, _users.c.id == _invitations.c.invited_by)
        .where(_invitations.c.id == invitation_id)
    )
    return fetch_first(session, shown, ShownInvitation)
