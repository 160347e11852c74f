"""What happened to one person, their chat or their settings."""

from dataclasses import dataclass
from uuid import UUID

from core.events.base import Event
from core.values.settings import NotificationSettings


@dataclass(frozen=True, kw_only=True)
class TestSent(Event):
    """Somebody wanted to see whether messages reach them."""

    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class SignInRevoked(Event):
    """A refresh token was used twice: somebody may have copied it, so its sign-in was ended."""

    user_id: UUID


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


class ChatLinked(ChatEvent): ...


class ChatUnlinked(ChatEvent): ...


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
    payload: dict[str, object]


@dataclass(frozen=True, kw_only=True)
class SettingsUpdated(Event):
    """Somebody's notification settings are like this now."""

    settings: NotificationSettings
