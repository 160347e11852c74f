"""Who a request comes from, when there are proxies and when somebody only says so."""

import logging

import httpx
import pytest

from api.app import create_app
from core.config import Settings
from core.db import Database
from core.wake import Wake
from tests.api.live import listening
from tests.support.people import Person
from tests.support.serving import serving

# Nothing of this depends on the database.

CLIENT, PROXY, SELF = "203.0.113.9", "10.1.2.3", "127.0.0.1"
MALFORMED = [
    b"",
    b",",
    b"unknown",
    b"203.0.113.9:99999999999999999999",
    b"[2001:db8::1",
    b"[2001:db8::1]:x",
    b"999.999.999.999",
    b"fe80::1%eth0",
    "é€".encode(),
    b"\xff\xfe",
    b"1" * 5000,
    b"," * 1000,
]


async def client_of(
    url: str, caplog: pytest.LogCaptureFixture, forwarded: str | bytes, *more: tuple[str, str]
) -> str:
    """Return whose request the log says that it was."""
    caplog.clear()
    with caplog.at_level(logging.INFO, logger="api.requests"):
        async with httpx.AsyncClient(base_url=url) as http:
            headers = [
                (b"X-Forwarded-For", forwarded if isinstance(forwarded, bytes) else forwarded.encode())
            ]
            response = await http.get("/health", headers=headers)
            assert response.status_code == 200
    [line] = [record for record in caplog.records if record.name == "api.requests"]
    client: str = line.fields["client"]  # type: ignore[attr-defined]
    return client


async def test_by_default_nobody_is_believed_not_even_on_this_machine(
    api: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert await client_of(api, caplog, CLIENT) == SELF


@pytest.mark.parametrize("trusted", [["127.0.0.1", "10.0.0.0/8"], ["127.0.0.0/8", "10.1.2.3", "::1"]])
async def test_a_trusted_proxy_says_who_calls_and_the_client_cannot_pretend(
    settings: Settings, database: Database, wake: Wake, caplog: pytest.LogCaptureFixture, trusted: list[str]
) -> None:
    app = create_app(settings.model_copy(update={"trusted_proxies": trusted}), database, wake)
    async with serving(app) as url:
        assert await client_of(url, caplog, CLIENT) == CLIENT
        assert await client_of(url, caplog, f"{CLIENT}, {PROXY}") == CLIENT
        # What stands before the first address that is not trusted was written by that one.
        assert await client_of(url, caplog, f"198.51.100.1, {CLIENT}") == CLIENT
        assert await client_of(url, caplog, f"{CLIENT}:4711") == CLIENT
        assert await client_of(url, caplog, "[2001:db8::1]:4711") == "2001:db8::1"


async def test_another_proxy_is_not_believed(
    settings: Settings, database: Database, wake: Wake, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(settings.model_copy(update={"trusted_proxies": ["10.0.0.0/8"]}), database, wake)
    async with serving(app) as url:
        assert await client_of(url, caplog, CLIENT) == SELF


async def test_a_header_that_names_no_address_harms_nothing(
    settings: Settings, database: Database, wake: Wake, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(settings.model_copy(update={"trusted_proxies": ["127.0.0.1"]}), database, wake)
    async with serving(app) as url, httpx.AsyncClient(base_url=url) as http:
        for header in MALFORMED:
            await client_of(url, caplog, header)
            login = {"email": "alice@example.com", "password": "a guess"}
            guess = await http.post("/api/v1/auth/login", json=login, headers=[(b"X-Forwarded-For", header)])
            assert guess.status_code == 401, header
            handshake = await http.get(
                "/socket.io/?EIO=4&transport=polling", headers=[(b"X-Forwarded-For", header)]
            )
            assert handshake.status_code == 200, header


async def test_sockets_connect_through_a_proxy(settings: Settings, database: Database, wake: Wake) -> None:
    app = create_app(settings.model_copy(update={"trusted_proxies": ["127.0.0.1"]}), database, wake)
    async with serving(app) as url, Person(url, "Alice") as alice:
        await alice.register()
        async with listening(alice) as ear:
            assert (await ear.first("connected"))["userId"] == alice.user_id
