"""The open settings menu of a chat: its pages, and whether it still shows them as they are now."""

from hashlib import sha256
from typing import TypeAlias, cast, get_args

from sqlalchemy.orm import Session

from bot.replies import Reply
from bot.settings import commands, follow_commands, follow_view, mute_view, topic_view, views
from bot.settings.callbacks import (
    SetApart,
    SetChannel,
    SetDay,
    SetPreferredTime,
    SetRoute,
    SetTime,
    SettingsPage,
    SetTopic,
    SetWarning,
    ShowSettings,
    ShowTime,
    ShowTopic,
    ShowTopics,
    ShowWatches,
)
from bot.settings.commands import Change
from core.actors import Actor
from core.delivery import chats
from core.delivery.chats import ActiveHousehold
from core.errors import NotAllowed
from core.settings import household_preferences, open_menus, preferences
from core.settings.open_menus import Menu

PageOfMenu: TypeAlias = ShowSettings | ShowTopics | ShowTopic | ShowTime | ShowWatches
MAIN = ShowSettings(page=SettingsPage.MAIN)

_PLAIN = {
    SettingsPage.CHANNELS: views.channels,
    SettingsPage.TIMES: views.times,
    SettingsPage.PREFERRED: views.preferred,
    SettingsPage.QUIET: views.quiet,
    SettingsPage.WARNING: views.warning,
    SettingsPage.MUTE: mute_view.ask,
}


def draw(session: Session, who: Actor, household: ActiveHousehold | None, page: PageOfMenu) -> Reply:
    """Return a page as it is now. Raises NotAllowed for a household that the person is not in."""
    match page:
        case ShowSettings(page=SettingsPage.MAIN):
            own = household_preferences.get(session, who, household.id) if household else None
            return views.main(preferences.get(session, who), household, apart=own is not None and own.apart)
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


def change(session: Session, who: Actor, pressed: Change) -> Reply:
    """Change what a button carries, and return its page. Raises Invalid, NotAllowed."""
    commands.change(session, who, pressed)
    return draw(session, who, None, page_of(pressed))


def page_of(pressed: Change) -> PageOfMenu:
    """Return the page that a button stands on."""
    match pressed:
        case SetTopic() | SetRoute():
            return ShowTopic(topic=pressed.topic, household=pressed.household)
        case SetApart():
            return ShowTopics(household=pressed.household)
        case SetTime() | SetDay():
            return ShowTime(kind=pressed.kind)
        case SetChannel():
            return ShowSettings(page=SettingsPage.CHANNELS)
        case SetPreferredTime():
            return ShowSettings(page=SettingsPage.PREFERRED)
        case SetWarning():
            return ShowSettings(page=SettingsPage.WARNING)
    return ShowSettings(page=SettingsPage.QUIET)


def keep(session: Session, telegram_id: int, message_id: int, answer: Reply) -> None:
    """Remember that a message shows a page, or covers the one that it showed."""
    shown = answer.covers or answer
    # A concurrent change elsewhere is either committed before this, or makes this menu stale.
    chats.lock_owner(session, telegram_id)
    menu = open_menus.find(session, telegram_id) if answer.covers else None
    is_open = answer.covers is None or (menu is not None and menu.message_id == message_id)
    if shown.page is not None and is_open:
        open_menus.keep(session, telegram_id, Menu(message_id, shown.page.pack(), fingerprint(shown)))


def redraw(session: Session, telegram_id: int) -> tuple[Menu, Reply] | None:
    """Return a chat's menu as it was shown, and its page as it is now."""
    # In this order the page may show more changes than the menu has counted, but not fewer.
    menu, chat = open_menus.find(session, telegram_id), chats.find(session, telegram_id)
    if menu is None or chat is None or chat.user_id is None:
        return None
    try:
        return menu, draw(session, chat.actor, chat.household, _page_from(menu.page))
    except NotAllowed:
        # They left the page's household.
        return menu, draw(session, chat.actor, chat.household, MAIN)


def _page_from(data: str) -> PageOfMenu:
    for page in get_args(PageOfMenu):
        try:
            return cast(PageOfMenu, page.unpack(data))
        except (TypeError, ValueError):
            continue
    # Another release wrote it.
    return MAIN


def fingerprint(shown: Reply) -> str:
    """Return a hash of the text and the buttons."""
    keyboard = shown.keyboard.model_dump_json() if shown.keyboard else ""
    return sha256(f"{shown.text}\n{keyboard}".encode()).hexdigest()
