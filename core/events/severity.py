"""How bad news is. Worse news is told first."""

from enum import IntEnum

from core import events


class Severity(IntEnum):
    """From the least urgent to the most."""

    DIGEST = -1
    """Scheduled news, which comes after what just happened."""
    ACTIVITY = 0
    """What others do."""
    GOOD = 1
    """There is enough of something again."""
    LOW = 2
    OUT = 3
    CRITICAL = 4
    """A critical item is out of stock: this ignores quiet hours."""
    ACCOUNT = 5
    """Something happened to the person's account."""


ALERTS = (Severity.GOOD, Severity.LOW, Severity.OUT, Severity.CRITICAL)
"""The severities of an item's stock level."""
BAD = (Severity.LOW, Severity.OUT, Severity.CRITICAL)


def of(event: events.Event) -> Severity:
    """Return how bad an event is."""
    match event:
        case events.ScheduledEvent():
            return Severity.DIGEST
        case events.StockRanOut():
            return Severity.CRITICAL if event.item.critical else Severity.OUT
        case events.StockRanLow():
            return Severity.LOW
        case events.StockRecovered():
            return Severity.GOOD
        case events.ItemsImported(critical=True):
            return Severity.CRITICAL
        case events.ItemsImported(ran_low=[_, *_]):
            return Severity.LOW
        case (
            events.ItemEvent() | events.ItemsImported() | events.MembershipEvent() | events.HouseholdUpdated()
        ):
            return Severity.ACTIVITY
    return Severity.ACCOUNT
