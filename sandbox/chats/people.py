"""The people who have phones in the sandbox."""

import sqlite3
from dataclasses import dataclass
from typing import Literal, get_args

from aiogram.types import Chat, User

from sandbox.errors import ControlError
from sandbox.store import Store

Flag = Literal["started", "blocked", "deactivated"]


@dataclass(frozen=True)
class Person:
    """A Telegram user. `started`: they wrote first, so the bot may write; `deactivated`: they are gone."""

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
        """Their private chat with the bot, which has the person's id."""
        return Chat(id=self.id, type="private", first_name=self.first_name, username=self.username)


def _person(row: sqlite3.Row) -> Person:
    # SQLite keeps booleans as numbers.
    return Person(**dict(row) | {flag: bool(row[flag]) for flag in get_args(Flag)})


def add_person(
    store: Store, person_id: int, first_name: str, username: str | None, language_code: str
) -> Person:
    """Add a person, or rename one who is already there; what they did before stays."""
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
    """Everybody, in the order they were added."""
    return [_person(row) for row in store.rows("SELECT * FROM people ORDER BY rowid")]


def mark(store: Store, person_id: int, flag: Flag, value: bool = True) -> None:
    """Set what a person has done; see Person."""
    store.run(f"UPDATE people SET {flag} = ? WHERE id = ?", value, person_id)  # noqa: S608
