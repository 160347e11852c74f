"""What happened to households and to who is in them."""

from dataclasses import dataclass
from uuid import UUID

from core.events.base import Event
from core.models import Role


@dataclass(frozen=True, kw_only=True)
class MembershipEvent(Event):
    """Base of what happened to somebody's membership; `role` is how they are, or were, in it."""

    household_id: UUID
    household_name: str
    user_id: UUID
    user_name: str
    role: Role


class MemberJoined(MembershipEvent): ...


@dataclass(frozen=True, kw_only=True)
class MemberLeft(MembershipEvent):
    """Somebody is no member any more; `removed_by` names who removed them, None when they went."""

    removed_by: str | None = None
    removed_by_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class MemberRoleChanged(MembershipEvent):
    """`changed_by` names the admin who did it."""

    changed_by: str
    changed_by_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class HouseholdUpdated(Event):
    """The household's name, description or zone changed."""

    household_id: UUID
    name: str
    description: str | None
    timezone: str
    user_id: UUID
    user_name: str


@dataclass(frozen=True, kw_only=True)
class HouseholdDeleted(Event):
    """A household is gone, and everything in it; its members learn it from their own streams."""

    household_id: UUID
    household_name: str
    user_name: str
    user_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class JoinAsked(Event):
    """Somebody opened an invite link and asks its maker to be let in."""

    link_id: UUID
    household_name: str
    user_name: str
    chat_name: str
    role: Role
    user_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class JoinAnswered(Event):
    """The maker of an invite link let somebody in, or did not."""

    household_name: str
    accepted: bool
