"""What people are told on the web, and what they asked to hear."""

from tests.support.people import Person


async def test_bobs_change_reaches_alices_inbox_when_she_asked_for_it(alice: Person, bob: Person) -> None:
    wanted = {"preferences": {"notificationTypes": ["memberActivity", "lowStock"]}}
    await alice.put("/notifications/settings", wanted)
    item = await alice.add_item("Milk", 3, minQuantity=2)
    await bob.post(f"{bob.home}/items/{item['id']}/consume", {"quantity": 0.5})
    await bob.post(f"{bob.home}/items/{item['id']}/consume", {"quantity": 1})

    inbox = await alice.get("/notifications", {"limit": 1})
    assert (inbox["total"], inbox["hasMore"]) == (2, True)
    newest = inbox["notifications"][0]
    assert set(newest) == {"id", "type", "title", "message", "channel", "read", "readAt", "createdAt"}
    assert (newest["type"], newest["channel"], newest["read"]) == ("lowStock", "inApp", False)
    assert "Milk" in newest["message"]
    older = await alice.get("/notifications", {"limit": 1, "offset": 1})
    assert (older["notifications"][0]["type"], older["hasMore"]) == ("memberActivity", False)

    assert await alice.get("/notifications/unread-count") == {"count": 2}
    await alice.post(f"/notifications/{newest['id']}/read")
    await alice.post(f"/notifications/{newest['id']}/read")
    assert await alice.get("/notifications/unread-count") == {"count": 1}
    assert (await alice.get("/notifications", {"unreadOnly": True}))["total"] == 1
    # Bob may not even know that it exists.
    await bob.post(f"/notifications/{newest['id']}/read", expect=404)
    assert await alice.post("/notifications/read-all") == {"marked": 1}
    assert all(entry["read"] for entry in (await alice.get("/notifications"))["notifications"])


async def test_settings_begin_with_the_defaults_and_merge_what_is_sent(alice: Person) -> None:
    defaults = await alice.get("/notifications/settings")
    ours = {"routes", "quietHours", "mutedUntil", "schedules"}
    assert {name: value for name, value in defaults.items() if name not in ours} == {
        "email": {"enabled": True, "address": alice.email},
        "inApp": {"enabled": True},
        "telegram": {"enabled": False, "linked": False, "username": None},
        "preferences": {
            "expirationWarningDays": 3,
            "notificationTypes": ["expiration", "lowStock", "shoppingReminder"],
            "preferredTime": "09:00",
            "timezone": "Europe/Berlin",
        },
        "available": {"telegram": False, "inApp": True, "email": False},
    }
    answer = await alice.put(
        "/notifications/settings",
        {
            "email": {"enabled": False, "address": "evil@example.com"},
            "telegram": {"linked": True, "username": "evil"},
            "preferences": {"preferredTime": "23:59", "notificationTypes": ["lowStock", "lowStock"]},
        },
    )
    assert set(answer) == {"message", "updatedAt"}
    changed = await alice.get("/notifications/settings")
    assert changed["email"] == {"enabled": False, "address": alice.email}
    assert changed["telegram"] == defaults["telegram"]
    assert changed["preferences"] == {
        **defaults["preferences"],
        "preferredTime": "23:59",
        "notificationTypes": ["lowStock"],
    }
    for wrong in (
        {"telegram": {"enabled": True}},
        {"email": {"enabled": "perhaps"}},
        {"email": 5},
        {"preferences": {"expirationWarningDays": 0}},
        {"preferences": {"expirationWarningDays": 31}},
        {"preferences": {"expirationWarningDays": 1.5}},
        {"preferences": {"notificationTypes": ["account"]}},
        {"preferences": {"notificationTypes": "lowStock"}},
        {"preferences": {"preferredTime": "24:00"}},
        {"preferences": {"preferredTime": "9:00"}},
        {"preferences": {"timezone": "Mars"}},
    ):
        answer = await alice.put("/notifications/settings", wrong, expect=400)
        assert answer["details"], wrong
    assert await alice.get("/notifications/settings") == changed
    await alice.put("/notifications/settings", {})
