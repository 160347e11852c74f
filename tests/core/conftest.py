"""A household at a time that the test sets, and phones that keep what they are sent."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from core import clock
from core.config import Settings
from core.db import Database
from core.delivery.dispatcher import Dispatcher
from core.operations.clock_process import Clock
from tests.core.phones import Phones
from tests.core.world import Built, Watch, World


@pytest.fixture
def watch() -> Iterator[Watch]:
    """It is noon on 1 March 2026, UTC, until the test says otherwise."""
    watch = Watch()
    with clock.reading_from(watch):
        yield watch


@pytest.fixture(scope="session")
def built() -> Iterator[Built]:
    with Built() as built:
        yield built


@pytest.fixture
async def home(watch: Watch, database: Database, settings: Settings, built: Built) -> World:
    """Everybody, who was made at noon."""
    return await built.anew(database, can_mail=settings.can_mail)


@pytest.fixture
def phones() -> Phones:
    return Phones()


@pytest.fixture
def dispatcher(database: Database, phones: Phones) -> Dispatcher:
    return Dispatcher(database, phones)


@pytest.fixture
def ticking(database: Database) -> Clock:
    """Deletes what is old once a day: every ten minutes would be most of what a test of weeks does."""
    return Clock(database, sweep_every=timedelta(days=1))
