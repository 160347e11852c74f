"""The Bot API over HTTP: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

import logging
import re
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.botapi.acceptances import add_acceptance
from sandbox.botapi.endpoints import ENDPOINTS
from sandbox.botapi.files import download
from sandbox.botapi.parameters import build_call, loggable, read_parameters
from sandbox.calls import CallRecord
from sandbox.errors import BotApiError, not_in_the_sandbox
from sandbox.faults.connections import unless_hung_up
from sandbox.faults.fault import Fault
from sandbox.faults.responses import faulty_response
from sandbox.messages.storage import dump
from sandbox.state import Sandbox, sandbox_of

logger = logging.getLogger(__name__)

_METHOD = re.compile(r"/bot([^/]+)/([^/]+)")
_FILE = re.compile(r"/file/bot([^/]+)/(.+)")


class BotApi:
    """Answers the Bot API's paths and passes everything else on.

    It comes before the router: tests send thousands of messages, and routing took half the time of each.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call or a download, with GET or POST as Telegram does."""
        path = scope.get("path", "")
        if scope["type"] != "http" or scope["method"] not in {"GET", "POST"}:
            await self._app(scope, receive, send)
        elif call := _METHOD.fullmatch(path):
            response = await _call(Request(scope, receive), call[1], call[2])
            await response(scope, receive, send)
        elif file := _FILE.fullmatch(path):
            response = _download(sandbox_of(scope["app"]), file[1], file[2])
            await response(scope, receive, send)
        else:
            await self._app(scope, receive, send)


async def _call(request: Request, token: str, method: str) -> Response:
    sandbox = sandbox_of(request.app)
    try:
        _check_token(sandbox, token)
        parameters = await read_parameters(request)
    except BotApiError as error:
        return _refusal(error)
    record = sandbox.calls.begin(method, loggable(parameters))
    fault = sandbox.fault_of(record)
    if fault is None or fault.is_after:
        await _execute(sandbox, request, record, parameters, fault)
    if fault is not None:
        record.fault = fault.kind
        return faulty_response(fault, record, sandbox.closing)
    return JSONResponse(record.answer, record.status or 200)


def _check_token(sandbox: Sandbox, token: str) -> None:
    if not re.fullmatch(r"[0-9]+:[\w-]+", token):
        raise BotApiError(404, "Not Found")
    if not secrets.compare_digest(token.encode(), sandbox.settings.token.encode()):
        raise BotApiError(401, "Unauthorized")


async def _execute(
    sandbox: Sandbox, request: Request, record: CallRecord, parameters: dict[str, Any], fault: Fault | None
) -> None:
    """Carry out the call; the record gets the answer."""
    try:
        result = await _result(sandbox, request, record.method, parameters, fault)
    except BotApiError as error:
        record.refuse(error)
    except Exception:
        logger.exception("The sandbox failed in %s", record.method)
        record.refuse(BotApiError(500, "Internal Server Error"))
    else:
        record.status, record.answer = 200, {"ok": True, "result": result}


async def _result(
    sandbox: Sandbox, request: Request, method: str, parameters: dict[str, Any], fault: Fault | None
) -> Any:
    endpoint = ENDPOINTS.get(method.lower())
    if endpoint is None:
        raise not_in_the_sandbox()
    call: Any = build_call(endpoint.model, parameters)
    if endpoint.waits:
        return await unless_hung_up(request, endpoint.handle(sandbox, call)) or []
    with sandbox.store.transaction():
        result = endpoint.handle(sandbox, call)
        if endpoint.sends:
            silent = bool(call.disable_notification)
            add_acceptance(sandbox.store, endpoint.model.__api_method__, result, silent, fault)
        return dump(result)


def _refusal(error: BotApiError) -> Response:
    return JSONResponse(error.answer(), error.code)


def _download(sandbox: Sandbox, token: str, path: str) -> Response:
    try:
        _check_token(sandbox, token)
        return download(sandbox, path)
    except BotApiError as error:
        return _refusal(error)
