"""Quiet hours, mutes and digests put off what is told, and lose nothing of it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.db import Database, table
from core.delivery import eligibility
from core.delivery.dispatcher import Dispatcher
from core.models import Deferral, Item, Scope, WatchLevel
from core.notifications import announcing
from core.settings import household_preferences, watching
from tests.core import world
from tests.core.hearing import QUIET, add_items, drain, set_quantity, settings, waits
from tests.core.phones import Phones
from tests.core.world import Watch, World

NIGHT = datetime(2026, 3, 1, 23, tzinfo=UTC)
# 7:30 in Berlin.
MORNING = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)


@pytest.fixture
def home(home: World, watch: Watch) -> World:
    """Everybody, a moment later: what comes now is newer than how they began."""
    watch.advance(seconds=1)
    return home


async def test_what_happens_at_night_is_told_in_the_morning_if_it_is_still_true(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await database.write(settings, home, QUIET)
    bread, eggs = await database.write(add_items, home, "Bread", "Eggs")
    watch.now = NIGHT
    for item_id in (home.milk, bread, eggs):
        await database.write(set_quantity, home, item_id, 1000)
        await drain(dispatcher, watch)
    await database.write(set_quantity, home, bread, 5000)
    await drain(dispatcher, watch)
    assert phones.of(1) == []
    assert await waits(database, home) == ["quiet_hours"]
    watch.now = MORNING
    await drain(dispatcher, watch)
    [text] = phones.of(1)
    first, *rest = text.splitlines()
    assert first == "3 alerts while it was quiet, 1 already solved."
    assert [line.partition(" running")[0] for line in rest] == ["Milk is", "Eggs are"]
    assert phones.calls[0].text == text


async def test_a_night_in_which_everything_solved_itself_is_not_told(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await database.write(settings, home, QUIET)
    watch.now = NIGHT
    await database.write(set_quantity, home, home.milk, 1000)
    await drain(dispatcher, watch)
    await database.write(set_quantity, home, home.milk, 5000)
    await drain(dispatcher, watch)
    watch.now = MORNING
    await drain(dispatcher, watch)
    assert phones.of(1) == []
    assert await waits(database, home) == ["solved"]


@pytest.mark.parametrize("route", ["now", "digest"])
async def test_out_of_stock_of_a_critical_item_passes_and_brings_along_what_waited(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch, route: str
) -> None:
    def mark(session: Session) -> None:
        session.execute(update(table(Item)).where(table(Item).c.id == home.milk).values(critical=True))

    await database.write(mark)
    await database.write(settings, home, QUIET, {"lowStock": {"telegram": route}})
    watch.now = NIGHT
    await database.write(set_quantity, home, home.milk, 1000)
    await drain(dispatcher, watch)
    assert phones.of(1) == []
    await database.write(set_quantity, home, home.milk, 0)
    await drain(dispatcher, watch)
    [text] = phones.of(1)
    assert "Milk is out of stock." in text
    watch.now = MORNING
    await drain(dispatcher, watch)
    assert len(phones.of(1)) == 1


async def test_a_mute_ends_when_it_says_and_at_once_when_it_is_taken_back(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    until = watch.now.replace(hour=20)
    await database.write(settings, home, {"muted_until": until})
    await database.write(set_quantity, home, home.milk, 1000)
    await drain(dispatcher, watch)
    assert await waits(database, home) == ["muted"]
    await database.write(settings, home, {"muted_until": None})
    await drain(dispatcher, watch)
    assert len(phones.of(1)) == 1
    await database.write(settings, home, {"muted_until": until})
    await database.write(set_quantity, home, home.milk, 0)
    await drain(dispatcher, watch)
    assert len(phones.of(1)) == 1
    watch.now = until
    await drain(dispatcher, watch)
    assert len(phones.of(1)) == 2


async def test_the_longer_of_a_mute_and_a_night_counts(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    watch.now = NIGHT
    await database.write(settings, home, {**QUIET, "muted_until": MORNING.replace(hour=9)})
    await database.write(set_quantity, home, home.milk, 1000)
    await drain(dispatcher, watch)
    watch.now = MORNING
    await drain(dispatcher, watch)
    assert phones.of(1) == []
    watch.now = MORNING.replace(hour=9)
    await drain(dispatcher, watch)
    assert len(phones.of(1)) == 1


async def test_the_inbox_knows_neither_night_nor_mute(database: Database, home: World, watch: Watch) -> None:
    await database.write(settings, home, {**QUIET, "muted_until": watch.now.replace(day=3)})
    watch.now = NIGHT
    await database.write(set_quantity, home, home.milk, 1000)
    assert ("inApp", "sent", None) in await database.read(world.deliveries_of, home.alice)


async def test_what_is_routed_to_the_digest_waits_for_its_time(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await database.write(settings, home, None, {"lowStock": {"telegram": "digest"}})
    await database.write(set_quantity, home, home.milk, 1000)
    await drain(dispatcher, watch)
    assert await waits(database, home) == ["digest"]
    # 9:00 in Berlin: the clock releases it with the digest.
    watch.now = datetime(2026, 3, 2, 8, 0, 10, tzinfo=UTC)
    await drain(dispatcher, watch)
    assert phones.of(1) == []
    await database.write(eligibility.release, home.alice, Deferral.DIGEST)
    await drain(dispatcher, watch)
    assert len(phones.of(1)) == 1


async def test_what_changes_again_before_the_digest_waits_on_and_is_told_with_the_last_word(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await database.write(settings, home, None, {"lowStock": {"telegram": "digest"}})
    for thousandths in (1000, 0):
        await database.write(set_quantity, home, home.milk, thousandths)
        await drain(dispatcher, watch)
        watch.advance(hours=1)
    assert (phones.of(1), await waits(database, home)) == ([], ["digest"])
    # 9:05 in Berlin.
    watch.now = datetime(2026, 3, 2, 8, 5, tzinfo=UTC)
    await drain(dispatcher, watch)
    assert phones.of(1) == ["Milk is out of stock. 2 changes by Bob."]


async def test_what_waited_for_the_digest_is_not_put_off_to_the_next_one_by_another_setting(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    late = {**QUIET, "quiet_end": "10:00"}
    await database.write(settings, home, late, {"lowStock": {"telegram": "digest"}})
    await database.write(set_quantity, home, home.milk, 1000)
    await drain(dispatcher, watch)
    # 9:05 in Berlin: its time has come, but Alice sleeps until 10:00.
    watch.now = datetime(2026, 3, 2, 8, 5, 10, tzinfo=UTC)
    await drain(dispatcher, watch)
    assert await waits(database, home) == ["quiet_hours"]
    await database.write(settings, home, {"expiration_warning_days": 5})
    await drain(dispatcher, watch)
    assert (phones.of(1), await waits(database, home)) == ([], ["quiet_hours"])
    watch.now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    await drain(dispatcher, watch)
    assert len(phones.of(1)) == 1


@pytest.mark.parametrize("ended", [{"quiet_enabled": False, "muted_until": None}, {"quiet_enabled": False}])
async def test_who_ends_the_quiet_by_hand_is_told_what_it_came_to_as_well(
    database: Database,
    home: World,
    dispatcher: Dispatcher,
    phones: Phones,
    watch: Watch,
    ended: dict[str, Any],
) -> None:
    watch.now = NIGHT
    mute = {"muted_until": MORNING.replace(hour=12)} if "muted_until" in ended else {}
    await database.write(settings, home, {**QUIET, **mute})
    await database.write(set_quantity, home, home.milk, 1000)
    await drain(dispatcher, watch)
    assert phones.of(1) == []
    await database.write(settings, home, ended)
    await drain(dispatcher, watch)
    [text] = phones.of(1)
    assert text.startswith("1 alert while it was quiet.")


async def test_without_a_clock_it_goes_out_by_itself_soon_after(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await database.write(settings, home, None, {"lowStock": {"telegram": "digest"}})
    await database.write(set_quantity, home, home.milk, 1000)
    await drain(dispatcher, watch)
    watch.now = datetime(2026, 3, 2, 8, 5, tzinfo=UTC)
    await drain(dispatcher, watch)
    assert len(phones.of(1)) == 1


async def test_whoever_wants_it_at_once_after_all_gets_what_waited(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await database.write(settings, home, None, {"lowStock": {"telegram": "digest"}})
    await database.write(set_quantity, home, home.milk, 1000)
    await drain(dispatcher, watch)
    await database.write(settings, home, None, {"lowStock": {"telegram": "now"}})
    await drain(dispatcher, watch)
    assert len(phones.of(1)) == 1


@pytest.mark.parametrize("listed", [["lowStock"], ["lowStock", "memberActivity"]])
async def test_each_channel_carries_the_weightiest_news_that_is_wanted_there(
    database: Database,
    home: World,
    dispatcher: Dispatcher,
    phones: Phones,
    watch: Watch,
    listed: Sequence[str],
) -> None:
    await database.write(settings, home, {"topics": list(listed)}, {"lowStock": {"telegram": "off"}})
    await database.write(set_quantity, home, home.milk, 1000)
    await drain(dispatcher, watch)
    activity = "memberActivity" in listed
    assert phones.of(1) == (["Bob set Milk to 1 l."] if activity else [])
    rows = [row for row in await database.read(world.deliveries_of, home.alice) if row[2] != "not_linked"]
    newest = {channel: (state, reason) for channel, state, reason in rows[-3:]}
    assert newest["inApp"] == ("sent", None)
    assert newest["telegram"] == (("sent", None) if activity else ("skipped", "route_off"))


async def test_one_household_is_heard_apart_from_the_rest(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await database.write(household_preferences.put, home.on_web("alice"), home.home, [])
    await database.write(set_quantity, home, home.milk, 1000)
    await drain(dispatcher, watch)
    assert (phones.of(1), await waits(database, home)) == ([], ["topic_off"])
    await database.write(household_preferences.reset, home.on_web("alice"), home.home)
    await database.write(set_quantity, home, home.milk, 0)
    await drain(dispatcher, watch)
    assert len(phones.of(1)) == 1


async def test_a_muted_item_is_silent_and_a_followed_one_tells_everything(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    who = home.on_web("alice")
    await database.write(settings, home, {"topics": ["lowStock"]})

    async def look(scope: Scope, target: str, level: WatchLevel | None, until: Any = None) -> None:
        values = {"level": level, "until": until}
        await database.write(watching.put, who, home.home, scope, target, values)

    await look(Scope.LOCATION, "Fridge", WatchLevel.FOLLOW)
    await database.write(set_quantity, home, home.milk, 3000)
    await drain(dispatcher, watch)
    assert phones.of(1) == ["Bob set Milk to 3 l."]
    # The nearer one decides, until it ends.
    await look(Scope.ITEM, str(home.milk), WatchLevel.MUTE, watch.now.replace(hour=13))
    await database.write(set_quantity, home, home.milk, 1000)
    await drain(dispatcher, watch)
    assert await waits(database, home) == ["watch_muted"]
    watch.now = watch.now.replace(hour=13)
    await database.write(set_quantity, home, home.milk, 0)
    await drain(dispatcher, watch)
    assert phones.of(1)[1:] == ["Milk is out of stock. Bob corrected it by -1."]


async def test_muting_an_item_counts_for_what_was_not_sent_yet(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    [bread] = await database.write(add_items, home, "Bread")
    for item_id in (home.milk, bread):
        await database.write(set_quantity, home, item_id, 1000)
    muted = {"level": WatchLevel.MUTE}
    await database.write(watching.put, home.on_web("alice"), home.home, Scope.ITEM, str(home.milk), muted)
    await drain(dispatcher, watch)
    assert [text.partition(" is")[0] for text in phones.of(1)] == ["Bread"]


async def test_alice_has_a_minimum_of_her_own(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await database.write(
        watching.put,
        home.on_web("alice"),
        home.home,
        Scope.ITEM,
        str(home.milk),
        {"min_quantity": 3500},
    )
    await database.write(world.listen_to, home.bob, "lowStock")
    await database.write(set_quantity, home, home.milk, 3000)
    await drain(dispatcher, watch)
    assert phones.received == [
        (1, "Milk is running low: 3 l left, the minimum is 3.5 l. Bob corrected it by -1.")
    ]
    # By the household's minimum it is low only now: that is no news for her.
    await database.write(set_quantity, home, home.milk, 1500)
    await drain(dispatcher, watch)
    assert len(phones.of(1)) == 1


async def test_news_that_somebody_must_answer_come_at_night_too(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    watch.now = NIGHT
    await database.write(settings, home, QUIET)
    await database.write(announcing.send_test, home.on_web("alice"))
    await drain(dispatcher, watch)
    assert phones.of(1) == ["This is the test you asked for: messages reach you here."]
