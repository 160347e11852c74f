"""Whether Alice is told of something on a channel, and when, and why not. 2026-11-25 is a Wednesday."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from core.actors import Face
from core.events.severity import Severity
from core.models import ChannelName, Topic, WatchLevel
from core.models.preferences import EVERY_DAY
from core.notifications.verdict import NOW, Matter, Verdict, judge
from core.preferences.quiet_hours import QuietHours
from core.preferences.recipients import Person, Place
from core.preferences.recurrence import Times
from core.preferences.routing import Routing
from core.wording.reasons import Reason

TELEGRAM, INBOX, EMAIL = ChannelName.TELEGRAM, ChannelName.IN_APP, ChannelName.EMAIL
BERLIN = "Europe/Berlin"
NIGHT = datetime(2026, 11, 25, 22, 30, tzinfo=UTC)
MORNING, NINE = datetime(2026, 11, 26, 6, 0, tzinfo=UTC), datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
LOW = Matter(Topic.LOW_STOCK, Severity.LOW)
ACTIVITY = Matter(Topic.MEMBER_ACTIVITY, Severity.ACTIVITY)
ACCOUNT = Matter(Topic.ACCOUNT, Severity.ACCOUNT)
ALICE = Person(
    user_id=uuid4(),
    routing=Routing([Topic.LOW_STOCK], {}),
    places={TELEGRAM: Place(True, uuid4()), INBOX: Place(True), EMAIL: Place(True, uuid4())},
    quiet_hours=QuietHours(True, "22:00", "07:00", EVERY_DAY, BERLIN),
    muted_until=None,
    digest=Times("09:00", EVERY_DAY, BERLIN),
    warning_days=3,
)
ROUTED = replace(
    ALICE, routing=Routing([Topic.LOW_STOCK], {"lowStock": {"telegram": "digest", "email": "off"}})
)


def at(channel: ChannelName, place: Place) -> Person:
    """Return Alice, who can be reached otherwise on one channel."""
    return replace(ALICE, places={**ALICE.places, channel: place})


def decided(
    matter: Matter, person: Person = ALICE, channel: ChannelName = TELEGRAM, now: datetime = NOON
) -> Verdict:
    return judge(matter, person, channel, now=now, mailing=True)


@pytest.mark.parametrize(
    ("matter", "person", "channel", "reason"),
    [
        (LOW, ALICE, TELEGRAM, None),
        (ACTIVITY, ALICE, TELEGRAM, Reason.TOPIC_OFF),
        (replace(ACTIVITY, level=WatchLevel.FOLLOW), ALICE, TELEGRAM, None),
        (replace(LOW, level=WatchLevel.MUTE), ALICE, TELEGRAM, Reason.WATCH_MUTED),
        (LOW, ROUTED, EMAIL, Reason.ROUTE_OFF),
        (replace(ACTIVITY, acted_on=Face.WEB), ALICE, TELEGRAM, Reason.OWN_ACT),
        (replace(LOW, acted_on=Face.TELEGRAM), ALICE, TELEGRAM, Reason.ANSWERED),
        (replace(LOW, acted_on=Face.TELEGRAM), ALICE, INBOX, None),
        (replace(LOW, acted_on=Face.WEB), ALICE, INBOX, Reason.ANSWERED),
        (LOW, at(TELEGRAM, Place(True)), TELEGRAM, Reason.NOT_LINKED),
        (LOW, at(TELEGRAM, Place(False, uuid4())), TELEGRAM, Reason.CHANNEL_OFF),
        (LOW, at(TELEGRAM, Place(True, uuid4(), suspended=True)), TELEGRAM, Reason.CHAT_SUSPENDED),
        (LOW, at(INBOX, Place(False)), INBOX, Reason.CHANNEL_OFF),
        (ACCOUNT, at(INBOX, Place(False)), INBOX, None),
        (LOW, at(EMAIL, Place(True)), EMAIL, Reason.NO_ADDRESS),
        (LOW, at(EMAIL, Place(True, uuid4(), suspended=True)), EMAIL, Reason.MAILBOX_SUSPENDED),
        (
            replace(ACCOUNT, transactional=True),
            at(EMAIL, Place(False, uuid4(), suspended=True)),
            EMAIL,
            None,
        ),
    ],
)
def test_alice_is_told_or_it_is_said_why_not(
    matter: Matter, person: Person, channel: ChannelName, reason: Reason | None
) -> None:
    assert decided(matter, person, channel) == (NOW if reason is None else Verdict(reason))


def test_a_server_without_mail_says_so_before_it_asks_for_an_address() -> None:
    nowhere = at(EMAIL, Place(True))
    assert judge(LOW, nowhere, EMAIL, now=NOON, mailing=False) == Verdict(Reason.CHANNEL_UNAVAILABLE)


@pytest.mark.parametrize(
    ("matter", "person", "channel", "verdict"),
    [
        (LOW, ALICE, TELEGRAM, Verdict(Reason.QUIET_HOURS, MORNING)),
        (LOW, ALICE, EMAIL, Verdict(Reason.QUIET_HOURS, MORNING)),
        (LOW, ALICE, INBOX, NOW),
        (replace(LOW, severity=Severity.CRITICAL), ALICE, TELEGRAM, NOW),
        (ACCOUNT, ALICE, TELEGRAM, NOW),
        (LOW, ROUTED, TELEGRAM, Verdict(Reason.DIGEST, NINE)),
        (replace(LOW, waited=True), ROUTED, TELEGRAM, Verdict(Reason.QUIET_HOURS, MORNING)),
    ],
)
def test_at_night_only_what_must_be_known_at_once_is_told(
    matter: Matter, person: Person, channel: ChannelName, verdict: Verdict
) -> None:
    assert decided(matter, person, channel, NIGHT) == verdict


@pytest.mark.parametrize(
    ("hours", "verdict"),
    [
        (1, Verdict(Reason.QUIET_HOURS, MORNING)),
        (12, Verdict(Reason.MUTED, NIGHT + timedelta(hours=12))),
        (-1, Verdict(Reason.QUIET_HOURS, MORNING)),
    ],
)
def test_of_a_mute_and_a_night_the_longer_one_counts(hours: int, verdict: Verdict) -> None:
    muted = replace(ALICE, muted_until=NIGHT + timedelta(hours=hours))
    assert decided(LOW, muted, now=NIGHT) == verdict


def test_a_digest_does_not_wait_for_the_next_one() -> None:
    weekly = Matter(Topic.WEEKLY_INVENTORY_REPORT, Severity.DIGEST)
    routes = {"weeklyInventoryReport": {"telegram": "digest"}}
    person = replace(ALICE, routing=Routing([Topic.WEEKLY_INVENTORY_REPORT], routes))
    assert decided(weekly, person) == NOW
