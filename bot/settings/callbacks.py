"""What the buttons of /settings, /mute and /follow carry; see bot.callbacks.

Each carries the value that it sets instead of toggling: pressed twice, or on an old menu, it does what it
says. Without a household it is about the general settings.
"""

from enum import StrEnum
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from bot.callbacks import ShortId
from bot.settings.words import TOPICS
from core.models import ChannelName, ScheduleKind, Scope, Topic, WatchLevel, When
from core.preferences.schedules import CHOOSABLE
from core.quantities import LARGEST

# No two begin with the same letter, and two ids with whole names do not fit into 64 bytes.
_LETTERS = {topic[0]: topic for topic in TOPICS}
_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


def _topic(value: Topic | str) -> Topic | None:
    return value if isinstance(value, Topic) else _LETTERS.get(value)


def _with_colon(value: str | None) -> str | None:
    return f"{value[:2]}:{value[2:]}" if value and ":" not in value else value


def _choosable(kind: ScheduleKind) -> ScheduleKind:
    if kind not in CHOOSABLE:
        raise ValueError("the time of warnings is the preferred time")
    return kind


PackedTopic = Annotated[
    Topic, BeforeValidator(_topic), PlainSerializer(lambda topic: topic[0], return_type=str)
]
"""A topic, packed as its first letter."""

ClockTime = Annotated[
    str,
    BeforeValidator(_with_colon),
    Field(pattern=_CLOCK),
    PlainSerializer(lambda value: value.replace(":", ""), return_type=str),
]
"""A time of day "HH:MM", packed without the colon, which separates a button's fields."""

Timed = Annotated[ScheduleKind, AfterValidator(_choosable)]
"""A kind that can have a time of its own."""

Weekday = Annotated[int, Field(ge=1, le=7)]


class SettingsPage(StrEnum):
    """The pages of /settings that are about no kind, household or time."""

    MAIN = "main"
    CHANNELS = "channels"
    TIMES = "times"
    PREFERRED = "preferred"
    QUIET = "quiet"
    WARNING = "warning"
    MUTE = "mute"


class ShowSettings(CallbackData, prefix="set"):
    page: SettingsPage


class ShowTopics(CallbackData, prefix="kinds"):
    household: ShortId | None


class ShowTopic(CallbackData, prefix="kind"):
    topic: PackedTopic
    household: ShortId | None


class SetTopic(CallbackData, prefix="skind"):
    """Switch a topic on or off; `sure`: even if that brings many more messages."""

    on: bool
    topic: PackedTopic
    household: ShortId | None
    sure: bool = False


class SetRoute(CallbackData, prefix="route"):
    """Set when news of a topic comes on a channel."""

    topic: PackedTopic
    channel: ChannelName
    when: When
    household: ShortId | None
    sure: bool = False


class SetApart(CallbackData, prefix="apart"):
    """Give a household settings of its own, or take them away."""

    on: bool
    household: ShortId
    sure: bool = False


class SetChannel(CallbackData, prefix="schan"):
    on: bool
    channel: ChannelName
    sure: bool = False


class ShowTime(CallbackData, prefix="times"):
    kind: Timed


class SetTime(CallbackData, prefix="stime"):
    """Send something at a time of day, or at the preferred time."""

    kind: Timed
    time: ClockTime | None


class SetDay(CallbackData, prefix="sday"):
    """Send something on a weekday, or not."""

    on: bool
    day: Weekday
    kind: Timed


class SetPreferredTime(CallbackData, prefix="ptime"):
    time: ClockTime


class SetQuiet(CallbackData, prefix="quiet"):
    on: bool
    sure: bool = False


class Edge(StrEnum):
    START = "start"
    END = "end"


class SetQuietTime(CallbackData, prefix="qtime"):
    edge: Edge
    time: ClockTime


class SetQuietDay(CallbackData, prefix="qday"):
    """Begin quiet hours on a weekday, or not."""

    on: bool
    day: Weekday


class SetWarning(CallbackData, prefix="swarn"):
    """Set how many days before something expires a warning comes."""

    days: int = Field(ge=1, le=30)


class MuteFor(StrEnum):
    """The ends of a mute that buttons offer."""

    HOUR = "1h"
    NIGHT = "8h"
    MORNING = "morning"
    WEEK = "7d"


class Mute(CallbackData, prefix="mute"):
    until: MuteFor


class Unmute(CallbackData, prefix="unmute"):
    pass


class ShowWatches(CallbackData, prefix="watches"):
    number: int = Field(ge=1)
    household: ShortId


class Unwatch(CallbackData, prefix="unwatch"):
    """Stop following or ignoring something."""

    household: ShortId
    watch: ShortId


class WatchQuoted(CallbackData, prefix="wq"):
    """Follow or ignore what the quoted command names: an item, or a category or location."""

    level: WatchLevel
    scope: Scope
    item: ShortId | None


class SetOwnMinimum(CallbackData, prefix="mymin"):
    """Set a person's own minimum of an item, in thousandths; 0 takes it away."""

    value: int = Field(ge=0, le=LARGEST)
    item: ShortId
