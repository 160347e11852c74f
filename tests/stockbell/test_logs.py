"""The log of a production server: one JSON object a line, without secrets."""

import json
import logging
import sys

from core import tracing
from stockbell.logs import JsonLines, WithoutSecrets

SECRET = 'a "secret" with quotes, \\ and \u00e9, which JSON writes differently'


def record(message: str, *arguments: object, **more: object) -> logging.LogRecord:
    made = logging.LogRecord("api.requests", logging.INFO, __file__, 1, message, arguments, None)
    made.__dict__.update(more)
    return made


def test_a_line_is_one_object_with_the_time_the_request_and_its_fields() -> None:
    made = record("GET %s", "/health", fields={"path": "/health", "status": 200, "userId": None})
    made.created, made.msecs = 1_700_000_000.5, 500.0
    outside = tracing.trace_id.set("abc-1")
    try:
        line = JsonLines([]).format(made)
    finally:
        tracing.trace_id.reset(outside)
    assert json.loads(line) == {
        "time": "2023-11-14T22:13:20.500Z",
        "level": "INFO",
        "logger": "api.requests",
        "message": "GET /health",
        "traceId": "abc-1",
        "path": "/health",
        "status": 200,
    }
    assert "\n" not in line


def test_outside_of_a_request_there_is_no_trace() -> None:
    assert "traceId" not in json.loads(JsonLines([]).format(record("The clock ticks")))


def test_a_secret_is_replaced_wherever_it_stands() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        failed = record("It said %s", SECRET, fields={"path": f"/{SECRET}"}, exc_info=sys.exc_info())
    for formatter in (JsonLines(["", SECRET]), WithoutSecrets(["", SECRET])):
        text = formatter.format(failed)
        assert "quotes" not in text
        assert "[secret]" in text
    exception = json.loads(JsonLines([SECRET]).format(failed))["exception"]
    assert exception.startswith("Traceback")
    assert exception.endswith("ValueError: [secret]")
