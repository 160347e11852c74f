"""What the processes of a run do, forked from one that has loaded everything, until they are killed."""

import asyncio
import contextlib
import os
import random
import signal
import time
import warnings
from datetime import UTC, datetime, timedelta

from aiogram import Bot
from sqlalchemy import Engine
from sqlalchemy.exc import SAWarning
from sqlalchemy.orm import Session

from bot.alerts.channel import TelegramChannel
from bot.client import create_bot
from core import clock
from core.config import Settings
from core.db import Database
from core.delivery import claims, settling
from core.delivery.dispatcher import Dispatcher
from core.errors import Unavailable
from core.wake import Wake
from core.wording.channels import Outgoing
from core.wording.outcomes import Accepted, Failed, Failure
from tests.chaos.journal import Journal, WatchedTransactions
from tests.chaos.town import RolledBackError, Town, change
from tests.support.pace import UNLIMITED

# Real seconds. A lease is long enough for a busy machine, and short beside a run.
TURN_S, SEND_TIMEOUT_S, LEASE_S = 0.5, 1.0, 2.5
# Where nobody who holds a lease dies, it need not run out.
CALM_LEASE_S = 60.0


class FastClock:
    """A clock on which minutes pass in seconds, the same for all processes that are forked later."""

    def __init__(self, speed: float, begins: datetime = datetime(2026, 3, 1, tzinfo=UTC)) -> None:
        self.speed = speed
        self._begins, self._started = begins, time.time()

    def __call__(self) -> datetime:
        return self._begins + timedelta(seconds=self.speed * (time.time() - self._started))

    def of(self, real_seconds: float) -> timedelta:
        """Return how long a real time is on this clock."""
        return timedelta(seconds=self.speed * real_seconds)


class WatchedChannel(TelegramChannel):
    """The real channel, which writes down when it begins to send, and when it has the answer."""

    def __init__(self, bot: Bot, journal: Journal) -> None:
        super().__init__(bot)
        self.journal = journal

    async def send(self, message: Outgoing) -> int | None:
        self.journal.note("send", message.id)
        try:
            return await super().send(message)
        finally:
            self.journal.note("answer", message.id)


def retire(pid: int) -> None:
    """Let a dispatcher finish what it sends, and wait for that."""
    os.kill(pid, signal.SIGTERM)
    os.waitpid(pid, 0)


def warmed(url: str, town: Town) -> Database:
    """Return a database that no connection leads to yet, but whose statements are compiled.

    Compiling them takes longer than most victims live.
    """
    database = Database(url)
    engine = database.write_now(lambda session: session.get_bind())
    with contextlib.suppress(RolledBackError), warnings.catch_warnings():
        # It changes and claims in one transaction, where it is too late to see one moment.
        warnings.simplefilter("ignore", SAWarning)
        database.write_now(_rehearse, town)
    assert isinstance(engine, Engine)
    engine.dispose()
    return database


def _rehearse(session: Session, town: Town) -> None:
    for seed in range(50):
        with contextlib.suppress(RolledBackError):
            change(session, town, random.Random(seed))
    for outcome in (Accepted(None), Failed(Failure.WAIT, "", 0), Failed(Failure.AMBIGUOUS, "")):
        for message in claims.claim(session, TelegramChannel(Bot("1:composes-only")), timedelta(0), 2):
            settling.settle(session, message, outcome)
    raise RolledBackError


def produce(database: Database, town: Town, seed: str, journal: Journal) -> None:
    """Change stock until killed, and write down what was committed."""
    chance = random.Random(seed)
    while True:
        journal.note("begin-change")
        try:
            item_id, number = database.write_now(change, town, chance)
        except RolledBackError:
            journal.note("rolled-back")
        except Unavailable:
            journal.note("unavailable")
        else:
            journal.note("committed", f"{item_id} {number}")
        time.sleep(chance.uniform(0, 0.03))


def dispatch(
    database: Database,
    settings: Settings,
    ticking: FastClock,
    seed: str,
    journal: Journal,
    kind: type[Dispatcher],
    lease: float,
) -> None:
    """Send what is due until killed; `lease` is in real seconds."""
    random.seed(seed)
    with clock.reading_from(ticking):
        asyncio.run(_dispatch(database, settings, ticking.of(lease), journal, kind))


async def _dispatch(
    database: Database,
    settings: Settings,
    lease: timedelta,
    journal: Journal,
    kind: type[Dispatcher],
) -> None:
    async with create_bot(settings, pace=UNLIMITED) as bot:
        dispatcher = kind(
            WatchedTransactions(database, journal),
            WatchedChannel(bot, journal),
            turn=timedelta(seconds=TURN_S),
            send_timeout=timedelta(seconds=SEND_TIMEOUT_S),
            lease=lease,
        )
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        await dispatcher.run(stop, Wake(poll=0.02).listener())
