"""Registering, signing in, staying signed in, signing out."""

import asyncio
import time
from datetime import timedelta

from api.tokens import LIFETIME
from core import clock
from tests.support.people import PASSWORD, Person


async def test_alice_registers_and_has_a_home(api: str) -> None:
    async with Person(api, "Alice") as alice:
        answer = await alice.register()
        assert set(answer) == {
            "userId",
            "email",
            "displayName",
            "accessToken",
            "refreshToken",
            "expiresIn",
            "defaultHouseholdId",
        }
        assert answer["expiresIn"] == 900
        homes = await alice.get("/households")
        assert homes["total"] == 1
        assert homes["households"][0]["name"] == "Alice's Home"
        assert homes["households"][0]["role"] == "admin"
        assert homes["households"][0]["id"] == answer["defaultHouseholdId"]
        me = await alice.get("/auth/me")
        assert (me["userId"], me["email"], me["timezone"]) == (alice.user_id, alice.email, "Europe/Berlin")


async def test_nobody_registers_with_an_email_that_is_taken_however_it_is_written(alice: Person) -> None:
    body = {"email": "ALICE@Example.com", "password": PASSWORD, "displayName": "Not Alice"}
    answer = await alice.post("/auth/register", body, expect=409)
    assert answer["error"] == "CONFLICT"
