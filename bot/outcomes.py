"""What the Bot API's errors mean to us, and how long to wait after one."""

import asyncio
import contextlib
from typing import NoReturn

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    RestartingTelegram,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.session import NeverSent
from core.errors import ConfigurationError
from core.wording.outcomes import Failure

# What the text of a bad request says. To a chat that is gone, Telegram will never deliver.
MEANINGS = {
    Failure.GONE: (
        "chat not found",
        "user is deactivated",
        "peer_id_invalid",
        "bot was kicked",
        "bot is not a member",
        "have no rights to send",
        "not enough rights",
        "need administrator rights",
        "topic_closed",
        "topic_deleted",
        "message thread not found",
    ),
    Failure.UNPARSABLE: ("can't parse entities", "can't parse message"),
    Failure.TOO_LONG: (
        *("message is too long", "text is too long", "caption is too long"),
        *("message_too_long", "caption_too_long"),
    ),
}
# What passes by itself: the network, an answer that cannot be read, Telegram's own trouble.
PASSING = (TelegramNetworkError, ClientDecodeError, TelegramServerError)

FIRST_S, LONGEST_S = 1.0, 30.0


def failure_of(error: AiogramError) -> Failure:
    """Return what an error of the Bot API means for the message that was sent."""
    match error:
        case TelegramRetryAfter():
            return Failure.WAIT
        case NeverSent() | RestartingTelegram() | TelegramServerError():
            return Failure.CLEAN
        case TelegramMigrateToChat():
            return Failure.MOVED
        case TelegramForbiddenError():
            return Failure.GONE
        case TelegramUnauthorizedError() | TelegramNotFound() | TelegramConflictError():
            # Telegram answers 404 to a token that never existed.
            return Failure.FATAL
        case TelegramEntityTooLarge():
            return Failure.TOO_LONG
        case TelegramBadRequest():
            return _of_text(error.message.lower())
    # A timeout, a reset, a gateway's page, or anything that aiogram has no name for: it may have arrived.
    return Failure.AMBIGUOUS


def _of_text(text: str) -> Failure:
    for failure, words in MEANINGS.items():
        if any(word in text for word in words):
            return failure
    return Failure.REFUSED


def wait_of(error: AiogramError) -> float | None:
    """Return how many seconds Telegram asked us to wait, or None."""
    return float(error.retry_after) if isinstance(error, TelegramRetryAfter) else None


def describe(error: AiogramError) -> str:
    """Return what went wrong in one line for a log or a delivery's history, without secrets."""
    if isinstance(error, TelegramNetworkError):
        return "no connection to the Bot API"
    if isinstance(error, ClientDecodeError):
        return "the Bot API's answer could not be read"
    if isinstance(error, TelegramRetryAfter):
        return f"too many requests, wait {error.retry_after} s"
    return error.message if isinstance(error, TelegramAPIError) else type(error).__name__


def refuse_token(error: TelegramUnauthorizedError | TelegramNotFound) -> NoReturn:
    """Raise ConfigurationError. Telegram answers 401 to a revoked token and 404 to one that never existed."""
    raise ConfigurationError(
        "TELEGRAM_BOT_TOKEN: Telegram does not accept this token. Ask @BotFather for the current one."
    ) from error


class Backoff:
    """Waits longer after each failure, but not past a stop: 1, 2, 4, up to 30 seconds."""

    def __init__(self, first: float = FIRST_S, longest: float = LONGEST_S) -> None:
        self._first = self._next = first
        self._longest = longest

    def reset(self) -> None:
        self._next = self._first

    async def wait(self, stop: asyncio.Event, at_least: float | None = None) -> None:
        """Wait for the next interval, or `at_least` seconds if longer; return at once when stopped."""
        seconds = max(self._next, at_least or 0)
        self._next = min(self._next * 2, self._longest)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await stop.wait()
