"""The pace at which the Bot API is called, so that Telegram has no reason to complain.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about one message a second
in a chat with short bursts, 20 a minute in a group, 30 a second over all chats. We stay a little below.
"""

import asyncio
from dataclasses import dataclass
from enum import IntEnum
from itertools import count

# If Telegram makes so many chats wait within a second, it means the whole bot.
FROZEN_CHATS, FROZEN_WITHIN_S = 3, 1.0
# A chat that was idle for longer has its full burst again, so nothing needs to be remembered about it.
FORGET_AFTER_S = 60.0


@dataclass(frozen=True)
class BotPace:
    """Messages a second, and how many may come at once: in a private chat, in a group, and over all chats.

    Nobody knows what was sent just before a start, so the rate over all chats begins at `slow_start_rate`
    and grows to the full one within `slow_start` seconds.
    """

    chat_rate: float = 1.0
    chat_burst: int = 3
    group_rate: float = 18 / 60
    group_burst: int = 3
    bot_rate: float = 25.0
    bot_burst: int = 5
    slow_start_rate: float = 5.0
    slow_start: float = 10.0


class Lane(IntEnum):
    """Who goes first when not all can."""

    REPLY = 0
    CRITICAL = 1
    ALERT = 2
    DIGEST = 3


@dataclass
class Gate:
    """Lets `burst` through at once and then `rate` a second, on the loop's clock.

    The generic cell rate algorithm (ITU-T I.371): `due` is when the next one would be due at an even pace.
    """

    rate: float
    burst: int
    due: float = 0.0
    closed_until: float = 0.0

    def opens(self) -> float:
        """Return when the next one may pass."""
        return max(self.due - (self.burst - 1) / self.rate, self.closed_until)

    def passed(self, now: float) -> None:
        self.due = max(self.due, now) + 1 / self.rate


@dataclass
class Waiter:
    """A call that waits at the gates of its chat and of the bot."""

    lane: Lane
    number: int
    chat_id: int
    turn: asyncio.Future[None]


class Limiter:
    """One for each bot. All calls that send or edit pass it, replies as well as alerts."""

    def __init__(self, pace: BotPace | None = None) -> None:
        self._pace = pace or BotPace()
        self._chats: dict[int, Gate] = {}
        self._bot = Gate(self._pace.slow_start_rate, 1)
        self._started: float | None = None
        self._waiting: list[Waiter] = []
        self._numbers = count()
        self._timer: asyncio.TimerHandle | None = None
        self._held: dict[int, float] = {}

    async def turn(self, chat_id: int, lane: Lane) -> None:
        """Return when a call to this chat may be made. A cancelled one does not count."""
        loop = asyncio.get_running_loop()
        waiting = Waiter(lane, next(self._numbers), chat_id, loop.create_future())
        self._waiting.append(waiting)
        self._let_through()
        try:
            await waiting.turn
        finally:
            if waiting in self._waiting:
                self._waiting.remove(waiting)

    def hold(self, chat_id: int, seconds: float) -> None:
        """Make a chat wait, as Telegram asked, and the whole bot if it asks that for several at once."""
        now = asyncio.get_running_loop().time()
        self._gate(chat_id).closed_until = now + seconds
        self._held = {one: at for one, at in self._held.items() if now - at < FROZEN_WITHIN_S}
        self._held[chat_id] = now
        if len(self._held) >= FROZEN_CHATS:
            self._bot.closed_until = max(self._bot.closed_until, now + seconds)

    def held_for(self, chat_id: int) -> float:
        """Return how many more seconds Telegram asked a chat to wait."""
        now = asyncio.get_running_loop().time()
        return max(self._gate(chat_id).closed_until, self._bot.closed_until) - now

    def _gate(self, chat_id: int) -> Gate:
        if chat_id not in self._chats:
            # Groups and channels have negative ids: https://core.telegram.org/bots/api#chat
            pace, group = self._pace, chat_id < 0
            rate, burst = (pace.group_rate, pace.group_burst) if group else (pace.chat_rate, pace.chat_burst)
            self._chats[chat_id] = Gate(rate, burst)
        return self._chats[chat_id]

    def _opens(self, chat_id: int) -> float:
        return max(self._gate(chat_id).opens(), self._bot.opens())

    def _let_through(self) -> None:
        """Let all calls through whose gates are open, and come again when the next one opens."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._warm_up(now)
        blocked: set[int] = set()
        for one in sorted(self._waiting, key=lambda one: (one.lane, one.number)):
            # A chat's calls keep their order: behind one that waits, the others wait, too.
            if one.chat_id in blocked or self._opens(one.chat_id) > now:
                blocked.add(one.chat_id)
                continue
            self._gate(one.chat_id).passed(now)
            self._bot.passed(now)
            self._waiting.remove(one)
            if not one.turn.done():
                one.turn.set_result(None)
        self._come_again(loop, now)
        self._forget(now)

    def _come_again(self, loop: asyncio.AbstractEventLoop, now: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._waiting:
            opens = min(self._opens(one.chat_id) for one in self._waiting)
            self._timer = loop.call_at(max(opens, now), self._let_through)

    def _warm_up(self, now: float) -> None:
        if self._started is None:
            self._started = now
        pace = self._pace
        share = min(1.0, (now - self._started) / pace.slow_start)
        self._bot.rate = pace.slow_start_rate + share * (pace.bot_rate - pace.slow_start_rate)
        self._bot.burst = pace.bot_burst if share == 1.0 else 1

    def _forget(self, now: float) -> None:
        waiting = {one.chat_id for one in self._waiting}
        self._chats = {
            chat_id: gate
            for chat_id, gate in self._chats.items()
            if chat_id in waiting or now - max(gate.due, gate.closed_until) <= FORGET_AFTER_S
        }
