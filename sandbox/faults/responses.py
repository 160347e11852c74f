"""What a faulty call is answered, if at all."""

import asyncio
import json

from starlette.responses import HTMLResponse, JSONResponse, Response

from sandbox.calls import CallRecord
from sandbox.errors import BotApiError, too_many_requests
from sandbox.faults.connections import CutResponse, SilentResponse, TruncatedResponse
from sandbox.faults.fault import Fault

_STATUS_LINES = {429: "429 Too Many Requests", 502: "502 Bad Gateway", 504: "504 Gateway Time-out"}


def faulty_response(fault: Fault, record: CallRecord, closing: asyncio.Event) -> Response:
    """The answer, or its absence, that a fault makes of a call; the record gets what was sent."""
    match fault.kind:
        case "timeout" | "timeout_after":
            return SilentResponse(closing, fault.hang)
        case "reset_before" | "reset_after":
            return CutResponse()
        case "unreadable_after":
            return Response(_half(record), record.status or 200, media_type="application/json")
        case "truncated_after":
            return TruncatedResponse(_half(record), record.status or 200, media_type="application/json")
        case "429_empty":
            return _page(record, 429, "")
        case "429_html":
            return _gateway_page(record, 429)
        case "html_502":
            return _gateway_page(record, 502)
        case "html_504" | "html_504_after":
            return _gateway_page(record, 504)
    error = _error(fault)
    record.status, record.answer = error.code, error.answer()
    return JSONResponse(record.answer, error.code)


def _error(fault: Fault) -> BotApiError:
    match fault.kind:
        case "429":
            return too_many_requests(fault.retry_after)
        case "429_bare":
            return BotApiError(429, "Too Many Requests")
        case "401":
            return BotApiError(401, "Unauthorized")
    return BotApiError(500, "Internal Server Error")


def _half(record: CallRecord) -> bytes:
    body = json.dumps(record.answer).encode()
    return body[: len(body) // 2]


def _gateway_page(record: CallRecord, status: int) -> Response:
    line = _STATUS_LINES[status]
    return _page(
        record,
        status,
        f"<html>\r\n<head><title>{line}</title></head>\r\n<body>\r\n"
        f"<center><h1>{line}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
    )


def _page(record: CallRecord, status: int, html: str) -> Response:
    record.status, record.answer = status, None
    return HTMLResponse(html, status)
