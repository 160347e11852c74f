"""The open settings menu of a chat: its pages as they are now, and whether it still shows that."""

from hashlib import sha256
from typing import TypeAlias

from aiogram.filters.callback_data import CallbackData
from sqlalchemy.orm import Session

from bot.replies import Reply
from bot.settings import commands, follow_commands, follow_view, mute_view, topic_view, views
from bot.settings.callbacks import SettingsPage, ShowSettings, ShowTime, ShowTopic, ShowTopics, ShowWatches
from core.actors import Actor
from core.delivery import chats
from core.delivery.chats import ActiveHousehold
from core.errors import NotAllowed
from core.settings import open_menus, preferences
from core.settings.open_menus import Menu

PageOfMenu: TypeAlias = ShowSettings | ShowTopics | ShowTopic | ShowTime | ShowWatches
PAGES: tuple[type[PageOfMenu], ...] = (ShowSettings, ShowTopics, ShowTopic, ShowTime, ShowWatches)
MAIN = ShowSettings(page=SettingsPage.MAIN)

_PLAIN = {
    SettingsPage.CHANNELS: views.channels,
    SettingsPage.TIMES: views.times,
    SettingsPage.PREFERRED: views.preferred,
    SettingsPage.QUIET: views.quiet,
    SettingsPage.WARNING: views.warning,
    SettingsPage.MUTE: mute_view.ask,
}


def draw(session: Session, who: Actor, household: ActiveHousehold | None, page: CallbackData) -> Reply:
    """Return a page as it is now. Raises NotAllowed for a household that the person is not in."""
    match page:
        case ShowSettings(page=SettingsPage.MAIN):
            return views.main(commands.overview(session, who, household))
        case ShowSettings():
            return _PLAIN[page.page](preferences.get(session, who))
        case ShowTime():
            return views.time_of(preferences.get(session, who), page.kind)
        case ShowTopics():
            return topic_view.all_topics(commands.choice(session, who, page.household))
        case ShowTopic():
            return topic_view.one_topic(commands.choice(session, who, page.household), page.topic)
        case ShowWatches():
            return follow_view.mine(*follow_commands.mine(session, who, page.household), page.number)
    raise AssertionError(f"{page!r} leads to no page of the settings")


def keep(session: Session, telegram_id: int, message_id: int, answer: Reply) -> None:
    """Remember that a message shows a page, or for now covers the one that it showed."""
    shown = answer.covers or answer
    # A change made elsewhere at this moment is committed before, or makes this menu stale.
    chats.lock_owner(session, telegram_id)
    menu = open_menus.find(session, telegram_id) if answer.covers else None
    is_open = answer.covers is None or (menu is not None and menu.message_id == message_id)
    if shown.page is not None and is_open:
        open_menus.keep(session, telegram_id, Menu(message_id, shown.page.pack(), fingerprint(shown)))


def redraw(session: Session, telegram_id: int) -> tuple[Menu, Reply] | None:
    """Return a chat's menu as it was shown, and its page as it is now."""
    # In this order: the page may show more changes than are counted, but not fewer.
    menu, chat = open_menus.find(session, telegram_id), chats.find(session, telegram_id)
    if menu is None or chat is None or chat.user_id is None:
        return None
    try:
        return menu, draw(session, chat.actor, chat.household, _page_of(menu.page))
    except NotAllowed:
        # They left the household that the page is about.
        return menu, draw(session, chat.actor, chat.household, MAIN)


def _page_of(data: str) -> CallbackData:
    for page in PAGES:
        try:
            return page.unpack(data)
        except (TypeError, ValueError):
            continue
    # An older or newer release wrote it.
    return MAIN


def fingerprint(shown: Reply) -> str:
    """Return a hash of the text and the buttons."""
    keyboard = shown.keyboard.model_dump_json() if shown.keyboard else ""
    return sha256(f"{shown.text}\n{keyboard}".encode()).hexdigest()
