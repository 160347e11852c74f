"""What happened, in the past tense. Events are stored as JSON, so new fields need defaults."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from core import clock
from core.entries import EntryState
from core.items import ItemState
from core.models import MovementKind, Role


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened at a moment."""

    at: datetime


@dataclass(frozen=True, kw_only=True)
class ItemEvent(Event):
    """Base of what happened to an item: who did it, and how the item is now."""

    household_id: UUID
    item: ItemState
    user_id: UUID
    user_name: str


@dataclass(frozen=True, kw_only=True)
class ItemAdded(ItemEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ItemUpdated(ItemEvent):
    """Anything but the stock changed. `changes` names the fields of ItemState."""

    changes: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class StockMoved(ItemEvent):
    """A quantity or a place changed. `delta` is in thousandths."""

    kind: MovementKind
    delta: int
    changes: list[str] = field(default_factory=list)
    previous_location: str | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class ItemRemoved(ItemEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class LevelEvent(ItemEvent):
    """An item changed its stock level; `kind` and `delta` (thousandths) are the movement that did it."""

    kind: MovementKind
    delta: int


@dataclass(frozen=True, kw_only=True)
class StockRanLow(LevelEvent):
    """The quantity went below the item's minimum."""


@dataclass(frozen=True, kw_only=True)
class StockRanOut(LevelEvent):
    """The quantity reached 0."""


@dataclass(frozen=True, kw_only=True)
class StockRecovered(LevelEvent):
    """An item that was low or out has enough again."""


@dataclass(frozen=True, kw_only=True)
class ItemsImported(Event):
    """Many items came in at once. `ran_low` names those that are low or out by it."""

    household_id: UUID
    user_id: UUID
    user_name: str
    added: int
    updated: int
    ran_low: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class MembershipEvent(Event):
    """Base of what happened to somebody's membership; `role` is how they are, or were, in it."""

    household_id: UUID
    household_name: str
    user_id: UUID
    user_name: str
    role: Role


@dataclass(frozen=True, kw_only=True)
class MemberJoined(MembershipEvent):
    pass


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
class ShoppingListEvent(Event):
    """Base of what happened to a shopping list."""

    household_id: UUID
    list_id: UUID
    list_name: str
    user_id: UUID
    user_name: str


@dataclass(frozen=True, kw_only=True)
class ShoppingListAdded(ShoppingListEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ShoppingListUpdated(ShoppingListEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ShoppingListDeleted(ShoppingListEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class EntryEvent(ShoppingListEvent):
    """Base of what happened to an entry of a list: how it is now, or was at last."""

    entry: EntryState


@dataclass(frozen=True, kw_only=True)
class EntryAdded(EntryEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class EntryUpdated(EntryEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class EntryDeleted(EntryEvent):
    pass


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


@dataclass(frozen=True, kw_only=True)
class TestSent(Event):
    """Somebody wanted to see whether messages reach them."""

    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class SignInRevoked(Event):
    """A refresh token was used twice: somebody may have copied it, so its sign-in was ended."""

    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class Letter(Event):
    """Base of what is mailed in a mail of its own, whatever its person switched off."""

    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class AddressToVerify(Letter):
    """Somebody gave an address as theirs; whoever gets this mail can prove it with the token."""

    token_id: UUID


@dataclass(frozen=True, kw_only=True)
class PasswordResetAsked(Letter):
    """Somebody asked for another password; whoever gets this mail can set it with the token."""

    token_id: UUID


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Letter):
    """An account has another password, and every sign-in of before was ended."""


@dataclass(frozen=True, kw_only=True)
class InvitationSent(Letter):
    """An address was asked to join a household; `user_id` and `user_name` are who asked."""

    user_name: str
    email: str
    invitation_id: UUID
    household_name: str
    role: Role
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class MailboxSuspended(Event):
    """A mail server refuses what is sent to the account's address; `reason` is what it said."""

    user_id: UUID
    address: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ChatEvent(Event):
    user_id: UUID
    chat_name: str


@dataclass(frozen=True, kw_only=True)
class ChatLinked(ChatEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ChatUnlinked(ChatEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ChatSuspended(ChatEvent):
    """Telegram refuses to deliver to the chat; `reason` is what it said."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class PersonNotified(Event):
    """A notification reached somebody's inbox: `event` and `payload` are what it is about."""

    notification_id: UUID
    topic: str
    event: str
    payload: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Unreadable(Event):
    """An event that a newer release stored: `name` is its class there."""

    name: str


_KINDS: tuple[type[Event], ...] = (
    ItemAdded,
    ItemUpdated,
    StockMoved,
    ItemRemoved,
    StockRanLow,
    StockRanOut,
    StockRecovered,
    MemberJoined,
    MemberLeft,
    MemberRoleChanged,
    ItemsImported,
    HouseholdUpdated,
    HouseholdDeleted,
    ShoppingListAdded,
    ShoppingListUpdated,
    ShoppingListDeleted,
    EntryAdded,
    EntryUpdated,
    EntryDeleted,
    JoinAsked,
    JoinAnswered,
    SignInRevoked,
    TestSent,
    AddressToVerify,
    PasswordResetAsked,
    PasswordChanged,
    InvitationSent,
    MailboxSuspended,
    ChatLinked,
    ChatUnlinked,
    ChatSuspended,
    PersonNotified,
)
log = logging.getLogger(__name__)
_BY_NAME = {kind.__name__: kind for kind in _KINDS}


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_BY_NAME[name])


def is_known(name: str) -> bool:
    """Say whether this release knows an event of that name."""
    return name in _BY_NAME


def is_letter(name: str) -> bool:
    """Say whether the event of that name is a letter."""
    return issubclass(_BY_NAME.get(name, Event), Letter)


def dump(event: Event) -> tuple[str, dict[str, Any]]:
    """Return the event's type and its payload as JSON values."""
    name = type(event).__name__
    return name, _adapter(name).dump_python(event, mode="json")


def load(name: str, payload: dict[str, Any]) -> Event:
    """Return the event that `dump` stored, or Unreadable when this release does not know it."""
    try:
        event: Event = _adapter(name).validate_python(payload)
    except (KeyError, ValidationError):
        log.error("An event %s cannot be read; was it stored by a newer release?", name)
        return Unreadable(name=name, at=clock.utcnow())
    return event
