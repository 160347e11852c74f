"""What live clients hear of members, lists and the household itself; and when they hear it no more."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
import socketio
from socketio.exceptions import ConnectionError as Refused

from api.app import create_app
from core.config import Settings
from core.db import Database
from core.events import streams
from core.models import Role
from core.wake import Wake
from tests.api.live import PATIENCE_S, Ear, listening
from tests.support.people import Person
from tests.support.serving import serving

PLACE = {"type", "householdId", "payload", "stream", "epoch", "seq"}


async def hears_only_of(person: Person, ear: Ear, *names: str) -> None:
    """Let a person do something at home: what they heard before it is all that there was."""
    await person.post("/households", {"name": "Marker"}, expect=201)
    await ear.until(
        lambda ear: any(
            name == "household.joined" and body["payload"]["name"] == "Marker" for name, body in ear.heard
        )
    )
    assert [name for name, _ in ear.heard] == ["connected", *names, "household.joined"]


def broadcast(body: dict[str, Any], name: str, person: Person) -> dict[str, Any]:
    """Check what every household event carries, and return its payload."""
    assert (body["type"], body["householdId"]) == (name, person.household_id)
    assert body["stream"] == streams.of_household(UUID(person.household_id))
    payload: dict[str, Any] = body["payload"]
    assert payload["timestamp"].endswith("Z")
    return payload


async def test_alice_hears_who_joins_changes_and_leaves(alice: Person, bob: Person, charlie: Person) -> None:
    async with listening(alice) as ear, listening(bob) as his:
        await alice.invite(charlie, "viewer")
        joined = broadcast(await ear.first("member.joined"), "member.joined", alice)
        assert set(ear.all("member.joined")[0]) == PLACE
        assert joined == {
            "userId": charlie.user_id,
            "displayName": "Charlie",
            "role": "viewer",
            "timestamp": joined["timestamp"],
        }
        await alice.put(f"{alice.home}/members/{charlie.user_id}/role", {"role": "admin"})
        updated = broadcast(await ear.first("member.updated"), "member.updated", alice)
        assert updated == {**joined, "role": "admin", "timestamp": updated["timestamp"]}
        # The same role again is no news.
        await alice.put(f"{alice.home}/members/{charlie.user_id}/role", {"role": "admin"})
        await charlie.delete(f"{charlie.home}/leave")
        left = broadcast(await ear.first("member.left"), "member.left", alice)
        assert left == {**joined, "role": "admin", "timestamp": left["timestamp"]}
        await his.first("member.left")
        names = ["member.joined", "member.updated", "member.left"]
        await hears_only_of(alice, ear, *names)
        await hears_only_of(bob, his, *names)
        room = streams.of_household(UUID(alice.household_id))
        assert ear.seqs(room) == list(range(ear.seqs(room)[0], ear.seqs(room)[0] + 3))


async def test_a_renamed_household_is_told_to_its_members(
    alice: Person, bob: Person, charlie: Person
) -> None:
    async with listening(bob) as ear, listening(charlie) as other:
        await alice.put(alice.home, {"name": "House", "timezone": "Asia/Tokyo"})
        payload = broadcast(await ear.first("household.updated"), "household.updated", alice)
        assert payload == {
            "name": "House",
            "description": None,
            "timezone": "Asia/Tokyo",
            "updatedBy": alice.user_id,
            "timestamp": payload["timestamp"],
        }
        await hears_only_of(charlie, other)


async def test_bob_sees_the_shopping_list_fill_while_he_shops(
    alice: Person, bob: Person, charlie: Person
) -> None:
    milk = await alice.add_item("Milk", 1)
    async with listening(bob) as ear, listening(charlie) as other:
        made = await alice.post(f"{alice.home}/shopping-lists", {"name": "Weekend"}, expect=201)
        added = broadcast(await ear.first("shoppinglist.added"), "shoppinglist.added", alice)
        assert (added["shoppingListId"], added["name"]) == (made["id"], "Weekend")
        path = f"{alice.home}/shopping-lists/{made['id']}"
        await alice.put(path, {"name": "Saturday"})
        renamed = broadcast(await ear.first("shoppinglist.updated"), "shoppinglist.updated", alice)
        assert (renamed["shoppingListId"], renamed["name"]) == (made["id"], "Saturday")

        body = {"name": "Milk", "quantity": 2, "unit": "l", "itemId": milk["id"]}
        entry = await alice.post(f"{path}/items", body, expect=201)
        entry_path = f"{path}/items/{entry['id']}"
        ticked = await bob.call("PATCH", entry_path, {"completed": True, "restock": True})
        await alice.delete(entry_path)
        for name, item in (
            ("shoppinglist.item.added", entry),
            ("shoppinglist.item.updated", ticked.json()),
            ("shoppinglist.item.deleted", ticked.json()),
        ):
            told = await ear.first(name)
            payload = broadcast(told, name, alice)
            assert set(told) == PLACE | {"shoppingListId", "listId", "item"}
            assert told["shoppingListId"] == told["listId"] == made["id"]
            assert told["item"] == payload["item"] == item, name
            assert set(payload) == {"itemId", "item", "timestamp"}
            assert payload["itemId"] == entry["id"]
        # What was bought is in store, and that is told as a change of the item.
        assert (await ear.first("item.updated"))["payload"]["changes"] == {"quantity": 3}
        await alice.delete(path)
        deleted = broadcast(await ear.first("shoppinglist.deleted"), "shoppinglist.deleted", alice)
        assert deleted["shoppingListId"] == made["id"]
        room = streams.of_household(UUID(alice.household_id))
        assert ear.seqs(room) == list(range(ear.seqs(room)[0], ear.seqs(room)[0] + 7))
        await hears_only_of(charlie, other)


async def test_who_is_removed_hears_that_and_nothing_of_the_household_after_it(
    alice: Person, bob: Person
) -> None:
    async with listening(bob) as his, listening(bob) as second, listening(alice) as hers:
        await alice.delete(f"{alice.home}/members/{bob.user_id}")
        await bob.get(f"{bob.home}/items", expect=403)
        await alice.add_item("Secret")
        await hers.first("item.added")
        for ear in (his, second):
            left = await ear.first("household.left")
            assert (left["type"], left["userId"]) == ("household.left", bob.user_id)
            assert left["stream"] == streams.of_user(UUID(bob.user_id))
            assert left["payload"]["householdId"] == alice.household_id
            assert left["payload"]["name"] == "Alice's Home"
        await hears_only_of(bob, his, "household.left", "notification.new")
        assert "Secret" not in str(his.heard) + str(second.heard)
        assert his.all("notification.new")[0]["payload"]["type"] == "account"
    async with listening(bob) as later:
        assert alice.household_id not in later.all("connected")[0]["households"]
        room = streams.of_household(UUID(alice.household_id))
        assert room not in later.all("connected")[0]["streams"]


async def test_who_is_back_hears_of_the_household_again(alice: Person, bob: Person) -> None:
    async with listening(bob) as ear:
        await alice.delete(f"{alice.home}/members/{bob.user_id}")
        await alice.add_item("Secret")
        await alice.invite(bob)
        joined = await ear.first("household.joined")
        assert joined["payload"]["role"] == Role.MEMBER
        await alice.add_item("Milk")
        added = await ear.first("item.added")
        assert added["payload"]["item"]["name"] == "Milk"
        assert "Secret" not in str(ear.heard)


async def test_a_deleted_household_falls_silent_for_everybody(
    alice: Person, bob: Person, charlie: Person
) -> None:
    async with listening(alice) as hers, listening(bob) as his, listening(charlie) as other:
        await alice.delete(alice.home)
        for ear in (hers, his):
            assert (await ear.first("household.left"))["payload"]["householdId"] == alice.household_id
        told = await his.first("notification.new")
        assert "Alice deleted the household" in told["payload"]["message"]
        await hears_only_of(alice, hers, "household.left")
        await hears_only_of(bob, his, "household.left", "notification.new")
        await hears_only_of(charlie, other)


async def test_a_deleted_account_is_cut_off_and_the_others_are_not(alice: Person, bob: Person) -> None:
    client, closed = watched_client()
    async with listening(bob, client=client), listening(alice) as hers:
        await bob.delete("/auth/me")
        await asyncio.wait_for(closed.wait(), PATIENCE_S)
        await alice.add_item("Milk")
        await hers.first("item.added")
        await hears_only_of(alice, hers, "member.left", "item.added")
    refusals: list[object] = []
    client = socketio.AsyncClient(reconnection=False)
    client.on("connect_error", refusals.append)
    with pytest.raises(Refused):
        await client.connect(bob.base_url, auth={"token": bob.token}, transports=["websocket"])
    assert "Authentication failed" in str(refusals)


async def test_a_deleted_account_hears_nothing_that_came_after_it(
    alice: Person, bob: Person, settings: Settings, database_url: str
) -> None:
    deaf = Wake(poll=60)
    database = Database(database_url, on_commit=deaf)
    async with serving(create_app(settings, database, deaf)) as elsewhere:
        here, bob.base_url = bob.base_url, elsewhere
        client, closed = watched_client()
        async with listening(bob, client=client) as ear:
            bob.base_url = here
            # That process learns of both at once.
            await bob.delete("/auth/me")
            await alice.add_item("Secret")
            deaf()
            await asyncio.wait_for(closed.wait(), PATIENCE_S)
            assert [name for name, _ in ear.heard] == ["connected"]
    database.dispose()


def watched_client() -> tuple[socketio.AsyncClient, asyncio.Event]:
    """Return a client, and what is set when the server closes its connection."""
    client, closed = socketio.AsyncClient(reconnection=False), asyncio.Event()
    client.on("disconnect", lambda *_reason: closed.set())
    return client, closed
