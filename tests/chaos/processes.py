"""What the processes of a run do, forked from one that has loaded everything, until they are killed."""

import asyncio
import contextlib
import os
import random
import signal
import time
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

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
from core.wording.outcomes import Failed, Failure, Sent
from tests.chaos import evidence
from tests.chaos.journal import Journal, WatchedChannel, WatchedTransactions, WorkClock
from tests.chaos.town import RolledBackError, Town, change
from tests.core.world import Watch
from tests.support.pace import UNLIMITED

# On the clock of the run. A claim, twelve sends and what the others do meanwhile take less.
LEASE = timedelta(seconds=150)
# Where nobody who holds a lease dies, it need not run out.
CALM_LEASE = timedelta(hours=1)
# Real seconds. The bot's own patience ends after ten.
TURN_S, SEND_TIMEOUT_S, CALM_SEND_TIMEOUT_S = 0.5, 1.0, 9.0
MINUTES_OF_A_DAY = 24 * 60


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
    for outcome in (Sent(None), Failed(Failure.WAIT, "", 0), Failed(Failure.AMBIGUOUS, "")):
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


@dataclass(frozen=True)
class Office:
    """What every dispatcher of a run works with. `send_timeout` is in real seconds."""

    database: Database
    settings: Settings
    journal: Journal
    kind: type[Dispatcher]
    lease: timedelta
    send_timeout: float

    @contextlib.asynccontextmanager
    async def dispatcher(self) -> AsyncIterator[Dispatcher]:
        async with create_bot(self.settings, pace=UNLIMITED) as bot:
            yield self.kind(
                WatchedTransactions(self.database, self.journal),
                WatchedChannel(TelegramChannel(bot), self.journal, self.send_timeout),
                turn=timedelta(seconds=TURN_S),
                send_timeout=timedelta(seconds=self.send_timeout),
                lease=self.lease,
            )


def dispatch(office: Office, ticking: WorkClock, seed: str) -> None:
    """Send what is due until killed."""
    random.seed(seed)
    with clock.reading_from(ticking):
        asyncio.run(_dispatch(office))


async def _dispatch(office: Office) -> None:
    async with office.dispatcher() as dispatcher:
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        await dispatcher.run(stop, Wake(poll=0.02).listener())


def drain(office: Office, begins: datetime) -> None:
    """Send until nothing waits, a minute after the other; give up after a day."""
    random.seed("drain")
    watch = Watch()
    watch.now = begins
    with clock.reading_from(watch):
        asyncio.run(_drain(office, watch))


async def _drain(office: Office, watch: Watch) -> None:
    async with office.dispatcher() as dispatcher:
        for _ in range(MINUTES_OF_A_DAY):
            # The database may still be busy with those who were killed last.
            with contextlib.suppress(Unavailable):
                await dispatcher.run_once()
                if not await office.database.read(evidence.waiting):
                    return
            watch.advance(minutes=1)
