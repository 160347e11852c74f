"""Invite links: one person may ask to join with a link, once and for a day, and its maker decides."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from core import clock, events
from core.actors import Actor
from core.db import fetch_all, fetch_first, finds, table
from core.errors import Conflict, NotFound
from core.events import streams
from core.guards import access
from core.households import members
from core.models import Household, InviteLink, InviteLinkState, Member, Role, User
from core.notifications import announcing
from core.signed_ids import digest

links, users, households, _members = table(InviteLink), table(User), table(Household), table(Member)

LIFETIME = timedelta(days=1)
DEAD = "This link was used, was taken back, or has expired. Ask for a new one."


@dataclass(frozen=True)
class IssuedLink:
    token: str
    household_name: str
    role: Role
    expires_at: datetime
    replaces: datetime | None = None
    """When the link that this one replaces was made."""


@dataclass(frozen=True)
class OpenLink:
    """A link that nobody has used yet."""

    made_by: str
    role: Role
    expires_at: datetime


@dataclass(frozen=True)
class LinkPreview:
    """What a person sees before they ask to join."""

    household_name: str
    made_by: str
    role: Role


@dataclass(frozen=True)
class Asking:
    """A request to join."""

    link_id: UUID
    household_name: str
    user_name: str
    role: Role


def issue(session: Session, who: Actor, household_id: UUID, role: Role) -> IssuedLink:
    """Make a link to a household, in place of its maker's earlier one. Admins only."""
    within = access.change(session, who, household_id, Role.ADMIN)
    now = clock.utcnow()
    before = (links.c.household_id == household_id, links.c.created_by == who.user_id)
    revoked = session.execute(
        update(links)
        .where(*before, links.c.state == InviteLinkState.OPEN)
        .values(state=InviteLinkState.REVOKED)
        .returning(links.c.created_at, links.c.expires_at)
    )
    replaces = max((row.created_at for row in revoked if row.expires_at > now), default=None)
    # Nobody guesses 128 bits, so a plain digest is enough.
    issued = IssuedLink(secrets.token_urlsafe(16), within.household_name, role, now + LIFETIME, replaces)
    session.execute(
        insert(links).values(
            id=uuid4(),
            household_id=household_id,
            token_hash=digest(issued.token),
            role=role,
            state=InviteLinkState.OPEN,
            created_by=who.user_id,
            created_at=now,
            expires_at=issued.expires_at,
        )
    )
    return issued


def preview(session: Session, token: str) -> LinkPreview:
    """Return what a link leads to. Raises NotFound when it cannot be used."""
    found = _preview(session, *_usable(token))
    if found is None:
        raise NotFound(DEAD)
    return found


def _preview(session: Session, *wanted: ColumnElement[bool]) -> LinkPreview | None:
    query = (
        select(households.c.name, users.c.display_name, links.c.role)
        .join(households, households.c.id == links.c.household_id)
        .join(users, users.c.id == links.c.created_by)
        .where(*wanted)
    )
    return fetch_first(session, query, LinkPreview)


def asked_before(session: Session, who: Actor, token: str) -> LinkPreview | None:
    """Return the link if somebody has used it and waits for an answer, or None."""
    theirs = (links.c.token_hash == digest(token), links.c.asked_by == who.user_id, *_waiting())
    return _preview(session, *theirs)


def ask(session: Session, who: Actor, token: str, chat_name: str) -> LinkPreview:
    """Use up a link to ask its maker to join. Raises NotFound for an unusable link, Conflict for members."""
    found = preview(session, token)
    row = session.execute(
        update(links)
        .where(*_usable(token))
        .values(state=InviteLinkState.ASKED, asked_by=who.user_id)
        .returning(links.c.id, links.c.household_id, links.c.created_by)
    ).first()
    if row is None:
        raise NotFound(DEAD)
    membership = (_members.c.household_id == row.household_id, _members.c.user_id == who.user_id)
    if finds(session, select(_members.c.user_id).where(*membership)):
        raise Conflict(f"You are in {found.household_name} already.")
    name = session.execute(select(users.c.display_name).where(users.c.id == who.user_id)).scalar_one()
    asked = events.JoinAsked(
        link_id=row.id,
        household_name=found.household_name,
        user_name=name,
        user_id=who.user_id,
        chat_name=chat_name,
        role=found.role,
        at=clock.utcnow(),
    )
    announcing.announce_to(session, row.created_by, asked)
    return found


def answer(session: Session, who: Actor, link_id: UUID, *, accept: bool) -> Asking:
    """Answer a request to join, as the admin who made the link. Raises NotFound, and Conflict for members."""
    # This is only read to lock the household.
    home = session.execute(select(links.c.household_id).where(links.c.id == link_id)).scalar()
    if home is None:
        raise NotFound("There is no such request to join any more.")
    within = access.change(session, who, home, Role.ADMIN)
    state = InviteLinkState.ACCEPTED if accept else InviteLinkState.REFUSED
    row = session.execute(
        update(links)
        .where(links.c.id == link_id, links.c.created_by == who.user_id, *_waiting())
        .values(state=state)
        .returning(links.c.asked_by, links.c.role)
    ).first()
    if row is None:
        raise NotFound("This request to join was answered already, or has expired.")
    name = session.execute(select(users.c.display_name).where(users.c.id == row.asked_by)).scalar_one()
    asker = Actor(row.asked_by, who.face)
    if accept:
        members.join(session, asker, home, row.role)
    else:
        streams.lock(session, streams.of_user(row.asked_by))
    answered = events.JoinAnswered(household_name=within.household_name, accepted=accept, at=clock.utcnow())
    announcing.announce_to(session, row.asked_by, answered)
    return Asking(link_id, within.household_name, name, row.role)


def waiting(session: Session, who: Actor, household_id: UUID) -> list[Asking]:
    """Return the requests to join that wait for this person's answer, oldest first."""
    query = (
        select(links.c.id, households.c.name, users.c.display_name, links.c.role)
        .join(households, households.c.id == links.c.household_id)
        .join(users, users.c.id == links.c.asked_by)
        .where(links.c.created_by == who.user_id, links.c.household_id == household_id, *_waiting())
        .order_by(links.c.created_at, links.c.id)
    )
    return fetch_all(session, query, Asking)


def still_open(session: Session, household_id: UUID) -> list[OpenLink]:
    """Return the unused links to a household, oldest first."""
    query = (
        select(users.c.display_name, links.c.role, links.c.expires_at)
        .join(users, users.c.id == links.c.created_by)
        .where(links.c.household_id == household_id, *_open())
        .order_by(links.c.created_at, links.c.id)
    )
    return fetch_all(session, query, OpenLink)


def _usable(token: str) -> tuple[ColumnElement[bool], ...]:
    return (links.c.token_hash == digest(token), *_open())


def _open() -> tuple[ColumnElement[bool], ...]:
    return (links.c.state == InviteLinkState.OPEN, links.c.expires_at > clock.utcnow())


def _waiting() -> tuple[ColumnElement[bool], ...]:
    # An answer is possible for a day after the link would have expired.
    return (links.c.state == InviteLinkState.ASKED, links.c.expires_at > clock.utcnow() - LIFETIME)
