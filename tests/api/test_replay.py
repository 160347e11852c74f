"""Coming back after a while: what was missed arrives, in order, once; or the server says to read anew."""

import asyncio
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import socketio
from socketio.exceptions import ConnectionError as Refused
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from api.app import create_app
from core import events
from core.clock import utcnow
from core.config import Settings
from core.db import Database, table
from core.events import streams
from core.models import Role, Stream, StreamEntry
from core.wake import Wake
from tests.api.live import Ear, listening
from tests.support.people import Person
from tests.support.serving import serving


def room_of(person: Person) -> str:
    return streams.of_household(UUID(person.household_id))


def restore_from_backup(session: Session, room: str) -> None:
    """Do to a stream what restoring an older database does."""
    session.execute(update(table(Stream)).where(table(Stream).c.id == room).values(epoch="restored", seq=1))


def forget_entries(session: Session, room: str) -> None:
    session.execute(delete(table(StreamEntry)).where(table(StreamEntry).c.stream_id == room))


def departure(person: UUID, household: UUID) -> events.MemberLeft:
    return events.MemberLeft(
        household_id=household,
        household_name="Home",
        user_id=person,
        user_name="Bob",
        role=Role.MEMBER,
        at=utcnow(),
    )


def leave(session: Session, person: UUID, household: UUID) -> None:
    """Write what leaving a household appends to the streams of both."""
    left = departure(person, household)
    streams.append(session, streams.of_household(household), [left])
    streams.append(session, streams.of_user(person), [left])


def has_heard(room: str, number: int, ear: Ear) -> bool:
    return len(ear.seqs(room)) >= number


@pytest.mark.both_databases
async def test_alice_gets_what_she_missed_before_anything_new(alice: Person, bob: Person) -> None:
    room = room_of(alice)
    async with listening(alice) as ear:
        since = ear.all("connected")[0]["streams"]
        item = await bob.add_item("Milk", 30)
        seen = await ear.first("item.added")
        assert since[room] == [seen["epoch"], seen["seq"] - 1]
    since[room] = [seen["epoch"], seen["seq"]]

    path = f"{bob.home}/items/{item['id']}/consume"
    for _ in range(3):
        await bob.post(path, {"quantity": 1})
    # She comes back in the middle of more changes.
    changes = asyncio.gather(*(bob.post(path, {"quantity": 1}) for _ in range(10)))
    async with listening(alice, since=since) as ear:
        await changes
        await ear.first("item.updated", 13)
        assert ear.heard[0][0] == "connected"
        assert ear.heard[0][1]["streams"][room] == since[room]
        assert ear.seqs(room) == list(range(seen["seq"] + 1, seen["seq"] + 14))
        versions = [body["payload"]["item"]["version"] for body in ear.all("item.updated")]
        assert versions == list(range(2, 15))


@pytest.mark.both_databases(long="postgresql")
async def test_many_come_and_go_during_changes_and_nobody_misses_or_doubles_one(
    alice: Person, bob: Person
) -> None:
    room = room_of(alice)
    async with listening(alice) as ear:
        start = ear.all("connected")[0]["streams"]
    item = await bob.add_item("Milk", 100)

    async def change() -> None:
        for _ in range(40):
            await bob.post(f"{bob.home}/items/{item['id']}/consume", {"quantity": 1})

    async def come_and_go() -> list[int]:
        heard: list[int] = []
        cursor = dict(start)
        while len(heard) < 41:
            async with listening(alice, since=cursor) as ear:
                await ear.until(partial(has_heard, room, min(41 - len(heard), 7)))
                heard += ear.seqs(room)
            cursor[room] = [start[room][0], heard[-1]]
        return heard

    _, *all_heard = await asyncio.gather(change(), *(come_and_go() for _ in range(4)))
    for heard in all_heard:
        assert heard == list(range(start[room][1] + 1, start[room][1] + 42))


async def test_alice_may_come_back_to_another_process_that_lags_behind(
    alice: Person, bob: Person, settings: Settings, database_url: str
) -> None:
    room = room_of(alice)
    deaf = Wake(poll=60)
    database = Database(database_url, on_commit=deaf)
    async with serving(create_app(settings, database, deaf)) as elsewhere:
        bob.base_url = elsewhere
        async with listening(bob) as his:
            async with listening(alice) as ear:
                since = ear.all("connected")[0]["streams"]
                await alice.add_item("Milk")
                since[room][1] = (await ear.first("item.added"))["seq"]
            alice.base_url = elsewhere
            async with listening(alice, since=since) as ear:
                # Her coming brought the room there up to date, without telling her again.
                assert (await his.first("item.added"))["seq"] == since[room][1]
                await alice.add_item("Tea")
                deaf()
                assert (await ear.first("item.added"))["seq"] == since[room][1] + 1
                assert [name for name, _ in ear.heard] == ["connected", "item.added"]
    database.dispose()


async def test_who_cannot_be_brought_up_to_date_is_told_to_read_anew(
    alice: Person, database: Database
) -> None:
    room = room_of(alice)
    await alice.add_item()
    position = (await database.read(streams.positions, [room]))[room]
    for stranger in (["another epoch", position.seq], [position.epoch, position.seq + 1]):
        async with listening(alice, since={room: stranger}) as ear:
            told = await ear.first("resync")
            assert told == {
                "type": "resync",
                "stream": room,
                "epoch": position.epoch,
                "seq": position.seq,
            }
    await database.write(forget_entries, room)
    async with listening(alice, since={room: [position.epoch, 0]}) as ear:
        await ear.first("resync")
    # Somebody who is connected hears of it, too, and goes on from there.
    async with listening(alice) as ear:
        await database.write(restore_from_backup, room)
        assert (await ear.first("resync"))["epoch"] == "restored"
        await alice.add_item()
        added = await ear.first("item.added")
        assert (added["epoch"], added["seq"]) == ("restored", 2)


def append_and_forget(session: Session, person: UUID, household: UUID) -> None:
    """Let a stream advance while its entries are thrown away."""
    room = streams.of_household(household)
    streams.append(session, room, [departure(person, household)])
    forget_entries(session, room)


async def test_a_listener_whose_next_entries_are_gone_is_told_to_read_anew(
    alice: Person, database: Database
) -> None:
    room = room_of(alice)
    async with listening(alice) as ear:
        _, seq = ear.all("connected")[0]["streams"][room]
        await database.write(append_and_forget, UUID(alice.user_id), UUID(alice.household_id))
        assert (await ear.first("resync"))["seq"] == seq + 1
        await alice.add_item()
        assert (await ear.first("item.added"))["seq"] == seq + 2


def append_and_lose_the_middle(session: Session, person: UUID, household: UUID) -> None:
    """Let a stream advance by three, of which the second is thrown away: the clock was wrong then."""
    room = streams.of_household(household)
    streams.append(session, room, [departure(person, household)] * 3)
    seq = streams.positions(session, [room])[room].seq
    entries = table(StreamEntry)
    session.execute(delete(entries).where(entries.c.stream_id == room, entries.c.seq == seq - 1))


async def test_a_gap_in_the_middle_is_not_passed_over(alice: Person, database: Database) -> None:
    room = room_of(alice)
    async with listening(alice) as ear:
        since = ear.all("connected")[0]["streams"]
        await database.write(append_and_lose_the_middle, UUID(alice.user_id), UUID(alice.household_id))
        assert (await ear.first("resync"))["seq"] == since[room][1] + 3
        assert ear.seqs(room) == []
    async with listening(alice, since=since) as ear:
        assert (await ear.first("resync"))["stream"] == room


async def test_nobody_can_ask_for_a_stream_of_others(alice: Person, charlie: Person) -> None:
    await alice.add_item("Secret")
    foreign = {room_of(alice): ["x", 0], streams.of_user(UUID(alice.user_id)): ["x", 0], "nonsense": ["x", 0]}
    async with listening(charlie, since=foreign) as ear:
        await charlie.add_item("Bread")
        await ear.first("item.added")
        assert [name for name, _ in ear.heard] == ["connected", "item.added"]
        assert set(ear.heard[0][1]["streams"]) == {room_of(charlie), streams.of_user(UUID(charlie.user_id))}


async def test_a_malformed_since_is_refused_with_a_sentence(alice: Person) -> None:
    wrong: list[Any] = [[], "x", 5, *({"a": a} for a in (5, ["x"], ["x", -1], ["x", True], [1, 1], None))]
    for since in wrong:
        client = socketio.AsyncClient(reconnection=False)
        with pytest.raises(Refused):
            await client.connect(
                alice.base_url, auth={"token": alice.token, "since": since}, transports=["websocket"]
            )


async def test_bob_hears_of_a_household_from_the_moment_he_joins_until_he_leaves(
    alice: Person, charlie: Person, database: Database
) -> None:
    bob = charlie
    async with listening(bob) as ear, listening(alice) as hers:
        before = list(ear.all("connected")[0]["households"])
        home = bob.household_id
        await alice.invite(bob)
        joined = await ear.first("household.joined")
        assert joined["payload"]["householdId"] == alice.household_id not in before
        assert joined["stream"] == streams.of_user(UUID(bob.user_id))
        assert (await hers.first("member.joined"))["payload"]["displayName"] == bob.name
        await alice.add_item("Milk")
        added = await ear.first("item.added")
        assert added["householdId"] == alice.household_id
        assert added["seq"] > joined["streams"][room_of(alice)][1]

        await database.write(leave, UUID(bob.user_id), UUID(alice.household_id))
        await ear.first("household.left")
        await hers.first("member.left")
        await alice.add_item("Secret")
        await hers.first("item.added", 2)
        bob.household_id = home
        await bob.add_item("Bread")
        assert (await ear.first("item.added", 2))["householdId"] == home


async def test_a_notification_reaches_one_person_with_the_number_of_their_stream(
    alice: Person, bob: Person
) -> None:
    item = await alice.add_item("Milk", 3, minQuantity=2)
    await alice.put("/notifications/settings", {"preferences": {"notificationTypes": ["lowStock"]}})
    async with listening(alice) as ear, listening(bob) as his:
        own = streams.of_user(UUID(alice.user_id))
        epoch, seq = ear.all("connected")[0]["streams"][own]
        await bob.post(f"{bob.home}/items/{item['id']}/consume", {"quantity": 2})
        told = await ear.first("notification.new")
        assert told["type"] == "notification.new"
        assert (told["userId"], told["stream"], told["epoch"]) == (alice.user_id, own, epoch)
        assert told["seq"] == seq + 1
        assert told["payload"]["type"] == "lowStock"
        assert told["payload"]["items"] == ["Milk"]
        assert "Milk" in told["payload"]["message"]
        # Bob acted on the web, whose answer told him: his client hears of the item, not of the alert.
        await his.first("item.updated")
        assert his.all("notification.new") == []
        newest = (await alice.get("/notifications"))["notifications"][0]
        assert newest["id"] == told["payload"]["id"]
        assert newest["message"] == told["payload"]["message"]
