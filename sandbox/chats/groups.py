"""Groups that the bot is or was in."""

from dataclasses import dataclass
from typing import Literal

from aiogram.types import Chat

from sandbox.chats.people import get_person
from sandbox.errors import ControlError
from sandbox.store import Store

# Of the bot: a member, a member who may not write, kicked out, removed; or the group is deleted.
GroupStatus = Literal["member", "silenced", "kicked", "left", "deleted"]


@dataclass(frozen=True)
class Group:
    """A group chat; its id is negative, and a supergroup's begins with -100.

    `migrated_to` is the id of the supergroup that it became, or None.
    """

    id: int
    title: str
    status: GroupStatus
    migrated_to: int | None

    @property
    def kind(self) -> str:
        """Telegram's word for it: group or supergroup."""
        return "supergroup" if str(self.id).startswith("-100") else "group"

    @property
    def is_open(self) -> bool:
        """Whether people can still write in it."""
        return self.status != "deleted" and self.migrated_to is None

    @property
    def has_bot(self) -> bool:
        """Whether the bot gets the messages in it."""
        return self.is_open and self.status in ("member", "silenced")

    def chat(self) -> Chat:
        """The group as Telegram shows it to a bot."""
        return Chat(id=self.id, type=self.kind, title=self.title)


def add_group(store: Store, group_id: int, title: str, members: list[int]) -> bool:
    """Make a group with the bot and these people, or add them to it; return whether the group is new."""
    is_new = find_group(store, group_id) is None
    store.run(
        "INSERT INTO groups (id, title) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET title = excluded.title",
        group_id,
        title,
    )
    for member in members:
        get_person(store, member)
        store.run("INSERT OR IGNORE INTO members VALUES (?, ?)", group_id, member)
    return is_new


def find_group(store: Store, group_id: int) -> Group | None:
    """The group with this id, or None."""
    row = store.row("SELECT * FROM groups WHERE id = ?", group_id)
    return Group(**row) if row else None


def get_group(store: Store, group_id: int) -> Group:
    """The group with this id. Raises ControlError(404)."""
    group = find_group(store, group_id)
    if group is None:
        raise ControlError(404, f"There is no group with the id {group_id}: add it first.")
    return group


def groups_of(store: Store, person_id: int) -> list[Group]:
    """The groups that a person is in."""
    rows = store.rows(
        "SELECT groups.* FROM groups JOIN members ON group_id = groups.id WHERE person_id = ? "
        "ORDER BY groups.rowid",
        person_id,
    )
    return [Group(**row) for row in rows]


def members_of(store: Store, group_id: int) -> list[int]:
    """The ids of the people in a group."""
    rows = store.rows("SELECT person_id FROM members WHERE group_id = ? ORDER BY rowid", group_id)
    return [row["person_id"] for row in rows]


def set_status(store: Store, group_id: int, status: GroupStatus) -> None:
    """Change the bot's status in a group."""
    store.run("UPDATE groups SET status = ? WHERE id = ?", status, group_id)


def set_migrated(store: Store, group_id: int, new_id: int) -> None:
    """Record that a group became the supergroup `new_id`."""
    store.run("UPDATE groups SET migrated_to = ? WHERE id = ?", new_id, group_id)
