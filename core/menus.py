"""The settings menu that a chat shows, so that it can be edited when the settings change elsewhere."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from core.db import table, upsert
from core.models import Chat, SettingsMenu

menus = table(SettingsMenu)
chats = table(Chat)

_in_chat = (
    menus.c.chat_id
    == select(chats.c.id).where(chats.c.telegram_id == bindparam("telegram")).scalar_subquery()
)
_make_stale = (
    update(menus)
    .where(
        menus.c.chat_id == select(chats.c.id).where(chats.c.user_id == bindparam("user")).scalar_subquery()
    )
    .values(stale=True)
)
_take = (
    update(menus)
    .where(_in_chat, menus.c.stale)
    .values(stale=False)
    .returning(menus.c.message_id, menus.c.page, menus.c.fingerprint)
)
_forget = delete(menus).where(_in_chat)


@dataclass(frozen=True)
class Menu:
    """A message of a chat, the page that it shows, and a fingerprint of how that looked."""

    message_id: int
    page: str
    fingerprint: str


def keep(session: Session, chat_id: UUID, menu: Menu) -> None:
    """Remember what a chat shows, in place of what it showed before.

    The caller has locked the stream of the chat's person, or took the menu: what the person changes from then
    on makes it stale.
    """
    values = {**vars(menu), "stale": False}
    statement = upsert(session, menus).values(chat_id=chat_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=[menus.c.chat_id], set_=values))


def make_stale(session: Session, user_id: UUID) -> None:
    """Have the menu in a person's chat, if there is one, drawn anew."""
    # Also one that is stale already: whoever is about to draw it waits for this change.
    session.execute(_make_stale, {"user": user_id})


def stale(session: Session, limit: int = 100, besides: Collection[int] = ()) -> list[int]:
    """Return the Telegram ids of chats whose menu is to be drawn anew, but for the chats `besides`."""
    query = (
        select(chats.c.telegram_id)
        .join(menus, menus.c.chat_id == chats.c.id)
        .where(menus.c.stale, chats.c.telegram_id.not_in(besides))
        .limit(limit)
    )
    return list(session.scalars(query))


def take(session: Session, telegram_id: int) -> Menu | None:
    """Return a chat's menu if it is stale. It no longer is: whoever took it draws it."""
    row = session.execute(_take, {"telegram": telegram_id}).first()
    return None if row is None else Menu(*row)


def forget(session: Session, telegram_id: int) -> None:
    """Forget a chat's menu: its message cannot be edited any more."""
    session.execute(_forget, {"telegram": telegram_id})
