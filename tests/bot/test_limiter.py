"""The pace of the Bot API, on a loop whose clock runs as fast as nothing happens."""

import asyncio
from itertools import pairwise

from bot.limiter import BotPace, Lane, Limiter
from tests.bot.virtual_time import on_virtual_time

PACE = BotPace()


async def passing(limiter: Limiter, chat_id: int, lane: Lane, seen: list[float]) -> None:
    await limiter.turn(chat_id, lane)
    seen.append(asyncio.get_running_loop().time())


def most_within(moments: list[float], seconds: float) -> int:
    """Return how many of the moments lie within the fullest span of so many seconds."""
    return max(sum(first <= other < first + seconds - 1e-6 for other in moments) for first in moments)


def test_a_chat_gets_three_at_once_and_then_one_a_second() -> None:
    async def story() -> None:
        limiter, seen = Limiter(), list[float]()
        await asyncio.sleep(60)
        await passing(limiter, 99, Lane.REPLY, [])
        await asyncio.sleep(PACE.slow_start)
        start = asyncio.get_running_loop().time()
        await asyncio.gather(*(passing(limiter, 1, Lane.ALERT, seen) for _ in range(8)))
        at = [round(moment - start, 1) for moment in seen]
        assert at == [0, 0, 0, 1, 2, 3, 4, 5]

    on_virtual_time(story)


def test_a_group_gets_eighteen_a_minute_at_most() -> None:
    async def story() -> None:
        limiter, seen = Limiter(), list[float]()
        await asyncio.gather(*(passing(limiter, -100, Lane.ALERT, seen) for _ in range(60)))
        assert most_within(seen, 60) <= 20, "Telegram's own limit"
        assert len(seen) / (seen[-1] - seen[0]) <= 19 / 60

    on_virtual_time(story)


def test_the_whole_bot_starts_slowly_and_never_passes_its_rate() -> None:
    async def story() -> None:
        limiter, seen = Limiter(), list[float]()
        await asyncio.gather(*(passing(limiter, number, Lane.ALERT, seen) for number in range(1, 601)))
        assert most_within(seen, 1) <= PACE.bot_rate + 5
        assert sum(moment < 1 for moment in seen) <= 8
        assert len(seen) / (seen[-1] - seen[0]) > 0.7 * PACE.bot_rate, "and it does not dawdle"

    on_virtual_time(story)


def test_replies_pass_alerts_and_alerts_pass_digests() -> None:
    async def story() -> None:
        limiter, order = Limiter(), list[str]()

        async def call(name: str, chat_id: int, lane: Lane) -> None:
            await limiter.turn(chat_id, lane)
            order.append(name)

        await asyncio.gather(
            *(call("digest", number, Lane.DIGEST) for number in range(1, 11)),
            *(call("alert", number, Lane.ALERT) for number in range(11, 21)),
            *(call("reply", number, Lane.REPLY) for number in range(21, 31)),
        )
        assert order[0] == "digest", "it was there first, when nobody else was"
        assert order[1:] == ["reply"] * 10 + ["alert"] * 10 + ["digest"] * 9

    on_virtual_time(story)


def test_a_chat_that_is_told_to_wait_waits_and_holds_up_nobody_else() -> None:
    async def story() -> None:
        limiter, held, free = Limiter(), list[float](), list[float]()
        limiter.hold(1, 30)
        await asyncio.gather(passing(limiter, 1, Lane.REPLY, held), passing(limiter, 2, Lane.DIGEST, free))
        assert held[0] >= 30
        assert free[0] < 1

    on_virtual_time(story)


def test_three_chats_that_are_told_to_wait_at_once_freeze_the_bot() -> None:
    async def story() -> None:
        limiter, seen = Limiter(), list[float]()
        for chat_id in (1, 2, 3):
            limiter.hold(chat_id, 12)
        await passing(limiter, 4, Lane.REPLY, seen)
        assert seen[0] >= 12

    on_virtual_time(story)


def test_three_chats_over_several_seconds_do_not() -> None:
    async def story() -> None:
        limiter, seen = Limiter(), list[float]()
        for chat_id in (1, 2, 3):
            limiter.hold(chat_id, 12)
            await asyncio.sleep(2)
        await passing(limiter, 4, Lane.REPLY, seen)
        assert seen[0] < 7

    on_virtual_time(story)


def test_calls_to_one_chat_keep_their_order() -> None:
    async def story() -> None:
        limiter, order = Limiter(), list[int]()

        async def call(number: int) -> None:
            await limiter.turn(7, Lane.REPLY)
            order.append(number)

        await asyncio.gather(*(call(number) for number in range(20)))
        assert order == list(range(20))

    on_virtual_time(story)


def test_who_gives_up_waiting_has_used_nothing_up() -> None:
    async def story() -> None:
        limiter, seen = Limiter(), list[float]()
        limiter.hold(1, 10)
        waiting = [asyncio.create_task(limiter.turn(1, Lane.REPLY)) for _ in range(5)]
        await asyncio.sleep(1)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.gather(*(passing(limiter, 1, Lane.REPLY, seen) for _ in range(2)))
        assert all(later - earlier < 1 for earlier, later in pairwise(seen))

    on_virtual_time(story)
