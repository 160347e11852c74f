"""Input that cannot be accepted: answered with a sentence, and nothing is lost."""

import json
from typing import Any

import pytest

from tests.support.people import PASSWORD, Person

WRONG_QUANTITIES = [
    "-1",
    "1000000.001",
    "1e400",
    "-1e400",
    "1.0005",
    "1e-9",
    '"2"',
    "true",
    "null",
    "[]",
    "{}",
]
HUGE = "9" * 5000
WRONG_NAMES: list[Any] = [
    "",
    "   ",
    "\u200b",
    "x" * 201,
    "x" * 10_000,
    "a\x00b",
    "a\nb",
    "\x1b[31m",
    "\ud800",
    "\u202eright to left",
    None,
    7,
    ["Milk"],
]
RIGHT_NAMES = [
    "שלום עולם",
    "🥛" * 200,
    "<script>alert(1)</script>",
    "**bold** _it_",
    "O'Hara \"; --",
]


@pytest.mark.both_databases
async def test_wrong_quantities_are_refused_with_a_sentence(alice: Person) -> None:
    item = await alice.add_item("Milk", 2)
    path = f"{alice.home}/items/{item['id']}"
    raw = {"headers": {"Content-Type": "application/json", "If-Match": '"1"'}}
    for action in ("consume", "restock"):
        for number in [*WRONG_QUANTITIES, "0", "-0.0", "0.0001"]:
            response = await alice.call(
                "POST", f"{path}/{action}", content=f'{{"quantity": {number}}}', **raw
            )
            assert response.status_code == 400, (action, number)
            assert response.json()["error"] == "VALIDATION_ERROR"
            assert response.json()["details"][0]["field"] == "quantity", number
            assert response.json()["message"].endswith(".")
    for number in WRONG_QUANTITIES:
        response = await alice.call("PATCH", path, content=f'{{"quantity": {number}}}', **raw)
        assert response.status_code == 400, number
    for number in ("NaN", "Infinity", "-Infinity", HUGE, "1" + "0" * 400):
        response = await alice.call("POST", f"{path}/consume", content=f'{{"quantity": {number}}}', **raw)
        assert (response.status_code, response.json()["error"]) == (400, "VALIDATION_ERROR"), number[:20]
    assert (await alice.get(path))["version"] == 1


@pytest.mark.both_databases
async def test_names_are_kept_literally_or_refused(alice: Person) -> None:
    for name in WRONG_NAMES:
        body = json.dumps({"name": name, "quantity": 1, "unit": "l"})
        response = await alice.call(
            "POST", f"{alice.home}/items", content=body, headers={"Content-Type": "application/json"}
        )
        assert response.status_code == 400, name
        assert response.json()["details"][0]["field"] == "name"
    for name in RIGHT_NAMES:
        assert (await alice.add_item(name))["name"] == name


async def test_each_wrong_field_is_named(alice: Person) -> None:
    wrong = {
        "name": "Milk",
        "quantity": 1,
        "unit": "x" * 31,
        "location": "",
        "category": "x" * 51,
        "expirationDate": "31.12.2026",
        "bestBeforeDate": "2026-02-30",
        "purchaseDate": "1899-12-31",
        "price": 1.999,
        "notes": "x" * 2001,
        "minQuantity": -1,
        "barcode": "x" * 65,
        "critical": "yes",
    }
    answer = await alice.post(f"{alice.home}/items", wrong, expect=400)
    assert {problem["field"] for problem in answer["details"]} == set(wrong) - {"name", "quantity"}
    answer = await alice.post(f"{alice.home}/items", {}, expect=400)
    assert answer["message"] == "name is required. quantity is required. unit is required."
    for value in (1_767_225_600, "2026-1-1", "2026-01-01T00:00:00Z", "10000-01-01", "٢٠٢٦-٠١-٠١", True):
        body = {"name": "Milk", "quantity": 1, "unit": "l", "expirationDate": value}
        answer = await alice.post(f"{alice.home}/items", body, expect=400)
        assert answer["details"][0]["field"] == "expirationDate"

    item = await alice.add_item()
    path = f"{alice.home}/items/{item['id']}"
    for patch in (
        {},
        {"version": 7},
        {"name": None},
        {"quantity": None},
        {"unit": None},
        {"location": None},
        {"critical": None},
    ):
        await alice.patch(path, patch, version=1, expect=400)
    await alice.post(f"{path}/waste", {"quantity": 1}, expect=400)
    await alice.post(f"{path}/move", {"newLocation": "x" * 51}, expect=400)


@pytest.mark.both_databases
async def test_queries_out_of_range_are_refused(alice: Person) -> None:
    for query in (
        {"page": 0},
        {"page": 10**30},
        {"pageSize": 101},
        {"pageSize": "many"},
        {"status": "rotten"},
        {"sortBy": "password"},
        {"sortOrder": "sideways"},
        {"search": "a\x00b"},
        {"location": "a\x00b"},
        {"category": "x" * 201},
    ):
        answer = await alice.get(f"{alice.home}/items", query, expect=400)
        assert answer["details"][0]["field"] == next(iter(query)), query
    for days in (-1, 3651, "soon", 1.5):
        await alice.get(f"{alice.home}/items/expiring", {"days": days}, expect=400)
    for query in (
        {"limit": 0},
        {"limit": 101},
        {"offset": -1},
        {"offset": 10**30},
        {"unreadOnly": "perhaps"},
    ):
        await alice.get("/notifications", query, expect=400)


async def test_malformed_requests_are_answered_in_one_shape(alice: Person) -> None:
    path = f"{alice.home}/items"
    bodies: list[tuple[bytes, str]] = [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b'{"name": "Milk"', "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"[]", "application/json"),
        (b'"Milk"', "application/json"),
        (b"null", "application/json"),
        (b'{"name": "Milk", "quantity": 1, "unit": "l"}', "text/plain"),
        (b"name=Milk&quantity=1&unit=l", "application/x-www-form-urlencoded"),
    ]
    for content, kind in bodies:
        response = await alice.call("POST", path, content=content, headers={"Content-Type": kind})
        assert response.status_code == 400, (content[:20], kind)
        assert set(response.json()) == {"error", "message", "details", "traceId"}
        assert response.json()["error"] == "VALIDATION_ERROR"
    for malformed in ("/households/1", "/households/1/items", f"{path}/1", f"{path}/1/consume"):
        method = "POST" if malformed.endswith("consume") else "GET"
        response = await alice.call(method, malformed, {"quantity": 1} if method == "POST" else None)
        assert (response.status_code, response.json()["error"]) == (400, "VALIDATION_ERROR"), malformed
    await alice.post("/notifications/1/read", expect=400)
    assert (await alice.get("/households"))["households"][0]["itemCount"] == 0


async def test_a_body_over_one_mebibyte_is_refused_announced_or_not(alice: Person) -> None:
    body = json.dumps({"name": "x" * (1024 * 1024), "quantity": 1, "unit": "l"}).encode()

    async def pieces() -> Any:
        for start in range(0, len(body), 65536):
            yield body[start : start + 65536]

    for content in (body, pieces()):
        response = await alice.call(
            "POST", f"{alice.home}/items", content=content, headers={"Content-Type": "application/json"}
        )
        assert (response.status_code, response.json()["error"]) == (413, "PAYLOAD_TOO_LARGE")


async def test_accounts_need_a_real_email_and_a_password_worth_the_name(api: str) -> None:
    good = {"email": "dora@example.com", "password": PASSWORD, "displayName": "Dora"}
    wrong: list[tuple[str, Any]] = [
        ("email", ""),
        ("email", "dora"),
        ("email", "dora@"),
        ("email", "do\x00ra@example.com"),
        ("email", "Dora <dora@example.com>"),
        ("email", "x" * 300 + "@example.com"),
        ("password", "seven77"),
        ("password", "x" * 1025),
        ("displayName", ""),
        ("displayName", "x" * 81),
        ("timezone", "Middle-earth/Shire"),
        ("timezone", "../../etc/passwd"),
    ]
    async with Person(api, "Dora") as dora:
        for field, value in wrong:
            answer = await dora.post("/auth/register", {**good, field: value}, expect=400)
            assert [problem["field"] for problem in answer["details"]] == [field], value
            assert PASSWORD not in json.dumps(answer)
        await dora.post("/auth/register", good, expect=201)


async def test_a_malformed_household_is_refused_whatever_comes_with_it(alice: Person) -> None:
    body = {"name": "Milk", "quantity": 1, "unit": "l"}
    for headers in ({}, {"Idempotency-Key": "once"}):
        response = await alice.call("POST", "/households/home/items", body, headers=headers)
        assert (response.status_code, response.json()["error"]) == (400, "VALIDATION_ERROR"), headers


async def test_switches_are_true_or_false_and_nothing_like_it(alice: Person) -> None:
    for almost in (0, 1, "true", "yes"):
        answer = await alice.put("/notifications/settings", {"email": {"enabled": almost}}, expect=400)
        assert answer["message"] == "email.enabled must be true or false.", almost


async def test_a_stranger_is_not_told_what_is_wrong_with_the_request(alice: Person) -> None:
    for query in ({"sortBy": "colour"}, {"status": "rotten"}, {"page": 0}):
        response = await alice.call("GET", f"{alice.home}/items", params=query, headers={"Authorization": ""})
        assert (response.status_code, response.json()["error"]) == (401, "AUTHENTICATION_ERROR"), query


async def test_an_address_says_which_methods_it_takes(alice: Person) -> None:
    item = await alice.add_item()
    for method, path, taken in (
        ("PUT", "/households", "GET, POST"),
        ("POST", "/auth/me", "GET, PATCH, DELETE"),
        ("OPTIONS", f"{alice.home}/items/{item['id']}", "GET, PUT, PATCH, DELETE"),
    ):
        response = await alice.call(method, path)
        assert (response.status_code, response.headers["Allow"]) == (405, taken), path
