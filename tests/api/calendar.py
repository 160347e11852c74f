"""A calendar that tests turn, with sign-ins that last through it."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from api.tokens import AccessTokens
from core import clock
from core.config import Settings
from tests.support.people import Person


class Calendar:
    """Sets the time at which the block runs; everybody it knows stays signed in."""

    def __init__(self, settings: Settings, *people: Person) -> None:
        self._tokens = AccessTokens(settings.signing_key())
        self._people = people

    @contextlib.contextmanager
    def at(self, moment: str) -> Iterator[None]:
        """Run the block at a moment such as 2026-03-01T09:00, in UTC."""
        now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        with clock.reading_from(lambda: now):
            for person in self._people:
                person.carry(self._tokens.issue(UUID(person.user_id)))
            yield
