"""Routing: which kinds of news a person wants, on which channels, and when."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.models import ChannelName, Topic, WatchLevel, When
from core.wording.reasons import Reason

# A kind of news that cannot be switched off.
ALWAYS = frozenset({Topic.ACCOUNT})
CHOOSABLE = tuple(topic for topic in Topic if topic not in ALWAYS)

Routes = Mapping[str, Mapping[str, str]]
"""By topic and channel a value of When; what is not in it is now."""


@dataclass(frozen=True)
class Routing:
    """What a person wants to hear, in general or of one household."""

    topics: Collection[str]
    routes: Routes

    def when(self, topic: str, channel: str) -> When:
        """Return when a topic reaches them on a channel, whether or not they asked for the topic."""
        return When(self.routes.get(topic, {}).get(channel, When.NOW))

    def refusal(self, topic: str, channel: str, level: str | None = None) -> Reason | None:
        """Return why a person does not want a topic on a channel, or None.

        `level` is how they watch the item that it is about. Following an item means wanting all its news.
        """
        if topic in ALWAYS:
            return None
        if level == WatchLevel.MUTE:
            return Reason.WATCH_MUTED
        if topic not in self.topics and level != WatchLevel.FOLLOW:
            return Reason.TOPIC_OFF
        return Reason.ROUTE_OFF if self.when(topic, channel) is When.OFF else None

    def refuses(self, topic: str, level: str | None = None) -> bool:
        """Return whether they want a topic on no channel at all."""
        return all(self.refusal(topic, channel, level) for channel in ChannelName)


def merge(routes: Routes, given: Mapping[str, Mapping[str, str | None]]) -> dict[str, dict[str, str]]:
    """Return routes with some replaced, without those that are `now`."""
    merged = {topic: dict(channels) for topic, channels in routes.items()}
    for topic, channels in given.items():
        merged.setdefault(topic, {}).update({name: when for name, when in channels.items() if when})
    kept = {
        topic: {name: when for name, when in channels.items() if when != When.NOW}
        for topic, channels in merged.items()
    }
    return {topic: channels for topic, channels in kept.items() if channels}


def matrix(routes: Routes) -> dict[str, dict[str, str]]:
    """Return the routes of every kind of news on every channel."""
    return {
        topic.value: {channel.value: routes.get(topic, {}).get(channel, When.NOW) for channel in ChannelName}
        for topic in CHOOSABLE
    }
