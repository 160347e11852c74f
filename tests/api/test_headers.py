"""What every answer tells a browser not to do, and a docs page that needs nobody else."""

import re

import httpx

from api.app import create_app
from core.config import Settings
from core.db import Database
from core.wake import Wake
from tests.support.people import Person
from tests.support.serving import serving

# Nothing of this depends on the database.

NOTHING = "default-src 'none'; frame-ancestors 'none'"


async def test_every_answer_carries_them_errors_too(alice: Person) -> None:
    for method, path, status in (
        ("GET", "/health", 200),
        ("HEAD", "/health", 200),
        ("GET", "/health/", 404),
        ("GET", "/api/v1/households/", 404),
        ("GET", "/api/v1/auth/me", 200),
        ("GET", "/api/v1/nowhere", 404),
        ("GET", "/nowhere", 404),
        ("DELETE", "/api/v1/households", 405),
        ("POST", "/api/v1/auth/login", 400),
        ("GET", "/api/v1/households/x", 400),
        ("GET", "/socket.io/", 400),
        ("GET", "/docs", 200),
        ("GET", "/openapi.json", 200),
        ("OPTIONS", "/api/v1/auth/me", 405),
    ):
        answer = await alice.http.request(method, f"{alice.base_url}{path}")
        assert answer.status_code == status, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert answer.headers["Referrer-Policy"] == "no-referrer", path
        assert answer.headers["X-Frame-Options"] == "DENY", path
        assert (answer.headers["Content-Security-Policy"] == NOTHING) is (path != "/docs"), path
        assert (answer.headers.get("Cache-Control") == "no-store") is path.startswith("/api/"), path
        assert "Strict-Transport-Security" not in answer.headers


async def test_https_is_insisted_on_only_when_a_trusted_proxy_says_that_it_was_used(
    api: str, settings: Settings, database: Database, wake: Wake
) -> None:
    https = {"X-Forwarded-Proto": "https"}
    app = create_app(settings.model_copy(update={"trusted_proxies": ["127.0.0.1"]}), database, wake)
    async with serving(app) as behind_proxy, httpx.AsyncClient() as http:
        for url, headers, insists in (
            (api, https, False),
            (behind_proxy, https, True),
            (behind_proxy, {"X-Forwarded-Proto": "http"}, False),
            (behind_proxy, {"X-Forwarded-Proto": "gopher"}, False),
            (behind_proxy, {}, False),
        ):
            answer = await http.get(f"{url}/health", headers=headers)
            assert ("Strict-Transport-Security" in answer.headers) is insists


async def test_the_docs_page_names_no_other_server_and_its_files_are_here(api: str) -> None:
    async with httpx.AsyncClient(base_url=api) as http:
        page = await http.get("/docs")
        assert page.status_code == 200
        assert "://" not in page.text
        policy = page.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "://" not in policy
        files = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert len(files) == 3
        for file in files:
            answer = await http.get(file)
            assert (answer.status_code, len(answer.content) > 1000) == (200, True), file
        assert (await http.get("/redoc")).status_code == 404
        assert (await http.get("/docs/redoc.standalone.js")).status_code == 404
