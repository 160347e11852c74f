"""Figures across all of the caller's households."""

from fastapi import APIRouter

from api.dependencies import Caller, Tx
from api.routes import new_router
from api.schemas.dashboard import DashboardOut
from core.inventory import dashboard


async def get_dashboard_stats(who: Caller, tx: Tx) -> DashboardOut:
    """Show figures across all of the caller's households."""
    return DashboardOut.of(await tx.read(dashboard.stats, who))


def router() -> APIRouter:
    routes = new_router("Dashboard", "/dashboard")
    routes.get("/stats")(get_dashboard_stats)
    return routes
