"""What browsers and tools see around the answers: origins, request ids, unknown addresses, the docs."""

import httpx
import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from api.app import create_app
from core.config import Environment, Settings
from core.db import Database, table
from core.models import Household
from core.wake import Wake
from tests.support.people import Person
from tests.support.serving import serving

# Nothing of this depends on the database.


async def test_health_answers_without_a_token(api: str) -> None:
    async with httpx.AsyncClient() as http:
        response = await http.get(f"{api}/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_in_development_any_page_on_this_machine_may_call(alice: Person) -> None:
    for origin in ("http://localhost:5173", "https://127.0.0.1", "http://[::1]:3000"):
        response = await alice.call("GET", "/auth/me", headers={"Origin": origin})
        assert response.headers["Access-Control-Allow-Origin"] == origin
        assert {"etag", "x-request-id", "retry-after"} <= {
            name.strip().lower() for name in response.headers["Access-Control-Expose-Headers"].split(",")
        }
        # Errors are readable, too.
        refused = await alice.call("GET", "/nowhere", headers={"Origin": origin})
        assert refused.headers["Access-Control-Allow-Origin"] == origin
        preflight = await alice.call(
            "OPTIONS",
            "/auth/me",
            headers={
                "Origin": origin,
                "Access-Control-Request-Method": "PATCH",
                "Access-Control-Request-Headers": "authorization,if-match,x-requested-with",
            },
        )
        assert preflight.status_code == 200
    for origin in ("https://evil.example", "http://localhost.evil.example", "http://127.0.0.1.evil.example"):
        response = await alice.call("GET", "/auth/me", headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in response.headers
        socket = await alice.http.get(
            f"{alice.base_url}/socket.io/?EIO=4&transport=polling", headers={"Origin": origin}
        )
        assert socket.status_code == 400
    for origin in ("http://localhost:5173", alice.base_url):
        socket = await alice.http.get(
            f"{alice.base_url}/socket.io/?EIO=4&transport=polling", headers={"Origin": origin}
        )
        assert socket.status_code == 200


async def test_in_production_only_the_named_origins_may_call(
    settings: Settings, database: Database, wake: Wake
) -> None:
    named = {"environment": Environment.PRODUCTION, "cors_origins": ["https://app.example"]}
    app = create_app(settings.model_copy(update=named), database, wake)
    async with serving(app) as url, httpx.AsyncClient(base_url=url) as http:
        for origin, allowed in (("https://app.example", True), ("http://localhost:5173", False)):
            response = await http.get("/health", headers={"Origin": origin})
            assert ("Access-Control-Allow-Origin" in response.headers) is allowed
            socket = await http.get("/socket.io/?EIO=4&transport=polling", headers={"Origin": origin})
            assert (socket.status_code == 200) is allowed


async def test_a_request_id_is_echoed_when_it_is_worth_repeating(alice: Person) -> None:
    for given in ("abc-123", "!" * 128):
        response = await alice.call("GET", "/nowhere", headers={"X-Request-Id": given})
        assert response.headers["X-Request-Id"] == response.json()["traceId"] == given
    for given in ("", "x" * 129, "two words", "caf\u00e9"):
        response = await alice.call("GET", "/nowhere", headers={"X-Request-Id": given.encode("latin-1")})
        assert response.headers["X-Request-Id"] == response.json()["traceId"] != given


async def test_unknown_addresses_and_methods_are_answered_in_our_shape(alice: Person) -> None:
    nowhere = await alice.call("GET", "/nowhere")
    assert (nowhere.status_code, nowhere.json()["error"]) == (404, "NOT_FOUND")
    wrong = await alice.call("DELETE", "/households")
    assert (wrong.status_code, wrong.json()["error"]) == (405, "METHOD_NOT_ALLOWED")
    assert "GET" in wrong.headers["Allow"]


async def test_the_docs_describe_every_call_with_its_errors(alice: Person) -> None:
    assert (await alice.http.get(f"{alice.base_url}/docs")).status_code == 200
    document = (await alice.http.get(f"{alice.base_url}/openapi.json")).json()
    assert document["info"]["title"] == "Stockbell"
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len(operations) > 30
    for operation in operations:
        assert operation["tags"], operation
        assert operation["description"], operation
        assert "422" not in operation["responses"]
        assert "500" in operation["responses"]
        assert ("401" in operation["responses"]) >= ("security" in operation), operation
        for status, answer in operation["responses"].items():
            if status >= "400":
                schema = answer["content"]["application/json"]["schema"]["$ref"]
                assert schema.endswith(("/ErrorOut", "/StaleOut", "/ReadyOut")), operation
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert all(name.isalpha() and name[0].islower() for name in names)
    item = document["paths"]["/api/v1/households/{householdId}/items/{itemId}"]["patch"]
    assert item["security"] == [{"HTTPBearer": []}]


def lose_the_zone(session: Session) -> None:
    session.execute(update(table(Household)).values(timezone="Mars/Olympus"))


async def test_what_nobody_foresaw_is_logged_under_the_id_that_the_answer_shows(
    alice: Person, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await database.write(lose_the_zone)
    origin = {"Origin": "http://localhost:5173"}
    response = await alice.call("GET", alice.home, headers=origin)
    assert (response.status_code, response.json()["error"]) == (500, "INTERNAL_ERROR")
    assert response.json()["traceId"] == response.headers["X-Request-Id"]
    assert response.json()["traceId"] in caplog.text
    assert "Access-Control-Allow-Origin" in response.headers
    assert "ZoneInfo" not in response.text
    assert alice.token not in caplog.text


async def test_an_unreachable_database_is_said_so_and_nothing_else(
    alice: Person, settings: Settings, wake: Wake
) -> None:
    unreachable = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    try:
        async with serving(create_app(settings, unreachable, wake)) as url:
            response = await alice.http.get(f"{url}/api/v1/auth/me")
            assert (response.status_code, response.json()["error"]) == (503, "SERVICE_UNAVAILABLE")
            assert int(response.headers["Retry-After"]) > 0
            assert "127.0.0.1" not in response.text
    finally:
        unreachable.dispose()
