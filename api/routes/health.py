"""Whether the process answers, and whether the system does its work."""

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter, Response

from api.dependencies import Config, Tx
from api.openapi.document import operation_id
from api.schemas.health import CheckOut, HealthOut, ReadyOut
from core.db import Transactions
from core.errors import Unavailable
from core.operations import readiness
from core.operations.readiness import Check, Status

# A database that takes longer counts as down.
PATIENCE_S = 5.0
DATABASE_DOWN = "The database cannot be reached, or does not answer."


async def health() -> HealthOut:
    """Answer as long as the process serves."""
    return HealthOut()


async def ready(settings: Config, tx: Tx, response: Response) -> ReadyOut:
    """Report whether every part of the system works, and what is wrong if not.

    It checks the database, the heartbeats of all parts of the deployment (the web API, the three parts of
    the bot, the clock), and the messages waiting to be sent.
    """
    checks = await _checks(tx, readiness.expected(settings))
    fine = all(check.status is Status.OK for check in checks)
    response.status_code = 200 if fine else 503
    response.headers["Cache-Control"] = "no-store"
    return ReadyOut(status="ok" if fine else "unavailable", checks=[CheckOut.of(check) for check in checks])


async def _checks(tx: Transactions, parts: Sequence[str]) -> Sequence[Check]:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await tx.read(readiness.examine, parts)
    except (Unavailable, TimeoutError):
        return readiness.database_down(DATABASE_DOWN)


def router() -> APIRouter:
    routes = APIRouter(tags=["Health"], generate_unique_id_function=operation_id)
    routes.get("/health")(health)
    routes.head("/health", include_in_schema=False)(health)
    not_ready = {"model": ReadyOut, "description": "Something does not work; see `checks`."}
    routes.get("/health/ready", responses={503: not_ready})(ready)
    routes.head("/health/ready", include_in_schema=False)(ready)
    return routes
