"""Guessing passwords and making accounts in bulk gets slower and slower, for whoever does it."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from api.app import create_app
from core import clock
from core.config import Settings
from core.db import Database, table
from core.models import AttemptCounter
from core.wake import Wake
from tests.core.world import Watch
from tests.support.people import PASSWORD, Person
from tests.support.serving import serving

HOME, OFFICE, THIEF = "198.51.100.7", "198.51.100.8", "203.0.113.9"
FREE = 3


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Three tries are free; a proxy on this machine says who calls."""
    figures = {
        "login_tries_per_account": FREE,
        "login_tries_per_address": 5,
        "login_longest_delay_s": 6,
        "registrations_per_address": 4,
        "trusted_proxies": ["127.0.0.1"],
    }
    return settings.model_copy(update=figures)


@pytest.fixture
def watch() -> Iterator[Watch]:
    """The time, which stands still until a test advances it."""
    watch = Watch()
    watch.now = clock.utcnow()
    with clock.reading_from(watch):
        yield watch


@pytest.fixture
async def alice(api: str) -> AsyncIterator[Person]:
    """Alice, who registered at home."""
    async with Person(api, "Alice") as alice:
        alice.http.headers["X-Forwarded-For"] = HOME
        await alice.register()
        yield alice


async def sign_in(
    person: Person, password: str = PASSWORD, *, email: str = "", at: str = HOME, url: str = ""
) -> httpx.Response:
    body = {"email": email or person.email, "password": password}
    path = f"{url or person.base_url}/api/v1/auth/login"
    return await person.http.post(path, json=body, headers={"X-Forwarded-For": at})


async def wait_of(person: Person, email: str = "", at: str = THIEF) -> int:
    """Return for how many seconds somebody is sent away, 0 when they are not."""
    answer = await sign_in(person, "a guess", email=email, at=at)
    if answer.status_code == 401:
        return 0
    assert answer.status_code == 429
    assert answer.json()["error"] == "RATE_LIMIT_ERROR"
    return int(answer.headers["Retry-After"])


@pytest.mark.both_databases
@pytest.mark.parametrize("email", ["alice@example.com", "nobody@example.com"])
async def test_each_wrong_password_makes_the_next_try_wait_longer_whether_there_is_an_account_or_not(
    alice: Person, watch: Watch, email: str
) -> None:
    addresses = iter(f"203.0.113.{number}" for number in range(100))
    for _ in range(FREE):
        assert await wait_of(alice, email, next(addresses)) == 0
    for delay in (1, 2, 4, 6, 6):
        assert await wait_of(alice, email.upper(), next(addresses)) == delay
        watch.advance(seconds=delay - 0.25)
        assert await wait_of(alice, email, next(addresses)) == 1
        watch.advance(seconds=0.25)
        assert await wait_of(alice, email, next(addresses)) == 0
    # An hour after the first try all is forgotten.
    watch.advance(hours=1)
    assert await wait_of(alice, email, next(addresses)) == 0


async def test_an_address_that_tries_many_accounts_has_to_wait_and_others_do_not(
    alice: Person, watch: Watch
) -> None:
    for number in range(5):
        assert await wait_of(alice, f"person{number}@example.com") == 0
    assert await wait_of(alice, "another@example.com") == 1
    assert await wait_of(alice, "another@example.com", at=OFFICE) == 0


async def test_one_ipv6_network_counts_as_one_address(alice: Person, watch: Watch) -> None:
    for number in range(5):
        assert await wait_of(alice, f"person{number}@example.com", at=f"2001:db8:1:2::{number}") == 0
    assert await wait_of(alice, "another@example.com", at="2001:db8:1:2:ffff::1") == 1
    assert await wait_of(alice, "another@example.com", at="2001:db8:1:3::1") == 0
    # The same IPv4 client, as a socket for both protocols shows it.
    assert await wait_of(alice, "mapped@example.com", at=f"::ffff:{OFFICE}") == 0


async def test_a_stranger_cannot_keep_alice_out_of_where_she_has_signed_in(
    alice: Person, watch: Watch
) -> None:
    for _ in range(FREE):
        await wait_of(alice)
    assert await wait_of(alice, at=OFFICE) == 1
    assert (await sign_in(alice)).status_code == 200

    # At the office she is a stranger until she gets in there once.
    watch.advance(seconds=1)
    assert (await sign_in(alice, at=OFFICE)).status_code == 200
    for address in range(FREE + 1):
        await wait_of(alice, at=f"203.0.113.{address}")
    assert (await sign_in(alice, at=OFFICE)).status_code == 200

    # Thirty days after the last time she is one again.
    watch.advance(days=30)
    for address in range(FREE):
        await wait_of(alice, at=f"203.0.113.{address}")
    assert (await sign_in(alice)).status_code == 429


async def test_where_alice_is_known_guesses_are_slowed_down_too(alice: Person, watch: Watch) -> None:
    for _ in range(FREE):
        assert await wait_of(alice, at=HOME) == 0
    assert await wait_of(alice, at=HOME) == 1


async def test_somebody_who_signs_in_often_never_waits(alice: Person, watch: Watch) -> None:
    for _ in range(FREE):
        for _ in range(FREE - 1):
            assert await wait_of(alice, at=HOME) == 0
        assert (await sign_in(alice)).status_code == 200
        watch.advance(minutes=31)
    for _ in range(8):
        assert (await sign_in(alice, at=OFFICE)).status_code == 200


@pytest.mark.both_databases
async def test_all_processes_count_together(
    alice: Person, settings: Settings, watch: Watch, wake: Wake
) -> None:
    other = Database(settings.database_url, on_commit=wake)
    try:
        async with serving(create_app(settings, other, wake)) as url:
            guesses = [
                sign_in(alice, "a guess", at=f"203.0.113.{number}", url=each)
                for number, each in enumerate((alice.base_url, url) * 6)
            ]
            answers = [guess.status_code for guess in await asyncio.gather(*guesses)]
    finally:
        other.dispose()
    assert sorted(answers) == [401] * FREE + [429] * 9


async def test_accounts_are_not_made_in_bulk(api: str, watch: Watch) -> None:
    async with Person(api, "Dora") as dora:
        dora.http.headers["X-Forwarded-For"] = HOME
        body = {"email": "dora0@example.com", "password": PASSWORD, "displayName": "Dora"}
        await dora.post("/auth/register", body, expect=201)
        # Trying addresses that may be taken counts, too.
        for _ in range(3):
            await dora.post("/auth/register", body, expect=409)
        for delay in (1, 2):
            refused = await dora.call("POST", "/auth/register", {**body, "email": "dora1@example.com"})
            assert (refused.status_code, refused.headers["Retry-After"]) == (429, str(delay))
            watch.advance(seconds=delay)
            await dora.post("/auth/register", {**body, "email": f"more{delay}@example.com"}, expect=201)
        elsewhere = {"X-Forwarded-For": OFFICE}
        answer = await dora.call(
            "POST", "/auth/register", {**body, "email": "dora2@example.com"}, headers=elsewhere
        )
        assert answer.status_code == 201
        watch.advance(hours=1)
        await dora.post("/auth/register", {**body, "email": "dora3@example.com"}, expect=201)


async def test_no_email_is_stored_with_what_is_counted(
    alice: Person, database: Database, watch: Watch
) -> None:
    await sign_in(alice)
    await wait_of(alice)
    keys = await database.read(lambda session: session.scalars(table(AttemptCounter).select()).all())
    assert len(keys) >= 4
    assert not [key for key in keys if "alice" in key or "@" in key]
