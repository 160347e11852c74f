"""Each way in which a send can fail has its own rule."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.db import Database, table
from core.delivery import claims, inbox
from core.delivery.dispatcher import Dispatcher
from core.households import households
from core.inventory import stock
from core.models import Chat, Message
from core.wording.channels import DeliveryError
from core.wording.outcomes import MOST_REPEATS, RULES, Failure
from tests.core import world
from tests.core.phones import Phones
from tests.core.world import ALICE, Watch, World


@pytest.fixture
async def home(watch: Watch, database: Database) -> World:
    home = await database.write(world.build)
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    return home


async def told(database: Database, home: World) -> tuple[str, str | None]:
    """Return how far the only alert to Alice's chat got, and why."""
    rows = await database.read(world.deliveries_of, home.alice)
    [(_, state, reason)] = [row for row in rows if row[0] == "telegram" and row[1] != "skipped"][:1]
    return state, reason


def messages(session: Session) -> list[Any]:
    found = table(Message)
    return list(session.execute(select(*found.c).order_by(found.c.created_at)))


def test_every_failure_has_a_rule() -> None:
    assert set(RULES) == set(Failure)


async def test_patience_is_no_attempt_and_as_long_as_was_asked(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    phones.failures = [DeliveryError(Failure.WAIT, "429", retry_after=40)] * 3
    for _ in range(3):
        assert await dispatcher.run_once() == 1
        watch.advance(seconds=39)
        assert await dispatcher.run_once() == 0
        watch.advance(seconds=1)
    await dispatcher.run_once()
    assert await told(database, home) == ("sent", None)
    [message] = await database.read(messages)
    assert message.attempts == 1


async def test_patience_without_a_figure_is_a_few_seconds(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    phones.failures = [DeliveryError(Failure.WAIT, "429")]
    await dispatcher.run_once()
    watch.advance(seconds=4)
    assert await dispatcher.run_once() == 0
    watch.advance(seconds=1)
    assert await dispatcher.run_once() == 1


async def test_what_may_have_arrived_comes_twice_more_marked_and_then_nobody_knows(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    phones.failures = [DeliveryError(Failure.AMBIGUOUS, "no answer")] * 9
    for _ in range(9):
        await dispatcher.run_once()
        watch.advance(minutes=10)
    assert [call.repeats for call in phones.calls] == list(range(MOST_REPEATS + 1))
    assert len({call.id for call in phones.calls}) == 1
    assert await told(database, home) == ("unconfirmed", "no_answer")


async def test_a_sender_that_dies_on_the_way_counts_as_one_that_may_have_arrived(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    for _ in range(MOST_REPEATS + 1):
        [claimed] = await database.write(claims.claim, phones, timedelta(seconds=20), 10)
        watch.advance(seconds=20)
    assert claimed.repeats == MOST_REPEATS
    assert await database.write(claims.claim, phones, timedelta(seconds=20), 10) == []
    assert await told(database, home) == ("unconfirmed", "no_answer")
    assert phones.received == []


async def test_a_chat_that_moved_gets_it_at_its_new_address(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones
) -> None:
    phones.failures = [DeliveryError(Failure.MOVED, "upgraded", moved_to=-100_200_300)]
    await dispatcher.run_once()
    assert await dispatcher.run_once() == 1
    assert [call.address for call in phones.calls] == [ALICE.telegram_id, -100_200_300]
    assert await told(database, home) == ("sent", None)


async def test_markup_that_is_refused_goes_out_without_and_is_logged_as_ours(
    database: Database,
    home: World,
    dispatcher: Dispatcher,
    phones: Phones,
    caplog: pytest.LogCaptureFixture,
) -> None:
    phones.failures = [DeliveryError(Failure.UNPARSABLE, "can't parse entities")]
    await dispatcher.run_once()
    await dispatcher.run_once()
    assert [call.plain for call in phones.calls] == [False, True]
    assert "markup" in caplog.text
    assert await told(database, home) == ("sent", None)


async def test_plain_text_that_is_refused_too_is_given_up(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones
) -> None:
    phones.failures = [DeliveryError(Failure.UNPARSABLE, "can't parse entities")] * 2
    await dispatcher.run_once()
    await dispatcher.run_once()
    assert await told(database, home) == ("failed", "unparsable")


async def test_a_message_that_is_too_long_tells_less_until_it_fits(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    def fill(session: Session) -> None:
        world.listen_to(session, home.alice, "memberActivity")
        for number in range(9):
            item = {"name": f"Tin {number}", "quantity": 1000, "unit": "pcs", "location": "pantry"}
            stock.add(session, home.in_chat("bob"), home.home, item)

    await database.write(fill)
    phones.failures = [DeliveryError(Failure.TOO_LONG, "message is too long")] * 4
    for _ in range(5):
        await dispatcher.run_once()
    lines = [len(call.text.splitlines()) for call in phones.calls]
    assert lines == [9, 9, 9, 6, 3]

    def most(session: Session) -> int:
        return session.execute(select(table(Chat).c.most_lines)).scalars().first() or 0

    assert await database.read(most) == 50, "the next message may be long again"


async def test_one_line_that_is_too_long_is_given_up(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones
) -> None:
    phones.failures = [DeliveryError(Failure.TOO_LONG, "message is too long")] * 9
    for _ in range(9):
        await dispatcher.run_once()
    assert await told(database, home) == ("failed", "too_long")
    assert phones.received == []


async def test_a_message_that_will_never_be_accepted_does_not_hold_up_the_next(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    phones.failures = [DeliveryError(Failure.REFUSED, "Bad Request: something new")]
    await dispatcher.run_once()
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 1000)
    watch.advance(seconds=1)
    await dispatcher.run_once()
    assert phones.of(ALICE.telegram_id) == ["Milk is out of stock. Bob used 1 l."]
    assert ("telegram", "failed", "refused") in await database.read(world.deliveries_of, home.alice)


async def test_a_token_that_is_refused_loses_nothing_and_is_said(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    phones.failures = [DeliveryError(Failure.FATAL, "Unauthorized")]
    await dispatcher.run_once()
    assert dispatcher.problem == "Unauthorized"
    watch.advance(seconds=59)
    assert await dispatcher.run_once() == 0
    watch.advance(seconds=1)
    assert await dispatcher.run_once() == 1
    assert dispatcher.problem is None
    assert await told(database, home) == ("sent", None)


@pytest.mark.parametrize("failure", [Failure.FATAL, Failure.WAIT])
async def test_after_days_without_an_end_what_is_true_then_is_told(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch, failure: Failure
) -> None:
    phones.down = DeliveryError(failure, "not now", retry_after=3600)
    for hour in range(30):
        await dispatcher.run_once()
        watch.advance(hours=1)
        if hour == 10:
            await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 1000)
    phones.down = None
    await dispatcher.run_once()
    assert phones.of(ALICE.telegram_id) == ["Milk is out of stock. 2 changes by Bob."]


async def test_what_may_have_arrived_before_days_without_an_end_is_not_told_anew(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    phones.failures = [DeliveryError(Failure.AMBIGUOUS, "no answer")]
    await dispatcher.run_once()
    phones.down = DeliveryError(Failure.FATAL, "Unauthorized")
    for _ in range(30):
        watch.advance(hours=1)
        await dispatcher.run_once()
    assert await told(database, home) == ("unconfirmed", "no_answer")


async def test_what_may_have_arrived_after_a_day_of_failures_is_given_up(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    phones.down = DeliveryError(Failure.CLEAN, "connection refused")
    for _ in range(23):
        await dispatcher.run_once()
        watch.advance(hours=1)
    phones.down, phones.failures = None, [DeliveryError(Failure.AMBIGUOUS, "no answer")]
    watch.advance(hours=2)
    await dispatcher.run_once()
    assert await told(database, home) == ("failed", "gave_up")


async def test_a_blocked_chat_is_called_once_and_what_waits_is_skipped(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    phones.failures = [DeliveryError(Failure.GONE, "bot was blocked by the user")] * 9
    await database.write(world.listen_to, home.alice, "lowStock", "memberActivity")
    await dispatcher.run_once()
    for _ in range(5):
        await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 100)
        watch.advance(minutes=1)
        await dispatcher.run_once()
    assert len(phones.calls) == 1
    newest = (await database.read(inbox.read, home.on_web("alice"), 10, 0)).entries
    assert [entry.topic for entry in newest if entry.topic == "account"] == ["account"] * 2
    rows = await database.read(world.deliveries_of, home.alice)
    assert rows.count(("telegram", "skipped", "chat_suspended")) == 5 + 1


async def test_a_deleted_household_is_not_told_of_any_more(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    phones.failures = [DeliveryError(Failure.CLEAN, "503")]
    await dispatcher.run_once()

    def forget(session: Session) -> None:
        households.delete(session, home.on_web("alice"), home.home)
        session.execute(update(table(Chat)).values(next_send_at=watch()))

    await database.write(forget)
    await dispatcher.run_once()
    assert not [text for _, text in phones.received if "Milk" in text]
