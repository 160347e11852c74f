"""Schemas for whether the system works."""

from typing import Literal, Self

from pydantic import Field

from api.schemas.base import Out
from core.operations.readiness import Check, Status


class HealthOut(Out):
    status: Literal["ok"] = "ok"


class CheckOut(Out):
    name: str = Field(description="`database`, `deliveries`, or a part: `web`, `bot.poller`, `clock` ...")
    status: Status
    age_seconds: float | None = Field(
        description="Since the part's last sign of life; of `deliveries`, how long the oldest has been due"
    )
    problem: str | None = Field(description="What is wrong, in a sentence")

    @classmethod
    def of(cls, check: Check) -> Self:
        age = None if check.age is None else round(check.age.total_seconds(), 1)
        return cls(name=check.name, status=check.status, age_seconds=age, problem=check.problem)


class ReadyOut(Out):
    status: Literal["ok", "unavailable"]
    checks: list[CheckOut]
