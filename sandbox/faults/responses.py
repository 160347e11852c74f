"""The answer to a faulty call, if there is one."""

import asyncio
import json

from starlette.responses import HTMLResponse, JSONResponse, Response

from sandbox.calls import CallRecord
from sandbox.errors import BotApiError, too_many_requests
from sandbox.faults.connections import CutResponse, SilentResponse, TruncatedResponse
from sandbox.faults.fault import Fault

_GATEWAY_TIMEOUT = "504 Gateway Time-out"
_STATUS_LINES = {
    "429_html": "429 Too Many Requests",
    "html_502": "502 Bad Gateway",
    "html_504": _GATEWAY_TIMEOUT,
    "html_504_after": _GATEWAY_TIMEOUT,
}


def faulty_response(fault: Fault, record: CallRecord, closing: asyncio.Event) -> Response:
    """The answer, or its absence, that a fault makes of a call; the record gets what was sent."""
    match fault.kind:
        case "timeout" | "timeout_after":
            return SilentResponse(closing, fault.hang)
        case "reset_before" | "reset_after":
            return CutResponse()
        case "unreadable_after" | "truncated_after":
            body = json.dumps(record.answer).encode()
            kind = TruncatedResponse if fault.kind == "truncated_after" else Response
            return kind(body[: len(body) // 2], record.status or 200, media_type="application/json")
        case "429_empty":
            return _page(record, 429, "")
        case "429":
            return _refusal(record, too_many_requests(fault.retry_after))
        case "429_bare":
            return _refusal(record, BotApiError(429, "Too Many Requests"))
        case "401":
            return _refusal(record, BotApiError(401, "Unauthorized"))
        case "5xx":
            return _refusal(record, BotApiError(500, "Internal Server Error"))
    line = _STATUS_LINES[fault.kind]
    html = (
        f"<html>\r\n<head><title>{line}</title></head>\r\n<body>\r\n"
        f"<center><h1>{line}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return _page(record, int(line[:3]), html)


def _refusal(record: CallRecord, error: BotApiError) -> Response:
    record.refuse(error)
    return JSONResponse(record.answer, error.code)


def _page(record: CallRecord, status: int, html: str) -> Response:
    record.status, record.answer = status, None
    return HTMLResponse(html, status)
