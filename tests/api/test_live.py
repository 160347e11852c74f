"""What live clients hear, and who hears nothing."""

import pytest
import socketio
from socketio.exceptions import ConnectionError as Refused

from tests.api.live import listening
from tests.support.people import Person


async def test_alice_sees_bobs_changes_and_charlie_does_not(
    alice: Person, bob: Person, charlie: Person
) -> None:
    async with listening(alice) as ear, listening(charlie) as other:
        connected = ear.all("connected")[0]
        assert connected["userId"] == alice.user_id
        assert alice.household_id in connected["households"]

        item = await bob.add_item("Milk", 2.5, category="Dairy")
        added = await ear.first("item.added")
        assert added["type"] == "item.added"
        assert added["householdId"] == alice.household_id
        assert added["payload"]["itemId"] == item["id"]
        assert added["payload"]["item"] == item
        assert added["payload"]["addedBy"] == bob.user_id
        assert added["payload"]["timestamp"].endswith("Z")

        await bob.post(f"{bob.home}/items/{item['id']}/consume", {"quantity": 0.5})
        consumed = await ear.first("item.updated")
        assert consumed["payload"]["changes"] == {"quantity": 2}
        assert consumed["payload"]["item"]["version"] == 2
        assert consumed["payload"]["updatedBy"] == bob.user_id

        await bob.post(f"{bob.home}/items/{item['id']}/move", {"newLocation": "fridge"})
        moved = await ear.first("item.updated", 2)
        assert moved["payload"]["changes"] == {"location": "fridge"}

        await bob.patch(f"{bob.home}/items/{item['id']}", {"expirationDate": "2020-01-01"}, version=3)
        patched = await ear.first("item.updated", 3)
        assert patched["payload"]["changes"]["expirationDate"] == "2020-01-01"
        assert patched["payload"]["changes"]["expirationStatus"] == "expired"
        assert set(patched["payload"]["changes"]) == {
            "expirationDate",
            "expirationStatus",
            "daysUntilExpiration",
        }

        await bob.delete(f"{bob.home}/items/{item['id']}")
        deleted = await ear.first("item.deleted")
        assert deleted["payload"] == {
            "itemId": item["id"],
            "deletedBy": bob.user_id,
            "timestamp": deleted["payload"]["timestamp"],
        }
        seqs = ear.seqs(f"household:{alice.household_id}")
        assert seqs == list(range(added["seq"], added["seq"] + 5))

        # What Charlie hears next is his own: everything before it has passed him by.
        await charlie.add_item("Charlie's bread", 1)
        await other.first("item.added")
        assert [name for name, _ in other.heard] == ["connected", "item.added"]


async def test_without_a_good_token_the_socket_is_refused(alice: Person) -> None:
    for auth in (None, {}, {"token": ""}, {"token": 5}, {"token": "x.y.z"}, "token", {"token": "\ud800"}):
        client = socketio.AsyncClient(reconnection=False)
        refusals: list[object] = []
        client.on("connect_error", refusals.append)
        with pytest.raises(Refused):
            await client.connect(alice.base_url, auth=auth, transports=["websocket"])
        assert str(refusals[0]["message"] if isinstance(refusals[0], dict) else refusals[0]).startswith(
            "Authentication failed"
        ), auth
