"""What the OpenAPI document says of the API and of its errors, each status in the one shape of an error."""

from http import HTTPStatus
from typing import Any

from api.schemas.errors import ErrorOut
from api.schemas.items import StaleOut

DESCRIPTION = """A household's inventory: what there is, what runs low, what expires, and who did what.

**Sign in** with `POST /api/v1/auth/login` and send the access token as `Authorization: Bearer <token>`. It is
good for 15 minutes; `POST /api/v1/auth/refresh` gives the next one.

**Change an item** with the `ETag` that you read, as `If-Match`: when somebody was faster you get 409 with the
item as it is now, and nobody's change is lost. **Repeat a request** safely with an `Idempotency-Key`.

**Errors** have one shape: `error` is a code for programs, `message` a sentence that tells a person what to
do, `details` names the fields, and `traceId` is the `X-Request-Id` of the request. A household that you are
not a member of answers 403, whether it exists or not.

**Changes arrive live** over Socket.IO (protocol 5) on the same port, path `/socket.io`, with the access token
as `auth.token`: `item.added`, `item.updated`, `item.deleted`, `member.joined`, `member.left`,
`shoppinglist.item.added` and so on, each `{type, householdId, payload, seq}`. `notification.new` and
`settings.updated` (`payload.settings` is what `GET /api/v1/notifications/settings` shows now) are for one
person: `{type, userId, payload, seq}`. A client that comes back sends the `seq` that it knows as `auth.since`
and gets what it missed.
"""
TAGS = [
    {"name": "Auth", "description": "Accounts, signing in, and everything that is kept about one person."},
    {"name": "Households", "description": "Who shares what: households, their members and their roles."},
    {"name": "Invitations", "description": "How one gets into a household by one's email address."},
    {"name": "Dashboard", "description": "Figures over all households of the caller."},
    {"name": "Items", "description": "What there is. Quantities have at most three decimals."},
    {
        "name": "Stock",
        "description": "What is done with an item: used, wasted, restocked, moved, undone.",
    },
    {"name": "Import and export", "description": "Items as CSV, in our columns or Grocy's."},
    {"name": "Shopping lists", "description": "What a household wants to buy."},
    {"name": "Notifications", "description": "What the caller was told, and what they want to hear."},
    {"name": "Telegram", "description": "Linking a Telegram chat with the caller's account."},
    {"name": "Health", "description": "Whether the server is up."},
]
TRACE_ID = "3f1a9c52b7d04e0c8f6d2a1b9e7c5d40"
_ERRORS: dict[int, tuple[str, str, str]] = {
    400: ("VALIDATION_ERROR", "The input cannot be accepted.", "quantity must be more than 0."),
    401: (
        "AUTHENTICATION_ERROR",
        "Nobody is signed in, or not as who they say.",
        "The access token has expired. Refresh it or sign in again.",
    ),
    403: (
        "AUTHORIZATION_ERROR",
        "The caller may not do this, or is not a member of this household.",
        "Only an admin of this household may do that. Ask one of them.",
    ),
    404: (
        "NOT_FOUND",
        "There is no such thing in a place that the caller may see.",
        "There is no such item in this household. It may have been removed.",
    ),
    409: (
        "CONFLICT",
        "The request clashes with what is there by now.",
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
        'Send If-Match with the ETag that you read, such as W/"3", so that nobody\'s change is lost.',
    ),
    429: (
        "RATE_LIMIT_ERROR",
        "Too many tries; `Retry-After` says for how many seconds to wait.",
        "Too many wrong codes. Please try again in 15 min.",
    ),
    500: (
        "INTERNAL_ERROR",
        "Something went wrong on the server's side.",
        "Something went wrong on our side. Please try again; if it stays, report the traceId.",
    ),
    503: (
        "SERVICE_UNAVAILABLE",
        "The database cannot be reached; `Retry-After` says for how many seconds to wait.",
        "The database cannot be reached at the moment. Nothing was changed; please try again shortly.",
    ),
}
_HEADERS = {
    401: {"WWW-Authenticate": {"description": "Bearer", "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 1}}},
}
_HEADERS[503] = _HEADERS[429]


Document = dict[str, Any]
"""A part of an OpenAPI document."""
Responses = dict[int | str, Document]
"""The answers of a call, by status."""


def failing(*statuses: int) -> Responses:
    """Return the documentation of errors that a call can answer, beside those that follow from its shape."""
    return {status: _error(status) for status in statuses}


def stale() -> Responses:
    """Return the documentation of the 409 that shows an item as somebody else has left it."""
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
    """Return the documentation of an error for a document that is generated already."""
    documented = _error(status)
    del documented["model"]
    documented["content"]["application/json"]["schema"] = {"$ref": "#/components/schemas/ErrorOut"}
    return documented
