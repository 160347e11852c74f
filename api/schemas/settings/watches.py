"""Watches: what a person follows or mutes in a household, and their own minimums."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from api.schemas.base import Change, Listing, View, example
from api.schemas.fields import Moment, Quantity, Units, text
from core.errors import Invalid
from core.models import Scope, WatchLevel
from core.settings.watching import LONGEST_TARGET


class WatchBody(Change):
    """What is not sent stays as it was; null clears it, and a watch without level and minimum is deleted.

    `target` is the id of an item, or the name of a category or location. `until` is when the level ends,
    within a year; without it the level stays. `minQuantity` is the quantity below which the item is low for
    the caller.
    """

    model_config = example(
        {
            "anyOf": [{"required": ["level"]}, {"required": ["minQuantity"]}],
            "dependentRequired": {"until": ["level"]},
        },
        scope="category",
        target="Dairy",
        level="mute",
        until=None,
    )

    scope: Scope
    target: Annotated[str, text(LONGEST_TARGET)]
    level: WatchLevel | None = None
    until: Moment | None = None
    min_quantity: Quantity | None = None

    def columns(self) -> dict[str, object]:
        """Return the columns that were sent. Raises Invalid if there are none."""
        sent = self.model_fields_set & {"level", "min_quantity"}
        if not sent:
            raise Invalid("Send level, minQuantity, or both; null clears one.", "level")
        if "level" in sent:
            sent.add("until")
        elif "until" in self.model_fields_set:
            raise Invalid("Send the level that ends then as well.", "until")
        return self.model_dump(include=sent)


class WatchOut(View):
    """`label` is the name of what is watched; `target` its id, or that name in lower case.

    Until `snoozedUntil` there are no notifications about it, whatever its level. Sending a level ends that.
    """

    id: UUID
    scope: Scope
    target: str
    label: str
    level: WatchLevel | None
    until: datetime | None
    snoozed_until: datetime | None
    min_quantity: Units | None


class WatchesOut(Listing):
    watches: list[WatchOut]
    total: int
