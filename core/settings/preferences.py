"""A person's notification settings."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, exists, insert, select, update
from sqlalchemy.orm import Session

from core import clock, events
from core.actors import Actor, Face
from core.db import can_mail, table
from core.delivery import eligibility
from core.errors import AccountGone, Invalid
from core.events import streams
from core.models import Chat, Preference, TelegramBot, Topic, User
from core.models.preferences import EVERY_DAY
from core.preferences import routing, schedules
from core.settings import open_menus
from core.values.settings import NotificationSettings

preferences = table(Preference)
chats = table(Chat)
users = table(User)

LONGEST_MUTE = timedelta(days=30)
DEFAULT_TOPICS = [Topic.EXPIRATION, Topic.LOW_STOCK, Topic.SHOPPING_REMINDER]

_read = (
    select(
        *(preferences.c[name] for name in NotificationSettings.__annotations__ if name in preferences.c),
        users.c.email,
        chats.c.id.is_not(None).label("linked"),
        chats.c.username.label("telegram_username"),
        exists(select(table(TelegramBot).c.bot_id)).label("has_bot"),
    )
    .join(users, users.c.id == preferences.c.user_id)
    .outerjoin(chats, chats.c.user_id == preferences.c.user_id)
    .where(preferences.c.user_id == bindparam("user"))
)


def create(session: Session, user_id: UUID, timezone: str) -> None:
    """Give a new account the defaults."""
    session.execute(
        insert(preferences).values(
            user_id=user_id, timezone=timezone, topics=DEFAULT_TOPICS, routes={}, quiet_days=EVERY_DAY
        )
    )
    schedules.create(session, user_id)
    schedules.plan(session, user_id)


def get(session: Session, who: Actor) -> NotificationSettings:
    """Return a person's settings. Raises AccountGone."""
    row = session.execute(_read, {"user": who.user_id}).first()
    if row is None:
        raise AccountGone
    computed = {
        "routes": routing.matrix(row.routes),
        "muted_until": row.muted_until if row.muted_until and row.muted_until > clock.utcnow() else None,
        "schedules": schedules.of_person(session, who.user_id),
        "can_mail": can_mail(session),
    }
    return NotificationSettings(**{**row._asdict(), **computed})


def change(
    session: Session,
    who: Actor,
    values: Mapping[str, object],
    routes: Mapping[str, Mapping[str, str | None]] | None = None,
    times: Mapping[str, Mapping[str, object]] | None = None,
) -> NotificationSettings:
    """Change the given columns, routes and schedules, and return the new settings.

    What waits for quiet hours, a mute or a digest is decided again. `times` are by ScheduleKind; see
    `schedules.change`. Raises Invalid as `require_possible` does, and AccountGone.
    """
    streams.lock(session, streams.of_user(who.user_id))
    before = get(session, who)
    require_possible(before, values)
    columns = dict(values)
    if routes:
        columns["routes"] = routing.merge(before.routes, routes)
    if columns:
        session.execute(update(preferences).where(preferences.c.user_id == who.user_id).values(**columns))
    if "timezone" in columns:
        _set_zone(session, who.user_id, before.timezone, str(columns["timezone"]))
    schedules.change(session, who.user_id, times or {})
    return carry_out(session, who)


def _set_zone(session: Session, user_id: UUID, before: str, now: str) -> None:
    """Give the account the new zone, and convert the days of earlier runs to it."""
    session.execute(update(users).where(users.c.id == user_id).values(timezone=now))
    if now != before:
        schedules.follow_zone(session, user_id, now)


def require_possible(before: NotificationSettings, values: Mapping[str, object]) -> None:
    """Raise Invalid for Telegram without a linked chat, or a mute that ends in the past or too late."""
    if values.get("telegram_enabled") and not before.linked:
        raise Invalid(
            "Link your Telegram chat first: send /link to the bot and enter the code here.",
            "telegram.enabled",
        )
    until, now = values.get("muted_until"), clock.utcnow()
    if not isinstance(until, datetime):
        return
    if until <= now:
        raise Invalid("mutedUntil must be in the future; null ends a mute.", "mutedUntil")
    if until > now + LONGEST_MUTE:
        raise Invalid("mutedUntil must be within the next 30 days.", "mutedUntil")


def carry_out(session: Session, who: Actor) -> NotificationSettings:
    """Apply changed settings to what is planned or waits, and show them wherever they are open."""
    schedules.plan(session, who.user_id)
    eligibility.release(session, who.user_id)
    return _tell(session, who)


def _tell(session: Session, who: Actor) -> NotificationSettings:
    """Show the settings wherever they are open, and return them."""
    after = get(session, who)
    told = events.SettingsUpdated(settings=after, at=clock.utcnow())
    streams.append(session, streams.of_user(who.user_id), [told])
    open_menus.make_stale(session, who.user_id)
    return after


def set_telegram(session: Session, user_id: UUID, *, enabled: bool) -> None:
    """Switch Telegram on after linking, or off after unlinking."""
    session.execute(
        update(preferences).where(preferences.c.user_id == user_id).values(telegram_enabled=enabled)
    )
    _tell(session, Actor(user_id, Face.WEB))
