"""The only way to the Bot API: every call is paced, and every error says what it means.

The bot's token is part of every address, so it is kept out of errors here.
"""

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from contextvars import ContextVar
from math import ceil

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import (
    ClientConnectionError,
    ClientConnectorError,
    ClientError,
    ClientTimeout,
    ConnectionTimeoutError,
)

from bot.limiter import BotPace, Lane, Limiter
from core.db import Transactions
from core.operations import counters
from core.operations.counters import Counted

log = logging.getLogger(__name__)

# Telegram sometimes asks us to wait without saying how long.
DEFAULT_RETRY_AFTER_S = 5
CONNECT_TIMEOUT_S = 5.0
_TOO_MANY, _OK, _SERVER_ERROR = 429, 200, 500
LONGEST_TURN_S = 30.0
# Calls that send or change something in a chat.
_PACED = ("send", "edit", "copy", "forward")
_paced_already: ContextVar[bool] = ContextVar("paced_already", default=False)


class NeverSent(TelegramNetworkError):
    """No connection could be made, so the request was not sent."""


class AnswerLost(TelegramNetworkError):
    """The request was sent, but no readable answer came back: it may have been carried out."""


class AnswerUnreadable(AnswerLost):
    """The Bot API answered 200, but the rest of its answer could not be read."""


class Session(AiohttpSession):
    """aiogram's session, paced, whose exceptions never contain the bot's token.

    Raises what aiogram raises for an error that the Bot API reports, and NeverSent, AnswerLost or
    AnswerUnreadable when it reports nothing.
    """

    def __init__(self, api: TelegramAPIServer, timeout: float, pace: BotPace | None = None) -> None:
        super().__init__(api=api, timeout=timeout)
        self.limiter = Limiter(pace)

    async def close(self) -> None:
        """Close the connections. Only those with TLS take a moment, and a sandbox has none."""
        if self._session is not None and self.api.base.startswith("http://"):
            await self._session.close()
        else:
            await super().close()

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109
    ) -> TelegramType:
        chat_id = _chat_of(method)
        if chat_id is not None and not _paced_already.get():
            await self._turn(method, chat_id)
        try:
            return await self._post(bot, method, timeout)
        except TelegramRetryAfter as error:
            if chat_id is not None:
                self.limiter.hold(chat_id, error.retry_after)
            raise

    async def _turn(self, method: TelegramMethod[TelegramType], chat_id: int) -> None:
        """Wait for a reply's turn, but not for long, because others could be answered meanwhile."""
        with contextlib.suppress(TimeoutError):
            if self.limiter.held_for(chat_id) <= LONGEST_TURN_S:
                async with asyncio.timeout(LONGEST_TURN_S):
                    return await self.limiter.turn(chat_id, Lane.REPLY)
        held = max(ceil(self.limiter.held_for(chat_id)), 1)
        raise TelegramRetryAfter(method, "this chat has to wait", held)

    async def _post(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None,  # noqa: ASYNC109
    ) -> TelegramType:
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        form = self.build_form_data(bot=bot, method=method)
        status = 0
        try:
            async with session.post(url, data=form, timeout=_timeout(timeout or self.timeout)) as response:
                status = response.status
                content = await response.text()
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise NeverSent(method, _named(error)) from None
        except (TimeoutError, ClientError, UnicodeDecodeError, ConnectionError) as error:
            raise (AnswerUnreadable if status == _OK else AnswerLost)(method, _named(error)) from None
        result: TelegramType = self.check_response(bot, method, status, content).result  # type: ignore[assignment]
        return result

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """Return the answer. Raises an error with a meaning if it cannot be read, or lacks a time to wait."""
        try:
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError:
            # A gateway's page may quote the address, so nothing of it is kept.
            if status_code == _OK:
                raise AnswerUnreadable(method, "the answer could not be read") from None
            if status_code == _TOO_MANY:
                raise TelegramRetryAfter(method, "Too Many Requests", DEFAULT_RETRY_AFTER_S) from None
            if status_code >= _SERVER_ERROR:
                raise AnswerLost(method, f"a gateway answered {status_code}") from None
            raise TelegramServerError(method, f"unreadable, with status {status_code}") from None
        except TelegramAPIError as error:
            if status_code == _TOO_MANY and not isinstance(error, TelegramRetryAfter):
                raise TelegramRetryAfter(method, error.message, DEFAULT_RETRY_AFTER_S) from None
            raise


class CountRefusals(BaseRequestMiddleware):
    """Counts each 429 of the Bot API, whatever the call."""

    def __init__(self, tx: Transactions) -> None:
        self._tx = tx

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter:
            await self._count()
            raise

    async def _count(self) -> None:
        try:
            await self._tx.write(counters.add, Counted.TOO_MANY_REQUESTS)
        except Exception as error:
            log.warning("A 429 of the Bot API could not be counted: %s", type(error).__name__)


@contextlib.contextmanager
def paced_already() -> Iterator[None]:
    """Let the calls in the block through at once: they have waited for their turn before."""
    before = _paced_already.set(True)
    try:
        yield
    finally:
        _paced_already.reset(before)


def limiter_of(bot: Bot) -> Limiter:
    """Return the pace of a bot that `create_bot` made."""
    assert isinstance(bot.session, Session)
    return bot.session.limiter


def _chat_of(method: TelegramMethod[TelegramType]) -> int | None:
    """Return the chat that a call writes to, or None."""
    chat_id = getattr(method, "chat_id", None)
    return chat_id if isinstance(chat_id, int) and method.__api_method__.startswith(_PACED) else None


def _timeout(seconds: float) -> ClientTimeout:
    # A connection that cannot be made is not the same as an answer that does not come.
    return ClientTimeout(total=seconds, sock_connect=min(seconds, CONNECT_TIMEOUT_S))


def _named(error: BaseException) -> str:
    # Its text may contain the whole address, as that of a redirect loop does.
    return "no connection" if isinstance(error, ClientConnectionError) else type(error).__name__
