"""Somebody whose account is gone, with an access token that has not run out yet."""

from dataclasses import replace
from uuid import uuid4

import httpx

from core.config import Settings
from core.db import Database
from tests.api import operations, world
from tests.api.operations import REQUESTS, Request, read_operations

# They have no household and no notification, and that is what they are told.
EMPTY = {
    "deleteMe",
    "listHouseholds",
    "getDashboardStats",
    "listNotifications",
    "listDeliveries",
    "countUnreadNotifications",
    "markAllNotificationsRead",
    "getLinkStatus",
    "logoutAll",
}
SIGNING_IN = {"register", "login", "refresh", "logout"}
PUBLIC = {"health", "receiveUpdate", "forgotPassword", "resetPassword", "verifyEmail"} | SIGNING_IN


async def test_a_deleted_account_can_do_nothing_with_a_token_that_it_had(
    api: str, database: Database, settings: Settings
) -> None:
    calls = await read_operations(api)
    scene = await world.build(database, settings)
    async with httpx.AsyncClient(base_url=api, timeout=120) as http:
        gone = await operations.send(http, calls["deleteMe"], scene, "member", {}, Request())
        assert gone.status_code == 204
        before = await database.read(world.state_of, scene)
        for name in sorted(set(calls) & set(REQUESTS) - PUBLIC):
            call, request = calls[name], REQUESTS[name](scene, "member")
            ids = operations.own_ids(call, scene, "member")
            keyed = replace(request, headers={**request.headers, "Idempotency-Key": str(uuid4())})
            for tried in (request, keyed) if call.repeatable else (request,):
                answer = await operations.send(http, call, scene, "member", ids, tried)
                # Without a mail server nobody can confirm an address, whoever asks.
                refused = {409} if name == "resendVerification" else {401, 403, 404}
                expected = {200, 204} if name in EMPTY else refused
                assert answer.status_code in expected, (name, answer.text)
                assert "Member" not in answer.text, name
        assert await database.read(world.state_of, scene) == before


async def test_a_deleted_account_cannot_make_a_household_in_a_zone_of_its_own(
    api: str, database: Database, settings: Settings
) -> None:
    calls = await read_operations(api)
    scene = await world.build(database, settings)
    async with httpx.AsyncClient(base_url=api) as http:
        await operations.send(http, calls["deleteMe"], scene, "member", {}, Request())
        for name, body in (
            ("createHousehold", {"name": "Shed", "timezone": "UTC"}),
            ("changeNotificationSettings", {"telegram": {"enabled": True}}),
            ("changeMe", {"password": "long enough", "currentPassword": "whatever"}),
        ):
            answer = await operations.send(http, calls[name], scene, "member", {}, Request(body))
            assert answer.status_code == 401, (name, answer.text)
            assert "register again" in answer.json()["message"]
