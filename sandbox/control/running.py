"""The sandbox that a control request is for."""

from typing import Annotated

from fastapi import Depends, Request

from sandbox.state import Sandbox, sandbox_of


async def _sandbox(request: Request) -> Sandbox:
    return sandbox_of(request.app)


Running = Annotated[Sandbox, Depends(_sandbox)]
