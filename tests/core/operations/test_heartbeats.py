"""Signs of life: whoever works says so, whoever stops is noticed, and whoever cannot work says why."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.db import Database, table
from core.delivery import backlog, chats, claims
from core.delivery.dispatcher import Dispatcher
from core.errors import Unavailable
from core.inventory import stock
from core.models import ChannelName, Chat
from core.operations import counters, heartbeats, readiness
from core.operations.clock_process import Clock
from core.operations.counters import Counted
from core.operations.heartbeats import Component, Heart
from core.operations.readiness import Check, Status
from core.operations.retention import CHORES
from core.wake import Wake
from core.wording.channels import DeliveryError
from core.wording.outcomes import Failure
from tests.core import world
from tests.core.operations.test_clock_process import Slow
from tests.core.phones import Phones
from tests.core.world import Watch, World


async def look(database: Database, name: str, *parts: str) -> Check:
    found = await database.read(readiness.examine, parts)
    [check] = [check for check in found if check.name == name]
    return check


async def test_a_part_is_well_until_it_was_not_heard_for_half_a_minute(
    database: Database, watch: Watch
) -> None:
    heart = Heart(database, "clock")
    assert (await look(database, "clock", "clock")).status is Status.NOT_SEEN
    await heart()
    watch.advance(seconds=30)
    assert await look(database, "clock", "clock") == Check("clock", Status.OK, timedelta(seconds=30))
    watch.advance(seconds=1)
    silent = await look(database, "clock", "clock")
    assert silent.status is Status.SILENT
    assert silent.problem is not None
    assert "clock gave no sign of life for 31 s" in silent.problem
    await heart()
    assert (await look(database, "clock", "clock")).status is Status.OK


async def test_it_writes_every_ten_seconds_but_a_problem_at_once(database: Database, watch: Watch) -> None:
    heart, begin = Heart(database, "bot.poller"), watch.now

    async def written() -> list[tuple[float, str | None]]:
        signs = await database.read(heartbeats.read)
        return [((sign.at - begin).total_seconds(), sign.problem) for sign in signs]

    await heart()
    watch.advance(seconds=9)
    await heart()
    assert await written() == [(0, None)]
    await heart("Telegram cannot be reached.")
    assert await written() == [(9, "Telegram cannot be reached.")]
    assert (await look(database, "bot.poller", "bot.poller")).status is Status.PROBLEM
    watch.advance(seconds=1)
    await heart()
    assert await written() == [(10, None)]
    watch.advance(hours=-1)
    await heart()
    assert await written() == [(10 - 3600, None)], "the clock of the machine was put back"


async def test_who_cannot_say_that_it_works_goes_on_working(caplog: pytest.LogCaptureFixture) -> None:
    for failure, said in ((Unavailable("away"), False), (RuntimeError("no such table"), True)):
        tx = Slow(failure)
        tx.gate.set()
        await Heart(tx, "web")()
        assert ("could not be stored" in caplog.text) is said


async def test_a_part_that_nobody_expects_counts_while_it_is_there(database: Database, watch: Watch) -> None:
    await database.write(heartbeats.beat, "email.dispatcher", "The mail server refuses the password.")
    assert (await look(database, "email.dispatcher")).status is Status.PROBLEM
    watch.advance(seconds=31)
    assert [check.name for check in await database.read(readiness.examine, [])] == ["database", "deliveries"]
    watch.advance(days=1)
    assert await Clock(database).run_once() == 1
    assert await database.read(heartbeats.read) == []


async def test_the_clock_beats_and_counts_its_ticks(database: Database, watch: Watch) -> None:
    stop, heart = asyncio.Event(), Heart(database, Component.CLOCK)
    beats: list[str | None] = []

    async def beat(problem: str | None = None) -> None:
        await heart(problem)
        beats.append(problem)
        if len(beats) > len(CHORES) + 3:
            stop.set()

    await Clock(database, tick_s=3600, beat=beat, beat_every=timedelta(milliseconds=1)).run(stop)
    [sign] = await database.read(heartbeats.read)
    assert (sign.name, sign.at, sign.problem) == ("clock", watch.now, None)
    assert (await database.read(counters.read))[Counted.CLOCK_TICKS] == 1, "it beats more often than it ticks"


async def test_a_clock_whose_tick_failed_says_so_until_the_next(caplog: pytest.LogCaptureFixture) -> None:
    tx, stop = Slow(RuntimeError("no such table")), asyncio.Event()
    tx.gate.set()
    beats: list[str | None] = []

    async def beat(problem: str | None = None) -> None:
        beats.append(problem)
        if len(beats) == 3:
            stop.set()

    await Clock(tx, tick_s=3600, beat=beat, beat_every=timedelta(milliseconds=1)).run(stop)
    assert beats == ["The clock's last tick failed; its log says why."] * 3
    assert caplog.text.count("A tick of the clock failed") == 1


async def test_the_dispatcher_beats_while_it_waits_for_something_to_send(
    database: Database, home: World
) -> None:
    wake, stop = Wake(poll=0.01), asyncio.Event()
    beaten = asyncio.Event()

    async def beat(problem: str | None = None) -> None:
        beaten.set()

    running = asyncio.create_task(Dispatcher(database, Phones(), beat=beat).run(stop, wake.listener()))
    await beaten.wait()
    stop.set()
    await running


async def test_what_hangs_at_a_stop_is_left_for_the_next_one(
    database: Database, home: World, watch: Watch
) -> None:
    wake, stop, phones = Wake(), asyncio.Event(), Phones()
    phones.gate = asyncio.Event()
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    hasty = Dispatcher(database, phones, grace=timedelta(milliseconds=10))
    running = asyncio.create_task(hasty.run(stop, wake.listener()))
    await phones.called.wait()
    stop.set()
    wake()
    await running
    assert phones.received == []
    watch.advance(seconds=20)
    [message] = await database.write(claims.claim, phones, timedelta(seconds=20), 10)
    assert (message.text, message.attempts) == (phones.calls[0].text, 0)


async def test_a_message_that_nobody_sends_is_noticed_after_five_minutes(
    database: Database, home: World, watch: Watch
) -> None:
    assert (await look(database, "deliveries")) == Check("deliveries", Status.OK)
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    watch.advance(minutes=5)
    assert await look(database, "deliveries") == Check("deliveries", Status.OK, timedelta(minutes=5))
    watch.advance(minutes=1)
    late = await look(database, "deliveries")
    assert (late.status, late.age) == (Status.LATE, timedelta(minutes=6))
    assert late.problem is not None
    assert "waiting to be sent for 6 min" in late.problem
    await Dispatcher(database, Phones()).run_once()
    assert (await look(database, "deliveries")).status is Status.OK


@pytest.mark.parametrize("why", ["suspended", "asked_to_wait"])
async def test_a_chat_that_cannot_be_sent_to_is_not_late(
    database: Database, home: World, watch: Watch, why: str
) -> None:
    def hold(session: Session) -> None:
        later = {"next_send_at": watch() + timedelta(hours=1)}
        session.execute(
            update(table(Chat)).values(later if why == "asked_to_wait" else {"suspended_reason": "x"})
        )

    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    await database.write(hold)
    watch.advance(minutes=30)
    assert await database.read(backlog.oldest_due) == {}
    await database.write(chats.greet, world.ALICE)
    watch.advance(minutes=31)
    waiting = timedelta(minutes=61 if why == "suspended" else 1)
    assert await database.read(backlog.oldest_due) == {ChannelName.TELEGRAM: waiting}


async def test_a_message_whose_sender_died_is_late_too(database: Database, home: World, watch: Watch) -> None:
    phones = Phones()
    phones.failures = [DeliveryError(Failure.CLEAN, "503")]
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    await Dispatcher(database, phones).run_once()
    watch.advance(minutes=10)
    [waiting] = (await database.read(backlog.oldest_due)).values()
    assert timedelta(minutes=9) < waiting < timedelta(minutes=10)
