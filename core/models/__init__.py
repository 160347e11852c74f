"""The tables and their constraints."""

from core.models.accounts import AttemptCounter, RefreshToken, User
from core.models.base import Base
from core.models.destinations import Mailbox
from core.models.households import (
    Household,
    Invitation,
    InvitationState,
    InviteLink,
    InviteLinkState,
    Member,
    Role,
)
from core.models.inventory import Item, MovementKind, StockMovement
from core.models.mail import MailPurpose, MailToken
from core.models.notifications import (
    ChannelName,
    Deferral,
    Delivery,
    DeliveryState,
    Message,
    MessageState,
    Notification,
    Topic,
)
from core.models.operations import Counter, Heartbeat, IdempotencyKey
from core.models.preferences import (
    ExpiryWarning,
    HouseholdPreference,
    Preference,
    Schedule,
    ScheduledRun,
    ScheduleKind,
    Scope,
    Stage,
    Watch,
    WatchLevel,
    When,
)
from core.models.shopping import ShoppingList, ShoppingListItem
from core.models.streams import Stream, StreamEntry
from core.models.telegram import Chat, InboundUpdate, LinkCode, SettingsMenu, TelegramBot, UpdateState

__all__ = [
    "AttemptCounter",
    "Base",
    "ChannelName",
    "Chat",
    "Counter",
    "Deferral",
    "Delivery",
    "DeliveryState",
    "ExpiryWarning",
    "Heartbeat",
    "Household",
    "HouseholdPreference",
    "IdempotencyKey",
    "InboundUpdate",
    "Invitation",
    "InvitationState",
    "InviteLink",
    "InviteLinkState",
    "Item",
    "LinkCode",
    "MailPurpose",
    "MailToken",
    "Mailbox",
    "Member",
    "Message",
    "MessageState",
    "MovementKind",
    "Notification",
    "Preference",
    "RefreshToken",
    "Role",
    "Schedule",
    "ScheduleKind",
    "ScheduledRun",
    "Scope",
    "SettingsMenu",
    "ShoppingList",
    "ShoppingListItem",
    "Stage",
    "StockMovement",
    "Stream",
    "StreamEntry",
    "TelegramBot",
    "Topic",
    "UpdateState",
    "User",
    "Watch",
    "WatchLevel",
    "When",
]
