"""Watches: what a person follows or mutes in a household, and minimums of their own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from api.schemas.base import Change, Out, example
from api.schemas.fields import Moment, Quantity, as_number, text
from core.errors import Invalid
from core.models import Scope, WatchLevel
from core.settings.watching import LONGEST_TARGET, WatchState


class WatchBody(Change):
    """What is not sent stays as it was; null takes it back, and a watch of nothing is none.

    `target` is the id of an item, or the name of a category or location. `until` is when the level ends, in
    the next year, and goes with it: without it the level lasts. `minQuantity` is below what the item is low
    for the caller.
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
        """Return the columns of what was sent. Raises Invalid when that says nothing."""
        sent = self.model_fields_set & {"level", "min_quantity"}
        if not sent:
            raise Invalid("Send level, minQuantity, or both; null takes one back.", "level")
        if "level" in sent:
            sent.add("until")
        elif "until" in self.model_fields_set:
            raise Invalid("Send the level that ends then, too.", "until")
        return self.model_dump(include=sent)


class WatchOut(Out):
    """`label` is the name of what is watched; `target` its id, or that name in small letters.

    Until `snoozedUntil` nothing is heard of it, whatever its level is. To send a level ends that.
    """

    id: UUID
    scope: Scope
    target: str
    label: str
    level: WatchLevel | None
    until: datetime | None
    snoozed_until: datetime | None
    min_quantity: int | float | None

    @classmethod
    def of(cls, watch: WatchState) -> Self:
        return cls(
            id=watch.id,
            scope=Scope(watch.scope),
            target=watch.target,
            label=watch.label,
            level=None if watch.level is None else WatchLevel(watch.level),
            until=watch.until,
            snoozed_until=watch.snoozed_until,
            min_quantity=None if watch.min_quantity is None else as_number(watch.min_quantity),
        )


class WatchesOut(Out):
    watches: list[WatchOut]
    total: int

    @classmethod
    def of(cls, watches: Sequence[WatchState]) -> Self:
        return cls(watches=[WatchOut.of(watch) for watch in watches], total=len(watches))
