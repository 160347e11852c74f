"""Figures over all households of the caller."""

from fastapi import APIRouter

from api.dependencies import Caller, Tx
from api.routes import new_router
from api.schemas.dashboard import DashboardOut
from core.inventory import dashboard


async def get_dashboard_stats(who: Caller, tx: Tx) -> DashboardOut:
    """Show what is going on in all of the caller's households."""
    return DashboardOut.of(await tx.read(dashboard.stats, who))


def router() -> APIRouter:
    routes = new_router("Dashboard", "/dashboard")
    routes.get("/stats")(get_dashboard_stats)
    return routes
