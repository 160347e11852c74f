"""What is decided for one person about one thing: on which channels they are told, and why not on the others.

Every decision leaves a Delivery, those against telling as well, so that a person can ask why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core import events
from core.actors import Actor, Face
from core.models import ChannelName, DeliveryState, Topic

# A kind of news that cannot be switched off.
ALWAYS = frozenset({Topic.ACCOUNT})
_FACES = {ChannelName.TELEGRAM: Face.TELEGRAM, ChannelName.IN_APP: Face.WEB}

OWN_ACT = "own_act"
TOPIC_OFF = "topic_off"
CHANNEL_OFF = "channel_off"
ANSWERED = "answered"
NOT_LINKED = "not_linked"
SUSPENDED = "chat_suspended"
UNAVAILABLE = "channel_unavailable"
NO_ADDRESS = "no_address"
MAILBOX_SUSPENDED = "mailbox_suspended"


@dataclass(frozen=True)
class Decision:
    """What one person is told about one change, or the `refusal` that says why they are not."""

    person: Any
    """A row of the query for people: their preferences and where they can be reached."""
    topic: Topic
    event: events.Event
    spared: Face | None = None
    """The face on which they acted: its answer says so already."""
    refusal: str | None = None

    @property
    def in_inbox(self) -> bool:
        return self.on(ChannelName.IN_APP, mailing=False)[0] is DeliveryState.SENT

    def on(self, channel: ChannelName, *, mailing: bool) -> tuple[DeliveryState, str | None]:
        """Return the state in which a delivery on a channel begins, and the reason when it is not sent.

        `mailing` says whether this server can send mail.
        """
        reason = self.refusal or self._not_wanted(channel) or self._not_reachable(channel, mailing)
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
    person: Any, who: Actor, by_weight: Sequence[tuple[Topic, events.Event]], concerns: UUID | None
) -> Decision:
    """Decide what a person hears of a change: the weightiest news that they asked for.

    `by_weight` is what it is under each topic, the weightiest first. Activity never goes to the one who
    acted; whom the change `concerns` hears of it whatever they chose.
    """
    acted = person.user_id == who.user_id
    if person.user_id == concerns and not acted:
        return Decision(person, Topic.ACCOUNT, by_weight[0][1])
    refusal = TOPIC_OFF
    for topic, event in by_weight:
        if acted and topic is Topic.MEMBER_ACTIVITY:
            refusal = OWN_ACT
        elif topic in person.topics:
            return Decision(person, topic, event, spared=who.face if acted else None)
    return Decision(person, *by_weight[0], refusal=refusal)
