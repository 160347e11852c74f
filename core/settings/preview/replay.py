"""Which messages a person would have got: judged, coalesced and batched by the rules of delivery."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from core import events
from core.delivery import suppression
from core.delivery.batch import of_one_message
from core.delivery.coalescing import Fold
from core.delivery.destinations import ROUTES
from core.delivery.suppression import Told
from core.events import severity
from core.events.severity import ALERTS, BAD, Severity
from core.models import ChannelName, Deferral, Topic
from core.notifications.verdict import NOW, Matter, Verdict, judge
from core.preferences.recipients import Recipient
from core.wording import sentences
from core.wording.channels import Line


@dataclass(frozen=True)
class Planned:
    """What one channel would have carried to a person, who watches its subject at this `level`."""

    at: datetime
    channel: ChannelName
    topic: Topic
    event: events.Event
    to: Recipient
    level: str | None
    waited: str | None = None
    """What it was put off for, a value of Deferral."""

    @property
    def severity(self) -> Severity:
        return severity.of(self.event)

    @property
    def item_id(self) -> UUID | None:
        return self.event.item.id if isinstance(self.event, events.ItemEvent) else None

    @property
    def is_alert(self) -> bool:
        return self.item_id is not None and self.severity in ALERTS

    def line(self, changes: int = 1) -> Line:
        """Return it as a line that stands for `changes` changes."""
        latest = self.event.item if isinstance(self.event, events.ItemEvent) else None
        return Line(
            self.topic, self.event, self.severity, self.at, latest, changes=changes, deferred=self.waited
        )


@dataclass(frozen=True)
class Sent:
    """A message, and the lines in it."""

    at: datetime
    channel: ChannelName
    lines: Sequence[Line]

    @property
    def topic(self) -> Topic:
        return Topic(self.lines[0].topic)

    @property
    def text(self) -> str:
        """What is first in it, in a sentence."""
        event, more = self.lines[0].event, len(self.lines) - 1
        if isinstance(event, events.DigestGathered):
            sentence = f"Your {'week' if event.digest.weekly else 'day'} in {event.household_name}."
        else:
            sentence = sentences.told(self.lines[0])
        return sentence + (f" And {more:,} more." if more else "")


def messages(planned: Iterable[Planned], *, mailing: bool) -> list[Sent]:
    """Return the messages on all channels. The inbox is passive: each thing is one there, at once."""
    found: dict[ChannelName, list[Planned]] = {channel: [] for channel in ChannelName}
    for one in sorted(planned, key=lambda each: each.at):
        found[one.channel].append(one)
    inbox = [Sent(one.at, one.channel, [one.line()]) for one in found[ChannelName.IN_APP]]
    return inbox + [
        sent for channel in ROUTES for sent in _Outbox(channel, found[channel], mailing=mailing).send()
    ]


class _Outbox:
    """What waits for one chat or mailbox, by number, and what it was told of each item."""

    def __init__(self, channel: ChannelName, planned: Sequence[Planned], *, mailing: bool) -> None:
        self._route, self._mailing = ROUTES[channel], mailing
        self._waiting = {number: (one.at, one) for number, one in enumerate(planned)}
        self._told: dict[object, Told] = {}
        self._was_bad = _was_bad(planned)

    def send(self) -> list[Sent]:
        """Return the messages, the first one first."""
        sent: list[Sent] = []
        free_at = last_at = None
        while self._waiting:
            first = min(due for due, _ in self._waiting.values())
            now = first if free_at is None else max(first, free_at)
            folds = of_one_message(self._route.channel, self._news(now))
            if folds:
                self._note(folds, now)
                sent.append(Sent(now, self._route.channel, [fold.line for fold in folds]))
                free_at, last_at = now + self._route.pause(last_at, now), now
        return sent

    def _note(self, folds: Sequence[Fold], now: datetime) -> None:
        for fold in folds:
            for number in (*fold.also, fold.newest):
                del self._waiting[number]
            if fold.is_alert:
                self._told[fold.item_id] = Told(fold.line.severity, now)

    def _news(self, now: datetime) -> list[Fold]:
        """Return what is told at a moment, the worst first; drop or put off the rest."""
        groups: dict[object, list[int]] = {}
        for number, one in self._due(now):
            groups.setdefault(number if one.item_id is None else one.item_id, []).append(number)
        news = []
        for numbers in groups.values():
            fold = self._fold(numbers)
            verdict = self._again(fold, now) if fold.is_alert else NOW
            if verdict is NOW:
                news.append(fold)
            for number in () if verdict is NOW else numbers:
                _, one = self._waiting.pop(number)
                if verdict.at is not None:
                    self._waiting[number] = (verdict.at, one)
        return sorted(news, key=lambda fold: (-fold.line.severity, fold.newest))

    def _due(self, now: datetime) -> list[tuple[int, Planned]]:
        """Return what goes out now, with what was put off about the same items."""
        ready: dict[int, Planned] = {}
        for number, (due, one) in sorted(self._waiting.items()):
            verdict = NOW if due > now else self._judge(one, now)
            if verdict.at is not None:
                self._waiting[number] = (verdict.at, replace(one, waited=verdict.reason))
            elif verdict is not NOW:
                del self._waiting[number]
            elif due <= now:
                ready[number] = one
        newest = {one.item_id: number for number, one in ready.items() if one.item_id is not None}
        caught_up = {
            number: one
            for number, (_, one) in self._waiting.items()
            if one.item_id is not None and number < newest.get(one.item_id, 0)
        }
        return sorted({**caught_up, **ready}.items())

    def _judge(self, one: Planned, now: datetime) -> Verdict:
        matter = Matter(one.topic, one.severity, one.level, waited=one.waited is not None)
        return judge(matter, one.to, one.channel, now=now, mailing=self._mailing)

    def _again(self, fold: Fold, now: datetime) -> Verdict:
        before, severity = self._told.get(fold.item_id), fold.line.severity
        unheard = suppression.may_be_unheard(severity, before) and fold.headline in self._was_bad
        return suppression.again(severity, fold.line.changes, before, now, unheard=unheard)

    def _fold(self, numbers: Sequence[int]) -> Fold:
        planned = {number: self._waiting[number][1] for number in numbers}
        alerts = [number for number, one in planned.items() if one.is_alert]
        newest, headline = numbers[-1], (alerts or numbers)[-1]
        waited = [one.waited for one in planned.values()]
        return Fold(
            newest=newest,
            headline=headline,
            item_id=planned[newest].item_id,
            is_alert=bool(alerts),
            was_deferred=Deferral.QUIET_HOURS in waited,
            line=replace(planned[headline].line(len(numbers)), deferred=planned[newest].waited),
            also=tuple(numbers[:-1]),
        )


def _was_bad(planned: Sequence[Planned]) -> set[int]:
    """Return the numbers of alerts before which the item's last alert was a bad one."""
    last: dict[UUID | None, Severity] = {}
    found = set()
    for number, one in enumerate(planned):
        if one.is_alert:
            if last.get(one.item_id) in BAD:
                found.add(number)
            last[one.item_id] = one.severity
    return found
