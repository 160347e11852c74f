"""Health checks."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from api.schemas.base import Out, View
from core.operations.readiness import Status


def _seconds(age: timedelta) -> float:
    return round(age.total_seconds(), 1)


class HealthOut(Out):
    status: Literal["ok"] = "ok"


class CheckOut(View):
    name: str = Field(
        description="`database`, `deliveries`, or a part of the deployment: `web`, `bot.poller`, `clock` ..."
    )
    status: Status
    age_seconds: Annotated[float, BeforeValidator(_seconds)] | None = Field(
        validation_alias="age",
        description="Since the part's last heartbeat; of `deliveries`, how long the oldest has been due",
    )
    problem: str | None = Field(description="What is wrong, in a sentence")


class ReadyOut(Out):
    status: Literal["ok", "unavailable"]
    checks: list[CheckOut]
