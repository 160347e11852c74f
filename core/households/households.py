"""Households: creating, reading, changing and deleting them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import delete as sql_delete
from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.orm import Session

from core import clock, events
from core.accounts import accounts
from core.actors import Actor
from core.db import columns, fetch_all, finds, table
from core.errors import NotAllowed
from core.events import streams
from core.guards import access
from core.households.members import join
from core.inventory.statistics import ItemCounts, MonthCounts, count_items, count_month
from core.models import Chat, Household, Member, Role, User
from core.notifications import announcing
from core.settings import open_menus
from core.text import clean, clean_optional

households = table(Household)
members = table(Member)
users = table(User)
chats = table(Chat)


@dataclass(frozen=True)
class HouseholdSummary:
    """A household in a member's list."""

    id: UUID
    name: str
    description: str | None
    timezone: str
    role: Role
    member_count: int
    counts: ItemCounts
    created_at: datetime


@dataclass(frozen=True)
class MemberState:
    user_id: UUID
    email: str | None
    display_name: str
    role: Role
    joined_at: datetime


@dataclass(frozen=True)
class HouseholdDetails:
    id: UUID
    name: str
    description: str | None
    timezone: str
    role: Role
    members: Sequence[MemberState]
    counts: ItemCounts
    month: MonthCounts
    created_at: datetime


def create(
    session: Session, who: Actor, name: str, description: str | None, timezone: str
) -> HouseholdSummary:
    """Create a household with its creator as the admin. Raises AccountGone."""
    accounts.get(session, who)
    summary = HouseholdSummary(
        id=uuid4(),
        name=clean(name, "name", 100),
        description=clean_optional(description, "description", 1000, multiline=True),
        timezone=accounts.zone(timezone),
        role=Role.ADMIN,
        member_count=1,
        counts=ItemCounts(),
        created_at=clock.utcnow(),
    )
    session.execute(insert(households).values({c.name: getattr(summary, c.name) for c in households.c}))
    streams.create(session, streams.of_household(summary.id))
    join(session, who, summary.id, Role.ADMIN)
    return summary


def change(
    session: Session, who: Actor, household_id: UUID, name: str, description: str | None, timezone: str | None
) -> HouseholdDetails:
    """Change a household's name and description, and its zone if one is given. Admins only."""
    within = access.change(session, who, household_id, Role.ADMIN)
    changed = events.HouseholdUpdated(
        household_id=household_id,
        user_id=who.user_id,
        user_name=within.user_name,
        at=clock.utcnow(),
        name=clean(name, "name", 100),
        description=clean_optional(description, "description", 1000, multiline=True),
        timezone=accounts.zone(timezone) if timezone is not None else within.timezone,
    )
    values = {"name": changed.name, "description": changed.description, "timezone": changed.timezone}
    session.execute(update(households).where(households.c.id == household_id).values(values))
    announcing.announce(session, who, within, changed)
    return details(session, who, household_id)


def delete(session: Session, who: Actor, household_id: UUID) -> str:
    """Delete a household with everything in it, and return its name. Admins only."""
    within = access.change(session, who, household_id, Role.ADMIN)
    now = clock.utcnow()
    rows = session.execute(
        select(members.c.user_id, members.c.role, users.c.display_name)
        .join(users, users.c.id == members.c.user_id)
        .where(members.c.household_id == household_id)
    ).all()
    ended: dict[str, events.Event] = {
        streams.of_user(row.user_id): events.MemberLeft(
            household_id=household_id,
            household_name=within.household_name,
            user_id=row.user_id,
            user_name=row.display_name,
            role=row.role,
            removed_by=within.user_name,
            removed_by_id=who.user_id,
            at=now,
        )
        for row in rows
    }
    # This locks all their streams in one order, before they are notified one by one.
    streams.append_to_each(session, ended)
    gone = events.HouseholdDeleted(
        household_id=household_id,
        household_name=within.household_name,
        user_name=within.user_name,
        user_id=who.user_id,
        at=now,
    )
    for row in rows:
        if row.user_id != who.user_id:
            announcing.announce_to(session, row.user_id, gone)
    session.execute(sql_delete(households).where(households.c.id == household_id))
    streams.delete(session, streams.of_household(household_id))
    return within.household_name


def of_person(session: Session, user_id: UUID) -> list[HouseholdSummary]:
    """Return a person's households in the order in which they joined."""
    others = members.alias("others")
    size = select(func.count()).select_from(others).where(others.c.household_id == households.c.id)
    rows = session.execute(
        select(*households.c, members.c.role, size.scalar_subquery().label("member_count"))
        .join(members, members.c.household_id == households.c.id)
        .where(members.c.user_id == user_id)
        .order_by(members.c.joined_at, households.c.id)
    ).all()
    today: dict[UUID, date] = {row.id: clock.today(row.timezone) for row in rows}
    counts = count_items(session, today)
    return [HouseholdSummary(**row._asdict(), counts=counts.get(row.id, ItemCounts())) for row in rows]


def ids_of_person(session: Session, user_id: UUID) -> list[UUID]:
    """Return the ids of a person's households in the order in which they joined."""
    mine = select(members.c.household_id).where(members.c.user_id == user_id)
    return list(session.execute(mine.order_by(members.c.joined_at, members.c.household_id)).scalars())


def details(session: Session, who: Actor, household_id: UUID) -> HouseholdDetails:
    """Return a household, its members and its figures. Raises NotAllowed."""
    within = access.look(session, who, household_id)
    household = session.execute(select(*households.c).where(households.c.id == household_id)).one()
    people = (
        select(*columns(MemberState, members, email=users.c.email, display_name=users.c.display_name))
        .join(users, users.c.id == members.c.user_id)
        .where(members.c.household_id == household_id)
        .order_by(members.c.joined_at, members.c.user_id)
    )
    return HouseholdDetails(
        **household._asdict(),
        role=within.role,
        members=fetch_all(session, people, MemberState),
        counts=count_items(session, {household_id: within.today}).get(household_id, ItemCounts()),
        month=count_month(session, within),
    )


def activate(session: Session, who: Actor, household_id: UUID) -> None:
    """Make one of a person's households the active one of their chat. Raises NotAllowed."""
    streams.lock(session, streams.of_user(who.user_id))
    mine = exists().where(members.c.user_id == who.user_id, members.c.household_id == household_id)
    activated = update(chats).where(chats.c.user_id == who.user_id, mine).values(household_id=household_id)
    if not finds(session, activated.returning(chats.c.id)):
        raise NotAllowed(
            "You are not a member of this household any more. Send /household to choose another."
        )
    open_menus.make_stale(session, who.user_id)
