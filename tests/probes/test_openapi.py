"""The API does what its OpenAPI document says: thousands of calls find nothing that is not written there."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from core.config import Settings
from core.db import Database
from core.wake import Wake
from tests.probes import schemathesis
from tests.probes.counting import Counting
from tests.support.people import Person
from tests.support.serving import serving

FEWEST_CASES = 3000
# What takes more than a hundred cases, and is asked of the other database: most that can be wrong with it is
# seen before any is asked. What changes the settings takes what their preview takes, and is asked below.
ELSEWHERE = {
    "sqlite": "(patch|put)Item|updateShoppingListItem|list(Items|Deliveries|Notifications)"
    "|changeNotificationSettings",
    "postgresql": "(preview|change)NotificationSettings",
}
# Nobody guesses the code that the bot gives, so there is no chat to unlink, nor a token that is mailed; a
# refresh token only if it remembers what a login answered. There is no mail server here, and no webhook.
NEVER_DONE = {
    "POST /api/v1/notifications/telegram/link",
    "DELETE /api/v1/notifications/telegram/unlink",
    "POST /api/v1/auth/refresh",
    "POST /api/v1/auth/reset-password",
    "POST /api/v1/auth/verify-email",
    "POST /api/v1/auth/verify-email/resend",
    "POST /api/v1/telegram/webhook",
}


@pytest.fixture
def counted(settings: Settings, database: Database, wake: Wake) -> Counting:
    return Counting(create_app(settings, database, wake))


@pytest.fixture
async def api(counted: Counting) -> AsyncIterator[str]:
    async with serving(counted) as url:
        yield url


async def document_of(person: Person) -> dict[str, Any]:
    response = await person.http.get(f"{person.base_url}/openapi.json")
    found: dict[str, Any] = response.json()
    return found


async def invite(guest: Person, host: Person) -> dict[str, Any]:
    body = {"email": guest.email, "role": "member"}
    invitation: dict[str, Any] = await host.post(f"{host.home}/members", body, expect=201)
    return invitation


async def furnish(alice: Person, bob: Person, charlie: Person, dora: Person) -> dict[str, str]:
    """Give Alice, an admin, one of everything, and return the ids."""
    await alice.put(
        "/notifications/settings", {"preferences": {"notificationTypes": ["memberActivity", "lowStock"]}}
    )
    await alice.invite(dora)
    milk = await alice.add_item("Milk", 500_000, minQuantity=2, location="fridge", category="Dairy")
    moved = await alice.post(f"{alice.home}/items/{milk['id']}/consume", {"quantity": 1})
    eggs = await alice.add_item("Eggs", 12, unit="pieces")
    bread = await bob.add_item("Bread", 3, expirationDate="2026-01-01")
    lists = f"{alice.home}/shopping-lists"
    saturday, sunday = [await alice.post(lists, {"name": day}, expect=201) for day in ("Saturday", "Sunday")]
    path = f"{alice.home}/shopping-lists/{saturday['id']}/items"
    to_buy = await alice.post(path, {"name": "Milk", "quantity": 1, "itemId": milk["id"]}, expect=201)
    candles = await alice.post(path, {"name": "Candles"}, expect=201)
    follow = {"scope": "item", "target": milk["id"], "level": "follow"}
    watch = await alice.put(f"{alice.home}/watches", follow)
    spare = await alice.post("/households", {"name": "The cabin"}, expect=201)
    elsewhere, invitation = charlie.household_id, await invite(alice, charlie)
    charlie.household_id = (await charlie.post("/households", {"name": "The club"}, expect=201))["id"]
    visited = await invite(alice, charlie)
    await alice.post(f"{charlie.home}/invitations/{visited['invitationId']}/accept")
    return {
        "TOKEN": alice.token,
        "HOME_ID": alice.household_id,
        "ELSEWHERE": elsewhere,
        "INVITATION": invitation["invitationId"],
        "VISITED": charlie.household_id,
        "SPARE": spare["id"],
        "BOB": bob.user_id,
        "DORA": dora.user_id,
        "MILK": milk["id"],
        "EGGS": eggs["id"],
        "BREAD": bread["id"],
        "MOVEMENT": moved["movementId"],
        "SATURDAY": saturday["id"],
        "SUNDAY": sunday["id"],
        "MILK_TO_BUY": to_buy["id"],
        "CANDLES_TO_BUY": candles["id"],
        "WATCH": watch["id"],
    }


@pytest.fixture
async def dora(api: str) -> AsyncIterator[Person]:
    async with Person(api, "Dora") as dora:
        await dora.register()
        yield dora


@pytest.fixture
async def ids(alice: Person, bob: Person, charlie: Person, dora: Person) -> dict[str, str]:
    return await furnish(alice, bob, charlie, dora)


@pytest.mark.both_databases
async def test_no_call_answers_what_is_not_documented(
    api: str, counted: Counting, ids: dict[str, str], tmp_path: Path, database: Database
) -> None:
    counted.answers.clear()
    kind = "sqlite" if database.url.startswith("sqlite") else "postgresql"
    options = f"--exclude-operation-id-regex=^({ELSEWHERE[kind]})$"
    await schemathesis.run(api, tmp_path, ids, "sparing.toml", options=options)
    assert counted.answers.total() >= FEWEST_CASES
    assert not [answer for answer in counted.answers if answer[2] >= 500]


async def test_every_call_can_be_done_and_then_answers_what_is_documented(
    api: str, counted: Counting, alice: Person, ids: dict[str, str], tmp_path: Path
) -> None:
    document = await document_of(alice)
    counted.answers.clear()
    # Not every example can follow on every other one: what is used up is no longer there.
    options = "--phases=examples,fuzzing --exclude-checks=positive_data_acceptance"
    await schemathesis.run(api, tmp_path, ids, "sparing.toml", "deep.toml", options=options)
    answered = counted.by_call(document)
    done = {call for call, statuses in answered.items() if any(status < 300 for status in statuses)}
    assert set(answered) - done <= NEVER_DONE
    statuses = sum(answered.values(), Counter())
    succeeded = sum(number for status, number in statuses.items() if status < 300)
    assert succeeded > statuses.total() / 3


async def test_what_ends_the_caller_is_documented_too(
    api: str, counted: Counting, charlie: Person, tmp_path: Path
) -> None:
    counted.answers.clear()
    options = "--phases=coverage,fuzzing --include-operation-id-regex=^(deleteMe|logoutAll)$"
    await schemathesis.run(api, tmp_path, {"TOKEN": charlie.token}, options=options)
    answered = {(method, status) for method, path, status in counted.answers if path.startswith("/api")}
    assert {("POST", 204), ("DELETE", 204), ("DELETE", 401)} <= answered
    await charlie.get("/auth/me", expect=401)
