"""Linking a private chat and an account, from either side, and unlinking them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from core import clock, events
from core.accounts import accounts
from core.accounts.accounts import Account
from core.actors import Actor, Face
from core.config import Registration
from core.db import finds, table
from core.delivery import chats
from core.delivery.chats import ChatState, TelegramPerson
from core.errors import Conflict, NotFound
from core.events import streams
from core.households import households, registration
from core.models import Chat, Member, TelegramBot, User
from core.notifications import announcing
from core.settings import preferences
from core.telegram import link_codes
from core.telegram.link_codes import WRONG, CodeOwner, CodeRefused, IssuedCode

_chats, _users, _members, _bot = table(Chat), table(User), table(Member), table(TelegramBot)


@dataclass(frozen=True)
class Linked:
    """A linked chat; `name` is its @username or first name."""

    name: str
    telegram_id: int
    username: str | None
    linked_at: datetime
    account_name: str


def issue_for_user(session: Session, key: bytes, who: Actor) -> IssuedCode:
    """Issue a code to redeem in the chat. Raises Conflict when a chat is linked already, and AccountGone."""
    # Locked, so that the second of two concurrent calls replaces the code of the first.
    streams.lock(session, streams.of_user(who.user_id))
    _refuse_linked_account(session, who)
    return link_codes.issue(session, key, user_id=who.user_id)


def issue_for_chat(session: Session, key: bytes, chat: ChatState) -> IssuedCode:
    """Issue a code to enter on the web. Raises Conflict when the chat is linked already."""
    _refuse_linked(chat)
    chats.lock(session, chat.id)
    return link_codes.issue(session, key, chat_id=chat.id)


def redeem_on_web(session: Session, key: bytes, who: Actor, code: str) -> Linked | CodeRefused:
    """Link the chat that got this code. Raises Conflict when either side is linked, and AccountGone."""
    _refuse_linked_account(session, who)
    return _redeem(session, key, code, str(who.user_id), Face.WEB, CodeOwner(who.user_id, None))


def preview_in_chat(session: Session, key: bytes, chat: ChatState, code: str) -> Account | CodeRefused:
    """Return the account that a code would link this chat to. Raises Conflict when the chat is linked."""
    _refuse_linked(chat)
    guesser = str(chat.telegram_id)
    refused = link_codes.allow_try(session, guesser)
    if refused is not None:
        return refused
    owner = link_codes.peek(session, key, code)
    if owner is None or owner.user_id is None:
        return WRONG
    link_codes.forgive(session, guesser)
    return accounts.get(session, Actor(owner.user_id, Face.TELEGRAM))


def _refuse_linked_account(session: Session, who: Actor) -> None:
    accounts.get(session, who)
    if status(session, who) is not None:
        raise Conflict("Your account is linked to a Telegram chat already. Unlink that one first.")


def _refuse_linked(chat: ChatState) -> None:
    if chat.user_id is not None:
        raise Conflict(f"This chat is linked to {chat.display_name} already. Send /unlink first.")


def redeem_in_chat(session: Session, key: bytes, chat: ChatState, code: str) -> Linked | CodeRefused:
    """Link this chat to the account that made the code. Raises Conflict when either is linked already."""
    return _redeem(session, key, code, str(chat.telegram_id), Face.TELEGRAM, CodeOwner(None, chat.id))


def _redeem(
    session: Session, key: bytes, code: str, guesser: str, face: Face, redeemer: CodeOwner
) -> Linked | CodeRefused:
    """Link the redeemer of a code with its owner; only one of several attempts at once succeeds."""
    refused = link_codes.allow_try(session, guesser)
    if refused is not None:
        return refused
    issued_to = link_codes.peek(session, key, code)
    if issued_to is None:
        return WRONG
    user_id, chat_id = redeemer.user_id or issued_to.user_id, redeemer.chat_id or issued_to.chat_id
    if user_id is None or chat_id is None:
        # A user's code entered on the web, or a chat's sent to the bot.
        return WRONG
    _lock(session, user_id, chat_id)
    if not link_codes.spend(session, key, code):
        return WRONG
    link_codes.forgive(session, guesser)
    return attach(session, chat_id, user_id, face)


def _lock(session: Session, user_id: UUID, chat_id: UUID) -> None:
    """Lock in the common order: people's streams, then chats, then codes."""
    streams.lock(session, streams.of_user(user_id))
    chats.lock(session, chat_id)


def start_household(
    session: Session, person: TelegramPerson, name: str, timezone: str, mode: Registration
) -> ChatState:
    """Make an account without email, and its household, for a newcomer in the chat.

    Raises Conflict when the chat is linked already, and NotAllowed unless anybody may register.
    """
    chat = chats.greet(session, person)
    if chat.user_id is not None:
        raise Conflict("You have an account already. Send /stock to see what there is.")
    registration.refuse_unless_open(mode)
    account = accounts.create_without_email(session, person.first_name, timezone)
    attach(session, chat.id, account.id, Face.TELEGRAM)
    households.create(session, Actor(account.id, Face.TELEGRAM), name, None, timezone)
    return chats.greet(session, person)


def attach(session: Session, chat_id: UUID, user_id: UUID, face: Face) -> Linked:
    """Link a chat and an account and tell the person, except on `face`. Raises Conflict if one is linked."""
    now = clock.utcnow()
    _lock(session, user_id, chat_id)
    taken = exists(select(_chats.c.id).where(_chats.c.user_id == user_id))
    attached = (
        update(_chats)
        .where(_chats.c.id == chat_id, _chats.c.user_id.is_(None), ~taken)
        .values(user_id=user_id, linked_at=now, household_id=_joined_last(session, user_id))
    )
    if not finds(session, attached.returning(_chats.c.id)):
        raise Conflict("This chat or this account is linked already. Unlink that one first.")
    link_codes.revoke(session, user_id=user_id)
    preferences.set_telegram(session, user_id, enabled=True)
    linked = status(session, Actor(user_id, face))
    assert linked is not None
    told = events.ChatLinked(user_id=user_id, chat_name=linked.name, at=now)
    announcing.announce_to(session, user_id, told, spared=face)
    return linked


def unlink(session: Session, who: Actor) -> None:
    """Unlink the account's chat at once. Raises NotFound without one."""
    streams.lock(session, streams.of_user(who.user_id))
    linked = status(session, who)
    row = session.execute(
        update(_chats)
        .where(_chats.c.user_id == who.user_id)
        .values(user_id=None, linked_at=None, household_id=None)
        .returning(_chats.c.id)
    ).first()
    if row is None or linked is None:
        raise NotFound("Your account is not linked to a Telegram chat.")
    # A code that the chat still has would link it again.
    link_codes.revoke(session, chat_id=row.id)
    preferences.set_telegram(session, who.user_id, enabled=False)
    unlinked = events.ChatUnlinked(user_id=who.user_id, chat_name=linked.name, at=clock.utcnow())
    announcing.announce_to(session, who.user_id, unlinked)


def status(session: Session, who: Actor) -> Linked | None:
    """Return somebody's linked chat, or None."""
    row = session.execute(
        select(*_chats.c, _users.c.display_name)
        .join(_users, _users.c.id == _chats.c.user_id)
        .where(_chats.c.user_id == who.user_id)
    ).first()
    if row is None:
        return None
    person = TelegramPerson(row.telegram_id, row.first_name, row.username)
    return Linked(person.name, row.telegram_id, row.username, row.linked_at, row.display_name)


def bot_username(session: Session) -> str | None:
    """Return the bot's name, for deep links, or None if no bot has ever run here."""
    return session.execute(select(_bot.c.username)).scalar()


def _joined_last(session: Session, user_id: UUID) -> UUID | None:
    newest = _members.c.joined_at.desc(), _members.c.household_id
    query = select(_members.c.household_id).where(_members.c.user_id == user_id).order_by(*newest).limit(1)
    return session.execute(query).scalar()
