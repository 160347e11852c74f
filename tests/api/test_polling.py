"""Clients that cannot hold a websocket open."""

import asyncio
from uuid import UUID

import httpx
from sqlalchemy.orm import Session

from api.sockets.audience import MOST_QUEUED
from api.sockets.tail import LONGEST_REPLAY
from core import events
from core.clock import utcnow
from core.db import Database
from core.events import streams
from core.models import Role
from tests.api.live import listening
from tests.api.polling import PollingClient
from tests.support.people import Person


def make_noise(session: Session, person: UUID, household: UUID, times: int) -> None:
    """Append so many events to a household's stream, in one transaction."""
    joined = events.MemberJoined(
        household_id=household,
        household_name="Home",
        user_id=person,
        user_name="Alice",
        role=Role.ADMIN,
        at=utcnow(),
    )
    streams.append(session, streams.of_household(household), [joined] * times)


async def test_alice_hears_of_changes_by_polling(api: str, alice: Person, bob: Person) -> None:
    async with httpx.AsyncClient(base_url=api, timeout=60) as http:
        client = await PollingClient.connect(http, alice)
        heard = await client.events()
        if not heard:
            # The answer to the connection came alone.
            heard = await client.events()
        assert heard[0][0] == "connected"
        assert alice.household_id in heard[0][1]["households"]
        waiting = asyncio.create_task(client.events())
        await bob.add_item("Milk", 1)
        name, added = (await waiting)[0]
        assert name == "item.added"
        assert added["payload"]["item"]["name"] == "Milk"

        # Saying goodbye ends the poll that is still waiting, so it does not keep the server from stopping.
        hanging = asyncio.create_task(client.poll())
        # The server has the poll by the time that it answers what was asked after it.
        await alice.get("/auth/me")
        await client.goodbye()
        assert (await hanging).status_code == 200


async def test_a_client_that_stops_asking_is_dropped_and_the_others_go_on(
    api: str, alice: Person, database: Database
) -> None:
    async with httpx.AsyncClient(base_url=api, timeout=60) as http, listening(alice) as ear:
        silent = await PollingClient.connect(http, alice)
        for round_ in range(1, MOST_QUEUED // LONGEST_REPLAY + 2):
            await database.write(make_noise, UUID(alice.user_id), UUID(alice.household_id), LONGEST_REPLAY)
            await ear.first("member.joined", round_ * LONGEST_REPLAY)
        assert (await silent.poll()).status_code == 400
