"""How the parts of a process start, stop and fail together."""

import asyncio
from typing import Any

import pytest

from core.errors import ConfigurationError
from stockbell.processes import servers
from stockbell.processes.runtime import together, unless_stopped


async def test_when_one_part_fails_the_others_finish_and_its_sentence_is_told() -> None:
    stop, finished = asyncio.Event(), []

    async def refused() -> None:
        raise ConfigurationError("Another program is polling this bot.")

    async def sending() -> None:
        await stop.wait()
        await asyncio.sleep(0.02)
        finished.append("sent")

    with pytest.raises(ConfigurationError, match="polling"):
        await together(stop, sending(), refused())
    assert finished == ["sent"]


async def test_the_last_part_stops_after_the_others() -> None:
    stop, ended = asyncio.Event(), []

    async def part() -> None:
        await stop.wait()
        ended.append("part")

    async def last(parts_ended: asyncio.Event) -> None:
        await parts_ended.wait()
        ended.append("last")

    asyncio.get_running_loop().call_soon(stop.set)
    await together(stop, part(), last=last)
    assert ended == ["part", "last"]


async def test_the_last_part_begins_before_the_others_which_need_it() -> None:
    began = []

    async def part() -> None:
        began.append("part")

    async def last(parts_ended: asyncio.Event) -> None:
        began.append("last")
        await parts_ended.wait()

    await together(asyncio.Event(), part(), last=last)
    assert began == ["last", "part"]


async def test_a_stop_ends_what_is_still_being_prepared() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_soon(stop.set)
    assert await unless_stopped(stop, asyncio.Event().wait()) is None


async def test_an_application_that_cannot_start_is_a_sentence() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": ""})

    listener = servers.bind("127.0.0.1", 0, "PORT")
    with listener, pytest.raises(ConfigurationError, match="could not start"):
        await servers.serve(application, listener, asyncio.Event())
