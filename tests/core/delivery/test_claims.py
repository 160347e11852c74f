"""A message that failed is sent again as it is, unless it is no longer true, or wanted, or not now."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from core.db import Database
from core.delivery import claims
from core.delivery.dispatcher import Dispatcher
from core.inventory import stock
from core.models import Scope, WatchLevel
from core.settings import watching
from core.wording.channels import DeliveryError
from core.wording.outcomes import Failure
from tests.core.hearing import drain, set_quantity, settings, waits
from tests.core.phones import Phones
from tests.core.world import Watch, World

# 7:30 in Berlin.
NIGHT_ENDS = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
ANOTHER_MIND = {
    "channel_off": {"telegram_enabled": False},
    "topic_off": {"topics": ["expiration"]},
    "muted": {"muted_until": NIGHT_ENDS},
    # From 13:00 to 7:30 in Berlin.
    "quiet_hours": {"quiet_enabled": True, "quiet_start": "13:00", "quiet_end": "07:30"},
}


@pytest.fixture
def home(home: World, watch: Watch) -> World:
    """Everybody, a moment later: what comes now is newer than how they began."""
    watch.advance(seconds=1)
    return home


async def bob_uses(database: Database, home: World, thousandths: int) -> None:
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, thousandths)


async def freeze_in_vain(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, failure: Failure
) -> None:
    phones.failures = [DeliveryError(failure, "503")]
    await bob_uses(database, home, 3000)
    await dispatcher.run_once()


@pytest.mark.parametrize("reason", ANOTHER_MIND)
async def test_what_cannot_have_arrived_is_not_sent_again_to_who_does_not_want_it_now(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch, reason: str
) -> None:
    await freeze_in_vain(database, home, dispatcher, phones, Failure.CLEAN)
    await database.write(settings, home, ANOTHER_MIND[reason])
    await drain(dispatcher, watch)
    assert (phones.of(1), await waits(database, home)) == ([], [reason])
    watch.now = NIGHT_ENDS
    await drain(dispatcher, watch)
    assert len(phones.of(1)) == (reason in ("muted", "quiet_hours")), "what waited is told when that ends"


async def test_what_cannot_have_arrived_is_not_sent_again_about_an_item_that_is_ignored_by_now(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await freeze_in_vain(database, home, dispatcher, phones, Failure.CLEAN)
    ignored = {"level": WatchLevel.MUTE}
    await database.write(watching.put, home.on_web("alice"), home.home, Scope.ITEM, str(home.milk), ignored)
    await drain(dispatcher, watch)
    assert (phones.of(1), await waits(database, home)) == ([], ["watch_muted"])


async def test_what_may_have_arrived_is_sent_again_as_it_is_in_quiet_hours_too(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await freeze_in_vain(database, home, dispatcher, phones, Failure.AMBIGUOUS)
    await database.write(settings, home, ANOTHER_MIND["quiet_hours"])
    await drain(dispatcher, watch)
    assert len({call.id for call in phones.calls}) == 1
    assert len(phones.of(1)) == 1


async def test_what_passes_quiet_hours_is_tried_again_as_it_is_with_what_it_brings_along(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    critical = {"critical": True}
    await database.write(stock.patch, home.on_web("alice"), home.home, home.milk, None, critical)
    await database.write(settings, home, ANOTHER_MIND["quiet_hours"])
    await bob_uses(database, home, 3000)
    await drain(dispatcher, watch)
    phones.failures = [DeliveryError(Failure.CLEAN, "503")]
    await bob_uses(database, home, 1000)
    await drain(dispatcher, watch)
    assert [call.attempts for call in phones.calls] == [0, 1]
    assert [text.splitlines()[-1] for text in phones.of(1)] == ["Milk is out of stock. 2 changes by Bob."]


@pytest.mark.both_databases
async def test_what_is_no_longer_true_is_not_sent_again(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await freeze_in_vain(database, home, dispatcher, phones, Failure.CLEAN)
    await database.write(set_quantity, home, home.milk, 4000)
    await drain(dispatcher, watch)
    assert (phones.of(1), await waits(database, home)) == ([], ["solved"])


async def test_what_its_person_changed_meanwhile_is_not_sent_again(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await freeze_in_vain(database, home, dispatcher, phones, Failure.CLEAN)
    await database.write(stock.restock, home.in_chat("alice"), home.home, home.milk, 2000)
    await drain(dispatcher, watch)
    assert phones.of(1) == []


@pytest.mark.both_databases
async def test_what_may_have_arrived_is_sent_again_and_then_its_correction(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await freeze_in_vain(database, home, dispatcher, phones, Failure.AMBIGUOUS)
    await database.write(set_quantity, home, home.milk, 4000)
    await drain(dispatcher, watch)
    watch.advance(minutes=15)
    await drain(dispatcher, watch)
    assert ["low" in text for text in phones.of(1)] == [True, False]


async def test_what_got_worse_is_told_as_it_is_and_tried_no_more_often(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await freeze_in_vain(database, home, dispatcher, phones, Failure.CLEAN)
    await bob_uses(database, home, 1000)
    await drain(dispatcher, watch)
    assert [call.attempts for call in phones.calls] == [0, 1]
    assert phones.of(1) == ["Milk is out of stock. 2 changes by Bob."]


async def test_what_would_have_passed_quiet_hours_is_not_told_at_night_when_it_was_solved_before(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    critical = {"critical": True}
    await database.write(stock.patch, home.on_web("alice"), home.home, home.milk, None, critical)
    await database.write(settings, home, ANOTHER_MIND["quiet_hours"])
    phones.down = DeliveryError(Failure.CLEAN, "no connection")
    await bob_uses(database, home, 4000)
    await drain(dispatcher, watch)
    await database.write(set_quantity, home, home.milk, 4000)
    await drain(dispatcher, watch)
    phones.down = None
    watch.advance(minutes=30)
    await drain(dispatcher, watch)
    assert (phones.of(1), await waits(database, home)) == ([], ["quiet_hours"])
    watch.now = NIGHT_ENDS
    await drain(dispatcher, watch)
    assert (phones.of(1), await waits(database, home)) == ([], ["solved"])


async def test_after_what_nobody_will_ever_know_the_next_message_begins_with_short_waits(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await freeze_in_vain(database, home, dispatcher, phones, Failure.AMBIGUOUS)
    repeats = []
    for _ in range(2):
        watch.advance(minutes=1)
        # Whoever sends it dies.
        repeats += await database.write(claims.claim, phones, timedelta(seconds=20), 10)
    await bob_uses(database, home, 1000)
    watch.advance(minutes=1)
    await dispatcher.run_once()
    assert [message.attempts for message in [*repeats, phones.calls[-1]]] == [1, 1, 0]
    assert phones.of(1) == ["Milk is out of stock. Bob used 1 l."]


async def test_a_claim_that_waited_for_the_database_is_held_as_long_as_any(
    database: Database, home: World, phones: Phones, watch: Watch
) -> None:
    def wait(_connection: object) -> None:
        watch.advance(seconds=4)

    await bob_uses(database, home, 3000)
    event.listen(Engine, "begin", wait)
    try:
        assert await database.write(claims.claim, phones, timedelta(seconds=20), 1)
    finally:
        event.remove(Engine, "begin", wait)
    watch.advance(seconds=19)
    assert not await database.write(claims.claim, phones, timedelta(seconds=20), 1)
    watch.advance(seconds=1)
    assert await database.write(claims.claim, phones, timedelta(seconds=20), 1)
