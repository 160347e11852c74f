"""Private chats with the bot, and which person and household each is about."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from core import clock, events
from core.actors import Actor, Face
from core.db import table, upsert
from core.errors import NotAllowed
from core.events import streams
from core.models import Chat, Delivery, DeliveryState, Household, Member, Role, User
from core.notifications import announcing
from core.wording.reasons import Reason

chats = table(Chat)
_users, _members, _households, _deliveries = table(User), table(Member), table(Household), table(Delivery)


@dataclass(frozen=True)
class TelegramPerson:
    """The sender, as Telegram says. Identity is the id; names may change."""

    telegram_id: int
    first_name: str
    username: str | None = None

    @property
    def name(self) -> str:
        """`@username`, or the first name without one."""
        return f"@{self.username}" if self.username else self.first_name


@dataclass(frozen=True)
class ActiveHousehold:
    """The household that a chat's commands are about."""

    id: UUID
    name: str
    timezone: str
    role: Role

    @property
    def may_change(self) -> bool:
        """Whether the person may make changes."""
        return self.role is not Role.VIEWER


@dataclass(frozen=True)
class ChatState:
    """What is known about a chat. `user_id` is None until it is linked."""

    id: UUID
    telegram_id: int
    user_id: UUID | None
    display_name: str | None
    email: str | None
    suspended: bool
    household: ActiveHousehold | None

    @property
    def actor(self) -> Actor:
        """The linked person, acting in the chat."""
        if self.user_id is None:
            raise NotAllowed("This chat is not linked to an account yet. Send /start to begin.")
        return Actor(self.user_id, Face.TELEGRAM)


_find = (
    select(
        chats.c.id,
        chats.c.telegram_id,
        chats.c.user_id,
        _users.c.display_name,
        _users.c.email,
        chats.c.suspended_reason.is_not(None),
        _members.c.household_id,
        _households.c.name,
        _households.c.timezone,
        _members.c.role,
    )
    .outerjoin(_users, _users.c.id == chats.c.user_id)
    .outerjoin(_members, _members.c.user_id == chats.c.user_id)
    .outerjoin(_households, _households.c.id == _members.c.household_id)
    .where(chats.c.telegram_id == bindparam("telegram_id"))
    # The chosen household, or else the one joined last.
    .order_by(
        func.coalesce(chats.c.household_id == _members.c.household_id, False).desc(),
        _members.c.joined_at.desc(),
        _members.c.household_id,
    )
    .limit(1)
)


def find(session: Session, telegram_id: int) -> ChatState | None:
    """Return what is known about a person's private chat, or None when they never wrote."""
    row = session.execute(_find, {"telegram_id": telegram_id}).first()
    if row is None:
        return None
    home, name, timezone, role = row[6:]
    household = ActiveHousehold(home, name, timezone, Role(role)) if home is not None else None
    state: list[Any] = [*row[:6], household]
    return ChatState(*state)


def greet(session: Session, person: TelegramPerson) -> ChatState:
    """Remember a chat, update its names, and send to it again if it was suspended."""
    now, key = clock.utcnow(), [chats.c.telegram_id]
    names = {"username": person.username, "first_name": person.first_name[:128]}
    statement = upsert(session, chats).values(
        telegram_id=person.telegram_id, next_send_at=now, created_at=now, **names
    )
    again = {**names, "suspended_reason": None}
    session.execute(statement.on_conflict_do_update(index_elements=key, set_=again))
    found = find(session, person.telegram_id)
    assert found is not None
    return found


def lock(session: Session, chat_id: UUID) -> None:
    """Wait for others who link or unlink this chat, or issue a code for it."""
    session.execute(select(chats.c.id).where(chats.c.id == chat_id).with_for_update())


def lock_owner(session: Session, telegram_id: int) -> None:
    """Lock the stream of the chat's owner, if it has one. Comes before the lock on the chat."""
    streams.lock_owner(session, select(chats.c.user_id).where(chats.c.telegram_id == telegram_id))


def suspend(session: Session, telegram_id: int, reason: str) -> None:
    """Send nothing more to a chat until its person starts it again, and tell them elsewhere."""
    lock_owner(session, telegram_id)
    row = session.execute(
        update(chats)
        .where(chats.c.telegram_id == telegram_id, chats.c.suspended_reason.is_(None))
        .values(suspended_reason=reason[:100])
        .returning(chats.c.id, chats.c.user_id, chats.c.first_name, chats.c.username)
    ).first()
    if row is None:
        return
    session.execute(
        update(_deliveries)
        .where(_deliveries.c.chat_id == row.id, _deliveries.c.state == DeliveryState.PENDING)
        .values(state=DeliveryState.SKIPPED, reason=Reason.CHAT_SUSPENDED, settled_at=clock.utcnow())
    )
    if row.user_id is None:
        return
    name = TelegramPerson(telegram_id, row.first_name, row.username).name
    suspended = events.ChatSuspended(user_id=row.user_id, chat_name=name, reason=reason, at=clock.utcnow())
    announcing.announce_to(session, row.user_id, suspended)
