"""Chats, the codes that link them to accounts, and what Telegram told us."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, Index
from sqlalchemy import text as sql
from sqlmodel import Field

from core.models.base import Base, big, one_of, varchar
from core.models.destinations import Destination


class UpdateState(StrEnum):
    """pending: stored, to be handled. done: its effects are committed. set_aside: handling it failed."""

    PENDING = "pending"
    DONE = "done"
    SET_ASIDE = "set_aside"


class Chat(Destination, table=True):
    """A private chat with the bot. It also paces what is sent there."""

    __tablename__ = "chats"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    telegram_id: int = big(unique=True)
    """The person's numeric id, which is also the id of their private chat. Usernames change hands."""
    username: str | None = varchar(64, default=None)
    first_name: str = varchar(128)
    user_id: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL", unique=True)
    linked_at: datetime | None = None
    household_id: UUID | None = Field(default=None, foreign_key="households.id", ondelete="SET NULL")
    """The household that commands in this chat are about."""
    created_at: datetime


class SettingsMenu(Base, table=True):
    """The message in which a chat shows its person's settings: the one that was opened or touched last."""

    __tablename__ = "settings_menus"
    __table_args__ = (
        Index(
            "ix_settings_menus_stale",
            "chat_id",
            postgresql_where=sql("changes > shown"),
            sqlite_where=sql("changes > shown"),
        ),
    )

    chat_id: UUID = Field(primary_key=True, foreign_key="chats.id", ondelete="CASCADE")
    message_id: int = big()
    page: str = varchar(64)
    """What a button that leads to the page carries."""
    fingerprint: str = varchar(64)
    """Of the page as it was shown."""
    changes: int = big(default=0)
    """How often the settings have changed since the menu was opened."""
    shown: int = big(default=0)
    """How many of these changes it shows, as far as its page shows them at all; with fewer it is stale."""


class LinkCode(Base, table=True):
    """A code that links a chat and an account: issued to the one, redeemed by the other."""

    __tablename__ = "link_codes"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (chat_id IS NULL)", name="one_owner"),
        Index(
            "uq_link_codes_live_user",
            "user_id",
            unique=True,
            postgresql_where=sql("live"),
            sqlite_where=sql("live"),
        ),
        Index(
            "uq_link_codes_live_chat",
            "chat_id",
            unique=True,
            postgresql_where=sql("live"),
            sqlite_where=sql("live"),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    code_hash: str = varchar(64, unique=True)
    user_id: UUID | None = Field(default=None, foreign_key="users.id", ondelete="CASCADE")
    chat_id: UUID | None = Field(default=None, foreign_key="chats.id", ondelete="CASCADE")
    live: bool = True
    """False once redeemed or replaced by a newer one; time may have run out before."""
    created_at: datetime
    expires_at: datetime = Field(index=True)


class TelegramBot(Base, table=True):
    """The one bot that this database belongs to, as getMe told."""

    __tablename__ = "telegram_bot"
    __table_args__ = (CheckConstraint("singleton = 1", name="singleton"),)

    singleton: int = Field(default=1, primary_key=True)
    bot_id: int = big()
    username: str = varchar(64)


class InboundUpdate(Base, table=True):
    """An update as Telegram sent it, stored before it is acknowledged."""

    __tablename__ = "inbound_updates"
    __table_args__ = (
        one_of("state", UpdateState),
        Index(
            "ix_inbound_updates_pending",
            "update_id",
            postgresql_where=sql("state = 'pending'"),
            sqlite_where=sql("state = 'pending'"),
        ),
    )

    update_id: int = big(primary_key=True)
    chat_telegram_id: int | None = big(default=None)
    payload: dict[str, object] = Field(sa_type=JSON)
    state: str = varchar(10, default=UpdateState.PENDING)
    attempts: int = 0
    received_at: datetime
    settled_at: datetime | None = Field(default=None, index=True)
