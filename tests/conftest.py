"""Fixtures for every test: a fresh database of each kind, the web API on it, and three people.

Alice and Bob share a household (she is its admin, he a member); Charlie has one of his own.
"""

import contextlib
import gc
import os
import shutil
import ssl
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as settings_of_hypothesis
from pydantic import SecretStr

from api.app import create_app
from core.config import Environment, Settings
from core.db import Database, Engines, open_engines
from core.wake import Wake
from tests.support.databases import PostgresTemplate, SqliteTemplate
from tests.support.mail import MailServer
from tests.support.people import Person
from tests.support.post import Post
from tests.support.postgres import postgres_server
from tests.support.serving import serving
from tests.support.statements import noting_statements

BOTH = ["sqlite", "postgresql"]
# What the databases of a run may need, in bytes.
ROOM = 50_000_000


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run on both kinds of database, or on PostgreSQL alone, what is marked so."""
    if "database_url" in metafunc.fixturenames:
        for mark, kinds in (("both_databases", BOTH), ("only_postgresql", BOTH[1:])):
            marked = metafunc.definition.get_closest_marker(mark)
            if marked is not None:
                long = marked.kwargs.get("long")
                databases = [
                    pytest.param(kind, marks=pytest.mark.long) if kind == long else kind for kind in kinds
                ]
                metafunc.parametrize("database_url", databases, indirect=True)


# How long an example takes depends on what else the machine does, so it decides nothing.
settings_of_hypothesis.register_profile(
    "stockbell", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)


def pytest_configure() -> None:
    """Search for no garbage while everything is imported, and never again for a package that is not there."""
    gc.disable()
    settings_of_hypothesis.load_profile("stockbell")
    # httpx's httpcore tries to import it several times for each request.
    if find_spec("sniffio") is None:
        sys.modules["sniffio"] = None  # type: ignore[assignment]


def pytest_collection_finish() -> None:
    """Search for garbage seldom, and leave what was imported out of it: it stays, and it is a lot."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


@pytest.fixture(scope="session", autouse=True)
def one_reading_of_certificates() -> Iterator[None]:
    """Read the certificates of the world once: aiogram does for each Bot, and ours only call loopback."""
    make = ssl.create_default_context
    from_file = cache(lambda file: make(cafile=file))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            ssl,
            "create_default_context",
            lambda *purpose, **given: (
                from_file(given["cafile"]) if given.keys() == {"cafile"} else make(*purpose, **given)
            ),
        )
        yield


@pytest.fixture(scope="session")
def sqlite_template() -> Iterator[SqliteTemplate]:
    """Where there is a folder in memory it is made there: SQLite waits for the disk at each commit."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    with tempfile.TemporaryDirectory(prefix="stockbell-", dir=memory if roomy else None) as folder:
        yield SqliteTemplate(Path(folder))


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[PostgresTemplate]:
    with postgres_server() as url:
        yield PostgresTemplate(url)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a fresh, migrated database: SQLite, unless a test asks for both kinds."""
    with contextlib.ExitStack() as stack:
        if getattr(request, "param", "sqlite") == "sqlite":
            sqlite: SqliteTemplate = request.getfixturevalue("sqlite_template")
            yield stack.enter_context(sqlite.copy())
        else:
            # Asked for only here, so that a run without PostgreSQL skips no more than it must.
            postgres: PostgresTemplate = request.getfixturevalue("postgres_template")
            yield stack.enter_context(postgres.copy())


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings that no environment variable and no .env of the developer reaches."""
    return Settings(
        _env_file=None,
        environment=Environment.DEVELOPMENT,
        data_dir=tmp_path / "data",
        database_url=database_url,
        jwt_secret=SecretStr("a secret of the tests, 32 bytes or more"),
        telegram_bot_token=SecretStr(""),
        telegram_api_base="https://api.telegram.org",
        cors_origins=[],
        public_url="https://stockbell.example",
        smtp_url=SecretStr(""),
        mail_from="",
        # All of a test's people call from 127.0.0.1.
        login_tries_per_account=1000,
        login_tries_per_address=1000,
        registrations_per_address=1000,
        # Hashes that protect nothing need not be dear.
        password_memory_mib=1,
        default_timezone="UTC",
    )


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    """Takes the mail where a test's settings say so."""
    async with MailServer().running() as server:
        yield server


@pytest.fixture
def wake() -> Wake:
    return Wake()


@pytest.fixture(scope="session")
def engines() -> Callable[[str], Engines]:
    """Opens each URL once: to compile every statement anew takes longer than many a test."""
    return cache(open_engines)


@pytest.fixture
def database(settings: Settings, wake: Wake, engines: Callable[[str], Engines]) -> Iterator[Database]:
    """Transactions on the fresh database; commits wake whoever listens."""
    url = settings.database_url
    opened = Database(url, on_commit=wake, can_mail=settings.can_mail, engines=engines(url))
    yield opened
    opened.dispose()


@pytest.fixture
def post(settings: Settings, database: Database, mail_server: MailServer) -> Post:
    """What mails, a step at a time; for tests whose settings name the mail server."""
    return Post(settings, database, mail_server)


@pytest.fixture
async def api(settings: Settings, database: Database, wake: Wake) -> AsyncIterator[str]:
    """Where the web API and Socket.IO listen."""
    async with serving(create_app(settings, database, wake)) as url:
        yield url


@pytest.fixture
async def alice(api: str, database: Database, settings: Settings) -> AsyncIterator[Person]:
    """Alice, who has an account and a household."""
    async with Person(api, "Alice") as alice:
        await alice.move_in(database, settings)
        yield alice


@pytest.fixture
async def bob(api: str, alice: Person, database: Database, settings: Settings) -> AsyncIterator[Person]:
    """Bob, a member of Alice's household by her invitation."""
    async with Person(api, "Bob") as bob:
        await bob.move_in(database, settings)
        await bob.join(alice, database)
        yield bob


@pytest.fixture
async def charlie(api: str, database: Database, settings: Settings) -> AsyncIterator[Person]:
    """Charlie, who lives elsewhere."""
    async with Person(api, "Charlie") as charlie:
        await charlie.move_in(database, settings)
        yield charlie


@pytest.fixture
def people(alice: Person, bob: Person, charlie: Person) -> tuple[Person, Person, Person]:
    return alice, bob, charlie


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Each statement that an engine executes; one that is executed for many rows counts once."""
    with noting_statements() as seen:
        yield seen


LONG = [Path(__file__).parent / folder for folder in ("browser", "chaos", "probes")]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import what is left out as a whole: that takes seconds, in each process."""
    return True if collection_path in LONG and config.option.markexpr == "not long" else None


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what takes too long for every run: `python3 dev.py test` leaves it out."""
    if any(folder in item.path.parents for folder in LONG):
        item.add_marker("long")
