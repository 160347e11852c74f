"""Waiting for what becomes true."""

import asyncio
from collections.abc import Awaitable, Callable

PATIENCE_S = 60.0


async def until(is_true: Callable[[], Awaitable[bool]]) -> None:
    """Return as soon as something is true. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE_S):
        while not await is_true():  # noqa: ASYNC110 - what is asked lives in another program
            await asyncio.sleep(0.005)
