"""How muting looks: until when, and what happens to messages meanwhile."""

from datetime import datetime

from bot import days
from bot.keyboards import button, keyboard
from bot.markup import example, plain
from bot.replies import Reply
from bot.settings.callbacks import Mute, MuteFor, SettingsPage, ShowSettings, Unmute
from bot.settings.views import back
from core import clock
from core.preferences.quiet_hours import QuietHours
from core.values.settings import NotificationSettings

OFFERED = {
    MuteFor.HOUR: "1 hour",
    MuteFor.NIGHT: "8 hours",
    MuteFor.MORNING: "Until the morning",
    MuteFor.WEEK: "A week",
}
KEPT = (
    "Nothing is lost: what still matters comes in one message afterwards. You hear at once only if something "
    "critical runs out."
)


def ask(now: NotificationSettings) -> Reply:
    """Return the question how long to mute."""
    state = f"Muted until {_moment(now.muted_until, now)}." if now.muted_until else "You are not muted."
    text = (
        f"<b>Mute</b>\n{state} For how long from now? "
        f"You may also send {example('/mute 8h')} or {example('/mute until 7:30')}.\n{KEPT}"
    )
    offered = [button(label, Mute(until=until)) for until, label in OFFERED.items()]
    end = [button("End the mute", Unmute())] if now.muted_until else []
    return Reply(
        text, keyboard(offered[:2], offered[2:], end, back()), page=ShowSettings(page=SettingsPage.MUTE)
    )


def muted(now: NotificationSettings) -> Reply:
    """Return until when the mute lasts."""
    if now.muted_until is None:
        return unmuted(now)
    quiet_end = _quiet_hours(now).until(now.muted_until)
    after = f" Your quiet hours then last until {_moment(quiet_end, now)}." if quiet_end else ""
    return Reply(
        f"Muted until {_moment(now.muted_until, now)}.{after} {KEPT}",
        keyboard(
            [button("End the mute", Unmute()), button("Settings", ShowSettings(page=SettingsPage.MAIN))]
        ),
        covers=ask(now),
    )


def unmuted(now: NotificationSettings) -> Reply:
    """Return that the mute is over, or that quiet hours go on."""
    quiet_end = _quiet_hours(now).until(clock.utcnow())
    if quiet_end is not None:
        text = (
            f"The mute is over, but your quiet hours last until {_moment(quiet_end, now)}: what waited and "
            "still matters comes then."
        )
    else:
        stay = f" Your quiet hours stay: {now.quiet_start} to {now.quiet_end}." if now.quiet_enabled else ""
        text = f"You hear from me again. What waited and still matters comes now.{stay}"
    return _answer(text, now)


def not_muted(now: NotificationSettings) -> Reply:
    """Return that there was no mute to end, and until when quiet hours last."""
    quiet_end = _quiet_hours(now).until(clock.utcnow())
    quiet = f" Your quiet hours last until {_moment(quiet_end, now)}." if quiet_end else ""
    return _answer(f"You were not muted.{quiet}", now)


def _answer(text: str, now: NotificationSettings) -> Reply:
    return Reply(text, keyboard([button("Settings", ShowSettings(page=SettingsPage.MAIN))]), covers=ask(now))


def _quiet_hours(now: NotificationSettings) -> QuietHours:
    return QuietHours(now.quiet_enabled, now.quiet_start, now.quiet_end, now.quiet_days, now.timezone)


def _moment(value: datetime, now: NotificationSettings) -> str:
    return plain(f"{days.moment(value, now.timezone)} ({now.timezone})")
