"""What was committed is told: after failures, after crashes, and not to who may no longer hear it."""

import asyncio
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, null, select, update
from sqlalchemy.orm import Session

from core.db import Database, table
from core.delivery import chats, claims, inbox, settling
from core.delivery.dispatcher import Dispatcher
from core.inventory import stock
from core.models import Chat, Delivery, Member, Message, Notification, StockMovement, StreamEntry
from core.settings import preferences
from core.telegram import linking
from core.wake import Wake
from core.wording.channels import DeliveryError
from core.wording.outcomes import Failed, Failure
from tests.core import world
from tests.core.phones import Phones
from tests.core.world import ALICE, BOB, Watch, World
from tests.support.charts import WEEK


async def bob_uses(database: Database, home: World, thousandths: int) -> None:
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, thousandths)


@pytest.mark.both_databases
async def test_alice_is_told_once_that_milk_ran_low(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones
) -> None:
    await bob_uses(database, home, 3000)
    assert await dispatcher.run_once() == 1
    assert await dispatcher.run_once() == 0
    assert phones.received == [(1, "Milk is running low: 1 l left, the minimum is 2 l. Bob used 3 l.")]


async def test_a_second_message_to_a_chat_waits_a_second(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await bob_uses(database, home, 3000)
    await dispatcher.run_once()
    await bob_uses(database, home, 1000)
    assert await dispatcher.run_once() == 0
    watch.advance(seconds=1)
    assert await dispatcher.run_once() == 1
    assert len(phones.of(ALICE.telegram_id)) == 2


@pytest.mark.both_databases
async def test_what_is_due_for_a_chat_goes_out_as_one_message(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones
) -> None:
    await bob_uses(database, home, 3000)
    await bob_uses(database, home, 1000)
    assert await dispatcher.run_once() == 1
    assert phones.received == [(1, "Milk is out of stock. 2 changes by Bob.")]


async def test_what_nothing_can_be_made_of_holds_up_nobody_else_and_ends_after_a_day(
    database: Database,
    home: World,
    dispatcher: Dispatcher,
    phones: Phones,
    watch: Watch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    another = await database.write(world.build_another, 1)
    await bob_uses(database, home, 2500)
    await database.write(stock.consume, another.in_chat("bob"), another.home, another.milk, 3000)
    phones.unspeakable = "1.5 l left"
    assert await dispatcher.run_once() == 1
    assert [address for address, _ in phones.received] == [another.phone]
    assert ("KeyError" in caplog.text, "Milk" in caplog.text) == (True, False)
    assert await dispatcher.run_once() == 0
    for _ in range(25):
        watch.advance(hours=1)
        await dispatcher.run_once()
    assert ("telegram", "failed", "unspeakable") in await database.read(world.deliveries_of, home.alice)
    await bob_uses(database, home, 1500)
    watch.advance(minutes=5)
    await dispatcher.run_once()
    assert phones.of(ALICE.telegram_id) == ["Milk is out of stock. Bob used 1.5 l."]


async def test_a_failed_send_is_tried_again_with_the_same_message(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    phones.failures = [DeliveryError(Failure.CLEAN, "503"), DeliveryError(Failure.CLEAN, "503")]
    await bob_uses(database, home, 3000)
    await dispatcher.run_once()
    await bob_uses(database, home, 500)
    assert await dispatcher.run_once() == 0, "it waits before it tries again"
    watch.advance(seconds=1)
    await dispatcher.run_once()
    watch.advance(seconds=5)
    await dispatcher.run_once()
    assert len({call.id for call in phones.calls}) == 1
    assert len({call.text for call in phones.calls}) == 1
    assert len(phones.received) == 1


async def test_a_message_keeps_its_chart_until_it_is_sent(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    phones.failures = [DeliveryError(Failure.CLEAN, "503")] * 2
    phones.picture = WEEK
    await bob_uses(database, home, 3000)
    await dispatcher.run_once()
    phones.picture = None
    watch.advance(seconds=5)
    await dispatcher.run_once()
    watch.advance(minutes=1)
    await dispatcher.run_once()
    await bob_uses(database, home, 1000)
    watch.advance(minutes=1)
    await dispatcher.run_once()
    assert [call.picture for call in phones.calls] == [WEEK, WEEK, WEEK, None]

    def without(session: Session) -> int | None:
        messages = table(Message)
        return session.scalar(select(func.count()).where(messages.c.picture.is_(null())))

    assert await database.read(without) == 1


async def test_a_message_that_fails_for_too_long_is_given_up_and_says_so(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    phones.failures = [DeliveryError(Failure.CLEAN, "503")] * 20
    await bob_uses(database, home, 3000)
    for _ in range(20):
        await dispatcher.run_once()
        watch.advance(hours=7)
    assert len(phones.calls) == 5, "the last one a day and a bit after the first"
    told = await database.read(world.deliveries_of, home.alice)
    assert ("telegram", "failed", "gave_up") in told


async def test_a_wait_that_telegram_asks_for_is_kept(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    phones.failures = [DeliveryError(Failure.WAIT, "429", retry_after=30)]
    await bob_uses(database, home, 3000)
    await dispatcher.run_once()
    watch.advance(seconds=29)
    assert await dispatcher.run_once() == 0
    watch.advance(seconds=1)
    assert await dispatcher.run_once() == 1
    assert len(phones.received) == 1


async def test_when_alice_blocks_the_bot_her_chat_rests_until_she_writes_again(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    phones.failures = [DeliveryError(Failure.GONE, "bot was blocked by the user")]
    await bob_uses(database, home, 3000)
    watch.advance(seconds=1)
    await dispatcher.run_once()
    newest = (await database.read(inbox.read, home.on_web("alice"), 1, 0)).entries[0]
    assert newest.topic == "account"
    watch.advance(seconds=10)
    await bob_uses(database, home, 1000)
    assert await dispatcher.run_once() == 0
    assert ("telegram", "skipped", "chat_suspended") in await database.read(world.deliveries_of, home.alice)

    await database.write(chats.greet, ALICE)
    await database.write(stock.restock, home.in_chat("bob"), home.home, home.milk, 5000)
    assert await dispatcher.run_once() == 0, "she never heard that there was none"
    await bob_uses(database, home, 4000)
    assert await dispatcher.run_once() == 1
    assert phones.of(ALICE.telegram_id) == [
        "Milk is running low: 1 l left, the minimum is 2 l. Bob used 4 l."
    ]


@pytest.mark.both_databases
async def test_a_process_that_dies_while_sending_loses_nothing(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await bob_uses(database, home, 3000)
    [claimed] = await database.write(claims.claim, phones, timedelta(seconds=20), 10)
    assert await dispatcher.run_once() == 0, "somebody holds the chat"
    watch.advance(seconds=20)
    assert await dispatcher.run_once() == 1
    assert [call.id for call in phones.calls] == [claimed.id]
    assert not await database.write(settling.settle, claimed, Failed(Failure.CLEAN, "late")), (
        "its fence is too old"
    )


@pytest.mark.both_databases
async def test_of_many_dispatchers_one_sends(database: Database, home: World, phones: Phones) -> None:
    await bob_uses(database, home, 3000)
    await asyncio.gather(*(Dispatcher(database, phones).run_once() for _ in range(12)))
    assert len(phones.calls) == 1


@pytest.mark.only_postgresql
async def test_news_that_is_being_written_does_not_hold_up_what_waits(
    database: Database, home: World, phones: Phones
) -> None:
    written, read = threading.Event(), threading.Event()

    def use_slowly(session: Session) -> None:
        stock.consume(session, home.in_chat("bob"), home.home, home.milk, 1000)
        written.set()
        read.wait(10)

    await bob_uses(database, home, 3000)
    using = asyncio.create_task(database.write(use_slowly))
    await asyncio.to_thread(written.wait, 10)
    claimed = await database.write(claims.claim, phones, timedelta(seconds=20), 10)
    read.set()
    await using
    assert [message.address for message in claimed] == [ALICE.telegram_id]


async def test_a_slow_chat_does_not_hold_up_the_others(
    database: Database, home: World, phones: Phones
) -> None:
    await database.write(world.listen_to, home.bob, "lowStock")
    phones.gate = asyncio.Event()
    dispatcher = Dispatcher(database, phones, send_timeout=timedelta(milliseconds=50))
    await database.write(stock.consume, home.on_web("alice"), home.home, home.milk, 3000)
    await dispatcher.run_once()
    assert {call.address for call in phones.calls} == {ALICE.telegram_id, BOB.telegram_id}
    assert phones.received == []


async def test_a_send_that_hangs_does_not_hold_up_a_stop(
    database: Database, home: World, phones: Phones, wake: Wake
) -> None:
    phones.gate, stop = asyncio.Event(), asyncio.Event()
    dispatcher = Dispatcher(database, phones, send_timeout=timedelta(hours=1), grace=timedelta(0))
    await bob_uses(database, home, 3000)
    async with asyncio.timeout(60):
        running = asyncio.create_task(dispatcher.run(stop, wake.listener()))
        await phones.called.wait()
        stop.set()
        wake()
        await running
    assert phones.received == []


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("change_of_mind", "reason"),
    [("switches_telegram_off", "channel_off"), ("drops_the_topic", "topic_off"), ("leaves", "not_a_member")],
)
async def test_who_changed_their_mind_a_moment_ago_is_not_told(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, change_of_mind: str, reason: str
) -> None:
    await bob_uses(database, home, 3000)

    def change(session: Session) -> None:
        if change_of_mind == "switches_telegram_off":
            preferences.change(session, home.on_web("alice"), {"telegram_enabled": False})
        elif change_of_mind == "drops_the_topic":
            world.listen_to(session, home.alice, "expiration")
        else:
            members = table(Member)
            session.execute(members.delete().where(members.c.user_id == home.alice))

    await database.write(change)
    await dispatcher.run_once()
    assert phones.calls == []
    assert ("telegram", "skipped", reason) in await database.read(world.deliveries_of, home.alice)


async def test_an_unlinked_chat_hears_nothing_more(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones
) -> None:
    await bob_uses(database, home, 3000)
    await database.write(linking.unlink, home.on_web("alice"))
    await dispatcher.run_once()
    assert phones.calls == []
    assert ("telegram", "skipped", "not_linked") in await database.read(world.deliveries_of, home.alice)


@pytest.mark.both_databases
async def test_what_is_rolled_back_never_happened(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones
) -> None:
    def count(session: Session) -> list[int]:
        kept = (StockMovement, StreamEntry, Notification, Delivery)
        return [
            session.execute(select(func.count()).select_from(table(model))).scalar_one() for model in kept
        ]

    def consume_and_fail(session: Session) -> None:
        stock.consume(session, home.in_chat("bob"), home.home, home.milk, 3000)
        raise RuntimeError("the power went out")

    before = await database.read(count)
    with pytest.raises(RuntimeError):
        await database.write(consume_and_fail)
    assert await database.read(count) == before
    assert await dispatcher.run_once() == 0
    assert phones.calls == []


async def test_the_dispatcher_finishes_what_it_sends_before_it_stops(
    database: Database, home: World, phones: Phones
) -> None:
    wake, stop = Wake(), asyncio.Event()
    phones.gate = asyncio.Event()
    await bob_uses(database, home, 3000)
    running = asyncio.create_task(Dispatcher(database, phones).run(stop, wake.listener()))
    await phones.called.wait()
    stop.set()
    wake()
    phones.gate.set()
    await running
    assert len(phones.received) == 1

    def held(session: Session) -> int:
        chats_ = table(Chat)
        query = select(func.count()).select_from(chats_).where(chats_.c.leased_until.is_not(None))
        return session.execute(query).scalar_one()

    assert await database.read(held) == 0


async def test_a_wrong_clock_in_the_chat_row_is_no_reason_to_send_early(
    database: Database, home: World, dispatcher: Dispatcher, watch: Watch
) -> None:
    def hold_back(session: Session) -> None:
        later = watch() + timedelta(minutes=5)
        session.execute(update(table(Chat)).values(next_send_at=later))

    await bob_uses(database, home, 3000)
    await database.write(hold_back)
    assert await dispatcher.run_once() == 0


@pytest.mark.both_databases
@pytest.mark.parametrize("reason", ["not_linked", "not_a_member"])
async def test_what_was_frozen_is_not_sent_again_to_who_may_no_longer_see_it(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch, reason: str
) -> None:
    phones.failures = [DeliveryError(Failure.CLEAN, "503")]
    await bob_uses(database, home, 3000)
    await dispatcher.run_once()

    def part(session: Session) -> None:
        if reason == "not_linked":
            linking.unlink(session, home.on_web("alice"))
        members = table(Member)
        session.execute(members.delete().where(members.c.user_id == home.alice))

    await database.write(part)
    watch.advance(hours=1)
    await dispatcher.run_once()
    assert phones.received == []
    assert ("telegram", "skipped", reason) in await database.read(world.deliveries_of, home.alice)


async def test_what_a_newer_release_stored_holds_up_nothing(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones
) -> None:
    await bob_uses(database, home, 3000)

    def from_the_future(session: Session) -> None:
        notifications = table(Notification)
        session.execute(notifications.update().values(event="StockTeleported"))

    await database.write(from_the_future)
    await bob_uses(database, home, 1000)
    assert await dispatcher.run_once() == 1
    assert phones.of(ALICE.telegram_id) == ["Milk is out of stock. Bob used 1 l."]
    assert ("telegram", "skipped", "unreadable") in await database.read(world.deliveries_of, home.alice)
    assert (await database.read(inbox.read, home.on_web("alice"), 10, 0)).total == 3


async def test_a_wait_without_end_is_a_day(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    phones.failures = [DeliveryError(Failure.WAIT, "429", retry_after=1e12)]
    await bob_uses(database, home, 3000)
    await dispatcher.run_once()
    watch.advance(days=1)
    assert await dispatcher.run_once() == 1
