"""Accounts: made on the web with an email address, or in the chat without one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from core import clock
from core.actors import Actor
from core.db import columns, fetch_first, finds, table, upsert
from core.delivery import mailboxes
from core.errors import AccountGone, Conflict, Invalid
from core.events import streams
from core.models import User
from core.settings import preferences
from core.text import clean, fold

users = table(User)


@dataclass(frozen=True)
class Account:
    id: UUID
    email: str | None
    display_name: str
    timezone: str
    created_at: datetime
    email_verified_at: datetime | None = None


@dataclass(frozen=True)
class Credentials:
    user_id: UUID
    password_hash: str | None


def zone(name: str) -> str:
    """Return the name if it is an IANA time zone. Raises Invalid."""
    if not clock.is_zone(name):
        raise Invalid("timezone must be an IANA name such as Europe/Berlin.", "timezone")
    return name


def zone_like(name: str) -> str:
    """Return the IANA zone that a name such as Berlin or new york means. Raises Invalid."""
    found = clock.zones_like(name)
    if len(found) > 1:
        raise Invalid(f"Which one do you mean: {', '.join(found)}?", "timezone")
    return found[0] if found else zone(name)


def register(session: Session, email: str, password_hash: str, display_name: str, timezone: str) -> Account:
    """Create an account with a valid email. Raises Conflict when the email is taken."""
    account = Account(uuid4(), email, clean(display_name, "displayName", 80), zone(timezone), clock.utcnow())
    values = {**vars(account), "email_key": fold(email), "password_hash": password_hash}
    statement = upsert(session, users).values(**values)
    statement = statement.on_conflict_do_nothing(index_elements=[users.c.email_key])
    if not finds(session, statement.returning(users.c.id)):
        raise Conflict("There is an account with this email already. Sign in instead.")
    _complete(session, account)
    mailboxes.create(session, account.id)
    return account


def create_without_email(session: Session, display_name: str, timezone: str) -> Account:
    """Create an account that is only reached through a linked chat."""
    account = Account(uuid4(), None, clean(display_name, "displayName", 80), zone(timezone), clock.utcnow())
    session.execute(insert(users).values(**vars(account)))
    _complete(session, account)
    return account


def _complete(session: Session, account: Account) -> None:
    preferences.create(session, account.id, account.timezone)
    streams.create(session, streams.of_user(account.id))


def get(session: Session, who: Actor) -> Account:
    """Return somebody's account. Raises AccountGone."""
    query = select(*columns(Account, users)).where(users.c.id == who.user_id)
    found = fetch_first(session, query, Account)
    if found is None:
        raise AccountGone
    return found


def change(
    session: Session, who: Actor, *, display_name: str | None = None, timezone: str | None = None
) -> Account:
    """Change what is given; the zone also applies to notifications. Raises AccountGone."""
    if timezone is not None:
        preferences.change(session, who, {"timezone": timezone})
    if display_name is not None:
        renamed = update(users).where(users.c.id == who.user_id)
        session.execute(renamed.values(display_name=display_name))
    return get(session, who)


def set_password(session: Session, who: Actor, password_hash: str) -> None:
    """Store a new password."""
    session.execute(update(users).where(users.c.id == who.user_id).values(password_hash=password_hash))


def renew_hash(session: Session, user_id: UUID, before: str, now: str) -> None:
    """Replace the hash of an unchanged password, unless a new password was set meanwhile."""
    same = users.c.id == user_id, users.c.password_hash == before
    session.execute(update(users).where(*same).values(password_hash=now))


def password_hash_of(session: Session, who: Actor) -> str | None:
    """Return the hash of somebody's password, or None without one. Raises AccountGone."""
    row = session.execute(select(users.c.password_hash).where(users.c.id == who.user_id)).first()
    if row is None:
        raise AccountGone
    found: str | None = row.password_hash
    return found


def credentials(session: Session, email: str) -> Credentials | None:
    """Return the credentials of an email, or None if it is unknown."""
    query = select(users.c.id, users.c.password_hash).where(users.c.email_key == fold(email))
    return fetch_first(session, query, Credentials)
