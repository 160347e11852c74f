"""What a household is low on, or out of, by the minimums of one person."""

from collections.abc import Sequence

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from core.db import table
from core.inventory.statistics import is_low
from core.models import Item
from core.preferences.recipients import Recipient
from core.values.digests import LowItem
from core.values.items import StockLevel, stock_level

items = table(Item)
_low = (
    select(
        items.c.id,
        items.c.name,
        items.c.quantity,
        items.c.unit,
        items.c.min_quantity,
        items.c.category,
        items.c.location,
    )
    .where(
        items.c.household_id == bindparam("household"),
        or_(items.c.quantity == 0, is_low, items.c.id.in_(bindparam("own", expanding=True))),
    )
    .order_by(items.c.quantity > 0, items.c.name_key, items.c.id)
)


def of_recipient(session: Session, to: Recipient) -> Sequence[LowItem]:
    """Return what is low or out for a person, what is out first. Of what they muted there is nothing."""
    minimums = to.watched.minimums(to.household_id)
    found = [
        LowItem(row.id, row.name, row.quantity, row.unit, minimums.get(row.id, row.min_quantity))
        for row in session.execute(_low, {"household": to.household_id, "own": list(minimums)})
        if not to.watched.mutes(to.household_id, row.id, row.category, row.location)
    ]
    return [one for one in found if stock_level(one.quantity, one.min_quantity) is not StockLevel.OK]
