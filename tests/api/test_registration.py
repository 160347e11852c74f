"""Who may make an account."""

from collections.abc import AsyncIterator

import pytest

from api.app import create_app
from core import clock
from core.accounts import accounts
from core.config import Registration, Settings
from core.db import Database
from core.households import invitations
from core.wake import Wake
from tests.support.people import PASSWORD, Person
from tests.support.serving import serving


@pytest.fixture
async def door(
    request: pytest.FixtureRequest, settings: Settings, database: Database, wake: Wake
) -> AsyncIterator[str]:
    """Another server on the same database, which lets in whom the test says."""
    app = create_app(settings.model_copy(update={"registration": request.param}), database, wake)
    async with serving(app) as url:
        yield url


def form(email: str) -> dict[str, str]:
    return {"email": email, "password": PASSWORD, "displayName": "Dora"}


@pytest.mark.parametrize("door", [Registration.INVITE], indirect=True)
async def test_where_people_are_invited_only_they_can_register(
    door: str, alice: Person, charlie: Person
) -> None:
    async with Person(door, "Dora") as dora:
        stranger = await dora.post("/auth/register", form("dora@example.com"), expect=403)
        known = await dora.post("/auth/register", form(charlie.email), expect=403)
        assert stranger["error"] == "AUTHORIZATION_ERROR"
        assert {**stranger, "traceId": ""} == {**known, "traceId": ""}

        asked = {"email": "Dora@Example.com", "role": "member"}
        invitation = await alice.post(f"{alice.home}/members", asked, expect=201)
        expired = clock.utcnow() + invitations.LIFETIME
        with clock.reading_from(lambda: expired):
            await dora.post("/auth/register", form("dora@example.com"), expect=403)
        await dora.register()
        await dora.post(f"{alice.home}/invitations/{invitation['invitationId']}/accept")
        # An account that exists can do all that it could.
        await dora.post("/households", {"name": "The cabin"}, expect=201)

        asked["email"] = charlie.email
        await alice.post(f"{alice.home}/members", asked, expect=201)
        await dora.post("/auth/register", form(charlie.email), expect=409)


@pytest.mark.parametrize("door", [Registration.CLOSED], indirect=True)
async def test_where_registration_is_closed_an_invitation_does_not_help(
    door: str, alice: Person, charlie: Person, database: Database
) -> None:
    asked = {"email": "dora@example.com", "role": "member"}
    await alice.post(f"{alice.home}/members", asked, expect=201)
    async with Person(door, "Dora") as dora:
        for email in ("dora@example.com", "nobody@example.com", charlie.email):
            refused = await dora.post("/auth/register", form(email), expect=403)
            assert "person who runs this server" in refused["message"]
        assert await database.read(accounts.credentials, "dora@example.com") is None
        await dora.post("/auth/login", {"email": charlie.email, "password": PASSWORD})
