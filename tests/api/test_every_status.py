"""Each call of the API, and each status that /openapi.json says it can answer.

Left out: 500 and 503, which no request can provoke; 401 and 413, which are asked of every call alike.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import httpx
import pytest

from core.config import Settings
from core.db import Database
from tests.api import operations, world
from tests.api.answers import ANSWERS, lacking
from tests.api.operations import FILE, FOR_LINKED, REQUESTS, Operation, Request, read_operations
from tests.api.permissions import HOUSEHOLD
from tests.api.world import NOBODY, World, Worlds

CODES = {
    400: "VALIDATION_ERROR",
    401: "AUTHENTICATION_ERROR",
    403: "AUTHORIZATION_ERROR",
    404: "NOT_FOUND",
    409: "CONFLICT",
    413: "PAYLOAD_TOO_LARGE",
    428: "PRECONDITION_REQUIRED",
    429: "RATE_LIMIT_ERROR",
}
ASKED_OF_ALL = {401, 413, 500, 503}
# They need a server with other settings: see test_limits.py and test_registration.py.
SETTINGS = {
    ("register", 403),
    ("register", 429),
    ("login", 429),
    ("changeMe", 429),
    # Mail: see test_password_reset.py and test_verification.py.
    ("resetPassword", 200),
    ("verifyEmail", 200),
    ("resendVerification", 200),
    ("resendVerification", 429),
    # A webhook: see tests/bot/test_webhook.py.
    ("receiveUpdate", 200),
    ("receiveUpdate", 400),
}
TOO_LARGE = b"x" * (1024 * 1024 + 1)


@dataclass(frozen=True)
class Scene:
    """A call in a fresh world, about to be made by an admin in a way that is valid."""

    http: httpx.AsyncClient
    calls: Mapping[str, Operation]
    call: Operation
    world: World
    ids: Mapping[str, Any]
    request: Request

    async def ask(self, caller: str = "admin", ids: Mapping[str, Any] | None = None) -> httpx.Response:
        given = self.ids if ids is None else ids
        return await operations.send(self.http, self.call, self.world, caller, given, self.request)

    def sending(self, request: Request) -> "Scene":
        return replace(self, request=request)

    def calling(self, name: str) -> "Scene":
        """Return the scene with another call, as valid as this one."""
        call = self.calls[name]
        ids = operations.own_ids(call, self.world, "admin")
        return replace(self, call=call, ids=ids, request=REQUESTS[name](self.world, "admin"))


How = Callable[[Scene], Awaitable[httpx.Response]]


async def valid(scene: Scene) -> httpx.Response:
    return await scene.ask()


async def malformed(scene: Scene) -> httpx.Response:
    return await scene.ask(ids={**scene.ids, scene.call.parameters[-1]: "1"})


async def unknown(scene: Scene) -> httpx.Response:
    return await scene.ask(ids={**scene.ids, scene.call.parameters[-1]: uuid4()})


async def outsider(scene: Scene) -> httpx.Response:
    return await scene.ask("neighbour")


async def viewer(scene: Scene) -> httpx.Response:
    return await scene.ask("viewer")


async def member(scene: Scene) -> httpx.Response:
    return await scene.ask("member")


async def twice(scene: Scene) -> httpx.Response:
    await scene.ask()
    return await scene.ask()


async def same_key(scene: Scene) -> httpx.Response:
    """Use a key for one request, then for another."""
    headers = {**scene.request.headers, "Idempotency-Key": "mine"}
    assert (await scene.sending(Request(scene.request.body, headers)).ask()).is_success
    other = {**(scene.request.body or {}), "notes": "another request"}
    return await scene.sending(Request(other, headers)).ask()


async def invited(scene: Scene) -> httpx.Response:
    return await scene.ask("outsider")


async def invited_twice(scene: Scene) -> httpx.Response:
    await scene.ask("outsider")
    return await scene.ask("outsider")


async def unconditional(scene: Scene) -> httpx.Response:
    return await scene.sending(replace(scene.request, headers={})).ask()


async def stale(scene: Scene) -> httpx.Response:
    answer = await scene.sending(replace(scene.request, headers={"If-Match": 'W/"1"'})).ask()
    assert answer.headers["ETag"] == 'W/"2"'
    assert answer.json()["currentState"]["version"] == 2
    return answer


async def last_admin(scene: Scene) -> httpx.Response:
    removal = scene.calling("removeMember")
    assert (await removal.ask()).is_success
    answer = await scene.ask()
    assert "last admin" in answer.json()["message"]
    return answer


async def wrong_password(scene: Scene) -> httpx.Response:
    return await scene.sending(Request({**scene.request.body, "password": "not this one"})).ask()


async def already_linked(scene: Scene) -> httpx.Response:
    await scene.calling("linkTelegram").ask()
    return await scene.ask()


async def guessing(scene: Scene) -> httpx.Response:
    wrong = scene.sending(Request({"verificationCode": "WRONGONE"}))
    for _ in range(5):
        assert (await wrong.ask()).status_code == 400
    answer = await scene.ask()
    assert int(answer.headers["Retry-After"]) > 0
    return answer


def file(content: bytes) -> How:
    return lambda scene: scene.sending(replace(scene.request, content=content)).ask()


async def another_file(scene: Scene) -> httpx.Response:
    keyed = replace(scene.request, headers={**scene.request.headers, "Idempotency-Key": "mine"})
    assert (await scene.sending(keyed).ask()).is_success
    return await scene.sending(replace(keyed, content=FILE + b"Milk,1,l\n")).ask()


def sending(body: Any) -> How:
    return lambda scene: scene.sending(replace(scene.request, body=body)).ask()


def changing(**values: Any) -> How:
    return lambda scene: sending({**scene.request.body, **values})(scene)


def asking(**query: Any) -> How:
    return lambda scene: scene.sending(replace(scene.request, query=query)).ask()


LOOK = {200: valid, 400: malformed, 403: outsider}
LOOK_AT = {**LOOK, 404: unknown}
MAKE = {201: valid, 400: sending({}), 403: viewer, 409: same_key}
MAKE_ON = {**MAKE, 404: lambda scene: scene.ask(ids={**scene.ids, "listId": uuid4()})}
REMOVE = {204: valid, 400: malformed, 403: viewer, 404: unknown}
CHANGE = {200: valid, 400: sending({}), 403: viewer, 404: unknown}
CHANGE_VERSION = {**CHANGE, 409: stale, 428: unconditional}
MOVE = {**CHANGE, 409: same_key}
SEE = {200: valid}

TABLE: dict[str, Mapping[int, How]] = {
    "health": SEE,
    "register": {201: valid, 400: sending({}), 409: twice},
    "login": {200: valid, 400: sending({}), 401: wrong_password},
    "refresh": {200: valid, 400: sending({}), 401: twice},
    "logout": {204: valid, 400: sending({})},
    "getMe": SEE,
    "changeMe": {200: valid, 400: sending({})},
    "deleteMe": {204: valid, 409: last_admin},
    "logoutAll": {204: valid},
    "forgotPassword": {200: valid, 400: sending({})},
    "resetPassword": {400: valid},
    "verifyEmail": {400: valid},
    "resendVerification": {409: valid},
    "exportMe": SEE,
    "listHouseholds": SEE,
    "createHousehold": {201: valid, 400: sending({}), 409: same_key},
    "getHousehold": LOOK,
    "updateHousehold": {200: valid, 400: sending({}), 403: member},
    "deleteHousehold": {204: valid, 400: malformed, 403: member},
    "setMemberRole": {**CHANGE, 403: member},
    "updateMember": {**CHANGE, 403: member},
    "removeMember": {**REMOVE, 403: member},
    "leaveHousehold": {204: valid, 400: malformed, 403: last_admin},
    "listMyInvitations": SEE,
    "inviteMember": {**MAKE, 403: member, 409: twice},
    "listInvitations": {**LOOK, 403: member},
    "acceptInvitation": {200: invited, 400: malformed, 403: member, 409: invited_twice},
    "revokeInvitation": {**REMOVE, 403: member},
    "getDashboardStats": SEE,
    "listItems": {**LOOK, 400: asking(sortBy="password")},
    "createItem": MAKE,
    "exportItems": LOOK,
    "importItems": {200: valid, 400: file(b"name\n"), 403: viewer, 409: another_file},
    "listExpiringItems": {**LOOK, 400: asking(days=-1)},
    "getItem": LOOK_AT,
    "patchItem": CHANGE_VERSION,
    "putItem": CHANGE_VERSION,
    "deleteItem": REMOVE,
    "consumeItem": MOVE,
    "wasteItem": MOVE,
    "restockItem": MOVE,
    "moveItem": MOVE,
    "listMovements": {**LOOK, 400: asking(page=0)},
    "undoMovement": {200: valid, 400: malformed, 403: viewer, 404: unknown, 409: twice},
    "listShoppingLists": LOOK,
    "createShoppingList": MAKE,
    "getShoppingList": LOOK_AT,
    "updateShoppingList": CHANGE,
    "deleteShoppingList": REMOVE,
    "listShoppingListItems": LOOK_AT,
    "addShoppingListItem": MAKE_ON,
    "updateShoppingListItem": {**CHANGE, 400: sending({"quantity": 0})},
    "deleteShoppingListItem": REMOVE,
    "listNotifications": {200: valid, 400: asking(limit=0)},
    "listDeliveries": {200: valid, 400: asking(channel="pigeon")},
    "countUnreadNotifications": SEE,
    "markAllNotificationsRead": SEE,
    "markNotificationRead": {200: valid, 400: malformed, 404: unknown},
    "getNotificationSettings": SEE,
    "changeNotificationSettings": {200: valid, 400: sending({"email": 5})},
    "previewNotificationSettings": {200: valid, 400: sending({"email": 5})},
    "getHouseholdNotificationSettings": LOOK,
    "putHouseholdNotificationSettings": {200: valid, 400: sending({"routes": 5}), 403: outsider},
    "resetHouseholdNotificationSettings": {204: valid, 400: malformed, 403: outsider},
    "listWatches": LOOK,
    "putWatch": {
        200: valid,
        204: changing(level=None),
        400: sending({}),
        403: outsider,
        404: changing(target=str(uuid4())),
    },
    "deleteWatch": {204: valid, 400: malformed, 403: outsider, 404: unknown},
    "linkTelegram": {200: valid, 400: sending({}), 409: already_linked, 429: guessing},
    "unlinkTelegram": {204: valid, 404: twice},
    "generateLinkCode": {200: valid, 409: already_linked},
    "getLinkStatus": SEE,
    "receiveUpdate": {404: valid},
    "sendTestNotification": {202: valid},
}


REFUSED = {400, 403, 428}
UNCHANGING = {malformed, unknown}


@pytest.fixture
async def http(api: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=api, timeout=120) as client:
        yield client


@pytest.fixture
async def calls(api: str) -> dict[str, Operation]:
    return await read_operations(api)


async def test_every_status_that_is_documented_has_a_row(calls: dict[str, Operation]) -> None:
    documented = {(name, status) for name, call in calls.items() for status in call.statuses - ASKED_OF_ALL}
    tried = {(name, status) for name, row in TABLE.items() for status in set(row) - ASKED_OF_ALL}
    missing, invented = sorted(documented - tried - SETTINGS), sorted(tried - documented)
    assert not missing, f"add to TABLE in {__name__} how to provoke: {missing}"
    assert not invented, f"/openapi.json does not say that these can happen: {invented}"


@pytest.mark.both_databases(long="postgresql")
async def test_every_call_answers_every_status_that_is_documented(
    http: httpx.AsyncClient, calls: dict[str, Operation], database: Database, settings: Settings
) -> None:
    problems = []
    on_sqlite = database.url.startswith("sqlite")
    with Worlds(database, settings) as worlds:
        untouched = await worlds.fresh(None)
        # Whoever only looks, or is refused, leaves everything as it was: they come first and share a world.
        for changes, name, status, how in sorted(rows_of(calls), key=lambda row: row[0]):
            # Refusals are the same on both, but for those of two at once, which test_concurrency.py has.
            if not on_sqlite and status >= 300:
                continue
            scene = await worlds.fresh("admin" if name in FOR_LINKED else None) if changes else untouched
            ids = operations.own_ids(calls[name], scene, "admin")
            request = REQUESTS[name](scene, "admin")
            answer = await how(Scene(http, calls, calls[name], scene, ids, request))
            problems += [f"{name}, {status}: {problem}" for problem in wrong_with(name, status, answer)]
    assert problems == []


def rows_of(calls: Mapping[str, Operation]) -> Iterator[tuple[bool, str, int, How]]:
    """Go through the table: whether it changes anything, the call, the status and how to provoke it."""
    for name in TABLE.keys() & calls.keys() & REQUESTS.keys():
        for status, how in TABLE[name].items():
            looks = calls[name].method == "GET" or status in REFUSED or how in UNCHANGING
            yield not looks, name, status, how


def wrong_with(name: str, status: int, answer: httpx.Response) -> list[str]:
    """Return what a client that knows the contract would stumble over."""
    if answer.status_code != status:
        return [f"the answer was {answer.status_code} {answer.text}"]
    if status == 204:
        return ["there is a body"] if answer.content else []
    if answer.is_success and answer.headers["Content-Type"] != "application/json":
        return [] if answer.content else ["there is no body"]
    if answer.is_success:
        return lacking(answer.json(), ANSWERS.get(name))
    body = answer.json()
    problems = lacking(body, dict.fromkeys(("error", "message", "details", "traceId")))
    if body["error"] != CODES[status]:
        problems.append(f"the code is {body['error']}")
    if not body["message"].endswith("."):
        problems.append(f"no sentence: {body['message']}")
    if body["traceId"] != answer.headers["X-Request-Id"]:
        problems.append("the traceId is not the request's id")
    return problems


async def test_every_call_that_needs_a_token_says_so(
    http: httpx.AsyncClient, calls: dict[str, Operation], database: Database, settings: Settings
) -> None:
    scene = await world.build(database, settings)
    for name, call in calls.items():
        if name in REQUESTS and call.needs_token:
            request, ids = REQUESTS[name](scene, "admin"), operations.own_ids(call, scene, "admin")
            for headers in ({}, {"Authorization": "Bearer x.y.z"}):
                tried = replace(request, headers={**request.headers, **headers})
                answer = await operations.send(http, call, scene, NOBODY, ids, tried)
                assert wrong_with(name, 401, answer) == [], name
                assert answer.headers["WWW-Authenticate"] == "Bearer"
    public = {name for name, call in calls.items() if not call.needs_token}
    signing_in = {"register", "login", "refresh", "logout"}
    mailed = {"forgotPassword", "resetPassword", "verifyEmail"}
    machines = {"health", "receiveUpdate"}
    assert public == signing_in | mailed | machines, "is it meant to need no token?"


async def test_every_call_that_takes_a_body_takes_no_more_than_a_mebibyte(
    http: httpx.AsyncClient, calls: dict[str, Operation], database: Database, settings: Settings
) -> None:
    scene = await world.build(database, settings)
    for name, call in calls.items():
        assert (413 in call.statuses) is call.takes_body, name
        if name in REQUESTS and call.takes_body:
            ids = operations.own_ids(call, scene, "admin")
            given = REQUESTS[name](scene, "admin")
            much = TOO_LARGE * 10 if given.content else TOO_LARGE
            large = Request(content=much, headers={"Content-Type": "application/json", **given.headers})
            answer = await operations.send(http, call, scene, "admin", ids, large)
            assert wrong_with(name, 413, answer) == [], name


async def test_every_call_below_a_household_answers_403_outside_and_400_for_a_malformed_id(
    calls: dict[str, Operation],
) -> None:
    for name, call in calls.items():
        assert 403 in call.statuses or HOUSEHOLD not in call.parameters, name
        assert 400 in call.statuses or not call.parameters, name
