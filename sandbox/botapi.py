"""The Bot API over HTTP: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

import logging
import re
import secrets
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from sandbox.calls import CallRecord
from sandbox.connections import CutResponse, SilentResponse, unless_hung_up
from sandbox.endpoints import ENDPOINTS, Endpoint
from sandbox.errors import BotApiError, not_in_the_sandbox, too_many_requests
from sandbox.faults import AFTER, Fault
from sandbox.files import find_file
from sandbox.messages import dump
from sandbox.parameters import build_call, loggable, read_parameters
from sandbox.state import Sandbox

logger = logging.getLogger(__name__)

_GATEWAY_PAGE = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)


def bot_api_router() -> APIRouter:
    """The routes of the Bot API; the application's state holds the sandbox."""
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/bot{token}/{method}", _call, methods=["GET", "POST"])
    router.add_api_route("/file/bot{token}/{path:path}", _download, methods=["GET"])
    return router


async def _call(request: Request, token: str, method: str) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    try:
        _check_token(sandbox, token)
        parameters = await read_parameters(request)
    except BotApiError as error:
        return _answer(error.code, error.answer())
    record = sandbox.calls.begin(method, loggable(parameters))
    fault = sandbox.faults.take(method, _chat_id(parameters))
    if fault is not None:
        record.fault = fault.kind
        if fault.kind not in AFTER:
            return _suffer(sandbox, fault, record)
    try:
        result = await _execute(sandbox, request, method, parameters)
    except BotApiError as error:
        record.status, record.answer = error.code, error.answer()
    except Exception:
        logger.exception("The sandbox failed in %s", method)
        failure = BotApiError(500, "Internal Server Error")
        record.status, record.answer = failure.code, failure.answer()
    else:
        record.status, record.answer = 200, {"ok": True, "result": result}
    if fault is not None:
        return _suffer(sandbox, fault, record)
    return _answer(record.status, record.answer)


def _check_token(sandbox: Sandbox, token: str) -> None:
    if not re.fullmatch(r"[0-9]+:[\w-]+", token):
        raise BotApiError(404, "Not Found")
    if not secrets.compare_digest(token.encode(), sandbox.settings.token.encode()):
        raise BotApiError(401, "Unauthorized")


def _chat_id(parameters: dict[str, Any]) -> int | None:
    try:
        return int(parameters["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None


async def _execute(sandbox: Sandbox, request: Request, method: str, parameters: dict[str, Any]) -> Any:
    endpoint = ENDPOINTS.get(method.lower())
    if endpoint is None:
        raise not_in_the_sandbox()
    call = build_call(endpoint.model, parameters)
    if endpoint.waits:
        return await unless_hung_up(request, endpoint.handle(sandbox, call)) or []
    return _execute_at_once(sandbox, endpoint, call)


def _execute_at_once(sandbox: Sandbox, endpoint: Endpoint, call: Any) -> Any:
    with sandbox.store.transaction():
        return dump(endpoint.handle(sandbox, call))


def _suffer(sandbox: Sandbox, fault: Fault, record: CallRecord) -> Response:
    """The answer, or its absence, that a fault makes."""
    if fault.kind in ("timeout", "timeout_after"):
        return SilentResponse(sandbox.closing)
    if fault.kind in ("reset_before", "reset_after"):
        return CutResponse()
    if fault.kind == "html_502":
        record.status = 502
        return HTMLResponse(_GATEWAY_PAGE, 502)
    error = too_many_requests(fault.retry_after)
    if fault.kind == "5xx":
        error = BotApiError(500, "Internal Server Error")
    record.status, record.answer = error.code, error.answer()
    return _answer(record.status, record.answer)


def _answer(status: int, body: dict[str, Any]) -> Response:
    return JSONResponse(body, status)


async def _download(request: Request, token: str, path: str) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    try:
        _check_token(sandbox, token)
    except BotApiError as error:
        return _answer(error.code, error.answer())
    row = find_file(sandbox.store, "path", path)
    if row is None:
        return _answer(404, BotApiError(404, "Not Found").answer())
    return Response(row["content"], media_type=row["mime"])
