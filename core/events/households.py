"""What happened to households and their members."""

from dataclasses import dataclass
from uuid import UUID

from core.events.base import Event
from core.models import Role


@dataclass(frozen=True, kw_only=True)
class MembershipEvent(Event):
    """Base of what happened to a membership; `role` is the member's, or was."""

    household_id: UUID
    household_name: str
    user_id: UUID
    user_name: str
    role: Role


class MemberJoined(MembershipEvent): ...


@dataclass(frozen=True, kw_only=True)
class MemberLeft(MembershipEvent):
    """Somebody is no longer a member; `removed_by` names who removed them, None if they left."""

    removed_by: str | None = None
    removed_by_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class MemberRoleChanged(MembershipEvent):
    """`changed_by` names the admin who did it."""

    changed_by: str
    changed_by_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class HouseholdUpdated(Event):
    """The household's name, description or time zone changed."""

    household_id: UUID
    name: str
    description: str | None
    timezone: str
    user_id: UUID
    user_name: str


@dataclass(frozen=True, kw_only=True)
class HouseholdDeleted(Event):
    """A household was deleted with everything in it; its members learn this from their own streams."""

    household_id: UUID
    household_name: str
    user_name: str
    user_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class JoinAsked(Event):
    """Somebody used an invite link to ask its maker to let them in."""

    link_id: UUID
    household_name: str
    user_name: str
    chat_name: str
    role: Role
    user_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class JoinAnswered(Event):
    """The maker of an invite link accepted or refused a request."""

    household_name: str
    accepted: bool
