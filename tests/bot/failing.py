"""A database that fails when it is told to."""

from collections.abc import Callable
from typing import Any

from core.db import Database
from core.errors import Unavailable


class Failing:
    """A database that fails in the ways that databases do: before a commit, or after it on the way back."""

    def __init__(self, database: Database, *, before: int = 0, after: int = 0) -> None:
        self._database = database
        self._before, self._after = before, after

    async def write(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._before:
            self._before -= 1
            raise Unavailable("The database cannot be reached at the moment. Nothing was changed.")
        result = await self._database.write(function, *args, **kwargs)
        if self._after:
            self._after -= 1
            raise Unavailable("The database cannot be reached at the moment. Nothing was changed.")
        return result

    async def read(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await self._database.read(function, *args, **kwargs)
