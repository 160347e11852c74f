"""Figures over all households of one person: counted, each household on its own calendar."""

from typing import Any

import pytest

from core.config import Settings
from tests.api.calendar import Calendar
from tests.support.people import Person

ACTIVITY = ("itemsAddedToday", "itemsConsumedToday", "itemsWastedThisWeek")
WASTE = ("totalWastedThisMonth", "wasteReductionPercent", "mostWastedCategory")


async def activity(person: Person) -> tuple[int, ...]:
    stats = await person.get("/dashboard/stats")
    return tuple(stats["recentActivity"][name] for name in ACTIVITY)


async def waste(person: Person) -> tuple[Any, ...]:
    stats = await person.get("/dashboard/stats")
    return tuple(stats["wasteMetrics"][name] for name in WASTE)


async def household(person: Person, name: str, zone: str) -> str:
    made = await person.post("/households", {"name": name, "timezone": zone}, expect=201)
    return f"/households/{made['id']}/items"


async def new_item(person: Person, items: str, name: str, quantity: float = 10, **more: Any) -> str:
    body = {"name": name, "quantity": quantity, "unit": "l", **more}
    return f"{items}/{(await person.post(items, body, expect=201))['id']}"


async def throw_away(person: Person, item: str) -> str:
    answer = await person.post(f"{item}/waste", {"quantity": 1, "reason": "sour"})
    return str(answer["movementId"])


@pytest.mark.both_databases
async def test_a_newcomer_sees_nothing_but_zeros(charlie: Person) -> None:
    stats = await charlie.get("/dashboard/stats")
    assert stats.pop("lastUpdated").endswith("Z")
    assert stats == {
        "households": 1,
        "totalItems": 0,
        "expiringInWeek": 0,
        "expiredItems": 0,
        "lowStockItems": 0,
        "recentActivity": dict.fromkeys(ACTIVITY, 0),
        "wasteMetrics": {
            "totalWastedThisMonth": 0,
            "wasteReductionPercent": 0,
            "mostWastedCategory": None,
        },
    }


@pytest.mark.both_databases
async def test_what_expires_is_counted_on_the_calendar_of_each_household(
    charlie: Person, alice: Person, settings: Settings
) -> None:
    calendar = Calendar(settings, charlie, alice)
    # At this moment it is the 10th in Honolulu and the 11th in Auckland.
    with calendar.at("2026-06-10T20:00"):
        west = await household(charlie, "West", "Pacific/Honolulu")
        east = await household(charlie, "East", "Pacific/Auckland")
        for items in (west, east):
            for day in ("2026-06-09", "2026-06-10", "2026-06-11", "2026-06-17", "2026-06-18", "2026-06-19"):
                await new_item(charlie, items, day, expirationDate=day)
            # Best before stands in for an expiration date, but not beside one.
            await new_item(charlie, items, "best before", bestBeforeDate="2026-06-14")
            await new_item(charlie, items, "both", bestBeforeDate="2026-06-14", expirationDate="2030-01-01")
            await new_item(charlie, items, "lasts")
        await new_item(charlie, west, "low", 1, minQuantity=1.001)
        await new_item(charlie, west, "just enough", 1, minQuantity=1)
        await new_item(charlie, west, "out", 0)
        await alice.add_item("Hers", 1, expirationDate="2026-06-11", minQuantity=5)
        stats = await charlie.get("/dashboard/stats")
        assert (stats["households"], stats["totalItems"], stats["lowStockItems"]) == (3, 21, 1)
        # West: the 9th is over; the 10th, 11th, 14th and 17th are due. East: two are over; the 11th, 14th,
        # 17th and 18th are due.
        assert (stats["expiredItems"], stats["expiringInWeek"]) == (1 + 2, 4 + 4)
        assert stats["lastUpdated"] == "2026-06-10T20:00:00Z"
    # Half a day later it is the 11th everywhere.
    with calendar.at("2026-06-11T11:00"):
        stats = await charlie.get("/dashboard/stats")
        assert (stats["expiredItems"], stats["expiringInWeek"]) == (2 + 2, 4 + 4)


@pytest.mark.both_databases
async def test_today_ends_at_midnight_where_the_household_is(charlie: Person, settings: Settings) -> None:
    calendar = Calendar(settings, charlie)
    # 2026-03-31 is a Tuesday; Berlin is two hours ahead of UTC, Tokyo nine.
    with calendar.at("2026-03-31T14:59"):
        berlin = await household(charlie, "Berlin", "Europe/Berlin")
        tokyo = await household(charlie, "Tokyo", "Asia/Tokyo")
        milk, tea = await new_item(charlie, berlin, "Milk"), await new_item(charlie, tokyo, "Tea")
        for item in (milk, tea):
            await charlie.post(f"{item}/consume", {"quantity": 1})
            await throw_away(charlie, item)
        assert await activity(charlie) == (2, 2, 2)
        assert (await waste(charlie))[0] == 2
    with calendar.at("2026-03-31T15:00"):
        # In Tokyo April has begun; the week goes on.
        assert await activity(charlie) == (1, 1, 2)
        assert (await waste(charlie))[0] == 1
    with calendar.at("2026-03-31T21:59"):
        assert await activity(charlie) == (1, 1, 2)
    with calendar.at("2026-03-31T22:00"):
        assert await activity(charlie) == (0, 0, 2)
        assert (await waste(charlie))[0] == 0
    # The week ends on Sunday.
    with calendar.at("2026-04-05T14:59"):
        assert await activity(charlie) == (0, 0, 2)
    with calendar.at("2026-04-05T15:00"):
        assert await activity(charlie) == (0, 0, 1)
    with calendar.at("2026-04-05T22:00"):
        assert await activity(charlie) == (0, 0, 0)
    # The household's own figures turn with the same month.
    with calendar.at("2026-03-31T21:59"):
        figures = (await charlie.get(berlin.removesuffix("/items")))["statistics"]
        assert (figures["consumedThisMonth"], figures["wastedThisMonth"]) == (1, 1)
    with calendar.at("2026-03-31T22:00"):
        figures = (await charlie.get(berlin.removesuffix("/items")))["statistics"]
        assert (figures["consumedThisMonth"], figures["wastedThisMonth"]) == (0, 0)


@pytest.mark.both_databases
async def test_a_month_is_compared_with_as_much_of_the_month_before(
    charlie: Person, settings: Settings
) -> None:
    calendar = Calendar(settings, charlie)
    with calendar.at("2026-01-05T12:00"):
        items = await household(charlie, "Home", "UTC")
        milk = await new_item(charlie, items, "Milk", 50, category="Dairy")
        salad = await new_item(charlie, items, "Salad", 50, category="Greens")
        nothing = await new_item(charlie, items, "Odds", 50)
    for day, thrown in ((3, 2), (9, 2), (20, 6)):
        with calendar.at(f"2026-01-{day:02}T12:00"):
            for _ in range(thrown):
                await throw_away(charlie, milk)
    with calendar.at("2026-01-31T23:59"):
        # There was nothing the month before to compare with.
        assert await waste(charlie) == (10, 0, "Dairy")
    with calendar.at("2026-02-01T00:00"):
        assert await waste(charlie) == (0, 0, None)
    with calendar.at("2026-02-04T00:00"):
        # Until the 4th two were thrown away in January, and none now.
        assert await waste(charlie) == (0, 100, None)
        await throw_away(charlie, salad)
        for _ in range(2):
            await throw_away(charlie, nothing)
        # What has no category is wasted too, but no category is.
        assert await waste(charlie) == (3, -50, "Greens")
    with calendar.at("2026-02-10T12:00"):
        assert await waste(charlie) == (3, 25, "Greens")
        await throw_away(charlie, milk)
        # As often as each other: the first by name.
        assert await waste(charlie) == (4, 0, "Dairy")


@pytest.mark.both_databases
async def test_what_was_undone_does_not_count(charlie: Person, settings: Settings) -> None:
    item = await charlie.add_item("Milk", 10, category="Dairy")
    path = f"{charlie.home}/items/{item['id']}"
    used = await charlie.post(f"{path}/consume", {"quantity": 1})
    wasted = await throw_away(charlie, path)
    assert (await activity(charlie), (await waste(charlie))[0]) == ((1, 1, 1), 1)
    for movement in (used["movementId"], wasted):
        await charlie.post(f"{charlie.home}/movements/{movement}/undo")
    assert (await activity(charlie), await waste(charlie)) == ((1, 0, 0), (0, 0, None))
    figures = (await charlie.get(charlie.home))["statistics"]
    assert (figures["consumedThisMonth"], figures["wastedThisMonth"]) == (0, 0)
    # A corrected quantity is neither consumed nor wasted, and a removed item was still added.
    await charlie.patch(path, {"quantity": 1}, version="*")
    await charlie.delete(path)
    assert await activity(charlie) == (1, 0, 0)


@pytest.mark.both_databases
async def test_what_one_left_behind_is_not_counted(alice: Person, bob: Person) -> None:
    await alice.add_item("Milk", 1, expirationDate="2020-01-01", minQuantity=3)
    seen = await bob.get("/dashboard/stats")
    assert (seen["households"], seen["totalItems"], seen["expiredItems"]) == (2, 1, 1)
    await alice.delete(f"{alice.home}/members/{bob.user_id}")
    seen = await bob.get("/dashboard/stats")
    assert (seen["households"], seen["totalItems"], seen["lowStockItems"]) == (1, 0, 0)
    assert await activity(bob) == (0, 0, 0)
