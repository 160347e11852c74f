"""What Charlie, who lives elsewhere, can find out and do: nothing."""

from typing import Any
from uuid import uuid4

from tests.support.people import Person


async def test_a_foreign_household_looks_like_one_that_does_not_exist(alice: Person, charlie: Person) -> None:
    item = await alice.add_item()
    new = {"name": "Tea", "quantity": 1, "unit": "bag"}
    one, tag = {"quantity": 1}, {"headers": {"If-Match": '"1"'}}
    calls: list[tuple[str, str, Any, dict[str, Any]]] = [
        ("GET", "", None, {}),
        ("POST", "/members", {"email": "x@example.com", "role": "admin"}, {}),
        ("GET", "/items", None, {}),
        ("POST", "/items", new, {}),
        ("GET", "/items/expiring", None, {}),
        ("GET", f"/items/{item['id']}", None, {}),
        ("PATCH", f"/items/{item['id']}", {"name": "Mine"}, tag),
        ("PUT", f"/items/{item['id']}", new, tag),
        ("DELETE", f"/items/{item['id']}", None, {}),
        ("POST", f"/items/{item['id']}/consume", one, {}),
        ("POST", f"/items/{item['id']}/waste", {**one, "reason": "spite"}, {}),
        ("POST", f"/items/{item['id']}/restock", one, {}),
        ("POST", f"/items/{item['id']}/move", {"newLocation": "mine"}, {}),
    ]
    for method, path, body, options in calls:
        foreign, unknown = [
            await charlie.call(method, f"/households/{household}{path}", body, **options)
            for household in (alice.household_id, uuid4())
        ]
        assert foreign.status_code == unknown.status_code == 403, (method, path)
        assert foreign.json()["error"] == "AUTHORIZATION_ERROR"
        assert {**foreign.json(), "traceId": ""} == {**unknown.json(), "traceId": ""}
    # Under his own path, Alice's item does not exist.
    for method, path, body, options in calls[5:]:
        response = await charlie.call(method, f"{charlie.home}{path}", body, **options)
        assert (response.status_code, response.json()["error"]) == (404, "NOT_FOUND"), (method, path)

    kept = await alice.get(f"{alice.home}/items/{item['id']}")
    assert (kept["version"], kept["quantity"], kept["name"]) == (1, 2, "Milk")


async def test_nobody_reaches_anything_without_a_token(alice: Person) -> None:
    del alice.http.headers["Authorization"]
    for method, path in (
        ("GET", "/auth/me"),
        ("GET", "/households"),
        ("POST", "/households"),
        ("GET", alice.home),
        ("GET", f"{alice.home}/items"),
        ("POST", f"{alice.home}/items/{uuid4()}/consume"),
        ("GET", "/notifications"),
        ("GET", "/notifications/unread-count"),
        ("POST", "/notifications/read-all"),
        ("GET", "/notifications/settings"),
        ("PUT", "/notifications/settings"),
        ("POST", "/notifications/telegram/link"),
        ("DELETE", "/notifications/telegram/unlink"),
        ("POST", "/telegram/generate-link-code"),
        ("GET", "/telegram/link-status"),
    ):
        response = await alice.call(method, path)
        assert (response.status_code, response.json()["error"]) == (401, "AUTHENTICATION_ERROR"), path
