"""A chart for whoever needs one."""

from datetime import date, timedelta

from core.wording.charts import UsedAndWasted

MONDAY = date(2026, 6, 1)
WEEK = UsedAndWasted(
    days=[MONDAY + timedelta(day) for day in range(7)],
    used=[3, 5, 2, 8, 4, 11, 6],
    wasted=[0, 1, 0, 2, 0, 0, 1],
    title="Home, 1 to 7 June",
)
