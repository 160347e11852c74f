"""The people who have phones in the sandbox."""

import sqlite3
from dataclasses import dataclass

from aiogram.types import Chat, User

from sandbox.errors import ControlError
from sandbox.store import Store


@dataclass(frozen=True)
class Person:
    """A Telegram user.

    `started` is True once they wrote to the bot: then it may write to them. `deactivated` is somebody who
    deleted their account.
    """

    id: int
    first_name: str
    username: str | None
    language_code: str
    started: bool
    blocked: bool
    deactivated: bool

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


def _person(row: sqlite3.Row) -> Person:
    return Person(
        id=row["id"],
        first_name=row["first_name"],
        username=row["username"],
        language_code=row["language_code"],
        started=bool(row["started"]),
        blocked=bool(row["blocked"]),
        deactivated=bool(row["deactivated"]),
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


def mark_deactivated(store: Store, person_id: int) -> None:
    """The person deleted their account, for good."""
    store.run("UPDATE people SET deactivated = 1 WHERE id = ?", person_id)
