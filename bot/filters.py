"""Which updates a handler is for. A filter hands on what it found."""

from aiogram.filters import Filter
from aiogram.types import TelegramObject

from core.actors import Actor
from core.delivery.chats import ActiveHousehold, ChatState


class HasAccount(Filter):
    """The chat is linked. Hands on `who`."""

    async def __call__(
        self, _event: TelegramObject, chat: ChatState | None = None
    ) -> bool | dict[str, Actor]:
        return {"who": chat.actor} if chat and chat.user_id else False


class InHousehold(Filter):
    """The chat is linked and its person is in a household. Hands on `who` and `household`."""

    async def __call__(
        self, _event: TelegramObject, chat: ChatState | None = None
    ) -> bool | dict[str, Actor | ActiveHousehold]:
        return {"who": chat.actor, "household": chat.household} if chat and chat.household else False
