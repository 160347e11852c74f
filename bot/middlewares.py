"""What handlers get by name: who wrote, what is known of their chat, and whether they may change things."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.types import Message, TelegramObject, User

from bot.reading import free_text
from core.db import Transactions
from core.delivery import chats
from core.delivery.chats import ActiveHousehold, ChatState, TelegramPerson
from core.errors import Invalid, NotAllowed
from core.guards import access
from core.inventory import matching
from core.models import Role
from core.text import clean

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]

# Telegram's first names have at most 64 characters.
LONGEST_NAME = 64


class Acquaintance(BaseMiddleware):
    """Hands on `person`, and `chat` as it is in the database now: None for somebody who never wrote.

    Private chats only: nothing is read for a group.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user, where = data.get("event_from_user"), data.get("event_chat")
        if user is not None and where is not None and where.type == ChatType.PRIVATE:
            data["person"] = person_of(user)
            data["chat"] = await data["tx"].read(chats.find, user.id)
        return await handler(event, data)


class PlainWords(BaseMiddleware):
    """Makes a command of what is written without a slash, unless it is the name of an item.

    Only where nobody is linked yet, a link code by itself is one to redeem.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        chat: ChatState | None = data.get("chat")
        if isinstance(event, Message) and event.text and event.chat.type == ChatType.PRIVATE:
            meant = await self._command(event.text, chat, data["tx"])
            event = event.model_copy(update={"text": meant}) if meant else event
        return await handler(event, data)

    async def _command(self, text: str, chat: ChatState | None, tx: Transactions) -> str | None:
        if text.startswith("/"):
            return None
        code = free_text.code(text) if chat is None or chat.user_id is None else None
        if code is not None:
            return f"/link {code}"
        command = free_text.command(text)
        if command is not None and chat is not None and chat.household is not None:
            found = await tx.read(matching.match, chat.actor, chat.household.id, text)
            return None if found.exact else command
        return command


class MembersOnly(BaseMiddleware):
    """Tells a viewer at once that they may only look, before a question that leads nowhere."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        household: ActiveHousehold = data["household"]
        if household.role is Role.VIEWER:
            raise NotAllowed(access.LOOK_ONLY)
        return await handler(event, data)


def person_of(user: User) -> TelegramPerson:
    """Return who a Telegram user is, with a name that can be shown."""
    try:
        name = clean(user.first_name, "name", LONGEST_NAME)
    except Invalid:
        name = user.username or "Friend"
    return TelegramPerson(user.id, name, user.username)
