"""Who may do what, found out by trying: each call as each kind of caller, with each kind of id."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import Any
from uuid import UUID, uuid4

import httpx

from core.config import Settings
from core.db import Database
from tests.api import operations, world
from tests.api.operations import FOR_LINKED, REQUESTS, Operation
from tests.api.world import World, Worlds

CALLERS = (world.NOBODY, "outsider", "viewer", "member", "admin")
OWN, FOREIGN, UNKNOWN = "own", "foreign", "unknown"
ELSEWHERE, NOWHERE, MALFORMED = "foreign household", "unknown household", "malformed"
KINDS = (OWN, FOREIGN, UNKNOWN, ELSEWHERE, NOWHERE, MALFORMED)
HOUSEHOLD = "householdId"
HEAD = """# Who may do what

A test generated this table by making every call of the API on a real server, as

- **nobody**, without a token,
- an **outsider**, signed in and invited, but not in the household of the path,
- a **viewer**, a **member** and an **admin** of that household, which also has another admin.

Each cell is the status of the response to a request that is otherwise valid. *ids* says which ids were in the
path:

- **own**: the household's own, or for notifications the caller's own;
- **foreign**, **unknown**: an id from another household, or an unused one, in this household's path;
- **foreign household**, **unknown household**: another household's path, or that of one that does not exist;
- **malformed**: not an id at all;
- a dash: the path has no ids.

The test also checks that a refused call changes nothing. When a call or a rule changes, generate the table
again, and review the difference before you commit it:

    WRITE_PERMISSIONS=1 python -m pytest tests/api/test_permissions.py -k table

"""
FOOT = """
Leaving needs no role, and neither does `removeMember` with your own id. There the last admin of a household
gets 403, as from `leaveHousehold` and when giving up the role.
"""


@dataclass(frozen=True)
class Row:
    """A call with one kind of ids, and the status that each caller gets."""

    operation: Operation
    kind: str
    cells: tuple[str, ...]


def variants(operation: Operation, scene: World, caller: str) -> dict[str, list[Mapping[str, Any]]]:
    """Return the ids to try, by kind. All of one kind must be answered alike."""
    own, foreign = operations.own_ids(operation, scene, caller), operations.foreign_ids(operation, scene)
    things = [name for name in operation.parameters if name != HOUSEHOLD]
    found: dict[str, list[Mapping[str, Any]]] = {OWN: [own]}
    if things:
        found[FOREIGN] = list(_replaced(own, things, foreign))
        found[UNKNOWN] = list(_replaced(own, things, {name: uuid4() for name in things}))
    if HOUSEHOLD in own:
        found[ELSEWHERE] = [foreign, {**own, HOUSEHOLD: foreign[HOUSEHOLD]}]
        found[NOWHERE] = [{**own, HOUSEHOLD: uuid4()}, dict.fromkeys(own, uuid4())]
    if own:
        found[MALFORMED] = list(_replaced(own, list(own), dict.fromkeys(own, "1")))
    return found


def _replaced(
    ids: Mapping[str, UUID], names: Sequence[str], others: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """Replace one of the named ids, then two, and so on."""
    for size in range(1, len(names) + 1):
        for chosen in combinations(names, size):
            yield {**ids, **{name: others[name] for name in chosen}}


class Matrix:
    """Tries every cell. A world serves until a call has changed it."""

    def __init__(self, http: httpx.AsyncClient, database: Database, settings: Settings) -> None:
        self._http = http
        self._database = database
        self._settings = settings
        self._world: World | None = None

    async def rows(
        self, calls: Iterable[Operation], kinds: Sequence[str] = KINDS, callers: Sequence[str] = CALLERS
    ) -> list[Row]:
        """Return the rows of all calls with these kinds of ids, of which `own` must be one."""
        self._kinds, self._callers = kinds, callers
        with Worlds(self._database, self._settings) as self._worlds:
            return [row for call in calls for row in await self._rows_of(call)]

    async def _rows_of(self, operation: Operation) -> list[Row]:
        columns = [await self._column(operation, caller) for caller in self._callers]
        return [
            Row(operation, kind, tuple(column[kind] for column in columns))
            for kind in self._kinds
            if kind in columns[0]
        ]

    async def _column(self, operation: Operation, caller: str) -> dict[str, str]:
        scene = await self._scene(operation, caller)
        tried = variants(operation, scene, caller)
        own = tried.pop(OWN)
        tried = {kind: ways for kind, ways in tried.items() if kind in self._kinds}
        column = {kind: await self._cell(operation, scene, caller, ids) for kind, ids in tried.items()}
        # What is valid comes last: it is the one that changes something.
        if tried:
            await self._check_nothing_changed(operation, scene, caller)
        column[OWN] = await self._cell(operation, scene, caller, own)
        if column[OWN] >= "400":
            await self._check_nothing_changed(operation, scene, caller)
        elif operation.method != "GET":
            self._world = None
        return column

    async def _check_nothing_changed(self, operation: Operation, scene: World, caller: str) -> None:
        now = await self._database.read(world.state_of, scene)
        assert now == self._state, f"{operation.id} was refused to a {caller}, yet it changed something"

    async def _cell(
        self, operation: Operation, scene: World, caller: str, tried: Sequence[Mapping[str, Any]]
    ) -> str:
        """Return how a caller is answered with each of these ids: alike, or the table shows that not."""
        request = REQUESTS[operation.id](scene, caller)
        answers = [await operations.send(self._http, operation, scene, caller, ids, request) for ids in tried]
        return " or ".join(sorted({str(answer.status_code) for answer in answers}))

    async def _scene(self, operation: Operation, caller: str) -> World:
        linked = caller if operation.id in FOR_LINKED and caller != world.NOBODY else None
        if self._world is None or linked is not None:
            self._world = await self._worlds.fresh(linked)
            self._state = await self._database.read(world.state_of, self._world)
        return self._world


def page(rows: Sequence[Row]) -> str:
    """Return the whole page; kinds of ids that are answered alike share a line."""
    parts = [HEAD]
    for tag, of_tag in groupby(rows, key=lambda row: row.operation.tag):
        parts.append(f"## {tag}\n\n| call | ids | {' | '.join(CALLERS)} |\n|{'---|' * (len(CALLERS) + 2)}\n")
        for operation, of_call in groupby(of_tag, key=lambda row: row.operation):
            parts += _lines(operation, list(of_call))
        parts.append("\n")
    return "".join(parts).rstrip("\n") + "\n" + FOOT


def heading(operation: Operation) -> str:
    """Return what the first line of a call begins with, which is about its own ids."""
    return f"`{operation.id}`<br>{operation.method} {operation.path.removeprefix('/api/v1')}"


def _lines(operation: Operation, rows: Sequence[Row]) -> Iterator[str]:
    name = heading(operation)
    alike: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        alike.setdefault(row.cells, []).append(row.kind if operation.parameters else "–")
    for cells, kinds in alike.items():
        yield f"| {name} | {', '.join(kinds)} | {' | '.join(cells)} |\n"
        name = ""
