"""How many messages other settings would have meant, found out before they are saved."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from api.tokens import AccessTokens
from core import clock
from core.actors import Actor, Face
from core.config import Settings
from core.db import Database
from core.delivery import chats
from core.delivery.chats import TelegramPerson
from core.inventory import stock
from core.settings import preview
from core.settings.preview import Counts
from core.settings.preview.material import MOST_EVENTS
from core.telegram import linking
from tests.api.lists import send
from tests.support.people import Person
from tests.support.statements import noting_statements

SETTINGS = "/notifications/settings"
PREVIEW = f"{SETTINGS}/preview"
# A Wednesday in winter: Berlin, where they live, is an hour ahead of UTC.
NOON = datetime(2027, 1, 13, 11, 0, tzinfo=UTC)
ACTIVITY = {"preferences": {"notificationTypes": ["memberActivity"]}}
NOTHING = {"telegram": 0, "inApp": 0, "email": 0}


class Week:
    """The days before NOON. Time stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOON - timedelta(days=10)
        self.people: list[Person] = []
        self.tokens: AccessTokens | None = None

    def at(self, days_ago: int, hour: int, minute: int = 0, second: int = 0) -> None:
        """Set the clock to a time of day in Berlin, so many days ago."""
        self.set(NOON.replace(hour=0) + timedelta(days=-days_ago, hours=hour - 1, minutes=minute))
        self.set(self.now + timedelta(seconds=second))

    def set(self, moment: datetime) -> None:
        self.now = moment
        assert self.tokens is not None
        for person in self.people:
            person.carry(self.tokens.issue(UUID(person.user_id)))


@pytest.fixture(autouse=True)
def stopped() -> Iterator[Week]:
    """Begin ten days ago, before anybody registers."""
    week = Week()
    with clock.reading_from(lambda: week.now):
        yield week


@pytest.fixture
async def week(stopped: Week, alice: Person, bob: Person, database: Database, settings: Settings) -> Week:
    """Alice, whose chat is linked, and Bob, who hear of nothing but what runs low."""
    stopped.people, stopped.tokens = [alice, bob], AccessTokens(settings.signing_key())
    chat = await database.write(chats.greet, TelegramPerson(4001, "Alice", None))
    await database.write(linking.attach, chat.id, UUID(alice.user_id), Face.TELEGRAM)
    for person in stopped.people:
        await person.put(SETTINGS, {"preferences": {"notificationTypes": ["lowStock"]}})
    return stopped


async def use(person: Person, item: Any, quantity: float = 1) -> None:
    await person.post(f"{person.home}/items/{item['id']}/consume", {"quantity": quantity})


async def test_alice_sees_that_all_of_bobs_acts_would_be_noise(
    week: Week, alice: Person, bob: Person
) -> None:
    milk = await bob.add_item("Milk", 100)
    for number in range(12):
        week.at(6 - number // 2, 14 + number % 2)
        await use(bob, milk)
    week.set(NOON)
    before = await alice.get(SETTINGS)
    answer = await alice.post(PREVIEW, ACTIVITY)
    assert set(answer) == {"days", "messages", "current", "examples", "truncated"}
    assert (answer["days"], answer["truncated"]) == (7, False)
    # There is no mail server here.
    assert answer["messages"] == {"telegram": 12, "inApp": 12, "email": 0}
    assert answer["current"] == NOTHING
    assert len(answer["examples"]) == 24
    assert answer["examples"][0] == {
        "at": "2027-01-12T14:00:00Z",
        "channel": answer["examples"][0]["channel"],
        "type": "memberActivity",
        "text": "Bob used 1 l of Milk; 88 l left.",
    }
    moments = [one["at"] for one in answer["examples"]]
    assert moments == sorted(moments, reverse=True)
    assert await alice.get(SETTINGS) == before
    # A draft without anything is what she has; his own acts are no news to Bob.
    assert (await alice.post(PREVIEW, {}))["messages"] == NOTHING
    assert (await bob.post(PREVIEW, ACTIVITY))["messages"]["inApp"] == 0
    chat_off = await alice.post(PREVIEW, {**ACTIVITY, "telegram": {"enabled": False}})
    assert chat_off["messages"] == {"telegram": 0, "inApp": 12, "email": 0}


async def test_in_a_storm_the_chat_is_told_at_once_and_then_every_ten_seconds(
    week: Week, alice: Person, bob: Person
) -> None:
    milk = await bob.add_item("Milk", 100)
    for second in (0, 3, 6, 9, 30, 33):
        week.at(2, 14, second=second)
        await use(bob, milk)
    week.set(NOON)
    answer = await alice.post(PREVIEW, ACTIVITY)
    assert answer["messages"] == {"telegram": 5, "inApp": 6, "email": 0}
    moments = [one["at"] for one in answer["examples"] if one["channel"] == "telegram"]
    assert [moment[-3:-1] for moment in reversed(moments)] == ["00", "03", "13", "30", "33"]


async def test_a_digest_is_one_message_a_day(week: Week, alice: Person, bob: Person) -> None:
    milk = await bob.add_item("Milk", 100)
    for days_ago in (3, 2, 0):
        for hour in (7, 10, 11):
            week.at(days_ago, hour)
            await use(bob, milk)
    week.set(NOON)
    routed = {**ACTIVITY, "routes": {"memberActivity": {"telegram": "digest", "inApp": "off"}}}
    answer = await alice.post(PREVIEW, routed)
    # At nine: three days ago, the two days after that, today, and tomorrow with what came today after nine.
    assert [one["at"] for one in answer["examples"]] == [
        "2027-01-14T08:00:00Z",
        "2027-01-13T08:00:00Z",
        "2027-01-12T08:00:00Z",
        "2027-01-11T08:00:00Z",
        "2027-01-10T08:00:00Z",
    ]
    assert answer["messages"] == {"telegram": 5, "inApp": 0, "email": 0}
    later = {**routed, "schedules": {"dailyExpirySum": {"time": "20:00", "weekdays": [2]}}}
    answer = await alice.post(PREVIEW, later)
    assert [one["at"] for one in answer["examples"]] == ["2027-01-19T19:00:00Z", "2027-01-12T19:00:00Z"]


async def test_a_night_is_one_message_and_what_solved_itself_is_none(
    week: Week, alice: Person, bob: Person
) -> None:
    milk = await bob.add_item("Milk", 10, minQuantity=5)
    tea = await bob.add_item("Tea", 10, minQuantity=5)
    insulin = await bob.add_item("Insulin", 1, critical=True)
    week.at(3, 23)
    await use(bob, milk, 6)
    week.at(2, 1)
    await use(bob, tea, 6)
    week.at(2, 2)
    await use(bob, tea, 4)
    week.at(2, 3)
    await use(bob, insulin)
    week.at(1, 23)
    await bob.post(f"{bob.home}/items/{milk['id']}/restock", {"quantity": 6})
    await use(bob, milk, 6)
    await bob.post(f"{bob.home}/items/{milk['id']}/restock", {"quantity": 6})
    week.set(NOON)
    quiet = {"quietHours": {"enabled": True, "start": "22:00", "end": "07:30"}}
    answer = await alice.post(PREVIEW, quiet)
    told = [(one["at"], one["text"]) for one in answer["examples"] if one["channel"] == "telegram"]
    assert told == [
        ("2027-01-13T06:30:00Z", "There is enough Milk again: 10 l. 3 changes by Bob."),
        ("2027-01-11T06:30:00Z", "Tea is out of stock. 2 changes by Bob. And 1 more."),
        ("2027-01-11T02:00:00Z", "Insulin is out of stock. Bob used 1 l."),
    ]
    assert answer["current"]["telegram"] > answer["messages"]["telegram"]
    routed = await alice.post(PREVIEW, {**quiet, "routes": {"lowStock": {"telegram": "digest"}}})
    told = [(one["at"], one["text"]) for one in routed["examples"] if one["channel"] == "telegram"]
    assert ("2027-01-11T02:00:00Z", "Insulin is out of stock. Bob used 1 l.") in told
    # The inbox is passive.
    assert answer["messages"]["inApp"] == answer["current"]["inApp"]


async def test_an_item_that_flaps_is_told_once_in_a_quarter_of_an_hour(
    week: Week, alice: Person, bob: Person
) -> None:
    milk = await bob.add_item("Milk", 1)
    for minute in range(0, 12, 2):
        week.at(2, 14, minute)
        await use(bob, milk)
        week.at(2, 14, minute + 1)
        await bob.post(f"{bob.home}/items/{milk['id']}/restock", {"quantity": 1})
    week.set(NOON)
    answer = await alice.post(PREVIEW, {})
    told = [(one["at"], one["text"]) for one in answer["examples"] if one["channel"] == "telegram"]
    assert told == [
        ("2027-01-11T13:15:00Z", "There is enough Milk again: 1 l. 11 changes by Bob."),
        ("2027-01-11T13:00:00Z", "Milk is out of stock. Bob used 1 l."),
    ]
    assert answer["messages"]["inApp"] == 12


async def test_watches_and_own_minimums_count(week: Week, alice: Person, bob: Person) -> None:
    milk = await bob.add_item("Milk", 10, minQuantity=1)
    tea = await bob.add_item("Tea", 10, location="Cellar", minQuantity=5)
    watches = f"{alice.home}/watches"
    await alice.put(watches, {"scope": "item", "target": milk["id"], "minQuantity": 8})
    await alice.put(watches, {"scope": "location", "target": "cellar", "level": "mute"})
    sugar = await bob.add_item("Sugar", 10, minQuantity=5)
    await alice.put(watches, {"scope": "item", "target": sugar["id"], "minQuantity": 0})
    week.at(2, 14)
    await use(bob, milk, 4)
    week.at(2, 15)
    await use(bob, tea, 6)
    week.at(2, 16)
    await use(bob, sugar, 6)
    week.set(NOON)
    assert (await bob.post(PREVIEW, {}))["messages"]["inApp"] == 0
    hers = await alice.post(PREVIEW, {})
    assert hers["messages"] == {"telegram": 1, "inApp": 1, "email": 0}
    assert hers["examples"][0]["text"].startswith("Milk is running low: 6 l left, the minimum is 8 l.")


async def test_of_an_import_she_is_told_what_she_follows_or_asked_for(
    week: Week, alice: Person, bob: Person
) -> None:
    milk, _ = await bob.add_item("Milk", 10, minQuantity=5), await bob.add_item("Tea", 10, minQuantity=5)
    await alice.put(f"{alice.home}/watches", {"scope": "item", "target": milk["id"], "level": "follow"})
    week.at(2, 14)
    await send(bob, "name,quantity,minQuantity\nTea,4,5\nMilk,4,5\n")
    week.set(NOON)
    nothing: dict[str, object] = {"preferences": {"notificationTypes": []}}
    for draft, named in (({}, "Tea, Milk"), (nothing, "Milk")):
        answer = await alice.post(PREVIEW, draft)
        assert answer["messages"] == {"telegram": 1, "inApp": 1, "email": 0}
        assert answer["examples"][0]["text"].endswith(f"Low or out of stock now: {named}.")


async def test_her_own_acts_are_told_where_she_did_not_make_them(
    week: Week, alice: Person, database: Database
) -> None:
    milk = await alice.add_item("Milk", 10, minQuantity=5)
    tea = await alice.add_item("Tea", 10, minQuantity=5)
    in_chat = Actor(UUID(alice.user_id), Face.TELEGRAM)
    home = UUID(alice.household_id)
    week.at(2, 14)
    await use(alice, milk, 6)
    week.at(2, 15)
    await database.write(stock.consume, in_chat, home, UUID(tea["id"]), 6000)
    week.set(NOON)
    both = {"preferences": {"notificationTypes": ["lowStock", "memberActivity"]}}
    answer = await alice.post(PREVIEW, both)
    assert [(one["channel"], one["text"].split()[0]) for one in answer["examples"]] == [
        ("inApp", "Tea"),
        ("telegram", "Milk"),
    ]


async def test_what_is_sent_at_chosen_times_is_told_as_it_stands(
    week: Week, alice: Person, bob: Person
) -> None:
    # Days of warning, the last day and the day after: three warnings within the week.
    await bob.add_item("Cream", 1, expirationDate="2027-01-10")
    await bob.add_item("Honey", 1, expirationDate="2029-01-01")
    lists = f"{bob.home}/shopping-lists"
    shopping = await bob.post(lists, {"name": "Weekend"}, expect=201)
    week.at(4, 12)
    entry = await bob.post(f"{lists}/{shopping['id']}/items", {"name": "Bread"}, expect=201)
    week.at(2, 12)
    await bob.patch(f"{lists}/{shopping['id']}/items/{entry['id']}", {"completed": True}, version="*")
    week.set(NOON)

    async def told(*types: str, **more: Any) -> list[tuple[str, str]]:
        draft = {"preferences": {"notificationTypes": types, **more.pop("preferences", {})}, **more}
        examples = (await alice.post(PREVIEW, draft))["examples"]
        return [(one["at"][8:10], one["text"]) for one in examples if one["channel"] == "telegram"][::-1]

    assert await told("expiration") == [
        ("07", "Expires soon: Cream (in 3 days)."),
        ("10", "Last day today: Cream."),
        ("11", "Expired: Cream (yesterday)."),
    ]
    assert [day for day, _ in await told("expiration", preferences={"expirationWarningDays": 1})] == [
        "09",
        "10",
        "11",
    ]
    daily = {"schedules": {"shoppingReminder": {"weekdays": [1, 2, 3, 4, 5, 6, 7]}}}
    assert await told("shoppingReminder", **daily) == [
        ("10", "Weekend has 1 open entry: Bread."),
        ("11", "Weekend has 1 open entry: Bread."),
    ]
    assert await told("weeklyInventoryReport") == [("11", f"Your week in {await name_of(alice)}.")]
    # Cream is in it from three days before it expires on.
    assert [day for day, _ in await told("dailyExpirySum")] == ["07", "08", "09", "10", "11", "12", "13"]


async def name_of(person: Person) -> str:
    home: dict[str, str] = await person.get(person.home)
    return home["name"]


@pytest.mark.both_databases
async def test_the_week_as_it_is_comes_to_what_was_in_the_inbox(
    week: Week, alice: Person, bob: Person, charlie: Person
) -> None:
    week.people.append(charlie)
    wanted = {"preferences": {"notificationTypes": ["lowStock", "memberActivity"]}}
    await alice.put(SETTINGS, wanted)
    week.at(5, 10)
    milk = await bob.add_item("Milk", 10, minQuantity=5)
    await alice.add_item("Tea", 2)
    week.at(5, 11)
    await use(bob, milk, 6)
    await use(alice, milk, 4)
    week.at(4, 10)
    await send(bob, "name,quantity,minQuantity\nRice,1,2\nSalt,2,1\nMilk,8,5\n")
    week.at(3, 10)
    await alice.put(f"{alice.home}/members/{bob.user_id}/role", {"role": "admin"})
    week.at(3, 11)
    await bob.put(f"{bob.home}/members/{alice.user_id}/role", {"role": "member"})
    await bob.put(f"{bob.home}/members/{alice.user_id}/role", {"role": "admin"})
    await bob.put(bob.home, {"name": "Maple Street"})
    week.at(2, 10)
    await bob.invite(charlie)
    await bob.call("DELETE", f"{bob.home}/items/{milk['id']}")
    week.at(1, 10)
    await charlie.call("DELETE", f"{bob.home}/leave")
    week.set(NOON)
    answer = await alice.post(PREVIEW, {})
    assert answer["current"] == answer["messages"]
    inbox = (await alice.get("/notifications", {"limit": 100}))["notifications"]
    told = [entry for entry in inbox if entry["createdAt"] >= "2027-01-06T11:00"]
    shown = [one["text"] for one in answer["examples"] if one["channel"] == "inApp"]
    assert sorted(shown) == sorted(entry["message"] for entry in told)
    assert len(told) > 8


async def test_nobody_is_shown_what_happened_where_they_were_not(
    week: Week, alice: Person, bob: Person, charlie: Person
) -> None:
    week.people.append(charlie)
    week.at(5, 10)
    milk = await bob.add_item("Secret", 10)
    week.at(2, 10)
    await bob.add_item("Charlie's", 1)
    week.at(4, 10)
    await alice.invite(charlie)
    week.at(1, 10)
    await use(bob, milk)
    week.set(NOON)
    texts = [one["text"] for one in (await charlie.post(PREVIEW, ACTIVITY))["examples"]]
    assert texts == ["Bob used 1 l of Secret; 9 l left.", "Bob added Charlie's: 1 l in pantry."]
    week.people.append(dora := Person(alice.base_url, "Dora"))
    async with dora:
        await dora.register()
        assert (await dora.post(PREVIEW, ACTIVITY))["messages"] == NOTHING


async def test_a_draft_is_refused_where_the_change_would_be(week: Week, charlie: Person) -> None:
    week.people.append(charlie)
    week.set(NOON)
    for wrong, field in (
        ({"telegram": {"enabled": True}}, "telegram.enabled"),
        ({"mutedUntil": "2027-01-13T10:59:59Z"}, "mutedUntil"),
        ({"routes": {"lowStock": {"inApp": "digest"}}}, "routes.lowStock.inApp"),
        ({"preferences": {"timezone": "Mars"}}, "preferences.timezone"),
    ):
        answer = await charlie.post(PREVIEW, wrong, expect=400)
        assert [problem["field"] for problem in answer["details"]] == [field]
    # A mute ends: the week is told as though there were none.
    await charlie.post(PREVIEW, {"mutedUntil": "2027-01-14T10:00:00Z"})


@pytest.mark.both_databases(long="postgresql")
async def test_a_lot_is_looked_at_in_as_many_statements_and_not_without_end(
    week: Week, alice: Person, bob: Person
) -> None:
    counts = []
    for number in (3, MOST_EVENTS + 1):
        await send(bob, "name,quantity\n" + "".join(f"Item {n},1\n" for n in range(number)))
        week.set(week.now + timedelta(seconds=1))
        with noting_statements() as seen:
            answer = await alice.post(PREVIEW, ACTIVITY)
        counts.append(len(seen))
        assert answer["truncated"] is (number > MOST_EVENTS)
        assert answer["messages"]["inApp"] <= 5
    assert counts[0] == counts[1] <= 12


def test_three_times_as_many_and_ten_more_is_noise() -> None:
    def noisy(before: int, after: int) -> bool:
        return preview.is_noisy(Counts(before, 0, 0), Counts(after, 0, 0))

    assert noisy(0, 10)
    assert not noisy(0, 9)
    assert noisy(5, 15)
    assert not noisy(6, 17)
    assert not noisy(20, 5)
