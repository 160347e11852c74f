"""Figures over all households of one person."""

from datetime import datetime
from typing import Self

from api.schemas.base import Out
from core.inventory.dashboard import Dashboard


class RecentActivityOut(Out):
    items_added_today: int
    items_consumed_today: int
    items_wasted_this_week: int


class WasteMetricsOut(Out):
    """`wasteReductionPercent` compares this month with as many days of the last, or is 0 without any."""

    total_wasted_this_month: int
    waste_reduction_percent: int
    most_wasted_category: str | None


class DashboardOut(Out):
    """How many movements there were, not how much was moved; undone ones do not count."""

    households: int
    total_items: int
    expiring_in_week: int
    expired_items: int
    low_stock_items: int
    recent_activity: RecentActivityOut
    waste_metrics: WasteMetricsOut
    last_updated: datetime

    @classmethod
    def of(cls, figures: Dashboard) -> Self:
        return cls(
            households=figures.households,
            total_items=figures.total_items,
            expiring_in_week=figures.expiring_in_week,
            expired_items=figures.expired_items,
            low_stock_items=figures.low_stock_items,
            recent_activity=RecentActivityOut(
                items_added_today=figures.added_today,
                items_consumed_today=figures.consumed_today,
                items_wasted_this_week=figures.wasted_this_week,
            ),
            waste_metrics=WasteMetricsOut(
                total_wasted_this_month=figures.wasted_this_month,
                waste_reduction_percent=figures.waste_reduction_percent,
                most_wasted_category=figures.most_wasted_category,
            ),
            last_updated=figures.updated_at,
        )
