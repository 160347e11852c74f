"""Who may do what: docs/permissions.md says it, and this finds out whether it is so."""

import os
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from core.config import Settings
from core.db import Database
from tests.api import operations, permissions, world
from tests.api.operations import REQUESTS, read_operations

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"
WRITE = "WRITE_PERMISSIONS"


async def test_every_call_of_the_api_has_a_request(api: str) -> None:
    calls = await read_operations(api)
    missing, gone = sorted(set(calls) - set(REQUESTS)), sorted(set(REQUESTS) - set(calls))
    assert not missing, f"add to REQUESTS in tests/api/operations.py a valid request for: {missing}"
    assert not gone, f"take out of REQUESTS in tests/api/operations.py, the API has them no more: {gone}"


async def test_a_foreign_household_looks_like_none_whatever_is_asked_of_it(
    api: str, database: Database, settings: Settings
) -> None:
    scene = await world.build(database, settings)
    async with httpx.AsyncClient(base_url=api) as http:
        for name, call in (await read_operations(api)).items():
            if name in REQUESTS and permissions.HOUSEHOLD in call.parameters:
                foreign = operations.foreign_ids(call, scene)
                answers = [
                    await operations.send(http, call, scene, "member", ids, REQUESTS[name](scene, "member"))
                    for ids in (foreign, dict.fromkeys(foreign, uuid4()))
                ]
                assert {answer.status_code for answer in answers} == {403}, name
                told = [{**answer.json(), "traceId": ""} for answer in answers]
                assert told[0] == told[1], name


async def test_a_viewer_and_a_member_are_answered_as_the_table_says(
    api: str, database: Database, settings: Settings
) -> None:
    calls = [call for name, call in (await read_operations(api)).items() if name in REQUESTS]
    async with httpx.AsyncClient(base_url=api, timeout=120) as http:
        matrix = permissions.Matrix(http, database, settings)
        rows = await matrix.rows(calls, [permissions.OWN], ["viewer", "member"])
    told = {line.split(" | ")[0]: line for line in PAGE.read_text(encoding="utf-8").splitlines()}
    for row in rows:
        line = told[f"| {permissions.heading(row.operation)}"]
        *_, viewer, member, _admin = line.strip("| ").split(" | ")
        assert (viewer, member) == row.cells, row.operation.id


@pytest.mark.long
async def test_the_table_of_permissions_says_what_the_server_does(
    api: str, database: Database, settings: Settings
) -> None:
    calls = [call for name, call in (await read_operations(api)).items() if name in REQUESTS]
    async with httpx.AsyncClient(base_url=api, timeout=120) as http:
        rows = await permissions.Matrix(http, database, settings).rows(calls)
    failed = [row for row in rows if any(cell >= "500" for cell in row.cells)]
    assert not failed, "no request may end in an error of the server"
    now = permissions.page(rows)
    if os.environ.get(WRITE) == "1":
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(now, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8").splitlines() == now.splitlines(), (
        f"{PAGE.name} is out of date. Run {WRITE}=1 python -m pytest tests/api/test_permissions.py -k table, "
        "and read the difference: it is what people may do from now on."
    )
