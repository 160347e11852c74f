"""Many at once: nothing is lost, nothing is sold twice, and nobody waits for ever."""

import asyncio
from collections import Counter
from itertools import product
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from core.actors import Actor, Face
from core.db import Database
from core.events import streams
from core.inventory import stock
from tests.support.people import Person


@pytest.mark.both_databases
async def test_of_fifty_who_take_one_of_thirty_thirty_succeed(alice: Person, database: Database) -> None:
    item = await alice.add_item("Eggs", 30)
    path = f"{alice.home}/items/{item['id']}"
    room = streams.of_household(UUID(alice.household_id))
    before = (await database.read(streams.positions, [room]))[room]

    answers = await asyncio.gather(
        *(alice.call("POST", f"{path}/consume", {"quantity": 1}) for _ in range(50))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 30 + [400] * 20
    left = sorted(answer.json()["remainingQuantity"] for answer in answers if answer.status_code == 200)
    assert left == list(range(30))

    now = await alice.get(path)
    assert (now["quantity"], now["version"]) == (0, 31)
    assert [entry["action"] for entry in now["history"]].count("consumed") == 30
    entries = await database.read(streams.read_after, {room: before.seq})
    assert [entry.seq for entry in entries] == list(range(before.seq + 1, before.seq + 31))
    assert [entry.payload["item"]["version"] for entry in entries] == list(range(2, 32))


def consume_both(session: Session, who: Actor, household: UUID, first: UUID, second: UUID) -> None:
    """Take one of each in one transaction."""
    for item_id in (first, second):
        stock.consume(session, who, household, item_id, 1000)


@pytest.mark.both_databases
async def test_many_transactions_over_two_items_in_both_orders_all_succeed(
    alice: Person, bob: Person, database: Database
) -> None:
    home = UUID(alice.household_id)
    milk, eggs = [UUID((await alice.add_item(name, 60))["id"]) for name in ("Milk", "Eggs")]
    actors = [Actor(UUID(person.user_id), Face.WEB) for person in (alice, bob)]
    orders = [(milk, eggs), (eggs, milk)]
    await asyncio.gather(
        *(
            database.write(consume_both, who, home, *order)
            for _ in range(15)
            for who, order in product(actors, orders)
        )
    )
    for item_id in (milk, eggs):
        item = await alice.get(f"{alice.home}/items/{item_id}")
        assert (item["quantity"], item["version"]) == (0, 61)


@pytest.mark.both_databases
async def test_of_many_changes_of_one_version_one_is_made(alice: Person, bob: Person) -> None:
    item = await alice.add_item()
    path = f"{alice.home}/items/{item['id']}"
    answers = await asyncio.gather(
        *(
            person.call("PATCH", path, {"name": f"Name {number}"}, headers={"If-Match": 'W/"1"'})
            for number in range(30)
            for person in (alice, bob)
        )
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 59}
    winner = next(answer for answer in answers if answer.status_code == 200)
    # Whoever lost sees what the winner made of it, and with which tag to try again.
    for answer in answers:
        assert answer.headers["ETag"] == 'W/"2"'
        if answer is not winner:
            assert answer.json()["error"] == "CONFLICT"
            assert answer.json()["currentState"] == winner.json()
    assert [entry["action"] for entry in (await alice.get(path))["history"]] == ["updated", "added"]


@pytest.mark.both_databases
async def test_of_many_who_register_one_email_at_once_one_gets_it(api: str) -> None:
    async with Person(api, "Dora") as dora:
        body = {"email": dora.email, "password": "long enough", "displayName": "Dora"}
        answers = await asyncio.gather(*(dora.call("POST", "/auth/register", body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
