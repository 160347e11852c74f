"""The chart that goes with a digest."""

from core import events
from core.wording import scheduled
from core.wording.charts import UsedAndWasted


def of(event: events.Event) -> UsedAndWasted | None:
    """Return the chart of a weekly digest in which something was used or thrown away, else None."""
    if not isinstance(event, events.DigestGathered):
        return None
    days = event.digest.by_day
    if not any(day.used or day.wasted for day in days):
        return None
    return UsedAndWasted(
        days=[day.day for day in days],
        used=[day.used for day in days],
        wasted=[day.wasted for day in days],
        title=scheduled.headline(event),
    )
