"""The pace at which the Bot API is called, so that Telegram has no reason to complain.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about one message a second
in a chat with short bursts, 20 a minute in a group, 30 a second over all chats. Ours stay a little below.
"""

import asyncio
from dataclasses import dataclass
from enum import IntEnum
from itertools import count

CHAT_RATE, CHAT_BURST = 1.0, 3
GROUP_RATE, GROUP_BURST = 18 / 60, 3
BOT_RATE, BOT_BURST = 25.0, 5
SLOW_START_RATE, SLOW_START_S = 5.0, 10.0
# So many chats that are told to wait within a second mean that the bot as a whole is.
FROZEN_CHATS, FROZEN_WITHIN_S = 3, 1.0
# A chat that was idle for longer has its full burst again, so that nothing needs to be known of it.
FORGET_AFTER_S = 60.0


@dataclass(frozen=True)
class BotPace:
    """Messages a second, and how many may come at once: in a private chat, in a group, and over all chats.

    After a start nobody knows what was sent before it: the rate over all chats begins at `slow_start_rate`
    and grows to the full one within `slow_start` seconds.
    """

    chat_rate: float = CHAT_RATE
    chat_burst: int = CHAT_BURST
    group_rate: float = GROUP_RATE
    group_burst: int = GROUP_BURST
    bot_rate: float = BOT_RATE
    bot_burst: int = BOT_BURST
    slow_start_rate: float = SLOW_START_RATE
    slow_start: float = SLOW_START_S


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
    """Somebody who waits at the gates of a chat and of the bot."""

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
        """Return when a call to this chat may be made. Whoever is cancelled has used nothing up."""
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
        """Keep a chat waiting, as Telegram asked; the whole bot when it asks for several at once."""
        now = asyncio.get_running_loop().time()
        self._gate(chat_id).closed_until = now + seconds
        self._held = {one: at for one, at in self._held.items() if now - at < FROZEN_WITHIN_S}
        self._held[chat_id] = now
        if len(self._held) >= FROZEN_CHATS:
            self._bot.closed_until = max(self._bot.closed_until, now + seconds)

    def held_for(self, chat_id: int) -> float:
        """Return for how many seconds more Telegram asked a chat to wait."""
        now = asyncio.get_running_loop().time()
        return max(self._gate(chat_id).closed_until, self._bot.closed_until) - now

    def _gate(self, chat_id: int) -> Gate:
        if chat_id not in self._chats:
            # Groups and channels have negative ids: https://core.telegram.org/bots/api#chat
            pace, group = self._pace, chat_id < 0
            rate, burst = (pace.group_rate, pace.group_burst) if group else (pace.chat_rate, pace.chat_burst)
            self._chats[chat_id] = Gate(rate, burst)
        return self._chats[chat_id]

    def _let_through(self) -> None:
        """Let everybody through whose gates are open, and come again when the next one opens."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._warm_up(now)
        passed: set[int] = set()
        for one in sorted(self._waiting, key=lambda one: (one.lane, one.number)):
            gate = self._gate(one.chat_id)
            # Who came first to a chat goes first, so a chat that waits keeps all that is behind it waiting.
            if one.chat_id in passed or max(gate.opens(), self._bot.opens()) > now:
                passed.add(one.chat_id)
                continue
            gate.passed(now)
            self._bot.passed(now)
            self._waiting.remove(one)
            if not one.turn.done():
                one.turn.set_result(None)
        self._come_again(loop, now)
        self._forget(now)

    def _come_again(self, loop: asyncio.AbstractEventLoop, now: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            opens = min(max(self._gate(one.chat_id).opens(), self._bot.opens()) for one in self._waiting)
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
        idle = [
            chat_id
            for chat_id, gate in self._chats.items()
            if chat_id not in waiting and now - max(gate.due, gate.closed_until) > FORGET_AFTER_S
        ]
        for chat_id in idle:
            del self._chats[chat_id]
