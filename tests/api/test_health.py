"""Whether it works, told to whoever asks: a person, a supervisor, or Prometheus."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from api.app import create_app
from core.config import Environment, Settings
from core.db import Database
from core.inventory import stock
from core.operations import counters, heartbeats
from core.operations.counters import Counted
from core.wake import Wake
from tests.api.live import listening
from tests.core import world
from tests.support.people import Person
from tests.support.serving import serving

TOKEN = "123456:canary-token-that-must-not-be-told"
BOT = ("bot.poller", "bot.worker", "bot.dispatcher")


@pytest.fixture
async def http(settings: Settings, database: Database, wake: Wake) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without an account, at the web process of a deployment that has a bot."""
    complete = settings.model_copy(update={"telegram_bot_token": SecretStr(TOKEN)})
    async with (
        serving(create_app(complete, database, wake)) as url,
        httpx.AsyncClient(base_url=url, timeout=60) as http,
    ):
        yield http


async def beat(database: Database, *names: str, problem: str | None = None) -> None:
    for name in names:
        await database.write(heartbeats.beat, name, problem)


async def until(http: httpx.AsyncClient, status: int) -> dict[str, dict[str, Any]]:
    """Ask until this is the answer, and return the checks by name."""
    async with asyncio.timeout(60):
        while (response := await http.get("/health/ready")).status_code != status:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert response.json()["status"] == ("ok" if status == 200 else "unavailable")
    return {check["name"]: check for check in response.json()["checks"]}


async def test_it_is_ready_when_every_part_has_said_so(http: httpx.AsyncClient, database: Database) -> None:
    missing = await until(http, 503)
    assert {missing[name]["status"] for name in (*BOT, "clock")} == {"not_seen"}
    assert missing["clock"]["problem"] == "clock never ran on this database: start it."
    await beat(database, *BOT, "clock")
    checks = await until(http, 200)
    assert list(checks) == ["database", "web", *BOT, "clock", "deliveries"]
    assert all(check["status"] == "ok" and check["problem"] is None for check in checks.values())
    assert 0 <= checks["clock"]["ageSeconds"] < 30


async def test_a_part_that_cannot_work_says_why(http: httpx.AsyncClient, database: Database) -> None:
    await beat(database, *BOT, "clock")
    await until(http, 200)
    await beat(database, "bot.poller", problem="Another program is polling this bot.")
    checks = await until(http, 503)
    assert checks["bot.poller"]["problem"] == "Another program is polling this bot."
    assert [name for name, check in checks.items() if check["status"] != "ok"] == ["bot.poller"]
    assert (await http.get("/health")).json() == {"status": "ok"}


async def test_without_a_token_nobody_waits_for_a_bot(api: str, database: Database) -> None:
    await beat(database, "clock")
    async with httpx.AsyncClient(base_url=api) as http:
        assert list(await until(http, 200)) == ["database", "web", "clock", "deliveries"]


async def test_a_database_that_is_away_is_the_reason(settings: Settings, wake: Wake) -> None:
    away = Database("postgresql+psycopg://stockbell:canary@127.0.0.1:1/stockbell")
    async with serving(create_app(settings, away, wake)) as url, httpx.AsyncClient(base_url=url) as http:
        response = await http.get("/health/ready", timeout=60)
        assert response.status_code == 503
        [check] = response.json()["checks"]
        assert (check["name"], check["problem"]) == (
            "database",
            "The database cannot be reached, or does not answer.",
        )
        assert "canary" not in response.text
        assert "stockbell_database_up 0.0" in (await http.get("/metrics", timeout=60)).text
    away.dispose()


async def test_the_answer_is_documented(api: str) -> None:
    async with httpx.AsyncClient(base_url=api) as http:
        paths = (await http.get("/openapi.json")).json()["paths"]
    answers = paths["/health/ready"]["get"]["responses"]
    for status in ("200", "503"):
        assert answers[status]["content"]["application/json"]["schema"]["$ref"].endswith("/ReadyOut")
    assert "/metrics" not in paths


def figures(text: str) -> dict[str, float]:
    """Return what Prometheus would read: each series with its value."""
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {series: float(value) for series, _, value in lines}


async def test_prometheus_reads_what_happens(
    alice: Person, api: str, database: Database, settings: Settings, wake: Wake
) -> None:
    home = await database.write(world.build)
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    await database.write(counters.add, Counted.TOO_MANY_REQUESTS)
    await database.write(counters.add, Counted.TOO_MANY_REQUESTS)
    item = await alice.add_item("Secret cheese")
    await alice.get(f"{alice.home}/items/{item['id']}")
    async with httpx.AsyncClient(base_url=api) as http, listening(alice):
        await http.get(f"/{alice.user_id}")
        response = await http.get("/metrics")
    assert response.headers["Content-Type"].startswith("text/plain; version=")
    read = figures(response.text)
    assert read['stockbell_deliveries{channel="telegram",state="pending"}'] == 1
    assert read['stockbell_oldest_due_delivery_seconds{channel="telegram"}'] > 0
    assert read["stockbell_telegram_too_many_requests_total"] == 2
    assert read["stockbell_clock_ticks_total"] == 0
    assert read["stockbell_sockets_open"] == 1
    assert read['stockbell_check_ok{check="clock"}'] == 0
    times = "stockbell_http_request_duration_seconds_count"
    operation = 'method="GET",route="/api/v1/households/{householdId}/items/{itemId}",status="200"'
    assert read[f"{times}{{{operation}}}"] == 1
    assert read[f'{times}{{method="GET",route="none",status="404"}}'] == 1
    for private in ("Alice", "cheese", "Home", item["id"], alice.user_id, alice.household_id):
        assert private not in response.text
    # Another application counts for itself.
    async with (
        serving(create_app(settings, database, wake)) as url,
        httpx.AsyncClient(base_url=url) as http,
    ):
        assert not [
            series for series in figures((await http.get("/metrics")).text) if series.startswith(times)
        ]


async def test_in_production_the_figures_are_for_who_has_the_token(
    settings: Settings, database: Database, wake: Wake
) -> None:
    production = settings.model_copy(update={"environment": Environment.PRODUCTION})
    async with (
        serving(create_app(production, database, wake)) as url,
        httpx.AsyncClient(base_url=url) as http,
    ):
        hidden, nowhere = await http.get("/metrics"), await http.get("/nowhere")
        assert (hidden.status_code, hidden.json()["message"]) == (404, nowhere.json()["message"])

    shown = production.model_copy(update={"metrics_token": SecretStr("for prometheus")})
    async with serving(create_app(shown, database, wake)) as url, httpx.AsyncClient(base_url=url) as http:
        for wrong in ({}, {"Authorization": "Bearer prometheus"}, {"Authorization": b"Bearer \xff"}):
            refused = await http.get("/metrics", headers=wrong)  # type: ignore[arg-type]
            assert (refused.status_code, refused.json()["error"]) == (401, "AUTHENTICATION_ERROR")
        allowed = await http.get("/metrics", headers={"Authorization": "Bearer for prometheus"})
        assert "stockbell_database_up 1.0" in allowed.text
