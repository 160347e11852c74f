"""How bad news is. What is worse is told first, and interrupts what is not."""

from enum import IntEnum

from core import events


class Severity(IntEnum):
    """From what may wait to what may not."""

    ACTIVITY = 0
    """What others do."""
    GOOD = 1
    """Something is enough again."""
    LOW = 2
    OUT = 3
    ACCOUNT = 4
    """Something happened to one's account."""


def of(event: events.Event) -> Severity:
    """Return how bad an event is."""
    match event:
        case events.StockRanOut():
            return Severity.OUT
        case events.StockRanLow():
            return Severity.LOW
        case events.StockRecovered():
            return Severity.GOOD
        case events.ItemsImported(ran_low=[_, *_]):
            return Severity.LOW
        case (
            events.ItemEvent() | events.ItemsImported() | events.MembershipEvent() | events.HouseholdUpdated()
        ):
            return Severity.ACTIVITY
    return Severity.ACCOUNT
