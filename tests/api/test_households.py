"""Households, and how people get into them."""

from datetime import timedelta

import pytest

from core import clock
from tests.support.people import Person


@pytest.mark.both_databases
async def test_alice_creates_a_household_and_sees_its_figures(alice: Person) -> None:
    made = await alice.post(
        "/households", {"name": " Office ", "description": "Coffee", "timezone": "Asia/Tokyo"}, expect=201
    )
    assert (made["name"], made["description"], made["role"], made["memberCount"]) == (
        "Office",
        "Coffee",
        "admin",
        1,
    )
    alice.household_id = made["id"]
    milk = await alice.add_item("Milk", 3, minQuantity=5, expirationDate="2020-01-01")
    today = clock.today("Asia/Tokyo")
    await alice.add_item("Bread", 1, expirationDate=str(today + timedelta(days=3)))
    await alice.add_item("Rice", 1, bestBeforeDate=str(today + timedelta(days=4)))
    await alice.post(f"{alice.home}/items/{milk['id']}/consume", {"quantity": 1})
    await alice.post(f"{alice.home}/items/{milk['id']}/waste", {"quantity": 1, "reason": "sour"})

    details = await alice.get(alice.home)
    assert details["statistics"] == {
        "totalItems": 3,
        "expiringItems": 1,
        "expiredItems": 1,
        "lowStockItems": 1,
        "consumedThisMonth": 1,
        "wastedThisMonth": 1,
    }
    assert [
        (member["userId"], member["email"], member["displayName"], member["role"])
        for member in details["members"]
    ] == [(alice.user_id, alice.email, "Alice", "admin")]
    listed = (await alice.get("/households"))["households"]
    assert [(home["name"], home["itemCount"], home["expiringItemCount"]) for home in listed] == [
        ("Alice's Home", 0, 0),
        ("Office", 3, 1),
    ]


async def test_a_household_without_a_zone_gets_its_makers(alice: Person) -> None:
    assert (await alice.post("/households", {"name": "Shed"}, expect=201))["timezone"] == "Europe/Berlin"


async def test_bob_joins_by_the_invitation_to_his_email_and_charlie_cannot_take_it(
    alice: Person, bob: Person, charlie: Person
) -> None:
    office = (await alice.post("/households", {"name": "Office"}, expect=201))["id"]
    invite = {"email": bob.email.upper(), "role": "viewer"}
    invitation = await alice.post(f"/households/{office}/members", invite, expect=201)
    assert (invitation["status"], invitation["role"]) == ("pending", "viewer")
    accept = f"/households/{office}/invitations/{invitation['invitationId']}/accept"

    assert (await alice.post(f"/households/{office}/members", invite, expect=409))["error"] == "CONFLICT"
    await charlie.post(accept, expect=403)
    accepted = await bob.post(accept)
    assert accepted == {"householdId": office, "name": "Office", "role": "viewer"}
    await bob.post(accept, expect=409)
    await alice.post(f"/households/{office}/members", invite, expect=409)

    # A viewer looks, and changes nothing.
    bob.household_id = office
    await bob.get(bob.home)
    answer = await bob.post(f"{bob.home}/items", {"name": "Tea", "quantity": 1, "unit": "bag"}, expect=403)
    assert answer["error"] == "AUTHORIZATION_ERROR"
    await bob.post(f"{bob.home}/members", {"email": "dora@example.com", "role": "member"}, expect=403)


async def test_an_invitation_expires_after_a_week(alice: Person, charlie: Person) -> None:
    body = {"email": charlie.email, "role": "member"}
    invitation = await alice.post(f"{alice.home}/members", body, expect=201)
    accept = f"{alice.home}/invitations/{invitation['invitationId']}/accept"
    later = clock.utcnow() + timedelta(days=7, minutes=1)
    with clock.reading_from(lambda: later):
        for person in (alice, charlie):
            login = {"email": person.email, "password": "correct horse battery"}
            person.carry((await person.post("/auth/login", login))["accessToken"])
        await charlie.post(accept, expect=409)
        await alice.post(f"{alice.home}/members", body, expect=201)


async def test_alice_renames_her_household_and_without_a_zone_it_keeps_its_own(
    alice: Person, bob: Person
) -> None:
    body = {"name": "  The House ", "description": "Ground floor\nand cellar", "timezone": "Asia/Tokyo"}
    changed = await alice.put(alice.home, body)
    assert (changed["name"], changed["description"], changed["timezone"]) == (
        "The House",
        "Ground floor\nand cellar",
        "Asia/Tokyo",
    )
    assert changed == await alice.get(alice.home)
    replaced = await alice.put(alice.home, {"name": "House"})
    assert (replaced["name"], replaced["description"], replaced["timezone"]) == ("House", None, "Asia/Tokyo")
    await bob.put(bob.home, {"name": "Bob's"}, expect=403)
    for wrong in ({"name": ""}, {"name": "x" * 101}, {"name": "x", "timezone": "Mars"}, {"description": "x"}):
        await alice.put(alice.home, wrong, expect=400)
    assert (await bob.get(bob.home))["name"] == "House"


@pytest.mark.both_databases
async def test_a_deleted_household_takes_everything_along_and_its_members_are_told(
    alice: Person, bob: Person, charlie: Person
) -> None:
    await alice.add_item("Milk", 1)
    invited = await alice.post(f"{alice.home}/members", {"email": charlie.email}, expect=201)
    await bob.delete(bob.home, expect=403)
    await alice.delete(alice.home)
    for person in (alice, bob):
        for path in ("", "/items", "/movements", "/shopping-lists"):
            await person.get(f"/households/{alice.household_id}{path}", expect=403)
    await alice.delete(f"/households/{alice.household_id}", expect=403)
    assert (await alice.get("/households")) == {"households": [], "total": 0}
    assert (await alice.get("/dashboard/stats"))["totalItems"] == 0
    assert (await charlie.get("/invitations"))["total"] == 0
    await charlie.post(f"{alice.home}/invitations/{invited['invitationId']}/accept", expect=403)
    [told] = (await bob.get("/notifications"))["notifications"]
    assert told["message"] == "Alice deleted the household Alice's Home, and everything in it."
    assert (await alice.get("/notifications"))["total"] == 0
