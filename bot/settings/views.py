"""The pages of /settings about when and where."""

from collections.abc import Callable, Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot import days
from bot.keyboards import OFF, ON, button, grid, keyboard
from bot.markup import example, plain, shorten
from bot.replies import Reply
from bot.settings.callbacks import (
    Edge,
    SetChannel,
    SetDay,
    SetPreferredTime,
    SetQuiet,
    SetQuietDay,
    SetQuietTime,
    SetTime,
    SettingsPage,
    SetWarning,
    ShowSettings,
    ShowTime,
    ShowTopics,
    ShowWatches,
    Unmute,
)
from bot.settings.words import CHANNELS, COLUMNS, SCHEDULES, TOPICS, TYPED, before, day
from bot.settings.words import days as on_days
from core.delivery.chats import ActiveHousehold
from core.models import ChannelName, ScheduleKind
from core.models.preferences import EVERY_DAY
from core.values.settings import NotificationSettings

TIMES = ("07:00", "08:00", "09:00", "12:00", "18:00", "20:00")
STARTS, ENDS = ("20:00", "21:00", "22:00", "23:00"), ("06:00", "07:00", "08:00", "09:00")
WARNINGS = (1, 2, 3, 5, 7, 14, 30)
_TYPED_TIMES = ("time 8pm", "daily 8:30", "weekly Mon 18:00", "shopping Sat 10", "zone Europe/Berlin")
_TYPED_QUIET = ("quiet 22-7", "quiet 22:30 7:30 weekdays", "quiet off")
QUIET = (
    "I send nothing in quiet hours, and one message with what still matters afterwards. You hear at once "
    "only if something critical runs out. The days are the ones they start on."
)


def main(now: NotificationSettings, home: ActiveHousehold | None, *, apart: bool) -> Reply:
    """Return the main page: what is on, and whether the chat's household has settings of its own."""
    lines = [
        "<b>What you hear, and when</b>",
        *([f"Muted until {days.moment(now.muted_until, now.timezone)}"] if now.muted_until else []),
        f"Kinds: {', '.join(name for topic, name in TOPICS.items() if topic in now.topics) or 'none'}",
        f"Channels: {', '.join(channel_name(now, one) for one in CHANNELS if is_on(now, one)) or 'none'}",
        plain(f"Usual time: {now.preferred_time} ({now.timezone})"),
        f"Quiet hours: {quiet_hours(now)}",
        f"Expiry warnings: {before(now.expiration_warning_days)}",
    ]
    rows = [
        [button("Kinds", ShowTopics(household=None)), _to("Channels", SettingsPage.CHANNELS)],
        [_to("Times", SettingsPage.TIMES), _to("Quiet hours", SettingsPage.QUIET)],
        [
            _to("Expiry warnings", SettingsPage.WARNING),
            button("End the mute", Unmute()) if now.muted_until else _to("Mute", SettingsPage.MUTE),
        ],
    ]
    if home is not None:
        state = "has its own settings" if apart else "uses these settings"
        lines.append(f"{plain(home.name)} {state}")
        rows += [
            [button(f"Settings for {shorten(home.name, 30)}", ShowTopics(household=home.id))],
            [button("What I follow and ignore", ShowWatches(number=1, household=home.id))],
        ]
    return Reply("\n".join(lines), keyboard(*rows), page=ShowSettings(page=SettingsPage.MAIN))


def is_on(now: NotificationSettings, channel: ChannelName) -> bool:
    """Return whether a channel is switched on."""
    return bool(getattr(now, COLUMNS[channel]))


def channel_name(now: NotificationSettings, channel: ChannelName) -> str:
    """Return the name of a channel, marked if it cannot be used."""
    lost = channel is ChannelName.EMAIL and not (now.can_mail and now.email)
    return f"{CHANNELS[channel]} (unavailable)" if lost else CHANNELS[channel]


def quiet_hours(now: NotificationSettings) -> str:
    """Return when quiet hours are, in words."""
    if not now.quiet_enabled:
        return "off"
    if now.quiet_start == now.quiet_end:
        return f"24 hours from {now.quiet_start}, {on_days(now.quiet_days)}"
    return f"{now.quiet_start} to {now.quiet_end}, {on_days(now.quiet_days)}"


def channels(now: NotificationSettings) -> Reply:
    lines = [
        "<b>Channels</b>",
        "Where you hear from me. Off here means off for every kind. The inbox is in the web app.",
    ]
    if not now.can_mail:
        lines.append("This server cannot send email.")
    elif now.email is None:
        lines.append("Your account has no email address.")
    on = {one: is_on(now, one) for one in CHANNELS}
    rows = [
        [button(f"{_mark(on[one])} {channel_name(now, one)}", SetChannel(on=not on[one], channel=one))]
        for one in CHANNELS
    ]
    return Reply("\n".join(lines), keyboard(*rows, back()), page=ShowSettings(page=SettingsPage.CHANNELS))


def times(now: NotificationSettings) -> Reply:
    lines = [
        "<b>Times</b>",
        plain(f"Preferred time: {now.preferred_time} in {now.timezone}"),
        *(f"{name}: {_sent(now, kind)}" for kind, name in SCHEDULES.items()),
        "",
        _may_send(_TYPED_TIMES),
    ]
    rows = [
        [_to("Preferred time", SettingsPage.PREFERRED)],
        *([button(name, ShowTime(kind=kind))] for kind, name in SCHEDULES.items()),
    ]
    return Reply("\n".join(lines), keyboard(*rows, back()), page=ShowSettings(page=SettingsPage.TIMES))


def _may_send(typed: Sequence[str]) -> str:
    return f"You may also send: {', '.join(example(f'/settings {one}') for one in typed)}"


def _sent(now: NotificationSettings, kind: ScheduleKind) -> str:
    schedule = now.schedules[kind]
    off = "" if kind in now.topics else " (off)"
    return f"{schedule.time}, {on_days(schedule.weekdays)}{off}"


def preferred(now: NotificationSettings) -> Reply:
    text = (
        f"<b>Preferred time: {now.preferred_time}</b>\n"
        "Expiry warnings come at this time, and so does everything without a time of its own.\n\n"
        f"For another time, send for example: {example('/settings time 8pm')}"
    )
    rows = _clock(TIMES, now.preferred_time, lambda time: SetPreferredTime(time=time))
    return Reply(
        text, keyboard(*rows, back(SettingsPage.TIMES)), page=ShowSettings(page=SettingsPage.PREFERRED)
    )


def time_of(now: NotificationSettings, kind: ScheduleKind) -> Reply:
    """Return the page with the time and weekdays of one kind."""
    schedule = now.schedules[kind]
    when = "Mon-Fri 18:30" if kind is not ScheduleKind.WEEKLY_INVENTORY_REPORT else "Mon 18:30"
    lines = [
        f"<b>{SCHEDULES[kind]}: {schedule.time}, {on_days(schedule.weekdays)}</b>",
        *([] if kind in now.topics else ["It is turned off: see Kinds."]),
        f"For another time, send for example: {example(f'/settings {TYPED[kind]} {when}')}",
    ]
    rows = [
        *_clock(TIMES, "" if schedule.follows else schedule.time, lambda time: SetTime(kind=kind, time=time)),
        [button(_marked("At the preferred time", schedule.follows), SetTime(kind=kind, time=None))],
        *_weekdays(schedule.weekdays, lambda on, number: SetDay(on=on, day=number, kind=kind)),
        [button("Kinds", ShowTopics(household=None)), *back(SettingsPage.TIMES)],
    ]
    return Reply("\n".join(lines), keyboard(*rows), page=ShowTime(kind=kind))


def quiet(now: NotificationSettings) -> Reply:
    text = f"<b>Quiet hours: {quiet_hours(now)}</b>\n{QUIET}\n\n{_may_send(_TYPED_QUIET)}"
    rows = [
        [button("Turn off" if now.quiet_enabled else "Turn on", SetQuiet(on=not now.quiet_enabled))],
        *_clock(STARTS, now.quiet_start, lambda time: SetQuietTime(edge=Edge.START, time=time), "from "),
        *_clock(ENDS, now.quiet_end, lambda time: SetQuietTime(edge=Edge.END, time=time), "to "),
        *_weekdays(now.quiet_days, lambda on, number: SetQuietDay(on=on, day=number)),
    ]
    return Reply(text, keyboard(*rows, back()), page=ShowSettings(page=SettingsPage.QUIET))


def warning(now: NotificationSettings) -> Reply:
    text = (
        f"<b>Expiry warnings: {before(now.expiration_warning_days)}</b>\n"
        "How long in advance I warn you. I remind you on the last day, and once it has expired.\n\n"
        f"For another number, 1 to 30, send for example: {example('/settings warn 10')}"
    )
    buttons = [
        button(_marked(str(number), now.expiration_warning_days == number), SetWarning(days=number))
        for number in WARNINGS
    ]
    return Reply(text, keyboard(*grid(buttons, 4), back()), page=ShowSettings(page=SettingsPage.WARNING))


def back(page: SettingsPage = SettingsPage.MAIN) -> list[InlineKeyboardButton]:
    """Return the row that leads back to a page."""
    return [_to("‹ Back", page)]


def _to(label: str, page: SettingsPage) -> InlineKeyboardButton:
    return button(label, ShowSettings(page=page))


def _mark(on: bool) -> str:
    return ON if on else OFF


def _marked(label: str, chosen: bool) -> str:
    return f"{ON} {label}" if chosen else label


def _clock(
    offered: Sequence[str], now: str, make: Callable[[str], CallbackData], word: str = ""
) -> list[list[InlineKeyboardButton]]:
    return grid(
        [button(_marked(f"{word}{time}", time == now), make(time)) for time in offered], 2 if word else 3
    )


def _weekdays(
    now: Sequence[int], make: Callable[[bool, int], CallbackData]
) -> list[list[InlineKeyboardButton]]:
    buttons = [
        button(f"{_mark(number in now)} {day(number)}", make(number not in now, number))
        for number in EVERY_DAY
    ]
    return grid(buttons, 4)
