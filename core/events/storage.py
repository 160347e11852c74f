"""Events as JSON. New fields need defaults, because older ones are stored without them."""

import logging
from collections.abc import Mapping
from functools import cache

from pydantic import TypeAdapter, ValidationError

from core import clock
from core.events.base import Event, Unreadable
from core.events.households import (
    HouseholdDeleted,
    HouseholdUpdated,
    JoinAnswered,
    JoinAsked,
    MemberJoined,
    MemberLeft,
    MemberRoleChanged,
)
from core.events.items import (
    ItemAdded,
    ItemRemoved,
    ItemsImported,
    ItemUpdated,
    StockMoved,
    StockRanLow,
    StockRanOut,
    StockRecovered,
)
from core.events.people import (
    ChatLinked,
    ChatSuspended,
    ChatUnlinked,
    MailboxSuspended,
    PersonNotified,
    SettingsUpdated,
    SignInRevoked,
    TestSent,
)
from core.events.scheduled import DigestGathered, ItemsExpiring, ShoppingReminded
from core.events.shopping import (
    EntryAdded,
    EntryDeleted,
    EntryUpdated,
    ShoppingListAdded,
    ShoppingListDeleted,
    ShoppingListUpdated,
)
from core.events.transactional import (
    AddressToVerify,
    InvitationSent,
    PasswordChanged,
    PasswordResetAsked,
    TransactionalMail,
)

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
    SettingsUpdated,
    ItemsExpiring,
    ShoppingReminded,
    DigestGathered,
)
log = logging.getLogger(__name__)
_BY_NAME = {kind.__name__: kind for kind in _KINDS}


@cache
def _adapter(name: str) -> TypeAdapter[Event]:
    return TypeAdapter(_BY_NAME[name])


def is_known(name: str) -> bool:
    """Say whether this release knows an event of that name."""
    return name in _BY_NAME


def is_transactional(name: str) -> bool:
    """Say whether the event of that name is transactional mail."""
    return issubclass(_BY_NAME.get(name, Event), TransactionalMail)


def dump(event: Event) -> tuple[str, dict[str, object]]:
    """Return the event's type and its payload as JSON values."""
    name = type(event).__name__
    return name, _adapter(name).dump_python(event, mode="json")


def load(name: str, payload: Mapping[str, object]) -> Event:
    """Return the event that `dump` stored, or Unreadable when this release does not know it."""
    try:
        return _adapter(name).validate_python(payload)
    except (KeyError, ValidationError):
        log.error("An event %s cannot be read; was it stored by a newer release?", name)
        return Unreadable(name=name, at=clock.utcnow())
