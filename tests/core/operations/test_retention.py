"""What is old is thrown away, and nothing that somebody may still need."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from core import clock, pruning
from core.db import Database, table
from core.delivery import inbox
from core.delivery.dispatcher import Dispatcher
from core.errors import Invalid
from core.events import streams
from core.households import invitations
from core.inventory import stock
from core.models import (
    Delivery,
    Invitation,
    MailPurpose,
    MailToken,
    Message,
    Notification,
    Role,
    Scope,
    StreamEntry,
    WatchLevel,
)
from core.operations.clock_process import Clock
from core.settings import watching
from tests.core import world
from tests.core.phones import Phones
from tests.core.world import Watch, World

HOUR = timedelta(hours=1)
FACTS = {"quantity": 1000, "unit": "pcs", "location": "Pantry"}


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
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
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
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    await Dispatcher(database, Phones()).run_once()
    await database.write(inbox.mark_all_read, home.on_web("alice"))
    watch.advance(days=30)
    await Clock(database).run_once()
    assert (await database.read(inbox.read, home.on_web("alice"), 50, 0)).entries == []
    assert (await database.read(inbox.read, home.on_web("bob"), 50, 0)).entries != []


async def test_what_still_waits_is_never_thrown_away(database: Database, home: World, watch: Watch) -> None:
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
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


def watched(session: Session, user: UUID) -> set[str]:
    """Return what somebody watches, run out or not."""
    return set(session.execute(select(watching.watches.c.target).filter_by(user_id=user)).scalars())


async def test_a_watch_goes_when_it_has_run_out_or_its_item_is_gone_and_that_was_told(
    database: Database, home: World, watch: Watch
) -> None:
    who, sweeping = home.in_chat("alice"), Clock(database)
    tea = (await database.write(stock.add, who, home.home, {"name": "Tea", **FACTS})).item
    soap = (await database.write(stock.add, who, home.home, {"name": "Soap", **FACTS})).item
    until = watch.now + timedelta(days=1)
    muted = {"level": WatchLevel.MUTE, "until": until}
    for scope, target, values in (
        (Scope.CATEGORY, "over", muted),
        (Scope.CATEGORY, "lasting", {"level": WatchLevel.MUTE}),
        (Scope.LOCATION, "later", {**muted, "until": until + timedelta(days=1)}),
        (Scope.ITEM, str(tea.id), {"level": WatchLevel.FOLLOW}),
        (Scope.ITEM, str(soap.id), {"snoozed_until": until}),
        (Scope.ITEM, str(home.milk), {"snoozed_until": until, "min_quantity": 1000}),
    ):
        await database.write(watching.put, who, home.home, scope, target, values)
    await database.write(stock.remove, home.in_chat("bob"), home.home, tea.id)
    watch.advance(days=1)
    await sweeping.run_once()
    assert await database.read(watched, home.alice) == {"lasting", "later", str(tea.id), str(home.milk)}
    phones = Phones()
    await Dispatcher(database, phones).run_once()
    assert any("Tea" in text for _, text in phones.received), "who followed it hears that it is gone"
    watch.advance(minutes=10)
    await sweeping.run_once()
    assert await database.read(watched, home.alice) == {"lasting", "later", str(home.milk)}


def follow_categories(session: Session, home: World, number: int) -> None:
    """Make Alice follow so many categories."""
    rows = [
        {
            "id": uuid4(),
            "user_id": home.alice,
            "household_id": home.home,
            "scope": Scope.CATEGORY,
            "target": f"category {i}",
            "level": WatchLevel.FOLLOW,
        }
        for i in range(number)
    ]
    session.execute(insert(watching.watches), rows)


async def test_what_is_no_longer_watched_does_not_count(
    database: Database, home: World, watch: Watch
) -> None:
    await database.write(follow_categories, home, watching.MOST - 2)
    who = home.in_chat("alice")
    tea = (await database.write(stock.add, who, home.home, {"name": "Tea", **FACTS})).item
    follow, mute = {"level": WatchLevel.FOLLOW}, {"level": WatchLevel.MUTE, "until": watch.now + HOUR}
    await database.write(watching.put, who, home.home, Scope.ITEM, str(tea.id), follow)
    await database.write(watching.put, who, home.home, Scope.CATEGORY, "dairy", mute)
    with pytest.raises(Invalid, match="You watch 500 things already"):
        await database.write(watching.put, who, home.home, Scope.ITEM, str(home.milk), follow)
    await database.write(stock.remove, home.in_chat("bob"), home.home, tea.id)
    watch.advance(hours=1)
    for target in ("pantry", "cellar"):
        await database.write(watching.put, who, home.home, Scope.LOCATION, target, follow)
    with pytest.raises(Invalid):
        await database.write(watching.put, who, home.home, Scope.ITEM, str(home.milk), follow)


async def test_a_mountain_is_carried_off_in_loads(database: Database, home: World, watch: Watch) -> None:
    stream, sweeping = streams.of_household(home.home), Clock(database)
    await database.write(spread_entries, stream, pruning.CHUNK + 5)
    watch.advance(days=31)
    entries = table(StreamEntry).c.created_at
    assert await database.write(pruning.delete_old, entries, streams.KEPT) == pruning.CHUNK
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
