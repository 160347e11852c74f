"""Deciding for one person which news of a change each channel carries, and why some carry none.

Every decision leaves a Delivery for each channel, even if nothing is sent, so that the person can ask why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core import events
from core.actors import Face
from core.events import severity
from core.models import ChannelName, Topic
from core.notifications.verdict import Matter, refusal, unwanted
from core.preferences.recipients import Listener
from core.wording.reasons import Reason

News = Sequence[tuple[Topic, events.Event]]
"""What one change is under each of its topics, the weightiest first."""


# To go through an Enum costs ten times as much as a tuple, and this is done for each member.
CHANNELS = tuple(ChannelName)


@dataclass(frozen=True)
class Decision:
    """The channels on which one person is told of one change; `refusals` say why not on the others."""

    person: Listener
    topic: Topic
    event: events.Event
    channels: Sequence[ChannelName]
    refusals: Mapping[ChannelName, Reason]

    @property
    def in_inbox(self) -> bool:
        return ChannelName.IN_APP in self.channels


def decide(
    person: Listener, news: News, *, mailing: bool, level: str | None = None, acted_on: Face | None = None
) -> list[Decision]:
    """Decide what a person hears of a change: on each channel, the weightiest news that they want there.

    `level` is how they watch what changed. `acted_on` is where they did it themselves, if they did.
    `mailing`: this server can send mail.
    """
    matters = [_matter(topic, event, level, acted_on) for topic, event in news]
    carries = {channel: _choose(matters, person, channel) for channel in CHANNELS}
    # Refusals of whole channels are recorded with the weightiest news that another channel carries.
    first = min((place for place, why in carries.values() if why is None), default=0)
    decided: dict[int, dict[ChannelName, Reason | None]] = {}
    for channel, (place, why) in carries.items():
        if why is None:
            unreachable = refusal(matters[place], person, channel, mailing=mailing)
            decided.setdefault(place, {})[channel] = unreachable
        else:
            decided.setdefault(first, {})[channel] = why
    return [
        Decision(
            person,
            *news[place],
            channels=[channel for channel, why in by_channel.items() if why is None],
            refusals={channel: why for channel, why in by_channel.items() if why is not None},
        )
        for place, by_channel in sorted(decided.items())
    ]


def _matter(topic: Topic, event: events.Event, level: str | None, acted_on: Face | None) -> Matter:
    transactional = isinstance(event, events.TransactionalMail)
    return Matter(topic, severity.of(event), level, transactional=transactional, acted_on=acted_on)


def _choose(matters: Sequence[Matter], person: Listener, channel: ChannelName) -> tuple[int, Reason | None]:
    """Return the place of the news that a channel carries, or why it carries none."""
    refused = Reason.TOPIC_OFF
    for place, matter in enumerate(matters):
        reason = unwanted(matter, person, channel)
        if reason is None:
            return place, None
        # A reason that they chose themselves says more.
        if refused in (Reason.TOPIC_OFF, Reason.OWN_ACT) and reason is not Reason.TOPIC_OFF:
            refused = reason
    return 0, refused
