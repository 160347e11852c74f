"""Whether a person is told of something on a channel, and when. Pure: everything is passed in.

Asked when something is announced, claimed or sent again, and when other settings are previewed.
"""

from dataclasses import dataclass
from datetime import datetime

from core.actors import Face
from core.events.severity import Severity
from core.models import ChannelName, Topic, When
from core.preferences.recipients import Listener, Person, Place
from core.preferences.routing import ALWAYS
from core.wording.reasons import Reason

_FACES = {ChannelName.TELEGRAM: Face.TELEGRAM, ChannelName.IN_APP: Face.WEB}
# Digests are not put off to a later digest.
DIGESTS = frozenset({Topic.DAILY_EXPIRY_SUM, Topic.WEEKLY_INVENTORY_REPORT})


@dataclass(frozen=True)
class Matter:
    """Something to tell one person, with what decides whether and when they are told."""

    topic: str
    severity: Severity
    level: str | None = None
    """How they watch what it is about, a value of WatchLevel."""
    transactional: bool = False
    """A mail that they asked for themselves, or that their account needs."""
    acted_on: Face | None = None
    """Where they did it themselves, if they did: its answer says so already."""
    waited: bool = False
    """It was put off before, for their digest or until a quiet time ended."""


@dataclass(frozen=True)
class Verdict:
    """Tell now; tell later, at `at`, because of `reason`; or, with only a `reason`, do not tell."""

    reason: Reason | None = None
    at: datetime | None = None

    @property
    def refused(self) -> Reason | None:
        """Why they are not told; None when they are, now or later."""
        return self.reason if self.at is None else None


NOW = Verdict()


def judge(matter: Matter, person: Person, channel: ChannelName, *, now: datetime, mailing: bool) -> Verdict:
    """Return whether a person is told now, later or not. `mailing`: this server can send mail."""
    refused = refusal(matter, person, channel, mailing=mailing)
    return Verdict(refused) if refused is not None else _time(matter, person, channel, now)


def refusal(matter: Matter, person: Listener, channel: ChannelName, *, mailing: bool) -> Reason | None:
    """Return why a person is not told on a channel at all, or None."""
    return unwanted(matter, person, channel) or _unreachable(matter, person, channel, mailing=mailing)


def unwanted(matter: Matter, person: Listener, channel: ChannelName) -> Reason | None:
    """Return why a person does not want it there, whether or not they can be reached, or None."""
    if matter.acted_on is not None and matter.topic == Topic.MEMBER_ACTIVITY:
        return Reason.OWN_ACT
    return person.routing.refusal(matter.topic, channel, matter.level)


def _unreachable(matter: Matter, person: Listener, channel: ChannelName, *, mailing: bool) -> Reason | None:
    if channel is ChannelName.IN_APP and matter.topic in ALWAYS:
        return None
    if matter.acted_on is not None and matter.acted_on is _FACES.get(channel):
        return Reason.ANSWERED
    place = person.places[channel]
    if channel is ChannelName.TELEGRAM and place.id is None:
        return Reason.NOT_LINKED
    if not (place.enabled or matter.transactional):
        return Reason.CHANNEL_OFF
    if channel is ChannelName.TELEGRAM:
        return Reason.CHAT_SUSPENDED if place.suspended else None
    return _unmailable(place, matter, mailing=mailing) if channel is ChannelName.EMAIL else None


def _unmailable(mailbox: Place, matter: Matter, *, mailing: bool) -> Reason | None:
    if not mailing:
        return Reason.CHANNEL_UNAVAILABLE
    if mailbox.id is None:
        return Reason.NO_ADDRESS
    return Reason.MAILBOX_SUSPENDED if mailbox.suspended and not matter.transactional else None


def _time(matter: Matter, person: Person, channel: ChannelName, now: datetime) -> Verdict:
    """Return when: now, with their next digest, or when their quiet hours or mute end."""
    # The inbox is passive: it disturbs nobody.
    if channel is ChannelName.IN_APP or matter.topic in ALWAYS or matter.severity >= Severity.CRITICAL:
        return NOW
    # Once it has waited for the digest, or for the night to end, it is not put off to the next digest.
    if (
        person.routing.when(matter.topic, channel) is When.DIGEST
        and not matter.waited
        and matter.topic not in DIGESTS
    ):
        digest = person.digest.next_run(now)
        if digest is not None:
            return Verdict(Reason.DIGEST, digest)
    muted_until, quiet_until = person.muted_until, person.quiet_hours.until(now)
    if muted_until is not None and muted_until > now and (quiet_until is None or muted_until >= quiet_until):
        return Verdict(Reason.MUTED, muted_until)
    return NOW if quiet_until is None else Verdict(Reason.QUIET_HOURS, quiet_until)
