"""What is old is thrown away, and nothing that somebody may still need."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from core import clock, inbox, inventory, invitations, pruning, streams
from core.db import Database, table
from core.models import (
    Delivery,
    Invitation,
    MailPurpose,
    MailToken,
    Message,
    Notification,
    Role,
    StreamEntry,
)
from core.outbox import Dispatcher
from core.schedule import Clock
from tests.core import world
from tests.core.phones import Phones
from tests.core.world import Watch, World


def count(session: Session, *models: type[Any]) -> list[int]:
    return [session.execute(select(func.count()).select_from(table(model))).scalar_one() for model in models]


def mail_a_token(session: Session, user: UUID) -> None:
    now = clock.utcnow()
    session.execute(
        insert(table(MailToken)).values(
            purpose=MailPurpose.RESET,
            user_id=user,
            email_key="a@b",
            created_at=now,
            expires_at=now,
        )
    )


async def test_what_was_told_is_kept_for_30_days_and_the_unread_for_90(
    database: Database, home: World, watch: Watch
) -> None:
    sweeping, told = Clock(database), (Message, Delivery, StreamEntry)
    await database.write(inventory.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    await Dispatcher(database, Phones()).run_once()
    before = await database.read(count, *told)
    assert 0 not in before
    watch.advance(days=29, hours=23)
    await sweeping.run_once()
    assert await database.read(count, *told) == before
    watch.advance(hours=2)
    await sweeping.run_once()
    assert await database.read(count, *told) == [0, 0, 0]
    assert await database.read(inbox.unread_count, home.on_web("alice")) > 0
    watch.advance(days=60)
    await sweeping.run_once()
    assert await database.read(count, Notification) == [0]


async def test_invitations_and_mailed_tokens_outlive_their_time_for_a_while(
    database: Database, home: World, watch: Watch
) -> None:
    sweeping = Clock(database)
    await database.write(invitations.invite, home.on_web("alice"), home.home, "dora@x.example", Role.MEMBER)
    await database.write(mail_a_token, home.alice)
    for days, left in ((0.9, [1, 1]), (0.2, [1, 0]), (35.8, [1, 0]), (0.2, [0, 0])):
        watch.advance(days=days)
        await sweeping.run_once()
        assert await database.read(count, Invitation, MailToken) == left


async def test_what_was_read_goes_after_30_days(database: Database, home: World, watch: Watch) -> None:
    await database.write(inventory.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    await Dispatcher(database, Phones()).run_once()
    await database.write(inbox.mark_all_read, home.on_web("alice"))
    watch.advance(days=30)
    await Clock(database).run_once()
    assert (await database.read(inbox.read, home.on_web("alice"), 50, 0)).entries == []
    assert (await database.read(inbox.read, home.on_web("bob"), 50, 0)).entries != []


async def test_what_still_waits_is_never_thrown_away(database: Database, home: World, watch: Watch) -> None:
    await database.write(inventory.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    watch.advance(days=100)
    await Clock(database).run_once()
    phones = Phones()
    assert await Dispatcher(database, phones).run_once() == 1
    assert "Milk is running low" in phones.received[0][1]


def spread_entries(session: Session, stream: str, number: int) -> None:
    """Add many entries to a stream, a second apart."""
    now = clock.utcnow()
    rows = [
        {
            "stream_id": stream,
            "seq": 1000 + i,
            "type": "X",
            "payload": {},
            "created_at": now + timedelta(seconds=i),
        }
        for i in reversed(range(number))
    ]
    session.execute(insert(table(StreamEntry)), rows)


async def test_a_mountain_is_carried_off_in_loads(database: Database, home: World, watch: Watch) -> None:
    stream, sweeping = streams.of_household(home.home), Clock(database)
    await database.write(spread_entries, stream, pruning.CHUNK + 5)
    watch.advance(days=31)
    assert await database.write(streams.prune) == pruning.CHUNK
    left = await database.read(world.numbers, stream)
    assert len(left) >= 5
    assert left[-5:] == [1000 + pruning.CHUNK + i for i in range(5)], "the oldest went first"
    await sweeping.run_once()
    assert await database.read(world.numbers, stream) == []


async def test_the_clock_sweeps_every_ten_minutes(database: Database, home: World, watch: Watch) -> None:
    sweeping = Clock(database)
    watch.advance(days=30, minutes=-1)
    await sweeping.run_once()
    watch.advance(minutes=2)
    assert await sweeping.run_once() == 0
    watch.advance(minutes=8)
    assert await sweeping.run_once() > 0
