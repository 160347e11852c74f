"""Requests that are sent twice with one Idempotency-Key: done once, and answered alike."""

import asyncio
import operator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.tokens import AccessTokens
from core import clock
from core.config import Settings
from core.db import Database
from tests.api import operations, world
from tests.api.operations import INSTEAD_OF_ADMIN, REQUESTS, read_operations
from tests.support.people import Person

TEA = {"name": "Tea", "quantity": 2, "unit": "box"}
SAFE_TO_REPEAT = "Idempotency-Key"


async def ask(person: Person, path: str, body: Any, key: str, method: str = "POST") -> httpx.Response:
    return await person.call(method, path, body, headers={SAFE_TO_REPEAT: key})


async def names_in_stock(person: Person) -> list[str]:
    return [item["name"] for item in (await person.get(f"{person.home}/items"))["items"]]


async def test_every_call_that_adds_or_moves_something_may_be_repeated(
    api: str, database: Database, settings: Settings
) -> None:
    calls = await read_operations(api)
    repeatable = {name for name, call in calls.items() if call.repeatable}
    assert repeatable >= {
        "createHousehold",
        "inviteMember",
        "createItem",
        "consumeItem",
        "wasteItem",
        "restockItem",
        "moveItem",
        "undoMovement",
        "createShoppingList",
        "addShoppingListItem",
    }
    scene = await world.build(database, settings)
    async with httpx.AsyncClient(base_url=api) as http:
        for name in sorted(repeatable & set(REQUESTS)):
            who = INSTEAD_OF_ADMIN.get(name, "admin")
            ids = operations.own_ids(calls[name], scene, who)
            request = REQUESTS[name](scene, who)
            keyed = replace(request, headers={**request.headers, SAFE_TO_REPEAT: name})
            first = await operations.send(http, calls[name], scene, who, ids, keyed)
            assert first.is_success, (name, first.text)
            assert "Idempotency-Replayed" not in first.headers
            done = await database.read(world.state_of, scene)
            again = await operations.send(http, calls[name], scene, who, ids, keyed)
            assert (again.status_code, again.json()) == (first.status_code, first.json()), name
            assert again.headers["Idempotency-Replayed"] == "true"
            assert again.headers.get("ETag") == first.headers.get("ETag"), name
            assert await database.read(world.state_of, scene) == done, f"{name} was done twice"


async def test_what_alice_repeats_is_done_once_and_other_news_do_not_change_the_answer(
    alice: Person,
) -> None:
    item = await alice.add_item("Milk", 5)
    path = f"{alice.home}/items/{item['id']}"
    first = await ask(alice, f"{path}/consume", {"quantity": 1, "notes": "tea"}, "one")
    await alice.post(f"{path}/restock", {"quantity": 10})
    # Another order of the same keys and other spaces are the same request.
    again = await alice.call(
        "POST",
        f"{path}/consume",
        content=b'{"notes":"tea",  "quantity": 1}',
        headers={SAFE_TO_REPEAT: "one", "Content-Type": "application/json"},
    )
    assert again.json() == first.json()
    assert (await alice.get(path))["quantity"] == 14

    for other, body in ((f"{path}/consume", {"quantity": 2}), (f"{path}/restock", {"quantity": 1})):
        clash = await ask(alice, other, body, "one")
        assert (clash.status_code, clash.json()["error"]) == (409, "CONFLICT")
    assert (await alice.get(path))["version"] == 3
    # Without a key each one counts.
    for _ in range(2):
        await alice.post(f"{path}/consume", {"quantity": 1, "notes": "tea"})
    assert (await alice.get(path))["quantity"] == 12


async def test_what_failed_may_be_repeated_with_its_key(alice: Person) -> None:
    item = await alice.add_item("Milk", 1)
    path = f"{alice.home}/items/{item['id']}"
    assert (await ask(alice, f"{path}/consume", {"quantity": 2}, "two")).status_code == 400
    await alice.post(f"{path}/restock", {"quantity": 1})
    done = await ask(alice, f"{path}/consume", {"quantity": 2}, "two")
    assert (done.status_code, done.json()["remainingQuantity"]) == (200, 0)
    assert "Idempotency-Replayed" not in done.headers


async def test_alice_and_bob_may_use_the_same_key(alice: Person, bob: Person) -> None:
    hers = await ask(alice, f"{alice.home}/items", TEA, "same")
    his = await ask(bob, f"{bob.home}/items", TEA, "same")
    assert hers.status_code == his.status_code == 201
    assert hers.json()["id"] != his.json()["id"]
    assert await names_in_stock(alice) == ["Tea", "Tea"]


async def test_after_a_day_a_key_is_new_again(alice: Person, settings: Settings) -> None:
    path = f"{alice.home}/items"
    first = await ask(alice, path, TEA, "day")
    start = clock.utcnow()
    for later, replayed in ((timedelta(hours=23, minutes=59), True), (timedelta(hours=24, minutes=1), False)):
        with clock.reading_from(partial(operator.add, start, later)):
            alice.carry(AccessTokens(settings.signing_key()).issue(UUID(alice.user_id)))
            answer = await ask(alice, path, TEA, "day")
            assert (answer.json()["id"] == first.json()["id"]) is replayed
            assert await names_in_stock(alice) == (["Tea"] if replayed else ["Tea", "Tea"])


@pytest.mark.both_databases
async def test_of_many_that_come_at_once_with_one_key_one_is_done(alice: Person) -> None:
    item = await alice.add_item("Milk", 50)
    path = f"{alice.home}/items/{item['id']}"
    answers = await asyncio.gather(
        *(ask(alice, f"{path}/consume", {"quantity": 1}, "rush") for _ in range(20))
    )
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, answers[0].text)}
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 19
    now = await alice.get(path)
    assert (now["quantity"], now["version"]) == (49, 2)


async def test_who_was_removed_gets_no_old_answer_about_the_household(alice: Person, bob: Person) -> None:
    added = await ask(bob, f"{bob.home}/items", TEA, "gone")
    assert added.status_code == 201
    await alice.delete(f"{alice.home}/members/{bob.user_id}")
    refused = await ask(bob, f"{bob.home}/items", TEA, "gone")
    assert (refused.status_code, refused.json()["error"]) == (403, "AUTHORIZATION_ERROR")
    assert "Tea" not in refused.text


async def test_a_key_that_is_none_is_refused_with_a_sentence(alice: Person) -> None:
    for key in ("", "two words", "x" * 256, "t\u00e9", "tab\tbed"):
        answer = await alice.call(
            "POST",
            f"{alice.home}/items",
            TEA,
            headers={SAFE_TO_REPEAT: key.encode("latin-1")},
        )
        assert (answer.status_code, answer.json()["error"]) == (400, "VALIDATION_ERROR"), key
        assert [problem["field"] for problem in answer.json()["details"]] == [SAFE_TO_REPEAT], key
        assert answer.json()["message"].startswith(f"{SAFE_TO_REPEAT} m"), answer.json()["message"]
    assert await names_in_stock(alice) == []
    assert (await ask(alice, f"{alice.home}/items", TEA, "x" * 255)).status_code == 201


async def test_a_malformed_id_is_refused_with_a_key_as_without(alice: Person) -> None:
    for path in ("/households/1/items", f"{alice.home}/items/1/consume", "/households/1/members"):
        answer = await ask(alice, path, TEA, "typo")
        assert (answer.status_code, answer.json()["error"]) == (400, "VALIDATION_ERROR"), path
