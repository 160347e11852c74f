"""Shopping lists: what the household wants to buy, and who bought it."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from core import clock
from tests.support.people import Person

LIST = {"id", "name", "notes", "itemCount", "completedCount", "createdAt", "createdBy", "lastUpdated"}
ENTRY = {
    "id",
    "name",
    "quantity",
    "unit",
    "category",
    "notes",
    "itemId",
    "completed",
    "addedBy",
    "addedAt",
    "completedBy",
    "completedAt",
    "updatedAt",
}


async def new_list(person: Person, name: str = "Weekend") -> str:
    """Make a list and return the path of its entries."""
    made = await person.post(f"{person.home}/shopping-lists", {"name": name}, expect=201)
    return f"{person.home}/shopping-lists/{made['id']}/items"


async def tick(person: Person, path: str, *, expect: int = 200, **body: object) -> dict[str, object]:
    answer = await person.call("PATCH", path, {"completed": True, **body})
    assert answer.status_code == expect, answer.text
    found: dict[str, object] = answer.json()
    return found


async def test_alice_makes_a_list_and_bob_renames_it(alice: Person, bob: Person) -> None:
    path = f"{alice.home}/shopping-lists"
    assert await alice.get(path) == {"lists": [], "total": 0}
    made = await alice.post(path, {"name": " Weekend ", "notes": "cash\nonly"}, expect=201)
    assert set(made) == LIST
    assert (made["name"], made["notes"], made["createdBy"]) == ("Weekend", "cash\nonly", "Alice")
    assert (made["itemCount"], made["completedCount"]) == (0, 0)
    await bob.post(path, {"name": "Party"}, expect=201)
    one = f"{path}/{made['id']}"
    assert await bob.get(one) == made

    changed = await bob.put(one, {"name": "Saturday"})
    assert (changed["name"], changed["notes"], changed["createdBy"]) == ("Saturday", None, "Alice")
    assert changed["lastUpdated"] > made["lastUpdated"]
    listed = await alice.get(path)
    assert ([shown["name"] for shown in listed["lists"]], listed["total"]) == (["Saturday", "Party"], 2)
    assert listed["lists"][0] == changed

    await bob.post(f"{one}/items", {"name": "Bread"}, expect=201)
    await bob.delete(one)
    for gone in (one, f"{one}/items"):
        await alice.get(gone, expect=404)
    await bob.delete(one, expect=404)
    await bob.put(one, {"name": "Again"}, expect=404)
    await bob.post(f"{one}/items", {"name": "Bread"}, expect=404)
    assert (await alice.get(path))["total"] == 1


async def test_entries_show_names_and_count_on_their_list(alice: Person, bob: Person) -> None:
    entries = await new_list(alice)
    body = {"name": "Milk", "quantity": 1.5, "unit": "l", "category": "Dairy", "notes": "fresh"}
    milk = await bob.post(entries, body, expect=201)
    assert set(milk) == ENTRY
    assert {name: milk[name] for name in body} == body
    assert (milk["addedBy"], milk["completed"], milk["itemId"]) == ("Bob", False, None)
    assert milk["completedBy"] is milk["completedAt"] is None
    bread = await alice.post(entries, {"name": "Bread"}, expect=201)
    assert bread["quantity"] is bread["unit"] is bread["category"] is bread["notes"] is None

    later = clock.utcnow() + timedelta(minutes=1)
    with clock.reading_from(lambda: later):
        bought = await tick(alice, f"{entries}/{milk['id']}")
    assert (bought["completed"], bought["completedBy"], bought["addedBy"]) == (True, "Alice", "Bob")
    assert bought["completedAt"] == bought["updatedAt"] == later.isoformat().replace("+00:00", "Z")
    listed = await bob.get(entries)
    assert ([entry["name"] for entry in listed["items"]], listed["total"]) == (["Milk", "Bread"], 2)
    assert listed["items"][0] == bought
    shown = await bob.get(entries.removesuffix("/items"))
    assert (shown["itemCount"], shown["completedCount"]) == (2, 1)
    assert shown["lastUpdated"] == bought["updatedAt"]

    # Bob ticks it again: it stays Alice who bought it. Then it was a mistake.
    assert (await tick(bob, f"{entries}/{milk['id']}"))["completedBy"] == "Alice"
    open_again = await tick(bob, f"{entries}/{milk['id']}", completed=False)
    assert (open_again["completed"], open_again["completedBy"], open_again["completedAt"]) == (
        False,
        None,
        None,
    )
    await bob.delete(f"{entries}/{bread['id']}")
    await bob.delete(f"{entries}/{bread['id']}", expect=404)
    shown = await bob.get(entries.removesuffix("/items"))
    assert (shown["itemCount"], shown["completedCount"]) == (1, 0)


async def test_some_fields_of_an_entry_change_and_the_others_stay(alice: Person) -> None:
    entries = await new_list(alice)
    milk = await alice.post(entries, {"name": "Milk", "quantity": 2, "unit": "l"}, expect=201)
    path = f"{entries}/{milk['id']}"
    changed = (await alice.call("PATCH", path, {"name": "Oat milk", "unit": None})).json()
    assert (changed["name"], changed["quantity"], changed["unit"]) == ("Oat milk", 2, None)
    for wrong in (
        {"name": None},
        {"name": ""},
        {"quantity": 0},
        {"quantity": -1},
        {"quantity": 0.0001},
        {"quantity": 1_000_000.001},
        {"completed": None},
        {"completed": "perhaps"},
        {"unit": "x" * 31},
        {"itemId": "1"},
        {"itemId": str(uuid4())},
    ):
        answer = await alice.call("PATCH", path, wrong)
        assert (answer.status_code, answer.json()["error"]) == (400, "VALIDATION_ERROR"), wrong
        assert answer.json()["details"][0]["field"] == next(iter(wrong)), answer.text
    assert (await alice.get(entries))["items"] == [changed]


@pytest.mark.both_databases
async def test_what_was_bought_goes_into_store_once(alice: Person, bob: Person) -> None:
    item = await alice.add_item("Milk", 1, minQuantity=2)
    entries = await new_list(alice)
    wanted = {"name": "Milk", "quantity": 2.5, "unit": "L", "itemId": item["id"]}
    milk = await alice.post(entries, wanted, expect=201)
    assert milk["itemId"] == item["id"]
    path = f"{entries}/{milk['id']}"
    answers = await asyncio.gather(
        *(
            person.call("PATCH", path, {"completed": True, "restock": True})
            for person in (alice, bob)
            for _ in range(3)
        )
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["completedBy"] for answer in answers}) == 1
    stocked = await alice.get(f"{alice.home}/items/{item['id']}")
    assert (stocked["quantity"], stocked["version"]) == (3.5, 2)
    assert stocked["history"][0]["action"] == "restocked"
    assert stocked["history"][0]["quantity"] == 2.5
    assert stocked["history"][0]["user"] == answers[0].json()["completedBy"]
    # Ticking without restock only ticks.
    bread = await alice.post(entries, {**wanted, "name": "More"}, expect=201)
    await tick(alice, f"{entries}/{bread['id']}")
    assert (await alice.get(f"{alice.home}/items/{item['id']}"))["version"] == 2


async def test_what_cannot_be_put_into_store_is_not_ticked_off_either(alice: Person) -> None:
    item = await alice.add_item("Milk", 999_999)
    entries = await new_list(alice)
    for wanted, field in (
        ({"name": "Nothing in store", "quantity": 1}, "restock"),
        ({"name": "How much?", "itemId": item["id"]}, "restock"),
        ({"name": "Another unit", "quantity": 1, "unit": "box", "itemId": item["id"]}, "restock"),
        ({"name": "Too much", "quantity": 2, "unit": "l", "itemId": item["id"]}, "quantity"),
    ):
        entry = await alice.post(entries, wanted, expect=201)
        refused = await tick(alice, f"{entries}/{entry['id']}", restock=True, expect=400)
        assert refused["error"] == "VALIDATION_ERROR"
        assert refused["details"][0]["field"] == field, wanted  # type: ignore[index]
    listed = await alice.get(entries)
    assert not any(entry["completed"] for entry in listed["items"])
    assert (await alice.get(f"{alice.home}/items/{item['id']}"))["version"] == 1
    # The unit may be left out: it is the item's.
    entry = await alice.post(entries, {"name": "Milk", "quantity": 1, "itemId": item["id"]}, expect=201)
    await tick(alice, f"{entries}/{entry['id']}", restock=True)
    assert (await alice.get(f"{alice.home}/items/{item['id']}"))["quantity"] == 1_000_000


async def test_an_entry_names_only_an_item_of_its_household_and_outlives_it(
    alice: Person, charlie: Person
) -> None:
    mine, foreign = await alice.add_item("Milk", 1), await charlie.add_item("Bread", 1)
    entries = await new_list(alice)
    for item_id in (foreign["id"], str(uuid4())):
        body = {"name": "Bread", "quantity": 1, "itemId": item_id}
        refused = await alice.post(entries, body, expect=400)
        assert refused["details"] == [
            {"field": "itemId", "message": "itemId must be an item of this household."}
        ]
    entry = await alice.post(entries, {"name": "Milk", "quantity": 1, "itemId": mine["id"]}, expect=201)
    await alice.delete(f"{alice.home}/items/{mine['id']}")
    [left] = (await alice.get(entries))["items"]
    assert (left["id"], left["itemId"]) == (entry["id"], None)
    await tick(alice, f"{entries}/{entry['id']}", restock=True, expect=400)
    assert (await charlie.get(f"{charlie.home}/items/{foreign['id']}"))["version"] == 1


async def test_an_entry_is_found_on_its_own_list_only(alice: Person) -> None:
    weekend, party = await new_list(alice), await new_list(alice, "Party")
    entry = await alice.post(weekend, {"name": "Bread"}, expect=201)
    elsewhere = f"{party}/{entry['id']}"
    await tick(alice, elsewhere, expect=404)
    await alice.delete(elsewhere, expect=404)
    assert (await alice.get(weekend))["items"] == [entry]


async def test_lists_and_entries_without_a_name_are_refused(alice: Person) -> None:
    path = f"{alice.home}/shopping-lists"
    for wrong in ({}, {"name": " "}, {"name": "x" * 101}, {"name": "x", "notes": "x" * 2001}):
        await alice.post(path, wrong, expect=400)
    entries = await new_list(alice)
    for entry in ({}, {"name": " "}, {"name": "x" * 201}, {"name": "x", "quantity": "2"}):
        await alice.post(entries, entry, expect=400)
    assert (await alice.get(entries)) == {"items": [], "total": 0}
