"""Changes of groups and of the bot's place in them."""

from datetime import UTC, datetime

from aiogram.types import Chat, ChatMemberBanned, ChatMemberLeft, ChatMemberMember, ChatMemberUpdated, User

from sandbox.chats import groups, people
from sandbox.chats.groups import GroupStatus
from sandbox.errors import ControlError
from sandbox.messages.storage import add_message, now
from sandbox.records import GroupChange
from sandbox.state import Sandbox

_BECOMES: dict[GroupChange, GroupStatus] = {
    "kick": "kicked",
    "remove": "left",
    "restore": "member",
    "silence": "silenced",
    "delete": "deleted",
}
# The sender of a supergroup's first message: its anonymous administrator.
_ANONYMOUS = User(id=1087968824, is_bot=True, first_name="Group", username="GroupAnonymousBot")
_SUPERGROUPS = -1_000_000_000_000  # their ids go down from here


def add_group(sandbox: Sandbox, group_id: int, title: str, members: list[int]) -> None:
    """Make a group with the bot in it, or add people to it. Raises ControlError."""
    if group_id >= 0:
        raise ControlError(400, "The id of a group is a negative number.")
    if not members:
        raise ControlError(400, "A group needs somebody in it.")
    if groups.add_group(sandbox.store, group_id, title, members):
        chat = groups.get_group(sandbox.store, group_id).chat()
        tell_of_membership(sandbox, chat, _actor(sandbox, group_id), "left", "member")
    sandbox.feed.publish(group_id, {"type": "people"})


def change_group(sandbox: Sandbox, group_id: int, change: GroupChange) -> None:
    """Kick, remove, silence or restore the bot, or delete the group. Raises ControlError.

    A second time changes nothing. The bot is told when its membership changes.
    """
    group = groups.get_group(sandbox.store, group_id)
    if not group.is_open:
        raise ControlError(409, f"The group {group.title} is no longer there.")
    status = _BECOMES[change]
    groups.set_status(sandbox.store, group_id, status)
    if change != "delete":
        tell_of_membership(sandbox, group.chat(), _actor(sandbox, group_id), group.status, status)
    sandbox.feed.publish(group_id, {"type": "people"})


def migrate_group(sandbox: Sandbox, group_id: int) -> int:
    """Turn a group into a supergroup and return its new id. Raises ControlError.

    Each chat gets Telegram's service message, which names the other.
    """
    group = groups.get_group(sandbox.store, group_id)
    if group.kind == "supergroup" or not group.is_open:
        raise ControlError(409, f"The group {group.title} is a supergroup already, or no longer there.")
    new_id = _SUPERGROUPS + group_id
    groups.add_group(sandbox.store, new_id, group.title, groups.members_of(sandbox.store, group_id))
    groups.set_status(sandbox.store, new_id, group.status)
    groups.set_migrated(sandbox.store, group_id, new_id)
    new_chat = groups.get_group(sandbox.store, new_id).chat()
    first = {"sender_chat": new_chat, "migrate_from_chat_id": group_id}
    for message in (
        add_message(sandbox.store, group.chat(), _actor(sandbox, group_id), {"migrate_to_chat_id": new_id}),
        add_message(sandbox.store, new_chat, _ANONYMOUS, first),
    ):
        if group.has_bot:
            sandbox.updates.add("message", message)
        sandbox.show(message)
    sandbox.feed.publish(group_id, {"type": "people"})
    return new_id


def tell_of_membership(
    sandbox: Sandbox, chat: Chat, actor: User, before: GroupStatus, after: GroupStatus
) -> None:
    """Tell the bot who changed its membership; to a bot "silenced" is no change, and a block is a kick."""
    old, new = _member(sandbox.bot_user, before), _member(sandbox.bot_user, after)
    if old.status == new.status:
        return
    change = ChatMemberUpdated(
        chat=chat, from_user=actor, date=now(), old_chat_member=old, new_chat_member=new
    )
    sandbox.updates.add("my_chat_member", change)


def _member(bot: User, status: GroupStatus) -> ChatMemberMember | ChatMemberBanned | ChatMemberLeft:
    if status == "kicked":
        # Telegram says "kicked until 0", the beginning of Unix time, for forever.
        return ChatMemberBanned(user=bot, until_date=datetime.fromtimestamp(0, UTC))
    return ChatMemberLeft(user=bot) if status == "left" else ChatMemberMember(user=bot)


def _actor(sandbox: Sandbox, group_id: int) -> User:
    first = groups.members_of(sandbox.store, group_id)[0]
    return people.get_person(sandbox.store, first).user()
