"""Which messages some tellings come to: put off, folded and gathered as claiming does it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core import events, timing
from core.delivery.destinations import ROUTES
from core.events.severity import Severity
from core.models import ChannelName, ScheduleKind, Topic, When
from core.preferences.quiet_hours import QuietHours
from core.preferences.routing import ALWAYS
from core.settings.preview.repeating import Due, worth_telling
from core.settings.preview.tellings import Telling
from core.values.settings import NotificationSettings
from core.wording import sentences

# They have a time of their own: there is no later digest for them.
_DIGESTS = (Topic.DAILY_EXPIRY_SUM, Topic.WEEKLY_INVENTORY_REPORT)


@dataclass
class Message:
    """What is sent at once."""

    at: datetime
    channel: ChannelName
    tellings: list[Telling] = field(default_factory=list)

    @property
    def topic(self) -> Topic:
        return self._weightiest.topic

    @property
    def text(self) -> str:
        """The weightiest of it in a sentence."""
        more = len(self.tellings) - 1
        return _sentence(self._weightiest.event) + (f" And {more:,} more." if more else "")

    @property
    def _weightiest(self) -> Telling:
        first = self.tellings[0]
        if isinstance(first.event, events.DigestGathered):
            return first
        return max(self.tellings, key=lambda one: one.severity)


def messages(tellings: Iterable[Telling], settings: NotificationSettings) -> list[Message]:
    """Return the messages on all channels. The inbox is passive: each thing is one there, at once."""
    by_channel: dict[ChannelName, list[Telling]] = {channel: [] for channel in ChannelName}
    for telling in tellings:
        by_channel[telling.channel].append(telling)
    inbox = by_channel.pop(ChannelName.IN_APP)
    sent = [Message(one.at, ChannelName.IN_APP, [one]) for one in inbox]
    for channel, those in by_channel.items():
        due = sorted((_due(one, settings) for one in those), key=lambda one: (one.at, one.telling.at))
        sent += _digests(channel, [one for one in due if _is_digest(one)])
        sent += _gathered(channel, worth_telling([one for one in due if not _is_digest(one)]))
    return sent


def _sentence(event: events.Event) -> str:
    if isinstance(event, events.DigestGathered):
        return f"Your {'week' if event.digest.weekly else 'day'} in {event.household_name}."
    return sentences.sentence(event)


def _is_digest(due: Due) -> bool:
    return due.waited or due.telling.topic in _DIGESTS


def _due(telling: Telling, settings: NotificationSettings) -> Due:
    """Return when something is sent: at once, with the next daily digest, or when quiet hours end."""
    if telling.topic in ALWAYS or telling.severity >= Severity.CRITICAL:
        return Due(telling.at, telling)
    digest = _digest_after(telling, settings)
    at = digest or telling.at
    return Due(_quiet(settings).until(at) or at, telling, waited=digest is not None)


def _digest_after(telling: Telling, settings: NotificationSettings) -> datetime | None:
    daily = settings.schedules.get(ScheduleKind.DAILY_EXPIRY_SUM)
    if telling.when is not When.DIGEST or telling.topic in _DIGESTS or daily is None:
        return None
    return timing.next_run(telling.at, daily.time, daily.weekdays, settings.timezone)


def _quiet(settings: NotificationSettings) -> QuietHours:
    return QuietHours(
        settings.quiet_enabled,
        settings.quiet_start,
        settings.quiet_end,
        settings.quiet_days,
        settings.timezone,
    )


def _digests(channel: ChannelName, due: Sequence[Due]) -> list[Message]:
    """Return a message for each digest; the first of a moment takes along what waited for it."""
    first: dict[datetime, Message] = {}
    sent = []
    for one in sorted(due, key=lambda one: (one.at, one.waited)):
        if one.waited and one.at in first:
            first[one.at].tellings.append(one.telling)
            continue
        message = Message(one.at, channel, [one.telling])
        first.setdefault(one.at, message)
        sent.append(message)
    return sent


def _gathered(channel: ChannelName, news: Sequence[Due]) -> list[Message]:
    """Return messages: what comes within a moment of what began one is told in it."""
    busy = ROUTES[channel].busy
    sent: list[Message] = []
    for one in news:
        if not sent or one.at > sent[-1].at + busy:
            sent.append(Message(one.at, channel))
        sent[-1].tellings.append(one.telling)
    return sent
