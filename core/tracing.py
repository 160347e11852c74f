"""Which request the running code serves, so that a log line can say so."""

from contextvars import ContextVar

trace_id: ContextVar[str | None] = ContextVar("trace_id", default=None)
"""The id of the request, or None outside of any."""
