"""The settings menu open in a chat, which is updated when the settings change elsewhere."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from core.db import table, upsert
from core.models import Chat, SettingsMenu

menus = table(SettingsMenu)
chats = table(Chat)

_stale = menus.c.changes > menus.c.shown
_in_chat = (
    menus.c.chat_id
    == select(chats.c.id).where(chats.c.telegram_id == bindparam("telegram")).scalar_subquery()
)
_of_person = (
    menus.c.chat_id == select(chats.c.id).where(chats.c.user_id == bindparam("user")).scalar_subquery()
)
_find = select(menus.c.message_id, menus.c.page, menus.c.fingerprint, menus.c.changes).where(_in_chat)
_make_stale = update(menus).where(_of_person).values(changes=menus.c.changes + 1)
_settle = (
    update(menus)
    .where(_in_chat, menus.c.message_id == bindparam("message"), menus.c.shown < bindparam("seen"))
    .values(shown=bindparam("seen"), page=bindparam("now"), fingerprint=bindparam("looks"))
)
_forget = delete(menus).where(_in_chat, menus.c.message_id == bindparam("message"))


@dataclass(frozen=True)
class Menu:
    """A message with a menu: its page, a fingerprint of that, and how often the settings changed."""

    message_id: int
    page: str
    fingerprint: str
    changes: int = 0


def keep(session: Session, telegram_id: int, menu: Menu) -> None:
    """Remember the menu that a chat shows, in place of an earlier one.

    It counts as stale, because the settings may have changed while it was sent. The count of changes goes on
    when a menu is replaced: it is compared after drawing the earlier one.
    """
    looks = {"message_id": menu.message_id, "page": menu.page, "fingerprint": menu.fingerprint}
    chat = select(chats.c.id).where(chats.c.telegram_id == telegram_id).scalar_subquery()
    session.execute(
        upsert(session, menus)
        .values(chat_id=chat, changes=1, shown=0, **looks)
        .on_conflict_do_update(
            index_elements=[menus.c.chat_id],
            set_={**looks, "changes": menus.c.changes + 1, "shown": menus.c.changes},
        )
    )


def make_stale(session: Session, user_id: UUID) -> None:
    """Have the menu in a person's chat redrawn, if there is one."""
    session.execute(_make_stale, {"user": user_id})


def stale(session: Session, limit: int = 100, besides: Collection[int] = ()) -> list[int]:
    """Return the Telegram ids of chats whose menu must be redrawn, except those in `besides`.

    Suspended chats wait until their person starts them again, and others until they are linked.
    """
    query = (
        select(chats.c.telegram_id)
        .join(menus, menus.c.chat_id == chats.c.id)
        .where(_stale, chats.c.user_id.is_not(None), chats.c.suspended_reason.is_(None))
        .where(chats.c.telegram_id.not_in(besides))
        .limit(limit)
    )
    return list(session.scalars(query))


def find(session: Session, telegram_id: int) -> Menu | None:
    """Return the menu that a chat shows, or None."""
    row = session.execute(_find, {"telegram": telegram_id}).first()
    return None if row is None else Menu(*row)


def settle(session: Session, telegram_id: int, menu: Menu) -> None:
    """Record how a menu looks now, unless a newer look was recorded or another menu was opened."""
    values = {"message": menu.message_id, "seen": menu.changes, "now": menu.page, "looks": menu.fingerprint}
    session.execute(_settle, {"telegram": telegram_id, **values})


def forget(session: Session, telegram_id: int, message_id: int) -> None:
    """Forget a menu: its message cannot be edited any more."""
    session.execute(_forget, {"telegram": telegram_id, "message": message_id})
