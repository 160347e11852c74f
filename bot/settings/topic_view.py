"""The pages of /settings about kinds of news, in general or for one household."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from aiogram.types import InlineKeyboardButton

from bot.keyboards import OFF, ON, button, grid, keyboard
from bot.markup import bold, plain
from bot.replies import Reply
from bot.settings.callbacks import SetApart, SetRoute, SetTopic, ShowTopic, ShowTopics
from bot.settings.views import back, channel_name, is_on
from bot.settings.words import CHANNELS, EXPLAINED, TOPICS, choices, when
from bot.settings.words import days as on_days
from core.guards.access import Access
from core.models import ChannelName, ScheduleKind, Topic, When
from core.settings.household_preferences import HouseholdSettings
from core.values.settings import NotificationSettings


@dataclass(frozen=True)
class Choice:
    """What somebody hears, in general or about one household."""

    settings: NotificationSettings
    within: Access | None = None
    own: HouseholdSettings | None = None

    @property
    def household(self) -> UUID | None:
        return self.within.household_id if self.within else None

    @property
    def topics(self) -> Sequence[str]:
        return self.own.topics if self.own else self.settings.topics

    @property
    def routes(self) -> Mapping[str, Mapping[str, str]]:
        return self.own.routes if self.own else self.settings.routes


def all_topics(choice: Choice) -> Reply:
    """Return the kinds, on or off; for a household without its own settings, the offer to choose them."""
    if choice.own is not None and not choice.own.apart:
        return _not_apart(choice)
    lines = [_title("Kinds of news", choice), "Tap one to turn it on or off, or to choose where it comes."]
    home, buttons = choice.household, []
    for topic, name in TOPICS.items():
        mark = ON if topic in choice.topics else OFF
        buttons.append(button(f"{mark} {name}", ShowTopic(topic=topic, household=home)))
    if home is not None:
        lines.insert(1, "These replace your general settings.")
        buttons.append(button("Use my general settings", SetApart(on=False, household=home)))
    return Reply("\n".join(lines), keyboard(*grid(buttons, 1), back()), page=ShowTopics(household=home))


def _not_apart(choice: Choice) -> Reply:
    assert choice.within is not None
    text = (
        f"<b>Settings for {plain(choice.within.household_name)}</b>\nIt uses your general settings. You can "
        "choose kinds, and where they come, for this household alone. /household switches to another."
    )
    apart = button("Choose for this household", SetApart(on=True, household=choice.within.household_id))
    return Reply(text, keyboard([apart], back()), page=ShowTopics(household=choice.household))


def one_topic(choice: Choice, topic: Topic) -> Reply:
    """Return one kind: whether it is on, and when it comes on each channel."""
    on, now = topic in choice.topics, choice.settings
    lines = [_title(TOPICS[topic], choice), EXPLAINED[topic], "", "It is on." if on else "It is off."]
    lines.append("Tap a channel to change it.")
    if When.DIGEST in choices(topic, ChannelName.TELEGRAM):
        digest = now.schedules[ScheduleKind.DAILY_EXPIRY_SUM]
        lines.append(
            f"“In the digest” means at the time of your daily digest ({digest.time}, "
            f"{on_days(digest.weekdays)}), even if that is turned off."
        )
    off = [name for one, name in CHANNELS.items() if not is_on(now, one)]
    if off:
        lines.append(f"Turned off under Channels: {', '.join(off)}.")
    home = choice.household
    buttons = [
        button("Turn off" if on else "Turn on", SetTopic(on=not on, topic=topic, household=home)),
        *(_route(choice, topic, channel) for channel in CHANNELS),
        button("‹ Back", ShowTopics(household=home)),
    ]
    page = ShowTopic(topic=topic, household=home)
    return Reply("\n".join(lines), keyboard(*grid(buttons, 1)), page=page)


def _route(choice: Choice, topic: Topic, channel: ChannelName) -> InlineKeyboardButton:
    offered = choices(topic, channel)
    now = When(choice.routes[topic][channel])
    following = offered[(offered.index(now) + 1) % len(offered)] if now in offered else When.OFF
    return button(
        f"{channel_name(choice.settings, channel)}: {when(topic, now)}",
        SetRoute(topic=topic, channel=channel, when=following, household=choice.household),
    )


def _title(title: str, choice: Choice) -> str:
    return bold(f"{title}, {choice.within.household_name}" if choice.within else title)
