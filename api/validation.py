"""Validation problems in sentences: which field, and what to do about it."""

from collections.abc import Sequence

from pydantic_core import ErrorDetails

from core.errors import FieldProblem

# pydantic's own messages are for programmers; these are for the errors that people meet most.
# https://docs.pydantic.dev/latest/errors/validation_errors/
_SENTENCES = {
    "missing": "{field} is required.",
    "json_invalid": "The body is not valid JSON.",
    "string_type": "{field} must be text.",
    "string_unicode": "{field} must be valid Unicode text.",
    "string_too_short": "{field} must have at least {min_length} characters.",
    "string_too_long": "{field} must have at most {max_length} characters.",
    "bool_type": "{field} must be true or false.",
    "bool_parsing": "{field} must be true or false.",
    "int_type": "{field} must be a whole number.",
    "int_parsing": "{field} must be a whole number.",
    "int_from_float": "{field} must be a whole number.",
    "int_parsing_size": "{field} is too large.",
    "greater_than_equal": "{field} must be at least {ge}.",
    "less_than_equal": "{field} must be at most {le}.",
    "uuid_parsing": "{field} must be a valid id (a UUID).",
    "enum": "{field} must be one of: {expected}.",
    "literal_error": "{field} must be one of: {expected}.",
    "list_type": "{field} must be a list.",
    "model_attributes_type": "{field} must be a JSON object.",
    "dict_type": "{field} must be a JSON object.",
    "model_type": "{field} must be a JSON object.",
    "extra_forbidden": "{field} is not a known field. Leave it out.",
    "too_short": "{field} must have at least {min_length}.",
    "too_long": "{field} must have at most {max_length}.",
}
REFUSED = "refused"
"""The kind of an error whose message is a sentence of ours."""
BODY = "The body must be a JSON object, sent with Content-Type: application/json."


def problems_of(errors: Sequence[ErrorDetails]) -> list[FieldProblem]:
    """Return what pydantic found, each as a field of the request and a sentence."""
    return [_problem(error) for error in errors]


def _problem(error: ErrorDetails) -> FieldProblem:
    place, *path = error["loc"]
    field = ".".join(str(part) for part in path) if path and error["type"] != "json_invalid" else str(place)
    if not path:
        return FieldProblem(field, str(error["msg"]) if error["type"] == REFUSED else BODY)
    template = _SENTENCES.get(error["type"])
    if template is not None:
        return FieldProblem(field, template.format(field=field, **error.get("ctx", {})))
    message = str(error["msg"])
    return FieldProblem(field, message if message.startswith(field) else f"{field}: {message}")
