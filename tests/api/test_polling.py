"""Clients that cannot hold a websocket open."""

import asyncio

import httpx

from core import events, streams
from core.db import Database
from core.households import ids_of_person
from core.models import Role
from sqlalchemy.orm import Session
from tests.api.polling import PollingClient
from tests.support.people import Person


async def test_alice_hears_of_changes_by_polling(api: str, alice: Person, bob: Person) -> None:
    async with httpx.AsyncClient(base_url=api, timeout=10) as http:
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
        waiting = asyncio.create_task(client.events())
        await client.goodbye()
        assert await asyncio.wait_for(waiting, 5) == []
