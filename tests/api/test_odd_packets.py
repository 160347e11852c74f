"""What no Socket.IO client sends: it reaches no handler, and leaves no traceback in the log."""

import json

import aiohttp
import httpx
import pytest

from tests.api.live import listening
from tests.api.polling import PollingClient
from tests.support.people import Person

ODD = [
    *("4", "42", "9zzz", "40{{", "42[[[", '451-["x",{"_placeholder":true,"num":0}]', "42" + "[" * 50_000),
    *(
        "42[]",
        "42{}",
        "42null",
        "42[{}]",
        "44{}",
        "43[]",
        "4431[1]",
        '42["disconnect"]',
        '42["no such thing"]',
    ),
]


@pytest.mark.parametrize("signed_in", [False, True])
async def test_odd_packets_leave_no_traceback_and_others_hear_on(
    alice: Person, bob: Person, caplog: pytest.LogCaptureFixture, signed_in: bool
) -> None:
    async with listening(alice) as ear, aiohttp.ClientSession() as session:
        url = f"{alice.base_url}/socket.io/?EIO=4&transport=websocket"
        for packet in ODD:
            async with session.ws_connect(url) as socket:
                await socket.receive_str()
                if signed_in:
                    await socket.send_str("40" + json.dumps({"token": bob.token}))
                    await socket.receive_str()
                await socket.send_str(packet)
        item = await bob.add_item("Milk", 1)
        assert (await ear.first("item.added"))["payload"]["itemId"] == item["id"]
    assert [record for record in caplog.records if record.exc_info] == []


async def test_nobody_signs_in_twice_on_one_socket(alice: Person, charlie: Person) -> None:
    async with httpx.AsyncClient(base_url=alice.base_url) as http:
        client = await PollingClient.connect(http, charlie)
        while not (heard := await client.events()):
            pass
        assert [name for name, _ in heard] == ["connected"]
        await client.say("42" + json.dumps(["connect", {}, {"token": alice.token}]))
        await alice.add_item("Milk", 1)
        item = await charlie.add_item("Tea", 1)
        [(name, body)] = await client.events()
        assert (name, body["payload"]["itemId"]) == ("item.added", item["id"])
