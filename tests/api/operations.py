"""The calls of the API as /openapi.json lists them, and for each a request that is valid for an admin.

A new call needs a row in REQUESTS, one in test_every_status.TABLE, and docs/permissions.md written anew.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from tests.api.world import NOBODY, World
from tests.support.people import PASSWORD

ITEM = {"name": "Tea", "quantity": 1, "unit": "box"}
FILE = b"name,quantity,unit\nTea,1,box\n"
VERSION = {"If-Match": 'W/"2"'}


@dataclass(frozen=True)
class Operation:
    """A call: `path` is a template, `parameters` the names of the ids in it, in order."""

    id: str
    method: str
    path: str
    tag: str
    parameters: tuple[str, ...]
    statuses: frozenset[int]
    takes_body: bool
    needs_token: bool
    repeatable: bool
    """It takes an Idempotency-Key."""


@dataclass(frozen=True)
class Request:
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    content: bytes | None = None
    """A body that is no JSON."""


Make = Callable[[World, str], Request]


def _sending(body: Any, headers: Mapping[str, str] | None = None) -> Make:
    return lambda _world, _caller: Request(body, headers or {})


def _email_of(world: World, caller: str) -> str:
    return world.emails.get(caller, world.emails["admin"])


def _token_of(world: World, caller: str) -> str:
    return world.refresh_tokens.get(caller, world.refresh_tokens["admin"])


def _milk(world: World) -> dict[str, str]:
    return {"scope": "item", "target": str(world.here["itemId"])}


NOTHING = _sending(None)
REQUESTS: dict[str, Make] = {
    "health": NOTHING,
    "register": lambda world, caller: Request(
        {"email": f"new-{_email_of(world, caller)}", "password": PASSWORD, "displayName": "New"}
    ),
    "login": lambda world, caller: Request({"email": _email_of(world, caller), "password": PASSWORD}),
    "refresh": lambda world, caller: Request({"refreshToken": _token_of(world, caller)}),
    "logoutAll": NOTHING,
    "forgotPassword": lambda world, caller: Request({"email": _email_of(world, caller)}),
    "resetPassword": _sending({"token": "made up", "newPassword": PASSWORD}),
    "verifyEmail": _sending({"token": "made up"}),
    "resendVerification": NOTHING,
    "logout": lambda world, caller: Request({"refreshToken": _token_of(world, caller)}),
    "getMe": NOTHING,
    "changeMe": _sending({"displayName": "Renamed"}),
    "deleteMe": NOTHING,
    "exportMe": NOTHING,
    "listHouseholds": NOTHING,
    "createHousehold": _sending({"name": "Shed"}),
    "getHousehold": NOTHING,
    "updateHousehold": _sending({"name": "House"}),
    "deleteHousehold": NOTHING,
    "setMemberRole": _sending({"role": "viewer"}),
    "updateMember": _sending({"role": "viewer"}),
    "removeMember": NOTHING,
    "leaveHousehold": NOTHING,
    "listMyInvitations": NOTHING,
    "inviteMember": _sending({"email": "dora@example.com", "role": "member"}),
    "listInvitations": NOTHING,
    "acceptInvitation": NOTHING,
    "revokeInvitation": NOTHING,
    "getDashboardStats": NOTHING,
    "listItems": NOTHING,
    "createItem": _sending(ITEM),
    "listExpiringItems": NOTHING,
    "exportItems": NOTHING,
    "importItems": lambda _world, _caller: Request(content=FILE, headers={"Content-Type": "text/csv"}),
    "getItem": NOTHING,
    "patchItem": _sending({"name": "Tea"}, VERSION),
    "putItem": _sending(ITEM, VERSION),
    "deleteItem": NOTHING,
    "consumeItem": _sending({"quantity": 1}),
    "wasteItem": _sending({"quantity": 1, "reason": "sour"}),
    "restockItem": _sending({"quantity": 1}),
    "moveItem": _sending({"newLocation": "cellar"}),
    "listMovements": NOTHING,
    "undoMovement": NOTHING,
    "listShoppingLists": NOTHING,
    "createShoppingList": _sending({"name": "Party"}),
    "getShoppingList": NOTHING,
    "updateShoppingList": _sending({"name": "Party"}),
    "deleteShoppingList": NOTHING,
    "listShoppingListItems": NOTHING,
    "addShoppingListItem": _sending({"name": "Bread"}),
    "updateShoppingListItem": _sending({"completed": True, "restock": True}),
    "deleteShoppingListItem": NOTHING,
    "listNotifications": NOTHING,
    "listDeliveries": NOTHING,
    "countUnreadNotifications": NOTHING,
    "markAllNotificationsRead": NOTHING,
    "markNotificationRead": NOTHING,
    "getNotificationSettings": NOTHING,
    "changeNotificationSettings": _sending({"preferences": {"preferredTime": "08:00"}}),
    "previewNotificationSettings": _sending({"routes": {"memberActivity": {"telegram": "digest"}}}),
    "getHouseholdNotificationSettings": NOTHING,
    "putHouseholdNotificationSettings": _sending({"notificationTypes": ["memberActivity"]}),
    "resetHouseholdNotificationSettings": NOTHING,
    "listWatches": NOTHING,
    "putWatch": lambda world, _caller: Request({**_milk(world), "level": "mute"}),
    "deleteWatch": NOTHING,
    "linkTelegram": lambda world, _caller: Request({"verificationCode": world.chat_code}),
    "unlinkTelegram": NOTHING,
    "generateLinkCode": NOTHING,
    "getLinkStatus": NOTHING,
    "receiveUpdate": _sending({"update_id": 1}),
    "sendTestNotification": NOTHING,
}
# Who can make a call that an admin cannot.
INSTEAD_OF_ADMIN = {"acceptInvitation": "outsider"}
# The caller's chat must be linked before these.
FOR_LINKED = frozenset({"unlinkTelegram"})


_document: dict[str, Any] = {}


async def read_operations(base_url: str) -> dict[str, Operation]:
    """Return the calls that a server documents, by their operation ids, in the order of the document.

    The document is the same for every server of a run, and takes a second to be made: it is read once.
    """
    if not _document:
        async with httpx.AsyncClient(base_url=base_url, timeout=60, verify=False) as http:
            _document.update((await http.get("/openapi.json")).json())
    found = [
        _operation(path, method, call)
        for path, calls in _document["paths"].items()
        for method, call in calls.items()
        # It answers for a whole deployment, of which there is one process here: see test_health.py.
        if call["operationId"] != "ready"
    ]
    return {operation.id: operation for operation in found}


def _operation(path: str, method: str, call: Mapping[str, Any]) -> Operation:
    return Operation(
        id=call["operationId"],
        method=method.upper(),
        path=path,
        tag=call["tags"][0],
        parameters=tuple(part[1:-1] for part in path.split("/") if part.startswith("{")),
        statuses=frozenset(map(int, call["responses"])),
        takes_body="requestBody" in call,
        needs_token="security" in call,
        repeatable="Idempotency-Key" in {parameter["name"] for parameter in call.get("parameters", ())},
    )


def own_ids(operation: Operation, world: World, caller: str) -> dict[str, UUID]:
    """Return the ids of this household's things, and of the caller's own notification and watch."""
    mine = {
        "notificationId": world.notices.get(caller, world.notices["admin"]),
        "watchId": world.watches.get(caller, world.watches["admin"]),
    }
    return _ids(operation, {**world.here, **mine})


def foreign_ids(operation: Operation, world: World) -> dict[str, UUID]:
    """Return the ids of the neighbour's things."""
    theirs = {"notificationId": world.notices["neighbour"], "watchId": world.watches["neighbour"]}
    return _ids(operation, {**world.there, **theirs})


def _ids(operation: Operation, things: Mapping[str, UUID]) -> dict[str, UUID]:
    # An entry of a shopping list is called an item in paths, as clients have it.
    item = things["entryId"] if "listId" in operation.parameters else things["itemId"]
    known = {**things, "itemId": item}
    return {name: known[name] for name in operation.parameters}


async def send(
    http: httpx.AsyncClient,
    operation: Operation,
    world: World,
    caller: str,
    ids: Mapping[str, Any],
    request: Request,
) -> httpx.Response:
    """Make a call as somebody, or as nobody at all."""
    token = {} if caller == NOBODY else {"Authorization": f"Bearer {world.tokens[caller]}"}
    return await http.request(
        operation.method,
        operation.path.format(**ids),
        json=request.body,
        content=request.content,
        headers={**token, **request.headers},
        params=dict(request.query),
    )
