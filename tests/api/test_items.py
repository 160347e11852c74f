"""Items: what one is, lists of them, and changes that do not overwrite somebody else's."""

from datetime import timedelta

import pytest

from core import clock
from tests.support.people import Person

FIELDS = {
    "id",
    "name",
    "quantity",
    "unit",
    "location",
    "category",
    "expirationDate",
    "bestBeforeDate",
    "purchaseDate",
    "price",
    "notes",
    "daysUntilExpiration",
    "expirationStatus",
    "createdAt",
    "createdBy",
    "updatedAt",
    "version",
    "minQuantity",
    "barcode",
    "critical",
    "updatedBy",
}


async def test_an_item_comes_back_as_it_was_sent_and_shows_its_history(alice: Person, bob: Person) -> None:
    day = str(clock.today("Europe/Berlin") + timedelta(days=3))
    sent = {
        "name": "Milk 🥛 <b>fresh</b>",
        "quantity": 2.125,
        "unit": "l",
        "location": "fridge",
        "category": "Dairy",
        "expirationDate": day,
        "bestBeforeDate": "2999-12-31",
        "purchaseDate": "2026-01-02",
        "price": 1.29,
        "notes": "two\nlines",
        "minQuantity": 0.5,
        "barcode": "4001234567890",
        "critical": True,
    }
    # What only we write is ignored when a client sends it.
    made = await alice.post(f"{alice.home}/items", {**sent, "version": 9, "id": "x"}, expect=201)
    assert set(made) == FIELDS
    assert {name: made[name] for name in sent} == sent
    assert (made["version"], made["daysUntilExpiration"], made["expirationStatus"]) == (1, 3, "expiring_soon")
    assert made["createdBy"] == alice.user_id
    assert made["createdAt"].endswith("Z")

    path = f"{alice.home}/items/{made['id']}"
    await bob.post(f"{path}/consume", {"quantity": 0.125, "notes": "coffee\r\nand cake"})
    await bob.post(f"{path}/move", {"newLocation": "freezer"})
    response = await alice.call("GET", path)
    item = response.json()
    assert response.headers["ETag"] == 'W/"3"'
    assert item["createdBy"] == {"userId": alice.user_id, "displayName": "Alice"}
    assert [(entry["action"], entry["user"]) for entry in item["history"]] == [
        ("moved", "Bob"),
        ("consumed", "Bob"),
        ("added", "Alice"),
    ]
    assert item["history"][1]["quantity"] == 0.125
    assert item["history"][1]["notes"] == "coffee\nand cake"
    assert "quantity" not in item["history"][0]


async def test_a_bare_item_has_every_field(alice: Person) -> None:
    made = await alice.add_item("Salt", 0)
    assert set(made) == FIELDS
    assert (made["quantity"], made["location"], made["expirationStatus"]) == (0, "pantry", "no_expiry")
    assert made["daysUntilExpiration"] is made["price"] is made["notes"] is None


@pytest.mark.both_databases
async def test_alice_filters_sorts_and_pages_a_list(alice: Person) -> None:
    today = clock.today("Europe/Berlin")
    for name, days, location, category in (
        ("Äpfel", -1, "pantry", "Fruit"),
        ("Milk", 0, "fridge", "Dairy"),
        ("Butter 100%", 3, "fridge", "Dairy"),
        ("Peas_frozen", 4, "freezer", None),
        ("Salt", None, "pantry", None),
    ):
        day = None if days is None else str(today + timedelta(days=days))
        await alice.add_item(name, 1, location=location, category=category, expirationDate=day)

    async def names(**query: object) -> list[str]:
        page = await alice.get(f"{alice.home}/items", query)
        return [item["name"] for item in page["items"]]

    assert await names(location="fridge") == ["Milk", "Butter 100%"]
    assert await names(category="Dairy", sortBy="name") == ["Butter 100%", "Milk"]
    for soon in ("expiring_soon", "expiring-soon"):
        assert await names(status=soon) == ["Milk", "Butter 100%"]
    assert await names(status="expired") == ["Äpfel"]
    assert await names(status="fresh") == ["Peas_frozen"]
    assert await names(status="no_expiry") == ["Salt"]
    assert await names(search="äPF") == ["Äpfel"]
    assert await names(search="%") == ["Butter 100%"]
    assert await names(search="_") == ["Peas_frozen"]
    assert await names(status="", search="", location="") == [
        "Äpfel",
        "Milk",
        "Butter 100%",
        "Peas_frozen",
        "Salt",
    ]
    for spelling in ("expirationDate", "expiry"):
        assert await names(sortBy=spelling, sortOrder="desc") == [
            "Peas_frozen",
            "Butter 100%",
            "Milk",
            "Äpfel",
            "Salt",
        ]
    for spelling in ("createdAt", "created"):
        assert (await names(sortBy=spelling, sortOrder="desc"))[0] == "Salt"

    page = await alice.get(f"{alice.home}/items", {"location": "fridge", "page": 2, "pageSize": 1})
    assert [item["name"] for item in page["items"]] == ["Butter 100%"]
    assert page["pagination"] == {"page": 2, "pageSize": 1, "total": 2, "totalPages": 2}
    assert (page["totalCount"], page["page"], page["pageSize"]) == (2, 2, 1)
    assert page["summary"] == {
        "totalItems": 5,
        "byLocation": {"pantry": 2, "fridge": 2, "freezer": 1},
        "byStatus": {"fresh": 1, "expiringSoon": 2, "expired": 1, "noExpiry": 1},
    }
    soon = await alice.get(f"{alice.home}/items/expiring", {"days": 3})
    assert [item["name"] for item in soon["items"]] == ["Äpfel", "Milk", "Butter 100%"]
    assert (soon["count"], soon["filterDays"]) == (3, 3)
    assert (await alice.get(f"{alice.home}/items/expiring"))["filterDays"] == 7


async def test_a_change_names_the_version_that_it_is_made_from(alice: Person) -> None:
    item = await alice.add_item("Milk", 2, notes="old", price=1)
    path = f"{alice.home}/items/{item['id']}"

    response = await alice.call("PATCH", path, {"quantity": 0, "notes": None}, headers={"If-Match": 'W/"1"'})
    changed = response.json()
    assert response.headers["ETag"] == 'W/"2"'
    assert (changed["quantity"], changed["notes"], changed["version"]) == (0, None, 2)
    assert (changed["name"], changed["price"], changed["updatedBy"]) == ("Milk", 1, alice.user_id)
    assert (await alice.get(path))["history"][0]["action"] == "adjusted"

    await alice.patch(path, {"name": "Oat milk"}, version='"2"')
    await alice.patch(path, {"unit": "box"}, version="*")

    missing = await alice.call("PATCH", path, {"name": "Tea"})
    assert (missing.status_code, missing.json()["error"]) == (428, "PRECONDITION_REQUIRED")
    for unquoted in ("4", "W/4", "'4'", '"4', '"4", "5"', ""):
        answer = await alice.patch(path, {"name": "Tea"}, version=unquoted, expect=400)
        assert answer["error"] == "VALIDATION_ERROR", unquoted
    for stale in ('W/"1"', '"1"', '"5"', '"04"', '"0"', '"-4"', '"four"', '""', f'"{"9" * 40}"'):
        response = await alice.call("PATCH", path, {"name": "Tea"}, headers={"If-Match": stale})
        assert response.status_code == 409, stale
        assert response.json()["error"] == "CONFLICT"
        assert response.json()["currentState"]["name"] == "Oat milk"
        assert set(response.json()["currentState"]) == FIELDS
        assert response.headers["ETag"] == 'W/"4"'
    assert (await alice.get(path))["version"] == 4

    whole = {"name": "Tea", "quantity": 3, "unit": "bag"}
    assert (await alice.call("PUT", path, whole)).status_code == 428
    replaced = (await alice.call("PUT", path, whole, headers={"If-Match": 'W/"4"'})).json()
    assert (replaced["name"], replaced["price"], replaced["version"]) == ("Tea", None, 5)

    await alice.delete(path)
    await alice.delete(path, expect=404)
    await alice.get(path, expect=404)
    await alice.patch(path, {"name": "Tea"}, version=5, expect=404)
