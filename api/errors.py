"""Errors in the shape of the contract. The only place that maps error classes to status codes."""

import logging
from collections.abc import Mapping, Sequence

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Message, Receive, Scope, Send

from api import etags
from api.etags import PreconditionRequired
from api.middleware import HttpMiddleware, request_ids
from api.middleware.origins import METHODS
from api.schemas.items import ItemOut
from api.validation import problems_of
from core.errors import (
    Conflict,
    DomainError,
    FieldProblem,
    Invalid,
    NotAllowed,
    NotFound,
    TooManyAttempts,
    Unauthenticated,
    Unavailable,
)
from core.values.items import Stale

log = logging.getLogger(__name__)

VALIDATION = "VALIDATION_ERROR"
RETRY_AFTER_S = 2
INTERNAL = "Something went wrong on our side. Please try again; if it keeps happening, report the traceId."


_BY_CLASS: tuple[tuple[type[DomainError], int, str], ...] = (
    (Invalid, 400, VALIDATION),
    (Unauthenticated, 401, "AUTHENTICATION_ERROR"),
    (NotAllowed, 403, "AUTHORIZATION_ERROR"),
    (NotFound, 404, "NOT_FOUND"),
    (Conflict, 409, "CONFLICT"),
    (PreconditionRequired, 428, "PRECONDITION_REQUIRED"),
    (TooManyAttempts, 429, "RATE_LIMIT_ERROR"),
    (Unavailable, 503, "SERVICE_UNAVAILABLE"),
)
_BY_STATUS: dict[int, tuple[str, str | None]] = {
    400: (VALIDATION, "The body could not be read. Send valid JSON in UTF-8."),
    404: ("NOT_FOUND", "There is nothing at this address. See /docs for the available calls."),
    405: (
        "METHOD_NOT_ALLOWED",
        "This address does not support this method. See /docs for the available calls.",
    ),
    413: ("PAYLOAD_TOO_LARGE", None),
}


def register(app: FastAPI) -> None:
    """Answer every error of the application in our shape."""
    app.add_exception_handler(DomainError, _domain)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)


def answer(
    scope: Scope,
    status: int,
    code: str,
    message: str,
    *,
    details: Sequence[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
    beside: Mapping[str, object] | None = None,
) -> JSONResponse:
    """Return an error response; `beside` holds more top-level keys."""
    body = {
        "error": code,
        "message": message,
        "details": [vars(problem) for problem in details],
        "traceId": request_ids.of(scope),
    }
    return JSONResponse({**body, **(beside or {})}, status, headers)


async def _domain(request: Request, error: Exception) -> JSONResponse:
    status, code = next((status, code) for kind, status, code in _BY_CLASS if isinstance(error, kind))
    details = error.problems if isinstance(error, Invalid) else ()
    headers, beside = _headers(error), {}
    if isinstance(error, Stale):
        beside["currentState"] = ItemOut.of(error.current).as_json()
    if isinstance(error, Unavailable):
        log.warning("%s %s: %s", request.method, request.url.path, error)
    return answer(request.scope, status, code, str(error), details=details, headers=headers, beside=beside)


def _headers(error: Exception) -> dict[str, str]:
    match error:
        case Stale():
            return {"ETag": etags.of(error.current.version)}
        case TooManyAttempts():
            return {"Retry-After": str(error.retry_after)}
        case Unavailable():
            return {"Retry-After": str(RETRY_AFTER_S)}
        case Unauthenticated():
            return {"WWW-Authenticate": "Bearer"}
    return {}


async def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    problems = problems_of(error.errors())
    message = " ".join(problem.message for problem in problems[:3])
    return answer(request.scope, 400, VALIDATION, message, details=problems)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code, message = _BY_STATUS.get(error.status_code, ("REQUEST_ERROR", None))
    message = message or str(error.detail)
    headers = {"Allow": _methods_at(request)} if error.status_code == 405 else error.headers
    return answer(request.scope, error.status_code, code, message, headers=headers)


def _methods_at(request: Request) -> str:
    """Return the methods of all routes at an address (RFC 9110 section 10.2.1)."""

    def taken(method: str) -> bool:
        scope = {"type": "http", "method": method, "path": request.scope["path"], "root_path": ""}
        return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)

    return ", ".join(filter(taken, METHODS))


class Unexpected(HttpMiddleware):
    """Answers 500 to unexpected exceptions and logs them with the request id."""

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception:
            log.exception("Request %s failed: %s %s", request_ids.of(scope), scope["method"], scope["path"])
            if started:
                raise
            await answer(scope, 500, "INTERNAL_ERROR", INTERNAL)(scope, receive, send)
