"""While Telegram is down nothing is lost and nobody knocks too often; afterwards everybody is told."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import Database, table
from core.delivery.dispatcher import Dispatcher
from core.errors import Unavailable
from core.inventory import stock
from core.models import ChannelName, Delivery
from core.telegram import linking
from core.wording.channels import DeliveryError, Outgoing
from core.wording.outcomes import Failure
from tests.core import world
from tests.core.phones import Phones
from tests.core.world import ALICE, Watch, World

HOMES = 6


def set_milk(session: Session, home: World, thousandths: int) -> None:
    stock.patch(session, home.in_chat("bob"), home.home, home.milk, None, {"quantity": thousandths})


class Outage(Phones):
    """Refuses everything for so long as it lasts, and remembers when it was asked."""

    def __init__(self, failure: Failure, watch: Watch) -> None:
        super().__init__()
        self.failure: Failure | None = failure
        self.asked_at: list[timedelta] = []
        self._watch, self._began = watch, watch()

    def _refuse(self) -> None:
        if self.failure is not None:
            self.asked_at.append(self._watch() - self._began)
            raise DeliveryError(self.failure, "Telegram is down")

    async def probe(self) -> None:
        self._refuse()

    async def send(self, message: Outgoing) -> int:
        self._refuse()
        return await super().send(message)


def reasons(session: Session) -> dict[tuple[str, str | None], int]:
    """Return how many deliveries to chats ended how, but for the set-up and what nobody asked for."""
    deliveries = table(Delivery)
    ends = deliveries.c.state, deliveries.c.reason
    rows = session.execute(
        select(*ends, func.count())
        .where(
            deliveries.c.channel == ChannelName.TELEGRAM,
            deliveries.c.item_id.is_not(None),
            func.coalesce(deliveries.c.reason, "").not_in(("own_act", "topic_off", "answered")),
        )
        .group_by(*ends)
    )
    return {(row[0], row[1]): row[2] for row in rows}


@pytest.mark.parametrize("failure", [Failure.AMBIGUOUS, pytest.param(Failure.CLEAN, marks=pytest.mark.long)])
async def test_after_a_day_without_telegram_every_home_hears_the_last_word(
    database: Database, watch: Watch, failure: Failure
) -> None:
    def crowd(session: Session) -> list[World]:
        return [world.build_another(session, number) for number in range(HOMES)]

    def use(session: Session, home: World, thousandths: int) -> None:
        values = {"quantity": thousandths}
        stock.patch(session, home.in_chat("bob"), home.home, home.milk, None, values)

    homes = await database.write(crowd)
    channel = Outage(failure, watch)
    dispatcher = Dispatcher(database, channel)
    # Every home runs low once in the first twelve hours and out in the next.
    for step in range(2 * HOMES):
        home = homes[step % HOMES]
        await database.write(use, home, 1000 if step < HOMES else 0)
        for _ in range(12):
            await dispatcher.run_once()
            watch.advance(seconds=2)
        watch.advance(hours=1, seconds=-24)
    watch.advance(hours=-2)
    assert channel.received == []
    assert dispatcher.problem is not None
    open_since = channel.asked_at[1]
    probes = [at for at in channel.asked_at if at > open_since]
    assert all(later - earlier >= timedelta(seconds=5) for earlier, later in pairwise(probes))
    assert len(probes) > 2 * HOMES

    channel.failure = None
    for _ in range(100):
        await dispatcher.run_once()
        watch.advance(minutes=1)
    for home in homes:
        assert [text for address, text in channel.received if address == home.phone][-1].startswith(
            "Milk is out of stock."
        )
    ends = await database.read(reasons)
    assert {state for state, _ in ends} <= {"sent", "folded"}
    assert sum(ends.values()) == 2 * HOMES
    assert dispatcher.problem is None


@pytest.mark.parametrize("failure", [Failure.CLEAN, Failure.FATAL])
async def test_an_outage_is_over_although_nobody_is_left_to_be_told(
    database: Database, watch: Watch, failure: Failure
) -> None:
    home = await database.write(world.build)
    channel = Outage(failure, watch)
    dispatcher = Dispatcher(database, channel)
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    for _ in range(4):
        await dispatcher.run_once()
        watch.advance(minutes=1)
    await database.write(linking.unlink, home.on_web("alice"))
    while await dispatcher.run_once():
        watch.advance(minutes=1)
    assert dispatcher.problem is not None
    asked = len(channel.asked_at)
    for _ in range(60):
        watch.advance(seconds=1)
        await dispatcher.run_once()
    assert asked + 10 <= len(channel.asked_at) <= asked + 12, "it is asked once in five seconds"
    channel.failure = None
    for _ in range(2):
        watch.advance(seconds=5)
        await dispatcher.run_once()
    assert dispatcher.problem is None


async def test_a_message_whose_turn_does_not_come_says_nothing_of_the_channel(
    database: Database, watch: Watch
) -> None:
    class Crowded(Outage):
        crowded = False

        async def turn(self, message: Outgoing) -> None:
            if self.crowded:
                raise TimeoutError

    home = await database.write(world.build)
    channel = Crowded(Failure.CLEAN, watch)
    dispatcher = Dispatcher(database, channel)
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    for _ in range(3):
        await dispatcher.run_once()
        watch.advance(minutes=1)
    asked = len(channel.asked_at)
    channel.failure, channel.crowded = None, True
    assert await dispatcher.run_once() == 1
    channel.failure, channel.crowded = Failure.CLEAN, False
    watch.advance(seconds=1)
    assert await dispatcher.run_once() == 0, "it is still asked once in five seconds"
    assert len(channel.asked_at) == asked


class Flickering:
    """A database that is away once, when an outcome is to be written down."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.failures = 1

    async def write(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if function.__name__ == "settle" and self.failures:
            self.failures -= 1
            raise Unavailable("The database cannot be reached at the moment.")
        return await self._database.write(function, *args, **kwargs)

    async def read(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await self._database.read(function, *args, **kwargs)


@pytest.mark.both_databases
async def test_a_database_that_is_away_for_a_moment_makes_nothing_come_twice(
    database: Database, watch: Watch
) -> None:
    home, phones = await database.write(world.build), Phones()
    dispatcher = Dispatcher(Flickering(database), phones)
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    await dispatcher.run_once()
    watch.advance(minutes=1)
    assert await dispatcher.run_once() == 0
    assert len(phones.of(ALICE.telegram_id)) == 1


async def test_an_outage_of_hours_loses_nothing_and_is_probed_every_five_seconds(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    def crowd(session: Session) -> list[world.World]:
        return [world.build_another(session, number) for number in range(4)]

    homes = await database.write(crowd)
    phones.down = DeliveryError(Failure.CLEAN, "no connection")
    calls_at: list[timedelta] = []
    began = watch()
    for step in range(4 * 12):
        for number, other in enumerate(homes):
            if step == number * 12:
                bob = other.in_chat("bob")
                await database.write(stock.consume, bob, other.home, other.milk, 3000)
        for _ in range(3):
            before = len(phones.calls) + phones.probes
            await dispatcher.run_once()
            calls_at += [watch() - began] * (len(phones.calls) + phones.probes - before)
            watch.advance(seconds=5)
        watch.advance(seconds=285)
    assert phones.received == []
    open_since = calls_at[1]
    probes = [at for at in calls_at if at > open_since]
    assert all(later - earlier >= timedelta(seconds=5) for earlier, later in pairwise(probes))

    phones.down = None
    for _ in range(10):
        await dispatcher.run_once()
        watch.advance(seconds=5)
    alices = [text for _, text in phones.received if "running low" in text]
    assert len(alices) == 4, "each household's alert arrives, the oldest first"
    assert phones.received[0][0] == homes[0].phone


async def test_a_chat_that_fails_alone_does_not_stop_the_others(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    phones.failures = [DeliveryError(Failure.CLEAN, "503")] * 2
    await database.write(set_milk, home, 1000)
    await dispatcher.run_once()
    watch.advance(seconds=1)
    await dispatcher.run_once()
    watch.advance(seconds=5)
    assert await dispatcher.run_once() == 1
    assert phones.of(ALICE.telegram_id) != []
