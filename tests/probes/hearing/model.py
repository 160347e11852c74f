"""What everybody should hear, by a model that is much simpler than the product: everybody lives in UTC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core.actors import Face
from core.events.severity import Severity
from core.operations.retention import KEPT

NEWS = ("lowStock", "memberActivity")
TOPICS = (*NEWS, "dailyExpirySum")
CHANNELS = ("telegram", "inApp", "email")
Choice = tuple[frozenset[str], Mapping[tuple[str, str], str]]
"""The kinds that are listed, and by (kind, channel) when: off, now or digest."""


@dataclass
class Person:
    """One person as they are at the moment. Nobody has an address, so no mail is ever sent."""

    name: str
    user_id: UUID
    phone: int
    linked: bool = True
    telegram_on: bool = True
    in_app_on: bool = True
    choice: Choice = (frozenset({"lowStock"}), {})
    own: dict[UUID, Choice] = field(default_factory=dict)
    quiet: tuple[int, int] | None = None
    """From one hour of the day to another."""
    muted_until: datetime | None = None
    watches: dict[UUID, tuple[str, datetime | None]] = field(default_factory=dict)
    """By item: follow or mute, and until when."""
    homes: set[UUID] = field(default_factory=set)

    def level(self, item: UUID, now: datetime) -> str | None:
        level, until = self.watches.get(item, (None, None))
        return level if until is None or until > now else None

    def when(self, home: UUID, topic: str, channel: str) -> str:
        return self.own.get(home, self.choice)[1].get((topic, channel), "now")

    def refusal(self, home: UUID, item: UUID | None, topic: str, channel: str, now: datetime) -> str | None:
        """Return why they do not want to hear a kind of news, or None."""
        level = self.level(item, now) if item is not None else None
        if level == "mute":
            return "watch_muted"
        if topic not in self.own.get(home, self.choice)[0] and level != "follow":
            return "topic_off"
        return "route_off" if self.when(home, topic, channel) == "off" else None

    def is_quiet(self, now: datetime) -> bool:
        if self.quiet is None:
            return False
        start, end = self.quiet
        return start <= now.hour < end if start < end else now.hour >= start or now.hour < end

    def is_muted(self, now: datetime) -> bool:
        return self.muted_until is not None and self.muted_until > now

    def outcomes(
        self,
        home: UUID,
        item: UUID | None,
        topics: Sequence[str],
        channel: str,
        face: Face | None,
        now: datetime,
    ) -> set[tuple[str, str | None]]:
        """Return what may become, at first, of news on a channel; `face` is where they did it themselves."""
        refusals = [
            "own_act"
            if face is not None and topic == "memberActivity"
            else self.refusal(home, item, topic, channel, now)
            for topic in topics
        ]
        if None not in refusals:
            return {("skipped", reason) for reason in refusals}
        if channel == "inApp":
            if face is Face.WEB:
                return {("skipped", "answered")}
            return {("sent", None)} if self.in_app_on else {("skipped", "channel_off")}
        if channel == "email":
            return {("skipped", "channel_off"), ("skipped", "channel_unavailable")}
        if face is Face.TELEGRAM:
            return {("skipped", "answered")}
        if not self.linked:
            return {("skipped", "not_linked")}
        return {("pending", None)} if self.telegram_on else {("skipped", "channel_off")}

    def refusals(self, home: UUID, item: UUID | None, topic: str, now: datetime) -> set[str]:
        """Return why a message may not go to their chat now, or None."""
        if not self.linked or home not in self.homes:
            # Of two that hold, either may be seen first.
            gone = {"not_linked": not self.linked, "not_a_member": home not in self.homes}
            return {reason for reason, holds in gone.items() if holds}
        if not self.telegram_on:
            return {"channel_off"}
        refusal = self.refusal(home, item, topic, "telegram", now)
        return set() if refusal is None else {refusal}


class Knowledge:
    """What each person's chat heard of an item last, and when."""

    def __init__(self) -> None:
        self._known: dict[tuple[UUID, UUID], tuple[int, Severity, datetime]] = {}

    def check(self, ended: Sequence[Any], now: datetime) -> None:
        """What was dropped was known or never heard of; what was told or answered is known from now on."""
        dropped = {(row.user_id, row.item_id): row for row in ended if row.state == "superseded"}
        for about, row in dropped.items():
            newest, known, at = self._known.get(about, (0, None, now))
            if row.reason == "known":
                assert known == row.severity or newest > row.id, (row, known)
                continue
            # The last that was to be told of an item was that there is enough.
            assert row.severity == Severity.GOOD, row
            assert known in (None, Severity.GOOD) or at + KEPT < now, (row, known)
        for row in ended:
            if row.message == "sent" or row.reason == "answered":
                self._known[row.user_id, row.item_id] = row.id, Severity(row.severity), now


# An alert that somebody knows already waits so long; see core.delivery.suppression.
FLAPPING = timedelta(minutes=15)
