"""How many SQL statements a call takes: as many for thirty items, members and lists as for five."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from core.accounts import accounts
from core.actors import Actor, Face
from core.db import Database
from core.households import households, invitations, members
from core.inventory import stock
from core.models import Role, Scope, WatchLevel
from core.settings import preferences, watching
from core.shopping import shopping_entries, shopping_lists
from tests.support.people import Person

FEW, MANY = 3, 12
MOST = 12
# Whoever brings an Idempotency-Key takes it, and leaves the answer.
FOR_A_KEY = 2


def grow(session: Session, alice: Actor, home: UUID, start: int, stop: int) -> None:
    """Let there be as many of everything that a call may list."""
    for number in range(start, stop):
        email = f"member{number}@example.com"
        member = Actor(accounts.register(session, email, "no hash", f"Member {number}", "UTC").id, Face.WEB)
        members.join(session, member, home, Role.MEMBER)
        preferences.change(session, member, {"topics": ["lowStock", "memberActivity"]})
        columns = {"name": f"Item {number}", "quantity": 4000, "unit": "l", "location": f"shelf {number}"}
        item = stock.add(session, member, home, columns).item.id
        for who in (alice, member):
            watching.put(session, who, home, Scope.ITEM, str(item), {"level": WatchLevel.FOLLOW})
        stock.consume(session, alice, home, item, 1000)
        listed = shopping_lists.create(session, alice, home, f"List {number}", None)
        every = shopping_lists.of_household(session, alice, home)[0]
        for on in (listed, every):
            entry = {"name": f"Entry {number}", "item_id": item, "quantity": 1000}
            shopping_entries.add(session, member, home, on.id, entry)
        invitations.invite(session, alice, home, f"guest{number}@example.com", Role.VIEWER)
        other = Actor(
            accounts.register(session, f"host{number}@example.com", "no hash", "Host", "UTC").id, Face.WEB
        )
        away = households.create(session, other, f"Away {number}", None, "UTC").id
        invitations.invite(session, other, away, "alice@example.com", Role.MEMBER)
        households.create(session, alice, f"Cabin {number}", None, "UTC")


class House:
    """Alice's household, which grows."""

    def __init__(self, alice: Person, database: Database, statements: list[str]) -> None:
        self._alice = alice
        self._database = database
        self._statements = statements
        self._size = 0
        self.ids: dict[str, str] = {"householdId": alice.household_id}

    async def grow_to(self, size: int) -> None:
        who = Actor(UUID(self._alice.user_id), Face.WEB)
        await self._database.write(grow, who, UUID(self._alice.household_id), self._size, size)
        self._size = size
        items = (await self._alice.get(f"{self._alice.home}/items"))["items"]
        lists = (await self._alice.get(f"{self._alice.home}/shopping-lists"))["lists"]
        self.ids |= {"itemId": items[0]["id"], "listId": lists[0]["id"]}

    async def count(self, method: str, path: str, body: Any = None, **headers: str) -> int:
        """Return how many statements a call takes that is done."""
        self._statements.clear()
        response = await self._alice.call(method, path, body, headers=headers)
        assert response.is_success, response.text
        return len(self._statements)


@pytest.fixture
async def house(alice: Person, database: Database, statements: list[str]) -> House:
    await alice.put("/notifications/settings", {"preferences": {"notificationTypes": ["memberActivity"]}})
    return House(alice, database, statements)


async def reading_calls(alice: Person) -> list[str]:
    """Return the path of each call that only reads, as documented."""
    document = (await alice.http.get(f"{alice.base_url}/openapi.json")).json()
    prefix = "/api/v1"
    return [
        path.removeprefix(prefix)
        for path, calls in document["paths"].items()
        if "get" in calls and path.startswith(prefix)
    ]


async def test_reading_takes_as_many_statements_whatever_there_is(alice: Person, house: House) -> None:
    counts = []
    for size in (FEW, MANY):
        await house.grow_to(size)
        paths = await reading_calls(alice)
        counts.append({path: await house.count("GET", path.format(**house.ids)) for path in paths})
    few, many = counts
    assert many == few


async def test_a_stock_change_takes_as_many_statements_whatever_the_number_of_members(
    alice: Person, house: House
) -> None:
    counts = []
    for size in (FEW, MANY):
        await house.grow_to(size)
        counts.append(await stock_changes(alice, house))
    few, many = counts
    assert many == few
    # Ticking an entry off with a restock is two changes, of the list and of the stock.
    assert many.pop("tick") <= 2 * MOST
    assert max(many.values()) <= MOST
    path = f"{alice.home}/items/{house.ids['itemId']}/consume"
    with_key = await house.count("POST", path, {"quantity": 0.1}, **{"Idempotency-Key": "once"})
    assert with_key <= many["consume"] + FOR_A_KEY


async def stock_changes(alice: Person, house: House) -> dict[str, int]:
    item = await alice.add_item("Milk", 10, minQuantity=5)
    path, tag = f"{alice.home}/items/{item['id']}", {"If-Match": "*"}
    lists = f"{alice.home}/shopping-lists/{house.ids['listId']}/items"
    entry = await alice.post(lists, {"name": "Milk", "itemId": item["id"], "quantity": 1}, expect=201)
    new = {"name": "Tea", "quantity": 1, "unit": "box"}
    counts = {
        "create": await house.count("POST", f"{alice.home}/items", new),
        "consume": await house.count("POST", f"{path}/consume", {"quantity": 1}),
        "consume to low": await house.count("POST", f"{path}/consume", {"quantity": 5}),
        "restock": await house.count("POST", f"{path}/restock", {"quantity": 5}),
        "waste": await house.count("POST", f"{path}/waste", {"quantity": 1, "reason": "Sour"}),
        "move": await house.count("POST", f"{path}/move", {"newLocation": "cellar"}),
        "patch": await house.count("PATCH", path, {"quantity": 7}, **tag),
    }
    moved = await alice.post(f"{path}/restock", {"quantity": 1})
    undo = f"{alice.home}/movements/{moved['movementId']}/undo"
    return {
        **counts,
        "undo": await house.count("POST", undo),
        "tick": await house.count("PATCH", f"{lists}/{entry['id']}", {"completed": True, "restock": True}),
        "delete": await house.count("DELETE", path),
    }
