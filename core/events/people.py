"""What happened to one person, their chat or their settings."""

from dataclasses import dataclass
from uuid import UUID

from core.events.base import Event
from core.values.settings import NotificationSettings


@dataclass(frozen=True, kw_only=True)
class TestSent(Event):
    """Somebody tests whether messages reach them."""

    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class SignInRevoked(Event):
    """A refresh token was used twice and may have been copied, so its sign-in was ended."""

    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class MailboxSuspended(Event):
    """A mail server refuses mail to the account's address; `reason` is its answer."""

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
    """Telegram refuses to deliver to the chat; `reason` is its answer."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class PersonNotified(Event):
    """A notification reached somebody's inbox; `event` and `payload` say what happened."""

    notification_id: UUID
    topic: str
    event: str
    payload: dict[str, object]


@dataclass(frozen=True, kw_only=True)
class SettingsUpdated(Event):
    """Somebody's notification settings changed to these."""

    settings: NotificationSettings
