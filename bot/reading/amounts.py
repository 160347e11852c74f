"""Amounts as a household says them: in units that its items use, too."""

from bot.reading import arguments
from bot.reading.arguments import Amount
from core.actors import Actor
from core.db import Transactions
from core.delivery.chats import ActiveHousehold
from core.inventory import catalog


async def read(
    tx: Transactions,
    who: Actor,
    household: ActiveHousehold,
    text: str | None,
    example: str,
    *,
    zero: bool = False,
    default: int | None = None,
) -> Amount:
    """Return what was typed; see arguments.amount. Raises Invalid."""
    in_use = await tx.read(catalog.units, who, household.id)
    return arguments.amount(text, example, zero=zero, default=default, in_use=in_use)
