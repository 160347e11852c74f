"""Channels: how a message leaves the system, and how a channel says that it did not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core import events
from core.events.severity import Severity
from core.models import ChannelName
from core.values.items import ItemState
from core.wording.charts import UsedAndWasted
from core.wording.outcomes import Failure


@dataclass(frozen=True)
class Line:
    """One thing to tell in a message: an event, or the last word on an item that changed several times.

    `latest` is how the item is by now. `household` is set when the person is in several.
    """

    topic: str
    event: events.Event
    severity: Severity
    created_at: datetime
    latest: ItemState | None = None
    changes: int = 1
    people: int = 1
    household: str | None = None
    deferred: str | None = None
    """What it waited for, a value of Deferral."""


@dataclass(frozen=True)
class Recap:
    """What a time without messages came to: so many items had alerts, and so many of them are fine again."""

    alerts: int
    solved: int


@dataclass(frozen=True)
class Composed:
    """A message as the channel will send it: its text, and rows of (label, callback data).

    A mail has a subject, and its text as HTML besides; its buttons are links, named as core.mail.links says.
    """

    text: str
    buttons: Sequence[Sequence[tuple[str, str]]] = ()
    subject: str | None = None
    html: str | None = None
    picture: UsedAndWasted | None = None


@dataclass(frozen=True)
class Outgoing:
    """A frozen message that a dispatcher holds. `fence` proves that it still does."""

    id: UUID
    channel: ChannelName
    destination: UUID
    """The chat or mailbox that was claimed."""
    address: int | str
    """Where the channel sends it: Telegram's chat id, or an email address."""
    text: str
    buttons: Sequence[Sequence[Sequence[str]]]
    subject: str | None
    html: str | None
    severity: Severity
    fence: int
    attempts: int
    repeats: int
    """How often it may have arrived already."""
    most_lines: int
    plain: bool
    """Send it without markup."""
    frozen_at: datetime
    picture: UsedAndWasted | None = None

    @property
    def silent(self) -> bool:
        """Whether it should make no sound: it tells nothing that has to be seen to now."""
        return self.severity in (Severity.ACTIVITY, Severity.GOOD)


class DeliveryError(Exception):
    """The channel did not accept a message, or is not known to have; core.wording.outcomes says what follows.

    `retry_after`: seconds that it asked us to wait. `moved_to`: the address that the destination has now.
    """

    def __init__(
        self, failure: Failure, message: str, *, retry_after: float | None = None, moved_to: int | None = None
    ) -> None:
        super().__init__(message)
        self.failure = failure
        self.retry_after = retry_after
        self.moved_to = moved_to


class Channel(Protocol):
    """One way out. `compose` runs inside the claiming transaction, so it does no I/O."""

    name: ChannelName

    def compose(
        self, message_id: UUID, lines: Sequence[Line], most: int, recap: Recap | None = None
    ) -> Composed:
        """Return the message that tells the first of the lines, at most so many, and how to see the rest.

        A digest is the first line of its message. After quiet hours or a mute a `recap` says what they hid.
        """
        ...

    async def turn(self, message: Outgoing) -> None:
        """Wait until the channel's own pace allows the message."""
        ...

    async def probe(self) -> None:
        """Ask the channel, at nobody's expense, whether it can be reached. Raises DeliveryError."""
        ...

    async def send(self, message: Outgoing) -> int | None:
        """Send and return the channel's own id of the message, if it told. Raises DeliveryError."""
        ...
