"""Invitations by email: one pending per address and household, valid once and for seven days."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from core import clock, events
from core.accounts import accounts, email_verification
from core.actors import Actor
from core.db import columns, fetch_all, finds, table, upsert
from core.errors import Conflict, NotAllowed, NotFound
from core.events import streams
from core.guards import access
from core.guards.access import Access
from core.households import invitation_mail, members
from core.models import Household, Invitation, InvitationState, Member, Role, User
from core.text import fold

invitations = table(Invitation)
_members, _users, _households = table(Member), table(User), table(Household)

LIFETIME = timedelta(days=7)
UNPROVEN = (
    "Confirm your email address first: open the link that was mailed to you, or ask for another one in your "
    "account."
)


@dataclass(frozen=True)
class PendingInvitation:
    id: UUID
    email: str
    role: Role
    expires_at: datetime


@dataclass(frozen=True)
class MyInvitation:
    """An invitation as its recipient sees it; `invited_by` is None when that account is gone."""

    id: UUID
    household_id: UUID
    household_name: str
    role: Role
    invited_by: str | None
    expires_at: datetime


def invite(session: Session, who: Actor, household_id: UUID, email: str, role: Role) -> PendingInvitation:
    """Invite an email address, by mail if this server can. Raises Conflict for a member or a second time."""
    within = access.change(session, who, household_id, Role.ADMIN)
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
    if not finds(session, statement):
        raise Conflict("This address has been invited already. They can accept until the invitation expires.")
    asked = events.InvitationSent(
        user_id=who.user_id,
        user_name=within.user_name,
        email=email,
        invitation_id=invitation.id,
        household_name=within.household_name,
        role=role,
        expires_at=invitation.expires_at,
        at=now,
    )
    invitation_mail.send(session, household_id, asked)
    return invitation


def is_pending(session: Session, email: str) -> bool:
    """Return whether an address has an invitation that it can still accept."""
    return finds(session, select(invitations.c.id).where(invitations.c.email_key == fold(email), *_open()))


def _is_member(session: Session, household_id: UUID, email: str) -> bool:
    query = (
        select(_users.c.id)
        .join(_members, _members.c.user_id == _users.c.id)
        .where(_members.c.household_id == household_id, _users.c.email_key == fold(email))
    )
    return finds(session, query)


def accept(session: Session, who: Actor, household_id: UUID, invitation_id: UUID) -> Access:
    """Accept an invitation to one's own email.

    Raises NotAllowed for an unverified address and for an invitation that is unknown or somebody else's, and
    Conflict when it was used or revoked, or has expired.
    """
    streams.lock(session, streams.of_household(household_id))
    email = accounts.get(session, who).email
    if email_verification.is_needed(session, who):
        raise NotAllowed(UNPROVEN)
    theirs = (
        invitations.c.id == invitation_id,
        invitations.c.household_id == household_id,
        invitations.c.email_key == fold(email or ""),
    )
    accepted = session.execute(
        update(invitations)
        .where(*theirs, *_open())
        .values(state=InvitationState.ACCEPTED, accepted_by=who.user_id, accepted_at=clock.utcnow())
        .returning(invitations.c.role)
    ).first()
    if accepted is not None:
        return members.join(session, who, household_id, accepted.role)
    if not finds(session, select(invitations.c.id).where(*theirs)):
        raise NotAllowed("This invitation is not for your email address, or there is no such invitation.")
    raise Conflict("This invitation was used or has expired. Ask for a new one.")


def pending(session: Session, who: Actor, household_id: UUID) -> list[PendingInvitation]:
    """Return a household's open invitations, oldest first. Admins only."""
    access.require(session, who, household_id, Role.ADMIN)
    query = (
        select(*columns(PendingInvitation, invitations))
        .where(invitations.c.household_id == household_id, *_open())
        .order_by(invitations.c.created_at, invitations.c.id)
    )
    return fetch_all(session, query, PendingInvitation)


def mine(session: Session, who: Actor) -> list[MyInvitation]:
    """Return the open invitations to one's own address, oldest first; none until it is verified."""
    email = accounts.get(session, who).email
    if email is None or email_verification.is_needed(session, who):
        return []
    # Somebody who joined by a link has nothing left to accept.
    inside = exists().where(
        _members.c.household_id == invitations.c.household_id, _members.c.user_id == who.user_id
    )
    names = {"household_name": _households.c.name, "invited_by": _users.c.display_name}
    query = (
        select(*columns(MyInvitation, invitations, **names))
        .join(_households, _households.c.id == invitations.c.household_id)
        .outerjoin(_users, _users.c.id == invitations.c.invited_by)
        .where(invitations.c.email_key == fold(email), *_open(), ~inside)
        .order_by(invitations.c.created_at, invitations.c.id)
    )
    return fetch_all(session, query, MyInvitation)


def revoke(session: Session, who: Actor, household_id: UUID, invitation_id: UUID) -> None:
    """Revoke an open invitation. Admins only. Raises NotFound."""
    access.change(session, who, household_id, Role.ADMIN)
    revoked = (
        update(invitations)
        .where(invitations.c.id == invitation_id, invitations.c.household_id == household_id, *_open())
        .values(state=InvitationState.REVOKED)
        .returning(invitations.c.id)
    )
    if not finds(session, revoked):
        raise NotFound("There is no such pending invitation. It may have been accepted, or have expired.")


def _open() -> tuple[ColumnElement[bool], ...]:
    return (invitations.c.state == InvitationState.PENDING, invitations.c.expires_at > clock.utcnow())
