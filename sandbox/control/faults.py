"""The part of the control API that makes things go wrong; its package lists its calls."""

from typing import Any, Self

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, model_validator

from sandbox.faults.fault import Fault, FaultKind
from sandbox.faults.outages import OutageKind
from sandbox.faults.plans import Plan
from sandbox.state import sandbox_of


class NewFault(BaseModel):
    """See sandbox.faults.fault.Fault."""

    kind: FaultKind
    count: int = Field(1, ge=1)
    method: str | None = None
    chat: int | None = None
    retry_after: int = Field(1, ge=1)
    hang: float | None = Field(None, gt=0)


class NewPlan(BaseModel):
    """See sandbox.faults.plans.Plan."""

    seed: int
    shares: dict[FaultKind, float]
    methods: list[str] = Field(["sendMessage"], min_length=1)
    retry_after: int = Field(1, ge=1)
    hang: float | None = Field(None, gt=0)

    @model_validator(mode="after")
    def _check_shares(self) -> Self:
        # A little above 1 is what sums of floats may come to.
        if min(self.shares.values(), default=0) < 0 or sum(self.shares.values()) > 1 + 1e-9:
            raise ValueError("Shares are not negative and add up to at most 1.")
        return self


class NewOutage(BaseModel):
    """See sandbox.faults.outages."""

    kind: OutageKind


class Limits(BaseModel):
    """Whether flood limits are enforced."""

    enabled: bool


def fault_router() -> APIRouter:
    """The routes; the application's state holds the sandbox."""
    router = APIRouter(prefix="/control")
    router.add_api_route("/faults", _add_fault, methods=["POST"], status_code=204)
    router.add_api_route("/faults", _clear_faults, methods=["DELETE"], status_code=204)
    router.add_api_route("/plan", _start_plan, methods=["POST"], status_code=204)
    router.add_api_route("/plan", _plan)
    router.add_api_route("/plan", _stop_plan, methods=["DELETE"], status_code=204)
    router.add_api_route("/outage", _begin_outage, methods=["POST"], status_code=204)
    router.add_api_route("/outage", _outage)
    router.add_api_route("/outage", _end_outage, methods=["DELETE"], status_code=204)
    router.add_api_route("/limits", _limits, methods=["POST"], status_code=204)
    return router


async def _add_fault(request: Request, new: NewFault) -> None:
    sandbox_of(request.app).faults.add(Fault(**new.model_dump()))


async def _clear_faults(request: Request) -> None:
    sandbox_of(request.app).faults.clear()


async def _start_plan(request: Request, new: NewPlan) -> None:
    sandbox_of(request.app).plan = Plan(**new.model_dump())


async def _plan(request: Request) -> dict[str, Any] | None:
    plan = sandbox_of(request.app).plan
    return plan.report() if plan else None


async def _stop_plan(request: Request) -> None:
    plan = sandbox_of(request.app).plan
    if plan is not None:
        plan.stop()


async def _begin_outage(request: Request, new: NewOutage) -> None:
    sandbox = sandbox_of(request.app)
    sandbox.outage.begin(new.kind)
    # A long poll that began before must not hear of anything while Telegram is down.
    sandbox.long_poll.wake()


async def _outage(request: Request) -> dict[str, Any]:
    return sandbox_of(request.app).outage.report()


async def _end_outage(request: Request) -> None:
    sandbox_of(request.app).outage.end()


async def _limits(request: Request, limits: Limits) -> None:
    sandbox_of(request.app).limits.switch(limits.enabled)
