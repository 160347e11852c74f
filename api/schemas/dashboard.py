"""Figures across all households of one person."""

from datetime import datetime
from typing import Self

from pydantic import Field

from api.schemas.base import Out
from core.inventory.dashboard import Dashboard


class RecentActivityOut(Out):
    items_added_today: int = Field(validation_alias="added_today")
    items_consumed_today: int = Field(validation_alias="consumed_today")
    items_wasted_this_week: int = Field(validation_alias="wasted_this_week")


class WasteMetricsOut(Out):
    """`wasteReductionPercent` compares this month with as many days of the last; 0 without data."""

    total_wasted_this_month: int = Field(validation_alias="wasted_this_month")
    waste_reduction_percent: int
    most_wasted_category: str | None


class DashboardOut(Out):
    """Activity and waste count movements, not quantities; undone movements do not count."""

    households: int
    total_items: int
    expiring_in_week: int
    expired_items: int
    low_stock_items: int
    recent_activity: RecentActivityOut
    waste_metrics: WasteMetricsOut
    last_updated: datetime = Field(validation_alias="updated_at")

    @classmethod
    def of(cls, figures: Dashboard) -> Self:
        parts = {"recent_activity": figures, "waste_metrics": figures}
        return cls.model_validate({**vars(figures), **parts})
