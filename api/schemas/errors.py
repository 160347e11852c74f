"""The shape of every error."""

from api.schemas.base import Out


class Problem(Out):
    field: str
    message: str


class ErrorOut(Out):
    """What went wrong: a code for programs, a sentence for people, and the id of the request."""

    error: str
    message: str
    details: list[Problem]
    trace_id: str
