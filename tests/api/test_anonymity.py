"""What is left of somebody who deleted their account: what they did, without their name."""

import pytest

from tests.api.live import listening
from tests.support.people import Person

ANONYMOUS = "Former member"


@pytest.mark.both_databases
async def test_what_bob_did_stays_without_his_name(alice: Person, bob: Person, charlie: Person) -> None:
    await alice.put("/notifications/settings", {"preferences": {"notificationTypes": ["memberActivity"]}})
    await alice.invite(charlie)
    await alice.put(f"{alice.home}/members/{bob.user_id}/role", {"role": "admin"})
    item = await bob.add_item("Milk", 5)
    path = f"{bob.home}/items/{item['id']}"
    await bob.post(f"{path}/consume", {"quantity": 1})
    shopping = await bob.post(f"{bob.home}/shopping-lists", {"name": "Weekend"}, expect=201)
    entries = f"{bob.home}/shopping-lists/{shopping['id']}/items"
    entry = await bob.post(entries, {"name": "Bread"}, expect=201)
    await bob.call("PATCH", f"{entries}/{entry['id']}", {"completed": True})
    await bob.put(f"{bob.home}/members/{alice.user_id}/role", {"role": "member"})
    await bob.put(f"{bob.home}/members/{alice.user_id}/role", {"role": "admin"})
    await bob.delete(f"{bob.home}/members/{charlie.user_id}")
    await alice.put(f"{alice.home}/members/{bob.user_id}/role", {"role": "member"})
    told = [entry["message"] for entry in (await alice.get("/notifications"))["notifications"]]
    assert sum("Bob" in message for message in told) == 5

    await bob.delete("/auth/me")
    everything = [
        await alice.get(where)
        for where in (
            alice.home,
            path,
            f"{alice.home}/movements",
            f"{alice.home}/shopping-lists",
            entries,
            "/notifications",
            "/notifications/history",
            "/auth/me/export",
        )
    ] + [await charlie.get(where) for where in ("/notifications", "/notifications/history")]
    for shown in everything:
        assert "Bob" not in str(shown), shown
    assert {entry["user"] for entry in everything[1]["history"]} == {ANONYMOUS}
    assert everything[1]["createdBy"] == {"userId": None, "displayName": ANONYMOUS}
    assert {(one["user"], one["userId"]) for one in everything[2]["movements"]} == {(ANONYMOUS, None)}
    assert everything[3]["lists"][0]["createdBy"] == ANONYMOUS
    bread = everything[4]["items"][0]
    assert (bread["addedBy"], bread["completedBy"], bread["completed"]) == (ANONYMOUS, ANONYMOUS, True)
    assert len(everything[5]["notifications"]) == len(told) + 1
    assert (await alice.get(path))["quantity"] == 4


@pytest.mark.both_databases
async def test_a_client_that_comes_back_does_not_learn_it_from_what_it_missed(
    alice: Person, bob: Person
) -> None:
    async with listening(alice) as ear:
        since = ear.all("connected")[0]["streams"]
    item = await bob.add_item("Milk", 5)
    shopping = await bob.post(f"{bob.home}/shopping-lists", {"name": "Weekend"}, expect=201)
    entries = f"{bob.home}/shopping-lists/{shopping['id']}/items"
    entry = await bob.post(entries, {"name": "Bread"}, expect=201)
    await bob.call("PATCH", f"{entries}/{entry['id']}", {"completed": True})
    # She did this one; it tells who put it on the list, and who bought it.
    await alice.call("PATCH", f"{entries}/{entry['id']}", {"notes": "sliced"})
    await bob.delete("/auth/me")
    async with listening(alice, since=since) as ear:
        left = await ear.first("member.left")
        assert left["payload"]["displayName"] == ANONYMOUS
        assert left["payload"]["userId"] == bob.user_id
        assert (await ear.first("item.added"))["payload"]["itemId"] == item["id"]
        changed = (await ear.first("shoppinglist.item.updated", 2))["item"]
        assert (changed["addedBy"], changed["completedBy"]) == (ANONYMOUS, ANONYMOUS)
        assert "Bob" not in str(ear.heard)


@pytest.mark.both_databases
async def test_who_deleted_a_household_and_then_themselves_is_not_named(alice: Person, bob: Person) -> None:
    office = (await alice.post("/households", {"name": "Office"}, expect=201))["id"]
    home, alice.household_id = alice.household_id, office
    await alice.invite(bob)
    alice.household_id = home
    await alice.delete(f"/households/{office}")
    [told] = (await bob.get("/notifications"))["notifications"]
    assert told["message"] == "Alice deleted the household Office, and everything in it."
    await alice.put(f"{alice.home}/members/{bob.user_id}/role", {"role": "admin"})
    await alice.delete("/auth/me")
    [_, told] = (await bob.get("/notifications"))["notifications"]
    assert told["message"] == f"{ANONYMOUS} deleted the household Office, and everything in it."
