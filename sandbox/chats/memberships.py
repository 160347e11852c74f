"""How groups and the bot's place in them change."""

from datetime import UTC, datetime

from aiogram.types import (
    Chat,
    ChatMemberBanned,
    ChatMemberLeft,
    ChatMemberMember,
    ChatMemberUpdated,
    User,
)

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
# In a supergroup's first message Telegram names its anonymous administrator.
_ANONYMOUS = User(id=1087968824, is_bot=True, first_name="Group", username="GroupAnonymousBot")
_SUPERGROUPS = -1_000_000_000_000  # where their ids begin, downwards

Member = ChatMemberMember | ChatMemberBanned | ChatMemberLeft


def add_group(sandbox: Sandbox, group_id: int, title: str, members: list[int]) -> None:
    """Make a group with the bot in it, or add people to it. Raises ControlError."""
    if group_id >= 0:
        raise ControlError(400, "The id of a group is a negative number.")
    if not members:
        raise ControlError(400, "A group needs somebody in it.")
    is_new = groups.add_group(sandbox.store, group_id, title, members)
    if is_new:
        group = groups.get_group(sandbox.store, group_id)
        bot = sandbox.bot_user
        tell_of_membership(
            sandbox,
            group.chat(),
            _actor(sandbox, group_id),
            ChatMemberLeft(user=bot),
            ChatMemberMember(user=bot),
        )
    sandbox.feed.publish(group_id, {"type": "people"})


def change_group(sandbox: Sandbox, group_id: int, change: GroupChange) -> None:
    """Kick the bot, remove it, let it in again, let nobody write, or delete the group. Raises ControlError.

    Doing so twice changes nothing. The bot hears when its membership changes.
    """
    group = groups.get_group(sandbox.store, group_id)
    if not group.is_open:
        raise ControlError(409, f"The group {group.title} is no longer there.")
    status = _BECOMES[change]
    groups.set_status(sandbox.store, group_id, status)
    before, after = _member(sandbox, group.status), _member(sandbox, status)
    if before.status != after.status and change != "delete":
        tell_of_membership(sandbox, group.chat(), _actor(sandbox, group_id), before, after)
    sandbox.feed.publish(group_id, {"type": "people"})


def migrate_group(sandbox: Sandbox, group_id: int) -> int:
    """Make a group a supergroup, which has another id; answers it. Raises ControlError.

    Both chats get Telegram's service message, which names the other one.
    """
    group = groups.get_group(sandbox.store, group_id)
    if group.kind == "supergroup" or not group.is_open:
        raise ControlError(409, f"The group {group.title} is a supergroup already, or no longer there.")
    new_id = _SUPERGROUPS + group_id
    groups.add_group(sandbox.store, new_id, group.title, groups.members_of(sandbox.store, group_id))
    groups.set_status(sandbox.store, new_id, group.status)
    groups.set_migrated(sandbox.store, group_id, new_id)
    new_chat = groups.get_group(sandbox.store, new_id).chat()
    for message in (
        add_message(sandbox.store, group.chat(), _actor(sandbox, group_id), {"migrate_to_chat_id": new_id}),
        add_message(
            sandbox.store,
            new_chat,
            _ANONYMOUS,
            {"sender_chat": new_chat, "migrate_from_chat_id": group_id},
        ),
    ):
        if group.has_bot:
            sandbox.updates.add("message", message)
        sandbox.show(message)
    sandbox.feed.publish(group_id, {"type": "people"})
    return new_id


def tell_of_membership(sandbox: Sandbox, chat: Chat, actor: User, before: Member, after: Member) -> None:
    """Tell the bot what somebody made of its membership."""
    change = ChatMemberUpdated(
        chat=chat, from_user=actor, date=now(), old_chat_member=before, new_chat_member=after
    )
    sandbox.updates.add("my_chat_member", change)


def banned(bot: User) -> ChatMemberBanned:
    """The bot as Telegram shows it where it was kicked or blocked."""
    # Telegram says "kicked until 0": the beginning of Unix time means forever.
    return ChatMemberBanned(user=bot, until_date=datetime.fromtimestamp(0, UTC))


def _member(sandbox: Sandbox, status: GroupStatus) -> Member:
    bot = sandbox.bot_user
    if status == "kicked":
        return banned(bot)
    return ChatMemberLeft(user=bot) if status == "left" else ChatMemberMember(user=bot)


def _actor(sandbox: Sandbox, group_id: int) -> User:
    first = groups.members_of(sandbox.store, group_id)[0]
    return people.get_person(sandbox.store, first).user()
