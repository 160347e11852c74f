"""What each person hears, where and when, as they set it on the web."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from core import clock
from core.actors import Actor, Face
from core.config import Settings
from core.db import Database
from core.delivery import chats
from core.delivery.chats import TelegramPerson
from core.settings import preferences
from core.telegram import linking
from tests.api.live import listening
from tests.support.people import Person

SETTINGS = "/notifications/settings"
TOPICS = {
    "expiration",
    "lowStock",
    "memberActivity",
    "dailyExpirySum",
    "weeklyInventoryReport",
    "shoppingReminder",
}
WRONG: list[tuple[str, Any]] = [
    ("routes", 5),
    ("routes.account", {"routes": {"account": {"inApp": "off"}}}),
    ("routes.lowStock", {"routes": {"lowStock": "off"}}),
    ("routes.lowStock.pigeon", {"routes": {"lowStock": {"pigeon": "now"}}}),
    ("routes.lowStock.telegram", {"routes": {"lowStock": {"telegram": "later"}}}),
    ("routes.lowStock.telegram", {"routes": {"lowStock": {"telegram": True}}}),
    ("routes.lowStock.inApp", {"routes": {"lowStock": {"inApp": "digest"}}}),
    ("quietHours.enabled", {"quietHours": {"enabled": "yes"}}),
    ("quietHours.start", {"quietHours": {"start": "24:00"}}),
    ("quietHours.end", {"quietHours": {"end": "7:00"}}),
    ("quietHours.days", {"quietHours": {"days": []}}),
    ("quietHours.days.0", {"quietHours": {"days": [0]}}),
    ("quietHours.days.1", {"quietHours": {"days": [1, 8]}}),
    ("quietHours.days.0", {"quietHours": {"days": ["monday"]}}),
    ("quietHours.days", {"quietHours": {"days": 1}}),
    ("mutedUntil", {"mutedUntil": "tomorrow"}),
    ("mutedUntil", {"mutedUntil": 4_000_000_000}),
    ("mutedUntil", {"mutedUntil": "2027-01-01"}),
    ("mutedUntil", {"mutedUntil": "2027-01-01T10:00:00"}),
    ("mutedUntil", {"mutedUntil": "0001-01-01T00:00:00+14:00"}),
    ("mutedUntil", {"mutedUntil": "9999-12-31T23:59:59Z"}),
    ("schedules.expiration", {"schedules": {"expiration": {"time": "08:00"}}}),
    ("schedules.shoppingReminder.time", {"schedules": {"shoppingReminder": {"time": "8"}}}),
    ("schedules.shoppingReminder.weekdays", {"schedules": {"shoppingReminder": {"weekdays": []}}}),
    ("schedules.shoppingReminder.weekdays.0", {"schedules": {"shoppingReminder": {"weekdays": [9]}}}),
]


async def test_alice_begins_with_everything_at_once_and_no_quiet_hours(alice: Person) -> None:
    settings = await alice.get(SETTINGS)
    at_once = {"telegram": "now", "inApp": "now", "email": "now"}
    assert settings["routes"] == dict.fromkeys(TOPICS, at_once)
    assert settings["quietHours"] == {
        "enabled": False,
        "start": "22:00",
        "end": "07:00",
        "days": [1, 2, 3, 4, 5, 6, 7],
    }
    assert settings["mutedUntil"] is None
    assert settings["schedules"] == {
        "dailyExpirySum": {"time": None, "weekdays": [1, 2, 3, 4, 5, 6, 7]},
        "weeklyInventoryReport": {"time": None, "weekdays": [1]},
        "shoppingReminder": {"time": None, "weekdays": [6]},
    }


async def test_alice_changes_a_part_and_the_rest_stays(alice: Person) -> None:
    before = await alice.get(SETTINGS)
    routes = {"lowStock": {"telegram": "digest", "email": None}, "memberActivity": {"inApp": "off"}}
    await alice.put(SETTINGS, {"routes": routes})
    await alice.put(SETTINGS, {"routes": {"lowStock": {"email": "off"}, "expiration": {}}})
    after = await alice.get(SETTINGS)
    assert after["routes"]["lowStock"] == {"telegram": "digest", "inApp": "now", "email": "off"}
    assert after["routes"]["memberActivity"] == {"telegram": "now", "inApp": "off", "email": "now"}
    assert {**after, "routes": None} == {**before, "routes": None}

    await alice.put(SETTINGS, {"quietHours": {"enabled": True, "start": "23:30", "days": [7, 1, 1]}})
    await alice.put(SETTINGS, {"quietHours": {"end": "06:15", "start": None}})
    quiet = {"enabled": True, "start": "23:30", "end": "06:15", "days": [1, 7]}
    assert (await alice.get(SETTINGS))["quietHours"] == quiet

    await alice.put(SETTINGS, {"schedules": {"shoppingReminder": {"time": "18:00", "weekdays": [5, 2]}}})
    await alice.put(SETTINGS, {"schedules": {"shoppingReminder": {"weekdays": [6]}}})
    schedules = (await alice.get(SETTINGS))["schedules"]
    assert schedules["shoppingReminder"] == {"time": "18:00", "weekdays": [6]}
    assert schedules["dailyExpirySum"] == before["schedules"]["dailyExpirySum"]
    await alice.put(SETTINGS, {"schedules": {"shoppingReminder": {"time": None}}})
    assert (await alice.get(SETTINGS))["schedules"]["shoppingReminder"] == {"time": None, "weekdays": [6]}


async def test_no_switch_rewrites_another(alice: Person) -> None:
    await alice.put(SETTINGS, {"routes": {"lowStock": {"email": "digest"}}})
    await alice.put(SETTINGS, {"email": {"enabled": False}, "preferences": {"notificationTypes": []}})
    off = await alice.get(SETTINGS)
    assert off["routes"]["lowStock"]["email"] == "digest"
    await alice.put(SETTINGS, {"routes": {"lowStock": {"email": "now"}}})
    on = await alice.get(SETTINGS)
    assert on["email"]["enabled"] is False
    assert on["preferences"]["notificationTypes"] == []


async def test_what_alice_reads_she_can_send_back(alice: Person) -> None:
    until = (clock.utcnow() + timedelta(days=2)).isoformat()
    await alice.put(SETTINGS, {"mutedUntil": until, "schedules": {"dailyExpirySum": {"time": "07:00"}}})
    settings = await alice.get(SETTINGS)
    await alice.put(SETTINGS, settings)
    assert await alice.get(SETTINGS) == settings
    # Whose time is the preferred one follows it still.
    assert settings["schedules"]["weeklyInventoryReport"]["time"] is None


async def test_a_mute_ends_by_itself_or_when_alice_says_so(alice: Person) -> None:
    now = clock.utcnow()
    until = (now + timedelta(days=29, hours=23)).replace(microsecond=0)
    await alice.put(SETTINGS, {"mutedUntil": until.isoformat()})
    muted = await alice.get(SETTINGS)
    assert muted["mutedUntil"] == until.isoformat().replace("+00:00", "Z")
    # What is missing stays.
    await alice.put(SETTINGS, {"inApp": {"enabled": True}})
    assert (await alice.get(SETTINGS))["mutedUntil"] == muted["mutedUntil"]
    await alice.put(SETTINGS, {"mutedUntil": None})
    assert (await alice.get(SETTINGS))["mutedUntil"] is None

    # Another offset is the same moment.
    await alice.put(SETTINGS, {"mutedUntil": (now + timedelta(minutes=5)).isoformat()[:-6] + "+00:00"})
    for wrong, words in (
        (now - timedelta(seconds=1), "in the future"),
        (now + timedelta(days=31), "30 days"),
    ):
        answer = await alice.put(SETTINGS, {"mutedUntil": wrong.isoformat()}, expect=400)
        assert [problem["field"] for problem in answer["details"]] == ["mutedUntil"]
        assert words in answer["message"]
    with clock.reading_from(lambda: now + timedelta(minutes=6)):
        assert (await alice.get(SETTINGS))["mutedUntil"] is None


async def test_what_cannot_be_chosen_is_named_and_changes_nothing(alice: Person) -> None:
    before = await alice.get(SETTINGS)
    for field, wrong in WRONG:
        body = wrong if isinstance(wrong, dict) else {field: wrong}
        answer = await alice.put(SETTINGS, {**body, "email": {"enabled": False}}, expect=400)
        assert [problem["field"] for problem in answer["details"]] == [field], body
        assert answer["message"].endswith("."), answer
    assert await alice.get(SETTINGS) == before


async def test_both_of_alices_windows_show_a_change_at_once(
    alice: Person, bob: Person, database: Database
) -> None:
    async with listening(alice) as here, listening(alice) as there, listening(bob) as his:
        await alice.put(SETTINGS, {"routes": {"lowStock": {"telegram": "off"}}})
        told = await here.first("settings.updated")
        assert told == await there.first("settings.updated")
        assert set(told) == {"type", "userId", "payload", "stream", "epoch", "seq"}
        assert (told["type"], told["userId"]) == ("settings.updated", alice.user_id)
        assert set(told["payload"]) == {"settings", "timestamp"}
        assert told["payload"]["settings"] == await alice.get(SETTINGS)
        assert told["payload"]["timestamp"].endswith("Z")

        # As the bot changes them, in another process or in this one.
        in_chat = Actor(UUID(alice.user_id), Face.TELEGRAM)
        await database.write(preferences.change, in_chat, {"quiet_enabled": True})
        told = await here.first("settings.updated", 2)
        assert told["payload"]["settings"]["quietHours"]["enabled"] is True
        stream = f"user:{alice.user_id}"
        assert here.seqs(stream) == list(range(here.seqs(stream)[0], told["seq"] + 1))
        assert his.all("settings.updated") == []


async def test_linking_a_chat_shows_on_the_web_at_once(
    alice: Person, database: Database, settings: Settings
) -> None:
    chat = await database.write(chats.greet, TelegramPerson(4001, "Alice", "alice_l"))
    code = (await database.write(linking.issue_for_chat, settings.signing_key(), chat)).code
    async with listening(alice) as hers:
        await alice.post("/notifications/telegram/link", {"verificationCode": code})
        told = (await hers.first("settings.updated"))["payload"]["settings"]
        assert told["telegram"] == {"enabled": True, "linked": True, "username": "@alice_l"}
        await alice.delete("/notifications/telegram/unlink")
        told = (await hers.first("settings.updated", 2))["payload"]["settings"]
        assert told["telegram"] == {"enabled": False, "linked": False, "username": None}
        assert told == await alice.get(SETTINGS)


async def test_what_bob_hears_of_one_household_is_apart_from_the_rest(alice: Person, bob: Person) -> None:
    path = f"{bob.home}/notification-settings"
    await bob.put(SETTINGS, {"preferences": {"notificationTypes": ["lowStock"]}})
    general = await bob.get(path)
    assert general["apart"] is False
    assert general["notificationTypes"] == ["lowStock"]
    assert general["routes"] == (await bob.get(SETTINGS))["routes"]

    async with listening(bob) as his:
        apart = await bob.put(path, {"notificationTypes": ["memberActivity"]})
        await his.first("settings.updated")
    assert apart == {**general, "apart": True, "notificationTypes": ["memberActivity"]}
    again = await bob.put(path, {"routes": {"memberActivity": {"email": "off"}}})
    assert again["notificationTypes"] == ["memberActivity"]
    assert again["routes"]["memberActivity"] == {"telegram": "now", "inApp": "now", "email": "off"}
    assert await bob.get(path) == again
    # Alice's own are untouched, and so is what Bob hears of his other household.
    assert (await alice.get(path))["apart"] is False
    assert (await bob.get(SETTINGS))["preferences"]["notificationTypes"] == ["lowStock"]

    before = (await bob.get("/notifications"))["total"]
    await alice.add_item("Milk")
    inbox = await bob.get("/notifications")
    assert (inbox["total"], inbox["notifications"][0]["type"]) == (before + 1, "memberActivity")
    await bob.delete(path)
    assert await bob.get(path) == general
    await bob.delete(path)
    await alice.add_item("Tea")
    assert (await bob.get("/notifications"))["total"] == before + 1
    for wrong in ({"notificationTypes": ["account"]}, {"routes": {"lowStock": {"inApp": "digest"}}}):
        await bob.put(path, wrong, expect=400)
    assert (await bob.get(path))["apart"] is False


async def test_charlie_has_no_say_about_a_household_that_is_not_his(alice: Person, charlie: Person) -> None:
    path = f"{alice.home}/notification-settings"
    await charlie.get(path, expect=403)
    await charlie.put(path, {"notificationTypes": []}, expect=403)
    await charlie.delete(path, expect=403)
