"""The two kinds of destinations, chats and mailboxes, behind one interface."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, func, select

from core.db import table
from core.models import ChannelName, Chat, Delivery, Mailbox, Message, User

chats, mailboxes, users = table(Chat), table(Mailbox), table(User)
deliveries, messages = table(Delivery), table(Message)

# In a storm, messages are slightly more than `busy` apart, and the destination must still count as busy.
LITTLE_LONGER = 1.5


@dataclass(frozen=True)
class Destination:
    """A chat or mailbox that was claimed; `user_id` is None when it belongs to no account."""

    id: UUID
    user_id: UUID | None
    fence: int
    most_lines: int
    suspended_reason: str | None


@dataclass(frozen=True)
class Route:
    """How a channel's deliveries and messages lead to its destinations.

    `address` is where it sends. After a message the next one waits for `pace`. After two within `busy` the
    next one waits for `busy`, and tells together what came meanwhile.
    """

    channel: ChannelName
    table: Table
    of_delivery: ColumnElement[UUID]
    of_message: ColumnElement[UUID]
    address: ColumnElement[int | str]
    pace: timedelta
    busy: timedelta

    def pause(self, last_at: datetime | None, now: datetime) -> timedelta:
        """Return how long to wait after a message sent now, when the one before was sent at `last_at`."""
        busy = last_at is not None and last_at > now - LITTLE_LONGER * self.busy
        return self.busy if busy else self.pace

    @property
    def delivery_key(self) -> str:
        """The name of the column of a delivery that holds its destination."""
        return str(self.of_delivery.key)

    @property
    def addresses(self) -> Select[UUID, int | str]:
        """The query for destination ids and their addresses."""
        joined = self.table.outerjoin(users, users.c.id == self.table.c.user_id)
        return select(self.table.c.id, self.address.label("address")).select_from(joined)


ROUTES: Mapping[ChannelName, Route] = {
    ChannelName.TELEGRAM: Route(
        ChannelName.TELEGRAM,
        chats,
        deliveries.c.chat_id,
        messages.c.chat_id,
        chats.c.telegram_id,
        # Telegram allows one message a second in a chat:
        # https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
        timedelta(seconds=1),
        timedelta(seconds=10),
    ),
    ChannelName.EMAIL: Route(
        ChannelName.EMAIL,
        mailboxes,
        deliveries.c.mailbox_id,
        messages.c.mailbox_id,
        func.coalesce(users.c.email, mailboxes.c.address),
        timedelta(seconds=5),
        timedelta(minutes=1),
    ),
}
