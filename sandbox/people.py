"""The people who have phones in the sandbox, and the groups that they are in."""

import sqlite3
from dataclasses import dataclass

from aiogram.types import Chat, User

from sandbox.errors import ControlError
from sandbox.store import Store


@dataclass(frozen=True)
class Person:
    """A Telegram user. `started` is True once they wrote to the bot; then it may write to them."""

    id: int
    first_name: str
    username: str | None
    language_code: str
    started: bool
    blocked: bool

    def user(self) -> User:
        """The person as Telegram shows them to a bot."""
        return User(
            id=self.id,
            is_bot=False,
            first_name=self.first_name,
            username=self.username,
            language_code=self.language_code,
        )

    def chat(self) -> Chat:
        """Their private chat with the bot; it has the person's id."""
        return Chat(id=self.id, type="private", first_name=self.first_name, username=self.username)


@dataclass(frozen=True)
class Group:
    """A group chat that the bot is in; its id is negative, and begins with -100 for a supergroup."""

    id: int
    title: str

    def chat(self) -> Chat:
        """The group as Telegram shows it to a bot."""
        kind = "supergroup" if str(self.id).startswith("-100") else "group"
        return Chat(id=self.id, type=kind, title=self.title)


def _person(row: sqlite3.Row) -> Person:
    return Person(
        id=row["id"],
        first_name=row["first_name"],
        username=row["username"],
        language_code=row["language_code"],
        started=bool(row["started"]),
        blocked=bool(row["blocked"]),
    )


def add_person(
    store: Store, person_id: int, first_name: str, username: str | None, language_code: str
) -> Person:
    """Give somebody a phone, or rename who has it already; what they did before stays."""
    store.run(
        "INSERT INTO people (id, first_name, username, language_code) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET first_name = excluded.first_name, "
        "username = excluded.username, language_code = excluded.language_code",
        person_id,
        first_name,
        username,
        language_code,
    )
    return get_person(store, person_id)


def find_person(store: Store, person_id: int) -> Person | None:
    """The person with this id, or None."""
    row = store.row("SELECT * FROM people WHERE id = ?", person_id)
    return _person(row) if row else None


def get_person(store: Store, person_id: int) -> Person:
    """The person with this id. Raises ControlError(404)."""
    person = find_person(store, person_id)
    if person is None:
        raise ControlError(404, f"Nobody in the sandbox has the id {person_id}: add them first.")
    return person


def all_people(store: Store) -> list[Person]:
    """Everybody, in the order in which they were added."""
    return [_person(row) for row in store.rows("SELECT * FROM people ORDER BY rowid")]


def mark_started(store: Store, person_id: int) -> None:
    """The person wrote to the bot in private: from now on it may write to them."""
    store.run("UPDATE people SET started = 1 WHERE id = ?", person_id)


def mark_blocked(store: Store, person_id: int, blocked: bool) -> None:
    """The person blocked the bot, or let it back in."""
    store.run("UPDATE people SET blocked = ? WHERE id = ?", blocked, person_id)


def add_group(store: Store, group_id: int, title: str, members: list[int]) -> bool:
    """Make a group with the bot and these people in it; True if it is new. Adding members twice is fine."""
    is_new = find_group(store, group_id) is None
    store.run(
        "INSERT INTO groups VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET title = excluded.title",
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
    return Group(row["id"], row["title"]) if row else None


def groups_of(store: Store, person_id: int) -> list[Group]:
    """The groups that a person is in."""
    rows = store.rows(
        "SELECT groups.* FROM groups JOIN members ON group_id = groups.id WHERE person_id = ? "
        "ORDER BY groups.rowid",
        person_id,
    )
    return [Group(row["id"], row["title"]) for row in rows]
