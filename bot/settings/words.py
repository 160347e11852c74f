"""What the settings are called in the chat."""

from collections.abc import Sequence

from bot.markup import counted
from core.days import SHORT_WEEKDAYS
from core.models import ChannelName, ScheduleKind, Topic, When
from core.models.preferences import EVERY_DAY

TOPICS = {
    Topic.LOW_STOCK: "Low and out of stock",
    Topic.EXPIRATION: "About to expire",
    Topic.MEMBER_ACTIVITY: "What others do",
    Topic.DAILY_EXPIRY_SUM: "Daily digest",
    Topic.WEEKLY_INVENTORY_REPORT: "Weekly digest",
    Topic.SHOPPING_REMINDER: "Shopping reminder",
}
EXPLAINED = {
    Topic.LOW_STOCK: "When something falls below its minimum or runs out, and when there is enough again.",
    Topic.EXPIRATION: "One message at your preferred time with what expires soon. An item comes up when its "
    "date is near, on the last day, and once it has expired.",
    Topic.MEMBER_ACTIVITY: "What the others use, add, change and throw away, and who joins or leaves.",
    Topic.DAILY_EXPIRY_SUM: "One message a day: what changed, what is low and what expires.",
    Topic.WEEKLY_INVENTORY_REPORT: "One message a week: what changed, what is low, and what was used and "
    "thrown away, with a picture.",
    Topic.SHOPPING_REMINDER: "At the time you choose, if something is left on a shopping list.",
}
CHANNELS = {ChannelName.TELEGRAM: "Telegram", ChannelName.IN_APP: "Inbox", ChannelName.EMAIL: "Email"}
COLUMNS = {
    ChannelName.TELEGRAM: "telegram_enabled",
    ChannelName.IN_APP: "in_app_enabled",
    ChannelName.EMAIL: "email_enabled",
}
_WHEN = {When.OFF: "off", When.NOW: "at once", When.DIGEST: "in the digest"}
# Sent at a time that the person chose, so "on" rather than "at once".
_TIMED = (Topic.EXPIRATION, Topic.DAILY_EXPIRY_SUM, Topic.WEEKLY_INVENTORY_REPORT, Topic.SHOPPING_REMINDER)
# These cannot wait for a digest.
DIGESTS = (Topic.DAILY_EXPIRY_SUM, Topic.WEEKLY_INVENTORY_REPORT)
# As /settings takes them.
TYPED = {
    ScheduleKind.DAILY_EXPIRY_SUM: "daily",
    ScheduleKind.WEEKLY_INVENTORY_REPORT: "weekly",
    ScheduleKind.SHOPPING_REMINDER: "shopping",
}
SCHEDULES = {kind: TOPICS[Topic(kind)] for kind in TYPED}
_WORKING_DAYS, _WEEKEND = EVERY_DAY[:5], EVERY_DAY[5:]


def choices(topic: Topic, channel: ChannelName) -> Sequence[When]:
    """Return when news of a topic can come on a channel. The inbox never disturbs, so it need not wait."""
    if channel is ChannelName.IN_APP or topic in DIGESTS:
        return (When.OFF, When.NOW)
    return (When.OFF, When.NOW, When.DIGEST)


def when(topic: Topic, chosen: When) -> str:
    """Return when news of a topic comes, in a few words."""
    return "on" if chosen is When.NOW and topic in _TIMED else _WHEN[chosen]


def day(number: int) -> str:
    """Return the short name of an ISO weekday."""
    return SHORT_WEEKDAYS[number - 1]


def days(numbers: Sequence[int]) -> str:
    """Return ISO weekdays in words: "every day", "Mon to Fri", "Sat and Sun", or "Mon, Wed"."""
    wanted = sorted(numbers)
    if wanted == EVERY_DAY:
        return "every day"
    if wanted == _WORKING_DAYS:
        return "Mon to Fri"
    return "Sat and Sun" if wanted == _WEEKEND else ", ".join(day(number) for number in wanted)


def before(number: int) -> str:
    """Return how long before something expires: 3 days before."""
    return f"{counted(number, 'day')} before"
