"""Channels: how messages leave the system, and how a channel reports that one did not."""

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
    """One line of a message: an event, or the result of several changes of an item.

    `latest` is the item's newest state. `household` is set for people in several households.
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
    """What it waited for: a value of Deferral."""


@dataclass(frozen=True)
class Recap:
    """After a time without messages: how many items had alerts, and how many of them are fine again."""

    alerts: int
    solved: int


@dataclass(frozen=True)
class Composed:
    """A message as the channel will send it: its text, and rows of (label, callback data).

    A mail also has a subject and HTML, and its buttons are links, named as in core.mail.links.
    """

    text: str
    buttons: Sequence[Sequence[tuple[str, str]]] = ()
    subject: str | None = None
    html: str | None = None
    picture: UsedAndWasted | None = None


@dataclass(frozen=True)
class Outgoing:
    """A stored message that a dispatcher has claimed. `fence` proves that it still holds the claim."""

    id: UUID
    channel: ChannelName
    destination: UUID
    """The claimed chat or mailbox."""
    address: int | str
    """Telegram's chat id, or an email address."""
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
        """Whether it should make no sound, because nothing in it is urgent."""
        return self.severity in (Severity.ACTIVITY, Severity.GOOD)


class DeliveryError(Exception):
    """The channel did not accept a message, or may not have; core.wording.outcomes says what follows.

    `retry_after` are the seconds that it asks us to wait, `moved_to` the destination's new address.
    """

    def __init__(
        self, failure: Failure, message: str, *, retry_after: float | None = None, moved_to: int | None = None
    ) -> None:
        super().__init__(message)
        self.failure = failure
        self.retry_after = retry_after
        self.moved_to = moved_to


class Channel(Protocol):
    """A way to reach people. `compose` runs inside the claiming transaction, so it does no I/O."""

    name: ChannelName

    def compose(
        self, message_id: UUID, lines: Sequence[Line], most: int, recap: Recap | None = None
    ) -> Composed:
        """Return a message with the first `most` lines, and a way to see the rest.

        A digest is the first line of its message. `recap` sums up the quiet hours or the mute before it.
        """
        ...

    async def turn(self, message: Outgoing) -> None:
        """Wait until the channel's own pace allows the message."""
        ...

    async def probe(self) -> None:
        """Check whether the channel can be reached, without sending anything. Raises DeliveryError."""
        ...

    async def send(self, message: Outgoing) -> int | None:
        """Send a message, and return the channel's own id of it if known. Raises DeliveryError."""
        ...
