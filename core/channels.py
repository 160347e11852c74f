"""Channels: how a message leaves the system, and how a channel says that it did not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core import events
from core.models import ChannelName

# What a dispatcher of this release carries. inApp needs none; email has no transport yet.
DISPATCHED = frozenset({ChannelName.TELEGRAM})


@dataclass(frozen=True)
class Line:
    """One thing to tell in a message. `household` is set when the person is in several."""

    topic: str
    event: events.Event
    household: str | None
    created_at: datetime


@dataclass(frozen=True)
class Composed:
    """A message as the channel will send it: its text, and rows of (label, callback data).

    `used` says how many of the lines it tells; the rest wait for the next message.
    """

    text: str
    buttons: Sequence[Sequence[tuple[str, str]]]
    used: int


@dataclass(frozen=True)
class Outgoing:
    """A frozen message that a dispatcher holds. `fence` proves that it still does."""

    id: UUID
    chat_id: UUID
    address: int
    """Where the channel sends it: Telegram's chat id."""
    text: str
    buttons: Sequence[Sequence[Sequence[str]]]
    fence: int
    attempts: int


class DeliveryError(Exception):
    """The channel did not accept a message.

    `permanent`: it never will, and the chat is suspended. `retry_after`: seconds that it asked us to wait,
    which does not count as an attempt.
    """

    def __init__(self, message: str, *, permanent: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after


class Channel(Protocol):
    """One way out. `compose` runs inside the claiming transaction, so it does no I/O."""

    name: ChannelName

    def compose(self, lines: Sequence[Line]) -> Composed: ...

    async def send(self, message: Outgoing) -> int:
        """Send and return the channel's own id of the message. Raises DeliveryError."""
        ...
