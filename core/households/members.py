"""Members of a household: joining, roles, leaving. The last admin can neither leave nor step down."""

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from sqlalchemy import ColumnElement, case, delete, or_, select, update
from sqlalchemy.orm import Session

from core import clock, events
from core.actors import Actor
from core.db import finds, table, upsert
from core.errors import Conflict, NotAllowed, NotFound
from core.events import streams
from core.guards import access
from core.guards.access import Access
from core.models import (
    Chat,
    Delivery,
    DeliveryState,
    InviteLink,
    InviteLinkState,
    Member,
    Notification,
    Role,
    User,
)
from core.notifications import announcing
from core.settings import open_menus
from core.wording.reasons import Reason

members, users, chats = table(Member), table(User), table(Chat)
_deliveries, _notifications, _links = table(Delivery), table(Notification), table(InviteLink)
_others = members.alias("others")


class _Facts(TypedDict):
    """What all events about a member say."""

    household_id: UUID
    household_name: str
    user_id: UUID
    user_name: str
    role: Role
    at: datetime


LAST_ADMIN = (
    "{name} is the last admin of {household}. Make somebody else an admin first, or delete the household."
)


def join(session: Session, who: Actor, household_id: UUID, role: Role) -> Access:
    """Make somebody a member, and the household the active one of their chat. Raises Conflict for members."""
    now = clock.utcnow()
    streams.lock(session, streams.of_household(household_id))
    joined_row = (
        upsert(session, members)
        .values(household_id=household_id, user_id=who.user_id, role=role, joined_at=now)
        .on_conflict_do_nothing()
        .returning(members.c.user_id)
    )
    if not finds(session, joined_row):
        raise Conflict("You are in this household already.")
    within = access.look(session, who, household_id)
    joined = events.MemberJoined(**_facts(within, who.user_id, within.user_name, role))
    # On their own stream too, so that their open sockets learn about the household.
    personal = {streams.of_user(who.user_id): joined}
    announcing.announce(session, who, within, joined, personal=personal)
    session.execute(update(chats).where(chats.c.user_id == who.user_id).values(household_id=household_id))
    return within


def change_role(session: Session, who: Actor, household_id: UUID, user_id: UUID, role: Role) -> str:
    """Change a member's role and return their name. Raises NotFound, and NotAllowed for the last admin."""
    within = access.change(session, who, household_id, Role.ADMIN)
    facts = _member(session, within, user_id)
    if facts["role"] is role:
        return facts["user_name"]
    changed = update(members).where(*_unless_last_admin(household_id, user_id)).values(role=role)
    if not finds(session, changed.returning(members.c.user_id)):
        raise NotAllowed(LAST_ADMIN.format(name=facts["user_name"], household=within.household_name))
    facts["role"] = role
    role_changed = events.MemberRoleChanged(**facts, changed_by=within.user_name, changed_by_id=who.user_id)
    announcing.announce(session, who, within, role_changed, concerns=user_id)
    return facts["user_name"]


def remove(session: Session, who: Actor, household_id: UUID, user_id: UUID) -> str:
    """End a membership and return the member's name. Raises NotFound, and NotAllowed for the last admin."""
    if user_id == who.user_id:
        return leave(session, who, household_id)
    within = access.change(session, who, household_id, Role.ADMIN)
    gone = _member(session, within, user_id)
    left = events.MemberLeft(**gone, removed_by=within.user_name, removed_by_id=who.user_id)
    _end(session, who, within, left)
    announcing.announce_to(session, user_id, left)
    return gone["user_name"]


def leave(session: Session, who: Actor, household_id: UUID) -> str:
    """End one's own membership and return one's name. Raises NotAllowed for the last admin."""
    within = access.change(session, who, household_id, Role.VIEWER)
    left = events.MemberLeft(**_member(session, within, who.user_id))
    _end(session, who, within, left)
    return within.user_name


def _of(household_id: UUID, user_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (members.c.household_id == household_id, members.c.user_id == user_id)


def _unless_last_admin(household_id: UUID, user_id: UUID) -> tuple[ColumnElement[bool], ...]:
    admins = select(_others.c.user_id).where(
        _others.c.household_id == household_id, _others.c.user_id != user_id, _others.c.role == Role.ADMIN
    )
    return (*_of(household_id, user_id), or_(members.c.role != Role.ADMIN, admins.exists()))


def _member(session: Session, within: Access, user_id: UUID) -> _Facts:
    row = session.execute(
        select(members.c.role, users.c.display_name)
        .join(users, users.c.id == members.c.user_id)
        .where(*_of(within.household_id, user_id))
    ).first()
    if row is None:
        raise NotFound("There is no such member in this household. They may have left.")
    return _facts(within, user_id, row.display_name, row.role)


def _end(session: Session, who: Actor, within: Access, left: events.MemberLeft) -> None:
    """End a membership, unless it is the last admin's, with its links and with what was to be sent."""
    ended = delete(members).where(*_unless_last_admin(within.household_id, left.user_id))
    if not finds(session, ended.returning(members.c.user_id)):
        raise NotAllowed(LAST_ADMIN.format(name=left.user_name, household=within.household_name))
    waiting = {InviteLinkState.OPEN: InviteLinkState.REVOKED, InviteLinkState.ASKED: InviteLinkState.REFUSED}
    session.execute(
        update(_links)
        .where(
            _links.c.household_id == within.household_id,
            _links.c.created_by == left.user_id,
            _links.c.state.in_(waiting),
        )
        .values(state=case({old.value: new.value for old, new in waiting.items()}, value=_links.c.state))
    )
    # On their own stream too, for their open sockets.
    announcing.announce(session, who, within, left, personal={streams.of_user(left.user_id): left})
    about = select(_notifications.c.id).where(
        _notifications.c.household_id == within.household_id, _notifications.c.user_id == left.user_id
    )
    session.execute(
        update(_deliveries)
        .where(
            _deliveries.c.user_id == left.user_id,
            _deliveries.c.state == DeliveryState.PENDING,
            _deliveries.c.notification_id.in_(about),
        )
        .values(state=DeliveryState.SKIPPED, reason=Reason.NOT_A_MEMBER, settled_at=clock.utcnow())
    )
    open_menus.make_stale(session, left.user_id)


def _facts(within: Access, user_id: UUID, user_name: str, role: Role) -> _Facts:
    return {
        "household_id": within.household_id,
        "household_name": within.household_name,
        "user_id": user_id,
        "user_name": user_name,
        "role": role,
        "at": clock.utcnow(),
    }
