"""Fields that nobody knows: ignored beside others, refused where there are no others."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from core.config import Settings
from core.db import Database
from tests.api import operations, world
from tests.api.operations import REQUESTS, read_operations
from tests.support.people import Person

SETTINGS = "/notifications/settings"
SECTIONS = "email, inApp, telegram, preferences, routes, quietHours, mutedUntil, schedules"


@pytest.fixture
async def document(api: str) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=api) as http:
        found: dict[str, Any] = (await http.get("/openapi.json")).json()
        return found


def known(document: Mapping[str, Any], path: str, method: str) -> list[str]:
    """Return the fields of a call's body."""
    body = document["paths"][path][method.lower()]["requestBody"]["content"]["application/json"]["schema"]
    return list(document["components"]["schemas"][body["$ref"].rpartition("/")[2]]["properties"])


async def test_a_change_of_nothing_known_is_refused_by_every_call_and_one_of_something_known_is_done(
    api: str, document: dict[str, Any], database: Database, settings: Settings
) -> None:
    calls = [call for call in (await read_operations(api)).values() if call.method in ("PUT", "PATCH")]
    assert len(calls) >= 11
    async with httpx.AsyncClient(base_url=api) as http:
        for call in calls:
            scene = await world.build(database, settings)
            ids, valid = operations.own_ids(call, scene, "admin"), REQUESTS[call.id](scene, "admin")
            stray = replace(valid, body={"colour": "red"})
            refused = await operations.send(http, call, scene, "admin", ids, stray)
            assert (refused.status_code, refused.json()["error"]) == (400, "VALIDATION_ERROR"), call.id
            fields = ", ".join(known(document, call.path, call.method))
            told = f"Nothing that was sent can be set here. Known fields: {fields}."
            assert refused.json()["message"] == told, call.id
            both = replace(valid, body={**valid.body, "colour": "red"})
            assert (await operations.send(http, call, scene, "admin", ids, both)).is_success, call.id


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"colour": "red"}, f"Known fields: {SECTIONS}."),
        ({"email": {"colour": "red"}}, "Known fields in email: enabled."),
        # What only we can say cannot be set.
        ({"email": {"address": "a@example.com"}}, "Known fields in email: enabled."),
        (
            {"colour": "red", "email": {"colour": "red"}},
            f"Known fields: {SECTIONS}. Known fields in email: enabled.",
        ),
        (
            {"schedules": {"dailyExpirySum": {"colour": "red"}}},
            "Known fields in schedules.dailyExpirySum: time, weekdays.",
        ),
    ],
)
async def test_settings_of_which_nothing_is_known_are_refused_with_what_is(
    alice: Person, sent: dict[str, Any], told: str
) -> None:
    answer = await alice.put(SETTINGS, sent, expect=400)
    assert answer["message"] == f"Nothing that was sent can be set here. {told}"


async def test_a_section_of_which_nothing_is_known_is_ignored_beside_another(alice: Person) -> None:
    await alice.put(SETTINGS, {"email": {"colour": "red"}, "inApp": {"enabled": False}, "colour": "red"})
    assert (await alice.get(SETTINGS))["inApp"] == {"enabled": False}


async def test_alice_sends_back_what_she_read(alice: Person) -> None:
    before = await alice.get(SETTINGS)
    await alice.put(SETTINGS, before)
    assert await alice.get(SETTINGS) == before


@pytest.mark.parametrize("sent", [{}, {"email": {}}, {"preferences": {}, "routes": {}}])
async def test_settings_that_ask_for_nothing_change_nothing(alice: Person, sent: dict[str, Any]) -> None:
    before = await alice.get(SETTINGS)
    await alice.put(SETTINGS, sent)
    assert await alice.get(SETTINGS) == before


async def test_a_household_is_set_apart_as_it_is_by_an_empty_object(alice: Person) -> None:
    path = f"{alice.home}/notification-settings"
    await alice.put(path, {"apart": True}, expect=400)
    assert (await alice.get(path))["apart"] is False
    assert (await alice.put(path, {}))["apart"] is True


async def test_an_account_that_is_to_change_in_nothing_is_told_what_could(alice: Person) -> None:
    answer = (await alice.call("PATCH", "/auth/me", {})).json()
    assert answer["message"] == "Send at least one of displayName, timezone and password."
