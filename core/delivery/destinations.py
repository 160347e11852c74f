"""The two kinds of places that messages go to, seen alike: chats and mailboxes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, select

from core.db import table
from core.models import ChannelName, Chat, Delivery, Mailbox, Message, Preference, User

chats, mailboxes, users = table(Chat), table(Mailbox), table(User)
deliveries, messages, _preferences = table(Delivery), table(Message), table(Preference)


@dataclass(frozen=True)
class Route:
    """How a channel's deliveries and messages lead to its destinations.

    `enabled` is the preference that switches the channel on, `address` where it sends, `suspended` why
    nothing is sent to a destination that is. After a message the next one waits for `pace`; after two
    within `busy`, what comes next is told together, that much later.
    """

    channel: ChannelName
    table: Table
    of_delivery: ColumnElement[Any]
    of_message: ColumnElement[Any]
    enabled: ColumnElement[bool]
    address: ColumnElement[Any]
    suspended: str
    pace: timedelta
    busy: timedelta

    @property
    def delivery_key(self) -> str:
        """The name of the column that leads from a delivery to its destination."""
        return str(self.of_delivery.key)

    @property
    def addresses(self) -> Select[*tuple[Any, ...]]:
        """The query for the ids of destinations with their addresses."""
        joined = self.table.outerjoin(users, users.c.id == self.table.c.user_id)
        return select(self.table.c.id, self.address.label("address")).select_from(joined)


ROUTES: Mapping[ChannelName, Route] = {
    ChannelName.TELEGRAM: Route(
        ChannelName.TELEGRAM,
        chats,
        deliveries.c.chat_id,
        messages.c.chat_id,
        _preferences.c.telegram_enabled,
        chats.c.telegram_id,
        "chat_suspended",
        # Telegram asks for no more than one message a second in one chat:
        # https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
        timedelta(seconds=1),
        timedelta(seconds=10),
    ),
    ChannelName.EMAIL: Route(
        ChannelName.EMAIL,
        mailboxes,
        deliveries.c.mailbox_id,
        messages.c.mailbox_id,
        _preferences.c.email_enabled,
        func.coalesce(users.c.email, mailboxes.c.address),
        "mailbox_suspended",
        timedelta(seconds=5),
        timedelta(minutes=1),
    ),
}
