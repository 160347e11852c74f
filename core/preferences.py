"""What each person asked to hear, and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, insert, select, update
from sqlalchemy.orm import Session

from core.actors import Actor
from core.db import can_mail, table
from core.errors import AccountGone, Invalid
from core.models import Chat, Preference, TelegramBot, Topic, User
from core.models.preferences import EVERY_DAY

preferences = table(Preference)
chats = table(Chat)
users = table(User)

DEFAULT_TOPICS = [Topic.EXPIRATION, Topic.LOW_STOCK, Topic.SHOPPING_REMINDER]

_read = (
    select(
        *preferences.c,
        users.c.email,
        chats.c.id.label("chat_id"),
        chats.c.username,
        chats.c.linked_at,
        exists(select(table(TelegramBot).c.bot_id)).label("has_bot"),
    )
    .join(users, users.c.id == preferences.c.user_id)
    .outerjoin(chats, chats.c.user_id == preferences.c.user_id)
    .where(preferences.c.user_id == bindparam("user"))
)


@dataclass(frozen=True)
class NotificationSettings:
    """One person's settings, with what only we can say: the linked chat and the address."""

    email_enabled: bool
    email: str | None
    in_app_enabled: bool
    telegram_enabled: bool
    linked: bool
    telegram_username: str | None
    expiration_warning_days: int
    topics: Sequence[str]
    preferred_time: str
    timezone: str
    has_bot: bool
    """Whether a bot has ever run here."""
    can_mail: bool


def create(session: Session, user_id: UUID, timezone: str) -> None:
    """Give a new account the defaults."""
    session.execute(
        insert(preferences).values(
            user_id=user_id,
            email_enabled=True,
            in_app_enabled=True,
            telegram_enabled=False,
            expiration_warning_days=3,
            preferred_time="09:00",
            timezone=timezone,
            topics=list(DEFAULT_TOPICS),
            routes={},
            quiet_days=EVERY_DAY,
        )
    )


def get(session: Session, who: Actor) -> NotificationSettings:
    """Return somebody's settings. Raises AccountGone."""
    row = session.execute(_read, {"user": who.user_id}).first()
    if row is None:
        raise AccountGone
    return NotificationSettings(
        email_enabled=row.email_enabled,
        email=row.email,
        in_app_enabled=row.in_app_enabled,
        telegram_enabled=row.telegram_enabled,
        linked=row.chat_id is not None,
        telegram_username=row.username,
        expiration_warning_days=row.expiration_warning_days,
        topics=row.topics,
        preferred_time=row.preferred_time,
        timezone=row.timezone,
        has_bot=row.has_bot,
        can_mail=can_mail(session),
    )


def change(session: Session, who: Actor, values: Mapping[str, Any]) -> None:
    """Change the given columns.

    Raises Invalid when Telegram is turned on without a linked chat, and AccountGone.
    """
    before = get(session, who)
    if values.get("telegram_enabled") and not before.linked:
        raise Invalid(
            "Link your Telegram chat first: send /link to the bot and enter the code here.",
            "telegram.enabled",
        )
    if values:
        session.execute(update(preferences).where(preferences.c.user_id == who.user_id).values(**values))


def follow_zone(session: Session, user_id: UUID, before: str, now: str) -> None:
    """Follow the account to another zone, unless the notifications have a zone of their own."""
    mine = (preferences.c.user_id == user_id, preferences.c.timezone == before)
    session.execute(update(preferences).where(*mine).values(timezone=now))


def set_telegram(session: Session, user_id: UUID, *, enabled: bool) -> None:
    """Follow the chat: linking turns Telegram on, unlinking off."""
    session.execute(
        update(preferences).where(preferences.c.user_id == user_id).values(telegram_enabled=enabled)
    )
