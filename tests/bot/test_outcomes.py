"""What Telegram's errors mean for a message, and how long to wait after one."""

import asyncio

import pytest
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    RestartingTelegram,
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
from aiogram.methods import GetMe

from bot.outcomes import Backoff, describe, failure_of, wait_of
from bot.session import AnswerLost, NeverSent
from core.wording.outcomes import Failure
from tests.bot.virtual_time import on_virtual_time

ASKED = GetMe()


def bad(text: str) -> TelegramBadRequest:
    return TelegramBadRequest(ASKED, f"Bad Request: {text}")


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (TelegramRetryAfter(ASKED, "Too Many Requests", 7), Failure.WAIT),
        (NeverSent(ASKED, "no connection"), Failure.CLEAN),
        (RestartingTelegram(ASKED, "restarting"), Failure.CLEAN),
        (TelegramServerError(ASKED, "Internal"), Failure.CLEAN),
        (TelegramMigrateToChat(ASKED, "group upgraded", -100), Failure.MOVED),
        (TelegramForbiddenError(ASKED, "bot was blocked by the user"), Failure.GONE),
        (TelegramUnauthorizedError(ASKED, "Unauthorized"), Failure.FATAL),
        (TelegramNotFound(ASKED, "Not Found"), Failure.FATAL),
        (TelegramConflictError(ASKED, "Conflict"), Failure.FATAL),
        (TelegramEntityTooLarge(ASKED, "Request Entity Too Large"), Failure.TOO_LONG),
        (bad("chat not found"), Failure.GONE),
        (bad("TOPIC_CLOSED"), Failure.GONE),
        (bad("can't parse entities: unclosed tag"), Failure.UNPARSABLE),
        (bad("message is too long"), Failure.TOO_LONG),
        (bad("BUTTON_DATA_INVALID"), Failure.REFUSED),
        (AnswerLost(ASKED, "TimeoutError"), Failure.AMBIGUOUS),
        (TelegramNetworkError(ASKED, "reset"), Failure.AMBIGUOUS),
        (ClientDecodeError("no JSON", ValueError(), "<html>"), Failure.AMBIGUOUS),
    ],
)
def test_each_error_means_one_thing_for_the_message(error: AiogramError, meaning: Failure) -> None:
    assert failure_of(error) is meaning


def test_what_is_told_of_an_error_holds_nothing_of_the_answer() -> None:
    told = describe(ClientDecodeError("no JSON", ValueError(), "https://api.telegram.org/bot123456:ABC"))
    assert told == "the Bot API's answer could not be read"
    assert describe(NeverSent(ASKED, "123456:ABC")) == "no connection to the Bot API"
    assert describe(bad("chat not found")) == "Bad Request: chat not found"


def test_only_a_429_says_how_long_to_wait() -> None:
    assert wait_of(TelegramRetryAfter(ASKED, "Too Many Requests", 7)) == 7
    assert wait_of(bad("chat not found")) is None


def test_each_wait_is_longer_than_the_one_before_until_one_succeeds() -> None:
    waited: list[float] = []

    async def story() -> None:
        backoff, stop, clock = Backoff(first=1, longest=4), asyncio.Event(), asyncio.get_running_loop()

        async def wait(at_least: float | None = None) -> None:
            begun = clock.time()
            await backoff.wait(stop, at_least)
            waited.append(round(clock.time() - begun))

        for _ in range(4):
            await wait()
        await wait(at_least=9)
        backoff.reset()
        await wait()
        stop.set()
        await wait()

    on_virtual_time(story)
    assert waited == [1, 2, 4, 4, 9, 1, 0]
