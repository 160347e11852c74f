"""What the OpenAPI document says about the API and its errors."""

from http import HTTPStatus
from typing import Any

from api.schemas.errors import ErrorOut
from api.schemas.items import StaleOut

DESCRIPTION = """A household's inventory: what is in stock, what runs low, what expires, and who did what.

**Sign in** with `POST /api/v1/auth/login` and send the access token as `Authorization: Bearer <token>`. It is
good for 15 minutes; `POST /api/v1/auth/refresh` gives the next one.

**Change an item** by sending the `ETag` that you read as `If-Match`: if somebody else was faster, you get 409
with the current item, and no change is lost. **Repeat a request** safely with an `Idempotency-Key`.

**Errors** all look alike: `error` is a code for programs, `message` a sentence that tells a person what to
do, `details` names the fields, and `traceId` is the `X-Request-Id` of the request. For a household that you
are not a member of, the answer is 403, whether it exists or not.

**Changes arrive live** over Socket.IO (protocol 5) on the same port, path `/socket.io`, with the access token
as `auth.token`: `item.added`, `item.updated`, `item.deleted`, `member.joined`, `member.left`,
`shoppinglist.item.added` and so on, each `{type, householdId, payload, seq}`. `notification.new` and
`settings.updated` (`payload.settings` is what `GET /api/v1/notifications/settings` answers) are for one
person: `{type, userId, payload, seq}`. A client that reconnects sends the positions that it has as
`auth.since` and gets what it missed.
"""
TAGS = [
    {"name": "Auth", "description": "Accounts, signing in, and the data stored about one person."},
    {"name": "Households", "description": "Households, their members and roles."},
    {"name": "Invitations", "description": "Invitations to a household by email address."},
    {"name": "Dashboard", "description": "Figures across all of the caller's households."},
    {"name": "Items", "description": "What is in stock. Quantities have at most three decimals."},
    {
        "name": "Stock",
        "description": "Changes of an item's stock: consume, waste, restock, move, undo.",
    },
    {"name": "Import and export", "description": "Items as CSV, in our columns or Grocy's."},
    {"name": "Shopping lists", "description": "What a household wants to buy."},
    {"name": "Notifications", "description": "The caller's notifications and notification settings."},
    {"name": "Telegram", "description": "Linking a Telegram chat to the caller's account."},
    {"name": "Health", "description": "Whether the server is up."},
]
TRACE_ID = "3f1a9c52b7d04e0c8f6d2a1b9e7c5d40"
_ERRORS: dict[int, tuple[str, str, str]] = {
    400: ("VALIDATION_ERROR", "The input cannot be accepted.", "quantity must be more than 0."),
    401: (
        "AUTHENTICATION_ERROR",
        "The access token is missing or not valid.",
        "The access token has expired. Refresh it or sign in again.",
    ),
    403: (
        "AUTHORIZATION_ERROR",
        "The caller may not do this, or is not a member of this household.",
        "Only an admin of this household may do that. Ask one of them.",
    ),
    404: (
        "NOT_FOUND",
        "There is no such thing where the caller may look.",
        "There is no such item in this household. It may have been removed.",
    ),
    409: (
        "CONFLICT",
        "The request conflicts with the current state.",
        "There is an account with this email already. Sign in instead.",
    ),
    413: (
        "PAYLOAD_TOO_LARGE",
        "The body is too large.",
        "The body is larger than 1 MiB. Send less at a time.",
    ),
    428: (
        "PRECONDITION_REQUIRED",
        "If-Match is missing.",
        'Send If-Match with the ETag that you read, such as W/"3", so that no change is lost.',
    ),
    429: (
        "RATE_LIMIT_ERROR",
        "Too many tries; `Retry-After` says how many seconds to wait.",
        "Too many wrong codes. Please try again in 15 min.",
    ),
    500: (
        "INTERNAL_ERROR",
        "Something went wrong on the server's side.",
        "Something went wrong on our side. Please try again; if it keeps happening, report the traceId.",
    ),
    503: (
        "SERVICE_UNAVAILABLE",
        "The database cannot be reached; `Retry-After` says how many seconds to wait.",
        "The database cannot be reached at the moment. Nothing was changed; please try again shortly.",
    ),
}
_HEADERS = {
    401: {"WWW-Authenticate": {"description": "Bearer", "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 1}}},
}
_HEADERS[503] = _HEADERS[429]


Document = dict[str, Any]
"""Part of an OpenAPI document."""
Responses = dict[int | str, Document]
"""The answers of a call, by status."""


def failing(*statuses: int) -> Responses:
    """Return the documentation of a call's errors, beyond those that follow from its shape."""
    return {status: _error(status) for status in statuses}


def stale() -> Responses:
    """Return the documentation of the 409 for a stale ETag, which shows the current item."""
    documented = _error(409)
    del documented["content"]
    headers = {"ETag": {"description": "The current version", "schema": {"type": "string"}}}
    return {409: {**documented, "model": StaleOut, "headers": headers}}


def _error(status: int) -> Document:
    code, description, message = _ERRORS[status]
    details = [{"field": "quantity", "message": message}] if status == 400 else []
    example = {"error": code, "message": message, "details": details, "traceId": TRACE_ID}
    documented: Document = {
        "model": ErrorOut,
        "description": f"{HTTPStatus(status).phrase}. {description}",
        "content": {"application/json": {"example": example}},
    }
    if status in _HEADERS:
        documented["headers"] = dict(_HEADERS[status])
    return documented


def as_reference(status: int) -> Document:
    """Return the documentation of an error, as part of a generated document."""
    documented = _error(status)
    del documented["model"]
    documented["content"]["application/json"]["schema"] = {"$ref": "#/components/schemas/ErrorOut"}
    return documented
