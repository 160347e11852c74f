"""What handlers get by name: who wrote, and what is known about their chat; and a guard against viewers."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.types import TelegramObject, User

from bot.filters import Home
from core.delivery import chats
from core.delivery.chats import TelegramPerson
from core.errors import Invalid, NotAllowed
from core.guards import access
from core.text import clean

HandlerData: TypeAlias = dict[str, Any]
Handler: TypeAlias = Callable[[TelegramObject, HandlerData], Awaitable[object]]

# Telegram's first names have at most 64 characters.
LONGEST_NAME = 64


class Acquaintance(BaseMiddleware):
    """Passes on `person`, and `chat` as it is in the database now: None for somebody who never wrote.

    In private chats only; nothing is read for a group.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: HandlerData) -> object:
        user, where = data.get("event_from_user"), data.get("event_chat")
        if user is not None and where is not None and where.type == ChatType.PRIVATE:
            data["person"] = person_of(user)
            data["chat"] = await data["tx"].read(chats.find, user.id)
        return await handler(event, data)


class MembersOnly(BaseMiddleware):
    """Tells a viewer at once that they may only look, instead of asking questions that lead nowhere."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: HandlerData) -> object:
        home: Home = data["home"]
        if not home.household.may_change:
            raise NotAllowed(access.LOOK_ONLY)
        return await handler(event, data)


def person_of(user: User) -> TelegramPerson:
    """Return who a Telegram user is, with a name that can be shown."""
    try:
        name = clean(user.first_name, "name", LONGEST_NAME)
    except Invalid:
        name = user.username or "Friend"
    return TelegramPerson(user.id, name, user.username)
