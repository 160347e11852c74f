"""Members: their roles, their leaving, and the last admin, who has to stay."""

import asyncio

import pytest

from tests.support.people import Person


async def roles(person: Person) -> dict[str, str]:
    return {member["displayName"]: member["role"] for member in (await person.get(person.home))["members"]}


async def test_alice_gives_bob_another_role_in_both_spellings(alice: Person, bob: Person) -> None:
    answer = await alice.put(f"{alice.home}/members/{bob.user_id}/role", {"role": "viewer"})
    assert answer == {"userId": bob.user_id, "displayName": "Bob", "role": "viewer"}
    await bob.post(f"{bob.home}/items", {"name": "Tea", "quantity": 1, "unit": "box"}, expect=403)
    assert await roles(bob) == {"Alice": "admin", "Bob": "viewer"}
    assert (await bob.get("/households"))["households"][-1]["role"] == "viewer"

    alias = await alice.call("PATCH", f"{alice.home}/members/{bob.user_id}", {"role": "member"})
    assert (alias.status_code, alias.json()) == (200, {**answer, "role": "member"})
    await bob.add_item("Tea")
    for wrong in ({"role": "owner"}, {"role": None}, {"role": "Admin"}, {}):
        await alice.put(f"{alice.home}/members/{bob.user_id}/role", wrong, expect=400)
    await bob.put(f"{bob.home}/members/{bob.user_id}/role", {"role": "admin"}, expect=403)
    assert await roles(bob) == {"Alice": "admin", "Bob": "member"}


async def test_the_last_admin_neither_leaves_nor_steps_down(alice: Person, bob: Person) -> None:
    for _ in range(2):
        refusals = [
            await alice.delete(f"{alice.home}/leave", expect=403),
            await alice.delete(f"{alice.home}/members/{alice.user_id}", expect=403),
            await alice.put(f"{alice.home}/members/{alice.user_id}/role", {"role": "member"}, expect=403),
        ]
        for refused in refusals:
            assert refused["error"] == "AUTHORIZATION_ERROR"
            assert "last admin" in refused["message"]
    # The same role is no change; and with another admin she is free to go.
    await alice.put(f"{alice.home}/members/{alice.user_id}/role", {"role": "admin"})
    await alice.put(f"{alice.home}/members/{bob.user_id}/role", {"role": "admin"})
    await alice.put(f"{alice.home}/members/{alice.user_id}/role", {"role": "member"})
    assert await roles(alice) == {"Alice": "member", "Bob": "admin"}
    await bob.delete(f"{bob.home}/leave", expect=403)
    await alice.delete(f"{alice.home}/leave")
    await alice.get(alice.home, expect=403)
    # Alone, too, one stays: a household without anybody is deleted instead.
    await bob.delete(f"{bob.home}/leave", expect=403)
    await bob.delete(bob.home)


@pytest.mark.both_databases
async def test_of_two_admins_who_leave_at_once_one_stays(alice: Person, bob: Person) -> None:
    await alice.put(f"{alice.home}/members/{bob.user_id}/role", {"role": "admin"})
    answers = await asyncio.gather(
        *(person.call("DELETE", f"{person.home}/leave") for person in (alice, bob)),
    )
    assert sorted(answer.status_code for answer in answers) == [204, 403]


async def test_bob_may_take_himself_out_but_nobody_else(alice: Person, bob: Person, charlie: Person) -> None:
    await alice.invite(charlie, "viewer")
    await bob.delete(f"{bob.home}/members/{charlie.user_id}", expect=403)
    await bob.delete(f"{bob.home}/members/{alice.user_id}", expect=403)
    await bob.delete(f"{bob.home}/members/{bob.user_id}")
    # A viewer may leave as well; whoever has left cannot leave again.
    await charlie.delete(f"{charlie.home}/leave")
    for gone in (bob, charlie):
        await gone.delete(f"{gone.home}/leave", expect=403)
        await alice.delete(f"{alice.home}/members/{gone.user_id}", expect=404)
        await alice.put(f"{alice.home}/members/{gone.user_id}/role", {"role": "member"}, expect=404)
    assert await roles(alice) == {"Alice": "admin"}


async def test_who_was_removed_is_told_and_sees_nothing_any_more(
    alice: Person, bob: Person, charlie: Person
) -> None:
    await bob.put("/notifications/settings", {"preferences": {"notificationTypes": ["memberActivity"]}})
    item = await alice.add_item("Milk", 2)
    assert (await bob.get("/notifications"))["total"] == 1
    await alice.delete(f"{alice.home}/members/{bob.user_id}")
    for path in (bob.home, f"{bob.home}/items", f"{bob.home}/items/{item['id']}", f"{bob.home}/movements"):
        await bob.get(path, expect=403)
    assert bob.household_id not in str(await bob.get("/households"))
    # Of what happened before he is told no more either; of his removal he is.
    [told] = (await bob.get("/notifications"))["notifications"]
    assert (told["type"], told["message"]) == ("account", "Alice removed Bob from Alice's Home.")
    assert await bob.get("/notifications/unread-count") == {"count": 1}
    history = (await bob.get("/notifications/history"))["history"]
    told = [one for one in history if one["state"] == "sent"]
    assert [one["type"] for one in told] == ["account"]
    assert item["name"] not in str(history)
    # He may be invited again.
    await alice.invite(bob)
    assert await roles(bob) == {"Alice": "admin", "Bob": "member"}


async def test_bob_is_told_of_his_new_role_whatever_he_chose(alice: Person, bob: Person) -> None:
    await bob.put("/notifications/settings", {"preferences": {"notificationTypes": []}})
    await alice.put(f"{alice.home}/members/{bob.user_id}/role", {"role": "admin"})
    await alice.put(f"{alice.home}/members/{bob.user_id}/role", {"role": "admin"})
    [told] = (await bob.get("/notifications"))["notifications"]
    assert (told["type"], told["message"]) == ("account", "Alice made Bob an admin of Alice's Home.")
    assert (await alice.get("/notifications"))["total"] == 0
