"""What is decided for one person about one thing: on which channels they are told, and why not on the others.

Every decision leaves a Delivery for each channel, those against telling as well: a person can ask why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core import events
from core.actors import Actor, Face
from core.models import ChannelName, DeliveryState, Topic
from core.preferences.follows import Watching
from core.preferences.routing import ALWAYS, TOPIC_OFF, Wishes

_FACES = {ChannelName.TELEGRAM: Face.TELEGRAM, ChannelName.IN_APP: Face.WEB}

OWN_ACT = "own_act"
CHANNEL_OFF = "channel_off"
ANSWERED = "answered"
NOT_LINKED = "not_linked"
SUSPENDED = "chat_suspended"
UNAVAILABLE = "channel_unavailable"
NO_ADDRESS = "no_address"
MAILBOX_SUSPENDED = "mailbox_suspended"
NOBODY = Watching()


@dataclass(frozen=True)
class Decision:
    """What one person is told about one change on some channels; `refusals` say why not on which of them."""

    person: Any
    """A row of the query for people: their preferences and where they can be reached."""
    topic: Topic
    event: events.Event
    channels: Sequence[ChannelName] = tuple(ChannelName)
    refusals: Mapping[ChannelName, str] = field(default_factory=dict)
    spared: Face | None = None
    """The face on which they acted: its answer says so already."""

    @property
    def in_inbox(self) -> bool:
        inbox = ChannelName.IN_APP
        return inbox in self.channels and self.on(inbox, mailing=False)[0] is DeliveryState.SENT

    def on(self, channel: ChannelName, *, mailing: bool) -> tuple[DeliveryState, str | None]:
        """Return the state in which a delivery on a channel begins, and the reason when it is not sent.

        `mailing` says whether this server can send mail.
        """
        reason = (
            self.refusals.get(channel) or self._not_wanted(channel) or self._not_reachable(channel, mailing)
        )
        if reason is not None:
            return DeliveryState.SKIPPED, reason
        # The inbox row and the entry of the person's stream are the telling itself.
        return (DeliveryState.SENT if channel is ChannelName.IN_APP else DeliveryState.PENDING), None

    def _not_wanted(self, channel: ChannelName) -> str | None:
        always = self.topic in ALWAYS and channel is ChannelName.IN_APP
        enabled = {
            ChannelName.IN_APP: self.person.in_app_enabled,
            ChannelName.TELEGRAM: self.person.telegram_enabled,
            ChannelName.EMAIL: self.person.email_enabled or isinstance(self.event, events.Letter),
        }[channel]
        if always:
            return None
        if self.spared is not None and self.spared is _FACES.get(channel):
            return ANSWERED
        if channel is ChannelName.TELEGRAM and self.person.chat_id is None:
            return NOT_LINKED
        return None if enabled else CHANNEL_OFF

    def _not_reachable(self, channel: ChannelName, mailing: bool) -> str | None:
        if channel is ChannelName.TELEGRAM and self.person.suspended_reason is not None:
            return SUSPENDED
        if channel is not ChannelName.EMAIL:
            return None
        if not mailing:
            return UNAVAILABLE
        if self.person.mailbox_id is None:
            return NO_ADDRESS
        suspended = self.person.mailbox_suspended is not None
        return MAILBOX_SUSPENDED if suspended and not isinstance(self.event, events.Letter) else None


def decide(
    person: Any,
    who: Actor | None,
    by_weight: Sequence[tuple[Topic, events.Event]],
    concerns: UUID | None = None,
    watching: Watching = NOBODY,
) -> list[Decision]:
    """Decide what a person hears of a change: on each channel the weightiest news that they asked for there.

    `by_weight` is what it is under each topic, the weightiest first. Activity never goes to the one who
    acted; whom the change `concerns` hears of it whatever they chose. `watching` is how the person looks at
    the item that changed. `who` acted: None for the clock.
    """
    acted = who is not None and person.user_id == who.user_id
    if person.user_id == concerns and not acted:
        return [Decision(person, Topic.ACCOUNT, by_weight[0][1])]
    wishes = Wishes.of(person)
    chosen: dict[int, list[ChannelName]] = {}
    refusals: dict[ChannelName, str] = {}
    for channel in ChannelName:
        place, refusal = _choose(wishes, channel, by_weight, watching, acted=acted)
        if refusal is not None:
            refusals[channel] = refusal
        else:
            chosen.setdefault(place, []).append(channel)
    if not chosen:
        return [Decision(person, *by_weight[0], refusals=refusals)]
    spared = who.face if who is not None and acted else None
    # Why nothing is told on a channel stands beside the weightiest of what is told on another.
    first = min(chosen)
    return [
        Decision(
            person,
            *by_weight[place],
            channels=(*channels, *refusals) if place == first else tuple(channels),
            refusals=refusals if place == first else {},
            spared=spared,
        )
        for place, channels in sorted(chosen.items())
    ]


def _choose(
    wishes: Wishes,
    channel: ChannelName,
    by_weight: Sequence[tuple[Topic, events.Event]],
    watching: Watching,
    *,
    acted: bool,
) -> tuple[int, str | None]:
    """Return which news a channel carries, or the reason why none."""
    refusal = TOPIC_OFF
    for place, (topic, _) in enumerate(by_weight):
        own = acted and topic is Topic.MEMBER_ACTIVITY
        reason = OWN_ACT if own else wishes.refusal(topic, channel, watching.level)
        if reason is None:
            return place, None
        # What they switched off is said before what they did themselves or never asked for.
        refusal = reason if refusal in (TOPIC_OFF, OWN_ACT) and reason != TOPIC_OFF else refusal
    return 0, refusal
