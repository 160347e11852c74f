"""One's own account: changed, deleted, taken along."""

from tests.api.live import listening
from tests.support.people import PASSWORD, Person

NEW_PASSWORD = "battery staple horse"


async def sign_in(person: Person, password: str, *, expect: int = 200) -> None:
    answer = await person.post("/auth/login", {"email": person.email, "password": password}, expect=expect)
    if expect == 200:
        person.carry(answer["accessToken"])


async def test_alice_changes_her_name_and_her_zone(alice: Person, bob: Person) -> None:
    me = await alice.call("PATCH", "/auth/me", {"displayName": " Alice B. "})
    assert me.status_code == 200
    assert (me.json()["displayName"], me.json()["timezone"]) == ("Alice B.", "Europe/Berlin")
    assert me.json() == await alice.get("/auth/me")
    await alice.call("PATCH", "/auth/me", {"timezone": "Asia/Tokyo", "email": "other@example.com"})
    me_now = await alice.get("/auth/me")
    assert (me_now["timezone"], me_now["email"]) == ("Asia/Tokyo", alice.email)
    members = (await bob.get(bob.home))["members"]
    assert members[0]["displayName"] == "Alice B."


async def test_alice_has_one_zone_wherever_she_changes_it(alice: Person) -> None:
    async with listening(alice) as hers:
        await alice.call("PATCH", "/auth/me", {"timezone": "Asia/Tokyo"})
        told = await hers.first("settings.updated")
        assert told["payload"]["settings"]["preferences"]["timezone"] == "Asia/Tokyo"
        assert (await alice.get("/notifications/settings"))["preferences"]["timezone"] == "Asia/Tokyo"
        await alice.put("/notifications/settings", {"preferences": {"timezone": "UTC"}})
        await hers.first("settings.updated", 2)
        assert (await alice.get("/auth/me"))["timezone"] == "UTC"
        # Whatever the account had before, the notifications follow it again.
        await alice.call("PATCH", "/auth/me", {"timezone": "Europe/Berlin"})
        assert (await alice.get("/notifications/settings"))["preferences"]["timezone"] == "Europe/Berlin"


async def test_a_new_password_needs_the_old_one_and_ends_every_sign_in(alice: Person) -> None:
    for wrong in (
        {"password": NEW_PASSWORD},
        {"password": NEW_PASSWORD, "currentPassword": "not this one"},
        {"password": "short", "currentPassword": PASSWORD},
        {"password": NEW_PASSWORD, "currentPassword": "x" * 1025},
        {"currentPassword": PASSWORD},
        {"displayName": ""},
        {"timezone": "Mars"},
        {"timezone": "localtime"},
        {},
    ):
        refused = await alice.call("PATCH", "/auth/me", wrong)
        assert (refused.status_code, refused.json()["error"]) == (400, "VALIDATION_ERROR"), wrong
        assert PASSWORD not in refused.text
    await sign_in(alice, PASSWORD)

    body = {"password": NEW_PASSWORD, "currentPassword": PASSWORD}
    changed = await alice.call("PATCH", "/auth/me", body)
    assert changed.status_code == 200
    assert "assword" not in changed.text
    await alice.post("/auth/refresh", {"refreshToken": alice.refresh_token}, expect=401)
    await sign_in(alice, PASSWORD, expect=401)
    await sign_in(alice, NEW_PASSWORD)


async def test_the_last_admin_of_several_people_has_to_hand_over_first(
    alice: Person, bob: Person, charlie: Person
) -> None:
    office = (await alice.post("/households", {"name": "Office"}, expect=201))["id"]
    home, alice.household_id = alice.household_id, office
    await alice.invite(charlie)
    alice.household_id = home
    shed = (await alice.post("/households", {"name": "Shed"}, expect=201))["id"]
    refused = await alice.delete("/auth/me", expect=409)
    assert refused["error"] == "CONFLICT"
    assert "Alice's Home" in refused["message"]
    assert "Office" in refused["message"]
    assert "Shed" not in refused["message"]
    assert len((await alice.get("/households"))["households"]) == 3

    await alice.put(f"{alice.home}/members/{bob.user_id}/role", {"role": "admin"})
    refused = await alice.delete("/auth/me", expect=409)
    assert "Alice's Home" not in refused["message"]
    await alice.delete(f"/households/{office}/members/{charlie.user_id}")
    await alice.delete("/auth/me")
    # What was hers alone is gone; the household of both is Bob's now.
    members = (await bob.get(bob.home))["members"]
    assert [(member["displayName"], member["role"]) for member in members] == [("Bob", "admin")]
    for gone in (office, shed):
        await bob.get(f"/households/{gone}", expect=403)
    await sign_in(alice, PASSWORD, expect=401)
    await alice.post("/auth/refresh", {"refreshToken": alice.refresh_token}, expect=401)
    # The address is free again, for somebody who is new here.
    before = alice.user_id
    await alice.register()
    assert alice.user_id != before
    assert [home["name"] for home in (await alice.get("/households"))["households"]] == ["Alice's Home"]


async def test_the_export_holds_what_is_mine_and_nothing_of_others(alice: Person, bob: Person) -> None:
    await bob.put("/notifications/settings", {"preferences": {"notificationTypes": ["memberActivity"]}})
    hers = await alice.add_item("Alice's tea", 3, notes="hidden by Alice")
    his = await bob.add_item("Bob's milk", 5)
    await bob.post(f"{bob.home}/items/{his['id']}/consume", {"quantity": 1, "notes": "breakfast"})
    shopping = await alice.post(f"{alice.home}/shopping-lists", {"name": "Weekend"}, expect=201)
    entries = f"{alice.home}/shopping-lists/{shopping['id']}/items"
    await alice.post(entries, {"name": "Alice's present"}, expect=201)
    await bob.post(entries, {"name": "Bob's bread"}, expect=201)
    office = (await alice.post("/households", {"name": "Office"}, expect=201))["id"]
    await alice.post(f"/households/{office}/members", {"email": bob.email}, expect=201)

    await bob.put(f"{bob.home}/notification-settings", {"routes": {"lowStock": {"email": "off"}}})
    for person, level in ((bob, "follow"), (alice, "mute")):
        watch = {"scope": "item", "target": hers["id"], "level": level, "minQuantity": 1.5}
        await person.put(f"{person.home}/watches", watch)

    answer = await bob.call("GET", "/auth/me/export")
    export = answer.json()
    assert set(export) == {
        "account",
        "notificationSettings",
        "householdSettings",
        "watches",
        "schedules",
        "scheduledRuns",
        "expiryWarnings",
        "telegram",
        "households",
        "invitations",
        "movements",
        "shoppingLists",
        "sentInvitations",
        "shoppingListItems",
        "notifications",
        "deliveries",
        "signIns",
        "exportedAt",
    }
    assert (export["account"]["id"], export["account"]["email"]) == (bob.user_id, bob.email)
    assert [(home["id"], home["role"]) for home in export["households"]][1:] == [(bob.household_id, "member")]
    assert [one["householdName"] for one in export["invitations"]] == ["Office"]
    assert [(one["itemName"], one["kind"], one["delta"], one["notes"]) for one in export["movements"]] == [
        ("Bob's milk", "added", 5, None),
        ("Bob's milk", "consumed", -1, "breakfast"),
    ]
    assert [entry["name"] for entry in export["shoppingListItems"]] == ["Bob's bread"]
    assert [one["inInbox"] for one in export["notifications"]].count(True) == 1
    not_asked_for = {"own_act", "topic_off", "not_linked"}
    assert {
        (one["channel"], one["state"], one["reason"])
        for one in export["deliveries"]
        if one["reason"] not in not_asked_for
    } == {
        ("inApp", "sent", None),
        ("email", "skipped", "channel_unavailable"),
    }
    assert len(export["signIns"]) == 1
    [apart] = export["householdSettings"]
    assert (apart["householdId"], apart["routes"]) == (bob.household_id, {"lowStock": {"email": "off"}})
    [watch] = export["watches"]
    assert (watch["target"], watch["level"], watch["minQuantity"]) == (hers["id"], "follow", 1.5)
    assert {one["kind"] for one in export["schedules"]} >= {"shoppingReminder", "expiration"}
    assert set(export["notificationSettings"]["routes"]["lowStock"]) == {"telegram", "inApp", "email"}
    assert export["telegram"] is None
    for mine in ("movements", "notifications", "deliveries", "signIns", "watches", "schedules"):
        assert {row["userId"] for row in export[mine]} == {bob.user_id}
    for secret in ("hash", "Alice's present", alice.email, bob.refresh_token, "argon2"):
        assert secret not in answer.text, secret
    # He was told of her tea, and nothing else of hers is here.
    assert hers["id"] not in str({**export, "notifications": [], "deliveries": [], "watches": []})


async def test_the_export_of_a_newcomer_is_almost_empty(charlie: Person) -> None:
    export = await charlie.get("/auth/me/export")
    assert [home["name"] for home in export["households"]] == ["Charlie's Home"]
    for kind in ("invitations", "movements", "shoppingListItems"):
        assert export[kind] == []
