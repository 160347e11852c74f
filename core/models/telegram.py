"""Chats, their link codes, and updates from Telegram."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field

from core.models.base import Base, big, one_of, partial_index, varchar
from core.models.destinations import Destination


class UpdateState(StrEnum):
    """pending: stored, to be handled. done: its effects are committed. set_aside: handling failed."""

    PENDING = "pending"
    DONE = "done"
    SET_ASIDE = "set_aside"


class Chat(Destination, table=True):
    """A private chat with the bot."""

    __tablename__ = "chats"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    telegram_id: int = big(unique=True)
    """The person's id, which is also that of their private chat. Usernames change hands."""
    username: str | None = varchar(64, default=None)
    first_name: str = varchar(128)
    user_id: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL", unique=True)
    linked_at: datetime | None = None
    household_id: UUID | None = Field(default=None, foreign_key="households.id", ondelete="SET NULL")
    """The active household: commands in this chat are about it."""
    created_at: datetime


class SettingsMenu(Base, table=True):
    """The settings menu of a chat: the message that was opened or used last."""

    __tablename__ = "settings_menus"
    __table_args__ = (partial_index("ix_settings_menus_stale", "chat_id", where="changes > shown"),)

    chat_id: UUID = Field(primary_key=True, foreign_key="chats.id", ondelete="CASCADE")
    message_id: int = big()
    page: str = varchar(64)
    """The callback data of a button that opens the page."""
    fingerprint: str = varchar(64)
    """That of the page as it was shown."""
    changes: int = big(default=0)
    """How often the settings changed since the menu was opened."""
    shown: int = big(default=0)
    """How many of these changes the menu shows; when fewer, it is stale."""


class LinkCode(Base, table=True):
    """A code that links a chat and an account: issued to one, redeemed by the other."""

    __tablename__ = "link_codes"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (chat_id IS NULL)", name="one_owner"),
        partial_index("uq_link_codes_live_user", "user_id", where="live", unique=True),
        partial_index("uq_link_codes_live_chat", "chat_id", where="live", unique=True),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    code_hash: str = varchar(64, unique=True)
    user_id: UUID | None = Field(default=None, foreign_key="users.id", ondelete="CASCADE")
    chat_id: UUID | None = Field(default=None, foreign_key="chats.id", ondelete="CASCADE")
    live: bool = True
    """False once redeemed or replaced; it may have expired before."""
    created_at: datetime
    expires_at: datetime = Field(index=True)


class TelegramBot(Base, table=True):
    """The one bot that this database belongs to, from getMe."""

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
        partial_index("ix_inbound_updates_pending", "update_id", where="state = 'pending'"),
    )

    update_id: int = big(primary_key=True)
    chat_telegram_id: int | None = big(default=None)
    payload: dict[str, object] = Field(sa_type=JSON)
    state: str = varchar(10, default=UpdateState.PENDING)
    attempts: int = 0
    received_at: datetime
    settled_at: datetime | None = Field(default=None, index=True)
