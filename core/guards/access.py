"""Who may do what in a household, for every face."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, Table, bindparam, select
from sqlalchemy.orm import Session

from core import clock
from core.actors import Actor
from core.db import table
from core.errors import NotAllowed, NotFound
from core.events import streams
from core.models import Household, Member, Role, User

households = table(Household)
members = table(Member)
users = table(User)

NO_MEMBER = "You are not a member of this household. Ask one of its admins to invite you."
LOOK_ONLY = "You may only look at this household. Ask one of its admins to make you a member."
RANK = {Role.VIEWER: 0, Role.MEMBER: 1, Role.ADMIN: 2}
_membership = (
    select(members.c.role, households.c.name, households.c.timezone, users.c.display_name)
    .join(households, households.c.id == members.c.household_id)
    .join(users, users.c.id == members.c.user_id)
    .where(members.c.household_id == bindparam("household"), members.c.user_id == bindparam("user"))
)

_held_membership = _membership.with_for_update(read=True, key_share=True, of=members)


@dataclass(frozen=True)
class Access:
    """A person's membership in a household."""

    household_id: UUID
    household_name: str
    timezone: str
    user_id: UUID
    user_name: str
    role: Role

    @property
    def may_change(self) -> bool:
        """Whether they may change anything."""
        return self.role is not Role.VIEWER

    @property
    def today(self) -> date:
        """The household's date."""
        return clock.today(self.timezone)


def look(session: Session, who: Actor, household_id: UUID) -> Access:
    """Return a member's access. Raises NotAllowed, the same whether the household exists or not."""
    return _look(session, who, household_id, _membership)


def stay(session: Session, who: Actor, household_id: UUID) -> Access:
    """Return a member's access and prevent their removal until the commit. Raises NotAllowed.

    Like a removal, it must come before locking the person's stream.
    """
    return _look(session, who, household_id, _held_membership)


def _look(
    session: Session, who: Actor, household_id: UUID, membership: Select[*tuple[object, ...]]
) -> Access:
    row = session.execute(membership, {"household": household_id, "user": who.user_id}).first()
    if row is None:
        raise NotAllowed(NO_MEMBER)
    return Access(household_id, row.name, row.timezone, who.user_id, row.display_name, row.role)


def change(session: Session, who: Actor, household_id: UUID, needs: Role = Role.MEMBER) -> Access:
    """Lock the household until the commit, then return the member's access as it is. Raises NotAllowed."""
    streams.lock(session, streams.of_household(household_id))
    return require(session, who, household_id, needs)


def require(session: Session, who: Actor, household_id: UUID, needs: Role) -> Access:
    """Return a member's access if their role suffices. Raises NotAllowed."""
    access = look(session, who, household_id)
    if RANK[access.role] >= RANK[needs]:
        return access
    if access.role is Role.VIEWER:
        raise NotAllowed(LOOK_ONLY)
    raise NotAllowed("Only an admin of this household may do that. Ask one of them.")


def household_of(session: Session, who: Actor, of: Table, row_id: UUID, gone: str) -> UUID:
    """Return the household of a row. Raises NotFound, saying `gone`, for anybody but its members."""
    mine = select(members.c.household_id).where(members.c.user_id == who.user_id)
    query = select(of.c.household_id).where(of.c.id == row_id, of.c.household_id.in_(mine))
    found: UUID | None = session.execute(query).scalar()
    if found is None:
        raise NotFound(gone)
    return found
