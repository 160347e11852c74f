"""The part of the control API that makes things go wrong; the package lists its calls."""

from typing import Annotated, Any

from fastapi import APIRouter, Body

from sandbox.control.running import Running
from sandbox.faults.fault import Fault
from sandbox.faults.plans import Plan, PlanSettings
from sandbox.records import OutageKind


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


async def _add_fault(sandbox: Running, fault: Fault) -> None:
    sandbox.faults.add(fault)


async def _clear_faults(sandbox: Running) -> None:
    sandbox.faults.clear()


async def _start_plan(sandbox: Running, settings: PlanSettings) -> None:
    sandbox.plan = Plan(settings)


async def _plan(sandbox: Running) -> dict[str, Any] | None:
    return sandbox.plan.report() if sandbox.plan else None


async def _stop_plan(sandbox: Running) -> None:
    if sandbox.plan is not None:
        sandbox.plan.stop()


async def _begin_outage(sandbox: Running, kind: Annotated[OutageKind, Body(embed=True)]) -> None:
    sandbox.outage.begin(kind)
    # A long poll that is already waiting must not receive updates while Telegram is down.
    sandbox.long_poll.wake()


async def _outage(sandbox: Running) -> dict[str, Any]:
    return sandbox.outage.report()


async def _end_outage(sandbox: Running) -> None:
    sandbox.outage.end()


async def _limits(sandbox: Running, enabled: Annotated[bool, Body(embed=True)]) -> None:
    sandbox.limits.switch(enabled)
