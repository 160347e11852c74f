"""The OpenAPI document as generated from the routes, plus what follows from their shape."""

from collections.abc import Callable, Iterator

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic.alias_generators import to_camel

from api import etags, idempotency
from api.middleware import request_ids
from api.openapi import descriptions, links
from api.openapi.descriptions import Document

_HEADERS: dict[str, Document] = {
    request_ids.HEADER: {
        "description": "The id of the request: as sent, or a new one",
        "required": True,
        "schema": {"type": "string"},
    },
    "ETag": {
        "description": "The item's version; send it as If-Match with the next change",
        "required": True,
        "schema": {"type": "string", "pattern": etags.PATTERN},
    },
    idempotency.REPLAYED: {
        "description": "Present, and true, when the answer is that of an earlier request with the same key",
        "schema": {"type": "string", "enum": ["true"]},
    },
}


def operation_id(route: APIRoute) -> str:
    """Return the name of a call in generated clients: the handler's, in camelCase."""
    return to_camel(route.name)


def complete(app: FastAPI) -> None:
    """Add to each call the errors and headers that follow from its shape, and the links between them."""
    generate: Callable[[], Document] = app.openapi

    def openapi() -> Document:
        if app.openapi_schema is None:
            _complete(generate())
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(document: Document) -> None:
    components = document["components"]
    components["headers"] = _HEADERS
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    for schema in components["schemas"].values():
        for field in schema.get("properties", {}).values():
            _tidy(field)
    calls = {call["operationId"]: call for path in document["paths"].values() for call in path.values()}
    for call in calls.values():
        _add_errors(call)
        _add_headers(call, components["schemas"])
        for parameter in call.get("parameters", ()):
            _tidy(parameter["schema"])
            # Required, but checked by the handlers: FastAPI would answer 400 where the contract has 428.
            parameter["required"] = parameter["required"] or parameter["name"] == "If-Match"
    links.add_to(calls)


def _tidy(field: Document) -> None:
    """Drop a title that only repeats the name, and a default that is null or an object."""
    field.pop("title", None)
    if isinstance(field.get("default"), dict) or field.get("default", "") is None:
        del field["default"]


def _add_errors(call: Document) -> None:
    answers = call["responses"]
    invalid = answers.pop("422", None) is not None
    implied = [500, 503] if "Health" not in call["tags"] else [500]
    if invalid or "requestBody" in call:
        implied.append(400)
    if "requestBody" in call:
        implied.append(413)
    if "security" in call:
        implied.append(401)
    for status in implied:
        answers.setdefault(str(status), descriptions.as_reference(status))
    call["responses"] = dict(sorted(answers.items()))


def _add_headers(call: Document, schemas: Document) -> None:
    for status, answer in call["responses"].items():
        names = [request_ids.HEADER]
        if status.startswith("2"):
            names += _of_success(call, answer, schemas)
        for name in names:
            answer.setdefault("headers", {})[name] = {"$ref": f"#/components/headers/{name}"}


def _of_success(call: Document, answer: Document, schemas: Document) -> Iterator[str]:
    body = answer.get("content", {}).get("application/json", {}).get("schema", {})
    shown = schemas.get(body.get("$ref", "").rpartition("/")[2], {})
    if "version" in shown.get("properties", {}):
        yield "ETag"
    if any(parameter["name"] == idempotency.HEADER for parameter in call.get("parameters", ())):
        yield idempotency.REPLAYED
