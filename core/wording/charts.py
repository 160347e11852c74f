"""Charts: figures beside a message's text, in words and as a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter

from core import events
from core.days import MONTHS, SHORT_WEEKDAYS
from core.wording import scheduled
from core.wording.style import counted

# A screen reader should not have to read out more days.
MOST_DAYS_TOLD = 14


@dataclass(frozen=True)
class UsedAndWasted:
    """How often something was used and thrown away on each of several consecutive days."""

    days: Sequence[date]
    used: Sequence[int]
    wasted: Sequence[int]
    title: str

    def to_json(self) -> dict[str, object]:
        """Return the chart as it is stored with a message."""
        kept: dict[str, object] = _ADAPTER.dump_python(self, mode="json")
        return kept

    @classmethod
    def of_json(cls, kept: Mapping[str, object]) -> "UsedAndWasted":
        """Return a chart stored by `to_json`."""
        return _ADAPTER.validate_python(kept)


_ADAPTER = TypeAdapter(UsedAndWasted)


def of(event: events.Event) -> UsedAndWasted | None:
    """Return the chart of a weekly digest, or None if nothing was used or thrown away."""
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


def describe(chart: UsedAndWasted) -> str:
    """Return the figures in one sentence, for people who cannot see the picture."""
    used, wasted = sum(chart.used), sum(chart.wasted)
    span = f"from {_day(chart.days[0])} to {_day(chart.days[-1])}"
    if not used and not wasted:
        return f"Nothing was used or thrown away {span}."
    told = f"Used {counted(used, 'time')} and thrown away {counted(wasted, 'time')} {span}"
    if len(chart.days) > MOST_DAYS_TOLD:
        return f"{told}."
    figures = zip(chart.days, chart.used, chart.wasted, strict=True)
    by_day = (f"{weekday(day)} {of_used:,} and {of_wasted:,}" for day, of_used, of_wasted in figures)
    return f"{told}: {', '.join(by_day)}."


def weekday(day: date) -> str:
    return SHORT_WEEKDAYS[day.weekday()]


def _day(day: date) -> str:
    return f"{weekday(day)} {day.day} {MONTHS[day.month - 1]}"
