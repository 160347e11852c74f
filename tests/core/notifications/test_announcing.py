"""Who is told what: by topic, by channel, and by who did it where."""

import pytest
from sqlalchemy.orm import Session

from core.actors import Actor
from core.db import Database
from core.delivery import inbox
from core.events import streams
from core.inventory import stock
from core.settings import preferences
from core.wording.sentences import sentence
from tests.core import world
from tests.core.world import World

ALL = ("lowStock", "memberActivity")


@pytest.fixture
async def home(database: Database) -> World:
    return await database.write(world.build)


async def inbox_of(database: Database, who: Actor) -> list[str]:
    page = await database.read(inbox.read, who, 50, 0)
    return [sentence(entry.event) for entry in page.entries if entry.topic != "account"]


async def telegram_of(database: Database, user: str, home: World) -> list[str]:
    told = await database.read(world.deliveries_of, getattr(home, user))
    return [state for channel, state, _ in told if channel == "telegram" and state != "skipped"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("alice", {"telegram": "pending", "inApp": "sent", "email": "channel_unavailable"}),
        ("bob", {"telegram": "answered", "inApp": "sent", "email": "channel_unavailable"}),
        ("charlie", {}),
    ],
)
async def test_each_member_finds_what_was_decided_for_them_and_why(
    database: Database, home: World, name: str, expected: dict[str, str]
) -> None:
    before = len(await database.read(world.deliveries_of, getattr(home, name)))
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    rows = (await database.read(world.deliveries_of, getattr(home, name)))[before:]
    assert {channel: reason or state for channel, state, reason in rows} == expected


async def test_whoever_asked_for_nothing_finds_why_they_were_told_nothing(
    database: Database, home: World
) -> None:
    await database.write(world.listen_to, home.alice)
    await database.write(world.listen_to, home.bob, "memberActivity")
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 1000)
    assert (await database.read(world.deliveries_of, home.alice))[-1][1:] == ("skipped", "topic_off")
    assert (await database.read(world.deliveries_of, home.bob))[-1][1:] == ("skipped", "own_act")


async def test_the_one_who_used_it_in_the_chat_finds_it_in_the_inbox_only(
    database: Database, home: World
) -> None:
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    assert len(await inbox_of(database, home.on_web("bob"))) == 1
    assert await telegram_of(database, "bob", home) == []
    assert await telegram_of(database, "alice", home) == ["pending"]


async def test_the_one_who_used_it_on_the_web_hears_it_in_the_chat_only(
    database: Database, home: World
) -> None:
    await database.write(stock.consume, home.on_web("bob"), home.home, home.milk, 3000)
    assert await inbox_of(database, home.on_web("bob")) == []
    assert await telegram_of(database, "bob", home) == ["pending"]


async def test_a_household_next_door_hears_nothing(database: Database, home: World) -> None:
    await database.write(world.listen_to, home.charlie, *ALL)
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    assert await inbox_of(database, home.on_web("charlie")) == []
    assert await telegram_of(database, "charlie", home) == []


async def test_low_is_announced_once_then_out_then_enough_again(database: Database, home: World) -> None:
    who = home.in_chat("bob")
    for amount in (1000, 2000, 500, 500):
        await database.write(stock.consume, who, home.home, home.milk, amount)
    await database.write(stock.restock, who, home.home, home.milk, 1000)
    await database.write(stock.restock, who, home.home, home.milk, 1000)
    told = await inbox_of(database, home.on_web("alice"))
    assert [text.split(".")[0] for text in reversed(told)] == [
        "Milk is running low: 1 l left, the minimum is 2 l",
        "Milk is out of stock",
        "There is enough Milk again: 2 l",
    ]


async def test_activity_goes_to_who_asked_but_never_to_the_one_who_acted(
    database: Database, home: World
) -> None:
    for person in (home.alice, home.bob):
        await database.write(world.listen_to, person, "memberActivity")
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 500)
    assert await inbox_of(database, home.on_web("alice")) == ["Bob used 0.5 l of Milk; 3.5 l left."]
    assert await inbox_of(database, home.on_web("bob")) == []


async def test_one_change_is_one_notification_to_a_person(database: Database, home: World) -> None:
    await database.write(world.listen_to, home.alice, *ALL)
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    [told] = await inbox_of(database, home.on_web("alice"))
    assert told == "Milk is running low: 1 l left, the minimum is 2 l. Bob used 3 l."


async def test_a_channel_that_this_server_lacks_is_skipped_and_not_forgotten(
    database: Database, home: World
) -> None:
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    told = await database.read(world.deliveries_of, home.alice)
    assert ("email", "skipped", "channel_unavailable") in told


async def test_who_switched_a_channel_off_is_not_told_there(database: Database, home: World) -> None:
    off = {"in_app_enabled": False, "email_enabled": False}
    await database.write(preferences.change, home.on_web("alice"), off)
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    assert await inbox_of(database, home.on_web("alice")) == []
    assert await telegram_of(database, "alice", home) == ["pending"]


async def test_every_change_is_one_entry_of_the_stream_without_gaps(database: Database, home: World) -> None:
    who = home.on_web("bob")
    before = len(await database.read(world.numbers, streams.of_household(home.home)))
    await database.write(stock.consume, who, home.home, home.milk, 1000)
    await database.write(stock.move, who, home.home, home.milk, "pantry")
    await database.write(stock.patch, who, home.home, home.milk, None, {"name": "Oat milk"})
    await database.write(stock.waste, who, home.home, home.milk, 1000, "sour")
    await database.write(stock.remove, who, home.home, home.milk)
    numbers = await database.read(world.numbers, streams.of_household(home.home))
    assert numbers == list(range(1, before + 6))


async def test_two_changes_in_one_transaction_are_told_together_or_not_at_all(
    database: Database, home: World
) -> None:
    def twice(session: Session) -> None:
        stock.consume(session, home.in_chat("bob"), home.home, home.milk, 3000)
        stock.consume(session, home.in_chat("bob"), home.home, home.milk, 3000)

    with pytest.raises(Exception, match="only 1 l of Milk left"):
        await database.write(twice)
    assert await inbox_of(database, home.on_web("alice")) == []
