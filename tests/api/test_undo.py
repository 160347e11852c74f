"""Taking movements back, and the list of all movements of a household."""

import asyncio
from typing import Any

import pytest

from tests.api.live import listening
from tests.support.people import Person

MOVEMENT = {
    "id",
    "itemId",
    "itemName",
    "action",
    "delta",
    "quantityAfter",
    "unit",
    "location",
    "previousLocation",
    "reason",
    "notes",
    "undoes",
    "undone",
    "userId",
    "user",
    "timestamp",
}


async def undo(person: Person, movement: str, *, expect: int = 200) -> Any:
    return await person.post(f"{person.home}/movements/{movement}/undo", expect=expect)


async def last_movement(person: Person) -> str:
    listed = await person.get(f"{person.home}/movements", {"pageSize": 1})
    return str(listed["movements"][0]["id"])


async def test_each_kind_of_movement_is_taken_back_once(alice: Person, bob: Person) -> None:
    item = await alice.add_item("Milk", 5, location="fridge")
    path = f"{alice.home}/items/{item['id']}"
    version = 1
    for act, body in (
        ("consume", {"quantity": 1.25}),
        ("waste", {"quantity": 2, "reason": "sour"}),
        ("restock", {"quantity": 3}),
        ("move", {"newLocation": "freezer"}),
        (None, {"quantity": 9, "notes": "counted"}),
    ):
        if act is None:
            await alice.patch(path, body, version=version)
        else:
            await alice.post(f"{path}/{act}", body)
        movement = await last_movement(alice)
        response = await bob.call("POST", f"{bob.home}/movements/{movement}/undo")
        version += 2
        back = response.json()
        assert (response.status_code, response.headers["ETag"]) == (200, f'W/"{version}"'), act
        assert set(back) == {
            "id",
            "movementId",
            "undoes",
            "quantity",
            "location",
            "undoneAt",
            "undoneBy",
            "version",
        }
        assert (back["id"], back["undoes"], back["undoneBy"]) == (item["id"], movement, bob.user_id)
        assert (back["quantity"], back["location"], back["version"]) == (5, "fridge", version), act
        assert back["movementId"] == await last_movement(alice)
        for again in (movement, back["movementId"]):
            refused = await undo(alice, again, expect=409)
            assert (refused["error"], "currentState" in refused) == ("CONFLICT", False)
    now = await alice.get(path)
    assert (now["quantity"], now["location"], now["version"]) == (5, "fridge", version)
    # What else the correction said stays: a quantity was taken back, not a note.
    assert now["notes"] == "counted"
    assert [entry["action"] for entry in now["history"]][:3] == ["undone", "adjusted", "undone"]


async def test_what_is_no_movement_of_stock_cannot_be_taken_back(alice: Person, charlie: Person) -> None:
    item = await alice.add_item("Milk", 5)
    added = await last_movement(alice)
    path = f"{alice.home}/items/{item['id']}"
    await alice.patch(path, {"name": "Oat milk"}, version=1)
    renamed = await last_movement(alice)
    for movement in (added, renamed):
        assert "cannot be undone" in (await undo(alice, movement, expect=409))["message"]
    await alice.post(f"{path}/consume", {"quantity": 1})
    used = await last_movement(alice)
    # Charlie finds neither the movement nor the household.
    await undo(charlie, used, expect=404)
    await charlie.post(f"{alice.home}/movements/{used}/undo", expect=403)
    await alice.delete(path)
    assert "was removed" in (await undo(alice, used, expect=409))["message"]
    removed = await last_movement(alice)
    await undo(alice, removed, expect=409)
    assert (await alice.get(f"{alice.home}/movements"))["pagination"]["total"] == 4


async def test_what_came_after_may_leave_no_room(alice: Person) -> None:
    item = await alice.add_item("Milk", 1)
    path = f"{alice.home}/items/{item['id']}"
    restocked = (await alice.post(f"{path}/restock", {"quantity": 2}))["movementId"]
    await alice.post(f"{path}/consume", {"quantity": 2})
    refused = await undo(alice, restocked, expect=409)
    assert "1 l of Milk" in refused["message"]
    used = await last_movement(alice)
    await alice.patch(path, {"quantity": 999_999}, version=3)
    await undo(alice, used, expect=409)
    await alice.patch(path, {"quantity": 999_998}, version=4)
    assert (await undo(alice, used))["quantity"] == 1_000_000

    first = (await alice.post(f"{path}/move", {"newLocation": "cellar"}))["movementId"]
    second = (await alice.post(f"{path}/move", {"newLocation": "shed"}))["movementId"]
    assert "moved again" in (await undo(alice, first, expect=409))["message"]
    assert (await undo(alice, second))["location"] == "cellar"
    # Now it is where that one had put it.
    assert (await undo(alice, first))["location"] == "pantry"


async def test_moving_something_to_where_it_is_leaves_nothing_to_take_back(alice: Person) -> None:
    item = await alice.add_item("Milk", 1, location="fridge")
    stayed = await alice.post(f"{alice.home}/items/{item['id']}/move", {"newLocation": "fridge"})
    assert stayed["previousLocation"] == stayed["currentLocation"] == "fridge"
    refused = await undo(alice, stayed["movementId"], expect=409)
    assert refused["message"] == "Milk was there already, so there is nothing to undo."


@pytest.mark.both_databases
async def test_of_many_who_take_the_same_back_at_once_one_does(alice: Person, bob: Person) -> None:
    item = await alice.add_item("Milk", 5)
    used = await alice.post(f"{alice.home}/items/{item['id']}/consume", {"quantity": 1})
    path = f"{alice.home}/movements/{used['movementId']}/undo"
    answers = await asyncio.gather(*(person.call("POST", path) for person in (alice, bob) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9
    assert (await alice.get(f"{alice.home}/items/{item['id']}"))["quantity"] == 5


async def test_an_undoing_is_told_like_any_change(alice: Person, bob: Person, charlie: Person) -> None:
    wanted = {"preferences": {"notificationTypes": ["memberActivity", "lowStock"]}}
    await alice.put("/notifications/settings", wanted)
    item = await alice.add_item("Milk", 3, minQuantity=2)
    used = await bob.post(f"{bob.home}/items/{item['id']}/consume", {"quantity": 2})
    await alice.post("/notifications/read-all")
    async with listening(alice) as ear, listening(charlie) as other:
        await bob.post(f"{bob.home}/movements/{used['movementId']}/undo")
        updated = await ear.first("item.updated")
        assert updated["payload"]["changes"] == {"quantity": 3}
        assert updated["payload"]["item"]["version"] == 3
        assert updated["payload"]["updatedBy"] == bob.user_id
        told = await ear.first("notification.new")
        assert told["payload"]["type"] == "lowStock"
        await charlie.add_item("Bread")
        await other.first("item.added")
        assert [name for name, _ in other.heard] == ["connected", "item.added"]
    [unread] = (await alice.get("/notifications", {"unreadOnly": True}))["notifications"]
    assert unread["message"] == "There is enough Milk again: 3 l. Bob took back a change of 2 l."


async def test_movements_are_listed_newest_first_and_outlive_their_item(alice: Person, bob: Person) -> None:
    milk, tea = await alice.add_item("Milk", 5, location="fridge"), await bob.add_item("Tea", 1)
    path = f"{alice.home}/items/{milk['id']}"
    await bob.post(f"{path}/waste", {"quantity": 1.5, "reason": "sour", "notes": "forgotten"})
    moved = await alice.post(f"{path}/move", {"newLocation": "freezer"})
    await undo(alice, moved["movementId"])
    await alice.delete(path)

    listed = await bob.get(f"{bob.home}/movements")
    assert listed["pagination"] == {"page": 1, "pageSize": 50, "total": 6, "totalPages": 1}
    assert all(set(movement) == MOVEMENT for movement in listed["movements"])
    assert [(one["action"], one["itemName"], one["user"], one["delta"]) for one in listed["movements"]] == [
        ("deleted", "Milk", "Alice", -3.5),
        ("undone", "Milk", "Alice", 0),
        ("moved", "Milk", "Alice", 0),
        ("wasted", "Milk", "Bob", -1.5),
        ("added", "Tea", "Bob", 1),
        ("added", "Milk", "Alice", 5),
    ]
    deleted, undoing, move, waste = listed["movements"][:4]
    assert (waste["quantityAfter"], waste["reason"], waste["notes"]) == (3.5, "sour", "forgotten")
    assert (waste["userId"], waste["unit"], waste["undone"]) == (bob.user_id, "l", False)
    assert (move["location"], move["previousLocation"], move["undone"]) == ("freezer", "fridge", True)
    assert (undoing["undoes"], undoing["undone"]) == (move["id"], False)
    assert (deleted["quantityAfter"], deleted["undoes"]) == (0, None)

    of_tea = await bob.get(f"{bob.home}/movements", {"itemId": tea["id"]})
    assert [one["itemName"] for one in of_tea["movements"]] == ["Tea"]
    second = await bob.get(f"{bob.home}/movements", {"page": 2, "pageSize": 4})
    assert [one["action"] for one in second["movements"]] == ["added", "added"]
    assert second["pagination"] == {"page": 2, "pageSize": 4, "total": 6, "totalPages": 2}


async def test_a_list_of_movements_that_makes_no_sense_is_refused(alice: Person, charlie: Person) -> None:
    for query in ({"page": 0}, {"pageSize": 101}, {"itemId": "1"}, {"page": 10**30}):
        answer = await alice.get(f"{alice.home}/movements", query, expect=400)
        assert answer["details"][0]["field"] == next(iter(query))
    # A foreign item has no movements here.
    item = await charlie.add_item("Bread")
    assert (await alice.get(f"{alice.home}/movements", {"itemId": item["id"]}))["movements"] == []


async def test_what_was_counted_in_another_unit_is_not_undone(alice: Person) -> None:
    item = await alice.add_item("Milk", 2)
    path = f"{alice.home}/items/{item['id']}"
    used = await alice.post(f"{path}/consume", {"quantity": 1})
    await alice.patch(path, {"unit": "box"}, version="*")
    answer = await alice.post(f"{alice.home}/movements/{used['movementId']}/undo", expect=409)
    assert "counted in box by now" in answer["message"]
