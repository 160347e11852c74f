"""How many messages other settings would have meant: the last seven days replayed with a draft of them.

It is an estimate. Household streams keep what happened, so changes, alerts and digests are decided as in
reality. What is not kept is taken as it is now: members, watches, minimums, settings of single households,
what expires and is low, and shopping lists, whose open entries count from when they were added. Editing a
minimum is no alert here. Where the person acted is known for alerts that were answered there; otherwise it is
assumed to be the web. Mutes are ignored, because they end. What waits for a later time counts as a message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.actors import Actor
from core.models import ChannelName, Topic
from core.notifications.decisions import decide
from core.settings import preferences
from core.settings.preview import material, scheduled
from core.settings.preview import replay as replaying
from core.settings.preview.draft import Draft as Draft
from core.settings.preview.draft import applied, drafted
from core.settings.preview.material import DAYS, Material
from core.settings.preview.replay import Planned, Sent
from core.values.settings import NotificationSettings

MOST_EXAMPLES = 50
TIMES_AS_MANY = 3
AT_LEAST_MORE = 10


@dataclass(frozen=True)
class Counts:
    """How many messages there are on each channel."""

    telegram: int
    in_app: int
    email: int


@dataclass(frozen=True)
class Example:
    """A message: `text` says the weightiest of what is in it."""

    at: datetime
    channel: ChannelName
    topic: Topic
    text: str


@dataclass(frozen=True)
class Preview:
    """What a draft would have meant, beside the current settings. `examples` are the draft's newest messages.

    `truncated`: not everything in these days was looked at, so the figures are too low.
    """

    days: int
    messages: Counts
    current: Counts
    examples: Sequence[Example]
    truncated: bool


def replay(session: Session, who: Actor, draft: Draft) -> Preview:
    """Replay the last seven days of a person's households, with a draft and with the current settings.

    Writes nothing. Raises Invalid when the draft cannot be saved, and AccountGone.
    """
    settings = preferences.get(session, who)
    preferences.require_possible(settings, draft.values)
    kept = material.load(session, who)
    now = _messages(kept, settings, Draft())
    then = _messages(kept, applied(settings, draft), draft)
    newest = sorted(then, key=lambda one: one.at, reverse=True)[:MOST_EXAMPLES]
    return Preview(
        days=DAYS,
        messages=_counts(then),
        current=_counts(now),
        examples=[Example(one.at, one.channel, one.topic, one.text) for one in newest],
        truncated=kept.truncated,
    )


def is_noisy(before: Counts, after: Counts) -> bool:
    """Return whether to ask before a change: it at least triples the messages to the chat, by 10 or more."""
    more = after.telegram - before.telegram
    return more >= AT_LEAST_MORE and after.telegram >= TIMES_AS_MANY * before.telegram


def _messages(kept: Material, settings: NotificationSettings, draft: Draft) -> list[Sent]:
    homes = {home: drafted(to, settings, draft) for home, to in kept.homes.items()}
    happened = [*kept.news, *scheduled.news(kept, settings)]
    planned = [
        Planned(one.at, channel, decision.topic, decision.event, to, one.level)
        for one in happened
        for to in (homes[one.household_id],)
        for decision in decide(to, one.to(to), mailing=kept.mailing, level=one.level, acted_on=one.acted_on)
        for channel in decision.channels
    ]
    return replaying.messages(planned, mailing=kept.mailing)


def _counts(messages: Sequence[Sent]) -> Counts:
    def on(channel: ChannelName) -> int:
        return sum(one.channel is channel for one in messages)

    return Counts(on(ChannelName.TELEGRAM), on(ChannelName.IN_APP), on(ChannelName.EMAIL))
