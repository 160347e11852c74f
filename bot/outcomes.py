"""What the Bot API's errors mean to us."""

from typing import NoReturn

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from core.errors import ConfigurationError

# Telegram says so of a chat that it will never deliver to.
GONE = ("chat not found", "user is deactivated", "peer_id_invalid")
# What goes by itself: the network, an answer that cannot be read, Telegram's own trouble.
PASSING = (TelegramNetworkError, ClientDecodeError, TelegramServerError)


def is_permanent(error: AiogramError) -> bool:
    """Say whether the chat will never accept a message: blocked, deactivated, or not there."""
    if isinstance(error, TelegramForbiddenError):
        return True
    return isinstance(error, TelegramBadRequest) and any(word in error.message.lower() for word in GONE)


def wait_of(error: AiogramError) -> float | None:
    """Return how many seconds Telegram asked us to wait, or None."""
    return float(error.retry_after) if isinstance(error, TelegramRetryAfter) else None


def describe(error: AiogramError) -> str:
    """Return what went wrong in one line for a log or the trail, without secrets."""
    if isinstance(error, TelegramNetworkError):
        return "no connection to the Bot API"
    if isinstance(error, ClientDecodeError):
        return "the Bot API's answer could not be read"
    if isinstance(error, TelegramRetryAfter):
        return f"too many requests, wait {error.retry_after} s"
    return error.message if isinstance(error, TelegramAPIError) else type(error).__name__


def refuse_token(error: TelegramUnauthorizedError | TelegramNotFound) -> NoReturn:
    """Raise ConfigurationError. Telegram answers 401 to a revoked token and 404 to one that never was."""
    raise ConfigurationError(
        "TELEGRAM_BOT_TOKEN: Telegram does not accept this token. Ask @BotFather for the current one."
    ) from error
