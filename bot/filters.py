"""Which updates a handler is for. A filter passes on what it found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from aiogram.filters import Filter
from aiogram.types import TelegramObject
from sqlalchemy.orm import Session

from core.actors import Actor
from core.db import Transactions
from core.delivery.chats import ActiveHousehold, ChatState

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Caller:
    """A person with an account, who reads and writes in their own name."""

    tx: Transactions
    actor: Actor

    async def read(
        self, function: Callable[Concatenate[Session, Actor, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self.tx.read(function, self.actor, *args, **kwargs)

    async def write(
        self, function: Callable[Concatenate[Session, Actor, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self.tx.write(function, self.actor, *args, **kwargs)


@dataclass(frozen=True)
class Home:
    """A person in the household that their chat is about."""

    me: Caller
    household: ActiveHousehold

    async def read(
        self, function: Callable[Concatenate[Session, Actor, UUID, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self.me.read(function, self.household.id, *args, **kwargs)

    async def write(
        self, function: Callable[Concatenate[Session, Actor, UUID, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self.me.write(function, self.household.id, *args, **kwargs)


class HasAccount(Filter):
    """The chat is linked. Passes on `me`."""

    async def __call__(
        self, _event: TelegramObject, tx: Transactions, chat: ChatState | None = None
    ) -> bool | dict[str, Caller]:
        return {"me": Caller(tx, chat.actor)} if chat and chat.user_id else False


class InHousehold(Filter):
    """The chat is linked and its person is in a household. Passes on `home`."""

    async def __call__(
        self, _event: TelegramObject, tx: Transactions, chat: ChatState | None = None
    ) -> bool | dict[str, Home]:
        return {"home": Home(Caller(tx, chat.actor), chat.household)} if chat and chat.household else False
