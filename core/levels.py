"""Stock levels by a minimum that is one person's own, in place of the household's."""

from collections.abc import Sequence
from dataclasses import replace

from core import changes, events
from core.items import stock_level


def for_minimum(told: Sequence[events.Event], min_quantity: int | None) -> list[events.Event]:
    """Return what one change came to for somebody to whom an item is low below another quantity, in
    thousandths."""
    theirs = [event for event in told if not isinstance(event, events.LevelEvent)]
    moved = next((event for event in theirs if isinstance(event, events.StockMoved)), None)
    if moved is None:
        return theirs
    item = replace(moved.item, min_quantity=min_quantity)
    crossed = changes.crossing(stock_level(item.quantity - moved.delta, min_quantity), item.level)
    if crossed is not None:
        facts = {name: getattr(moved, name) for name in ("at", "household_id", "user_id", "user_name")}
        theirs.append(changes.CROSSED[crossed](**facts, item=item, kind=moved.kind, delta=moved.delta))
    return theirs
