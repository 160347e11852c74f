"""Invitations by email: one pending per address and household, accepted once, for seven days."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import access, accounts, clock, households, streams
from core.access import Access
from core.actors import Actor
from core.db import table, upsert
from core.errors import Conflict, NotAllowed
from core.models import Invitation, InvitationState, Member, Role, User
from core.text import fold

invitations = table(Invitation)
members = table(Member)
users = table(User)

LIFETIME = timedelta(days=7)


@dataclass(frozen=True)
class PendingInvitation:
    id: UUID
    email: str
    role: Role
    expires_at: datetime


def invite(session: Session, who: Actor, household_id: UUID, email: str, role: Role) -> PendingInvitation:
    """Ask an email address to join. Raises Conflict when it is in already, or invited already."""
    access.change(session, who, household_id, Role.ADMIN)
    now = clock.utcnow()
    if _is_member(session, household_id, email):
        raise Conflict("This person is already in the household.")
    here = (invitations.c.household_id == household_id, invitations.c.email_key == fold(email))
    overdue = (invitations.c.state == InvitationState.PENDING, invitations.c.expires_at <= now)
    session.execute(update(invitations).where(*here, *overdue).values(state=InvitationState.EXPIRED))
    invitation = PendingInvitation(uuid4(), email, role, now + LIFETIME)
    statement = (
        upsert(session, invitations)
        .values(
            **vars(invitation),
            household_id=household_id,
            email_key=fold(email),
            state=InvitationState.PENDING,
            invited_by=who.user_id,
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(invitations.c.id)
    )
    if session.execute(statement).first() is None:
        raise Conflict("This address has been invited already. They can accept until the invitation expires.")
    return invitation


def is_pending(session: Session, email: str) -> bool:
    """Say whether an address has been asked to join anything, and can still accept."""
    query = select(invitations.c.id).where(
        invitations.c.email_key == fold(email),
        invitations.c.state == InvitationState.PENDING,
        invitations.c.expires_at > clock.utcnow(),
    )
    return session.execute(query).first() is not None


def _is_member(session: Session, household_id: UUID, email: str) -> bool:
    query = (
        select(users.c.id)
        .join(members, members.c.user_id == users.c.id)
        .where(members.c.household_id == household_id, users.c.email_key == fold(email))
    )
    return session.execute(query).first() is not None


def accept(session: Session, who: Actor, household_id: UUID, invitation_id: UUID) -> Access:
    """Join by an invitation to one's own email.

    Raises NotAllowed, the same for an unknown one and for somebody else's; Conflict when it was used,
    revoked or has expired.
    """
    streams.lock(session, streams.of_household(household_id))
    email = accounts.get(session, who).email
    now = clock.utcnow()
    mine = (
        invitations.c.id == invitation_id,
        invitations.c.household_id == household_id,
        invitations.c.email_key == fold(email or ""),
    )
    accepted = session.execute(
        update(invitations)
        .where(*mine, invitations.c.state == InvitationState.PENDING, invitations.c.expires_at > now)
        .values(state=InvitationState.ACCEPTED, accepted_by=who.user_id, accepted_at=now)
        .returning(invitations.c.role)
    ).first()
    if accepted is not None:
        return households.join(session, who, household_id, Role(accepted.role))
    if session.execute(select(invitations.c.id).where(*mine)).first() is None:
        raise NotAllowed("This invitation is not for your email address, or there is no such invitation.")
    raise Conflict("This invitation was used or has expired. Ask for a new one.")
