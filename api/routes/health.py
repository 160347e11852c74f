"""Whether the process answers."""

from typing import Literal

from fastapi import APIRouter

from api.schemas.base import Out


class HealthOut(Out):
    status: Literal["ok"] = "ok"


async def health() -> HealthOut:
    """Answer as long as the process serves."""
    return HealthOut()


def router() -> APIRouter:
    routes = APIRouter(tags=["Health"])
    routes.get("/health")(health)
    return routes
