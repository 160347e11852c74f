"""Every SQL statement that an engine of this process executes."""

import contextlib
from collections.abc import Iterator

from sqlalchemy import Engine, event

# A part's sign of life comes every ten seconds, whatever is called meanwhile.
OF_NO_CALL = ("BEGIN", "INSERT INTO heartbeats")


@contextlib.contextmanager
def noting_statements() -> Iterator[list[str]]:
    """Give a list to which each statement is added, BEGIN, COMMIT and signs of life left out."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(OF_NO_CALL):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
