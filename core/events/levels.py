"""When an item is low, out or fine again, by its own minimum or by a person's."""

from collections.abc import Sequence
from dataclasses import replace

from core import events
from core.values.items import StockLevel, stock_level

CROSSED: dict[StockLevel, type[events.LevelEvent]] = {
    StockLevel.LOW: events.StockRanLow,
    StockLevel.OUT: events.StockRanOut,
    StockLevel.OK: events.StockRecovered,
}


def crossing(before: StockLevel, after: StockLevel) -> StockLevel | None:
    """Return the level that a change led to if it deserves an alert. From out to low does not."""
    if before is after or (before is StockLevel.OUT and after is StockLevel.LOW):
        return None
    return after


def for_minimum(happened: Sequence[events.Event], min_quantity: int | None) -> list[events.Event]:
    """Return the events of one change as they are with another minimum, in thousandths."""
    theirs = [event for event in happened if not isinstance(event, events.LevelEvent)]
    moved = next((event for event in theirs if isinstance(event, events.StockMoved)), None)
    if moved is None:
        return theirs
    item = replace(moved.item, min_quantity=min_quantity)
    crossed = crossing(stock_level(item.quantity - moved.delta, min_quantity), item.level)
    if crossed is not None:
        facts = {name: getattr(moved, name) for name in ("at", "household_id", "user_id", "user_name")}
        theirs.append(CROSSED[crossed](**facts, item=item, kind=moved.kind, delta=moved.delta))
    return theirs
