"""What one person is told of the news under some settings, and where."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import events
from core.events import severity
from core.events.severity import Severity
from core.models import ChannelName, DeliveryState, Topic, When
from core.notifications import decisions
from core.preferences.routing import Wishes
from core.settings.preview.material import Material
from core.settings.preview.news import Home, News
from core.values.settings import NotificationSettings


@dataclass(frozen=True)
class Telling:
    """One thing that a channel carries to the person."""

    at: datetime
    channel: ChannelName
    topic: Topic
    event: events.Event
    when: When
    severity: Severity

    @property
    def item_id(self) -> UUID | None:
        return self.event.item.id if isinstance(self.event, events.ItemEvent) else None


@dataclass(frozen=True)
class _Person:
    """Somebody as `decisions.decide` looks at them."""

    user_id: UUID
    topics: Sequence[str]
    routes: Mapping[str, Mapping[str, str]]
    own_topics: Sequence[str] | None
    own_routes: Mapping[str, Mapping[str, str]] | None
    in_app_enabled: bool
    email_enabled: bool
    telegram_enabled: bool
    chat_id: UUID | None
    suspended_reason: str | None
    mailbox_id: UUID | None
    mailbox_suspended: str | None


def decided(kept: Material, settings: NotificationSettings, happened: Iterable[News]) -> Iterator[Telling]:
    """Return what the person is told under these settings, and where."""
    people = {home.id: _person(kept, settings, home) for home in kept.homes.values()}
    for one in happened:
        person = people[one.household_id]
        wishes = Wishes.of(person)
        for decision in decisions.decide(person, one.by, one.to(wishes), one.concerns, one.watching):
            for channel in decision.channels:
                state, _ = decision.on(channel, mailing=kept.mailing)
                if state is not DeliveryState.SKIPPED:
                    yield Telling(
                        at=one.at,
                        channel=channel,
                        topic=decision.topic,
                        event=decision.event,
                        when=wishes.when(decision.topic, channel),
                        severity=severity.of(decision.event),
                    )


def _person(kept: Material, settings: NotificationSettings, home: Home) -> _Person:
    return _Person(
        user_id=kept.user_id,
        topics=settings.topics,
        routes=settings.routes,
        own_topics=home.own_topics,
        own_routes=home.own_routes,
        in_app_enabled=settings.in_app_enabled,
        email_enabled=settings.email_enabled,
        telegram_enabled=settings.telegram_enabled,
        **kept.reach._mapping,
    )
