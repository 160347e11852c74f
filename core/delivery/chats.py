"""Private chats with the bot, and which person and household each is about."""

from dataclasses import dataclass
from uuid import UUID, uuid4

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
    """Who wrote, as Telegram says. Identity is the id; names may change."""

    telegram_id: int
    first_name: str
    username: str | None = None

    @property
    def name(self) -> str:
        """`@username`, or the first name of somebody who has none."""
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
        """Whether the person may do more than look."""
        return self.role is not Role.VIEWER


@dataclass(frozen=True)
class ChatState:
    """What is known of a chat. `user_id` is None until it is linked; `household` when there is none."""

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
        chats.c.user_id,
        chats.c.household_id,
        chats.c.suspended_reason,
        _users.c.display_name,
        _users.c.email,
        _members.c.household_id.label("member_of"),
        _members.c.role,
        _households.c.name,
        _households.c.timezone,
    )
    .outerjoin(_users, _users.c.id == chats.c.user_id)
    .outerjoin(_members, _members.c.user_id == chats.c.user_id)
    .outerjoin(_households, _households.c.id == _members.c.household_id)
    .where(chats.c.telegram_id == bindparam("telegram_id"))
    # The chosen household first; without one, that which its person joined last.
    .order_by(
        func.coalesce(chats.c.household_id == _members.c.household_id, False).desc(),
        _members.c.joined_at.desc(),
        _members.c.household_id,
    )
    .limit(1)
)


def find(session: Session, telegram_id: int) -> ChatState | None:
    """Return what is known of a person's private chat, or None when they never wrote."""
    row = session.execute(_find, {"telegram_id": telegram_id}).first()
    if row is None:
        return None
    household = None
    if row.member_of is not None:
        household = ActiveHousehold(row.member_of, row.name, row.timezone, Role(row.role))
    return ChatState(
        id=row.id,
        telegram_id=telegram_id,
        user_id=row.user_id,
        display_name=row.display_name,
        email=row.email,
        suspended=row.suspended_reason is not None,
        household=household,
    )


def greet(session: Session, person: TelegramPerson) -> ChatState:
    """Remember a chat, take over its names, and send to it again if it was suspended."""
    now = clock.utcnow()
    names = {"username": person.username, "first_name": person.first_name[:128]}
    statement = upsert(session, chats).values(
        id=uuid4(), telegram_id=person.telegram_id, next_send_at=now, created_at=now, fence=0, **names
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[chats.c.telegram_id], set_={**names, "suspended_reason": None}
        )
    )
    found = find(session, person.telegram_id)
    if found is None:
        raise AssertionError("the chat was inserted or was there")
    return found


def lock(session: Session, chat_id: UUID) -> None:
    """Wait for others who link, unlink or code this chat."""
    session.execute(select(chats.c.id).where(chats.c.id == chat_id).with_for_update())


def lock_owner(session: Session, telegram_id: int) -> None:
    """Lock the stream of the person whom a chat belongs to, if any: before the chat itself."""
    streams.lock_owner(session, select(chats.c.user_id).where(chats.c.telegram_id == telegram_id))


def suspend(session: Session, telegram_id: int, reason: str) -> None:
    """Send nothing more to a chat until its person starts it again, and tell them where they can see it."""
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
