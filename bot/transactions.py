"""Each update takes effect once: its handler's writes and the mark that it is done are one commit."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from core.db import Transactions
from core.telegram import inbound

P = ParamSpec("P")
T = TypeVar("T")


class AlreadyDone(Exception):
    """Another worker has handled the update; this attempt changed nothing."""


class UpdateTransactions:
    """The transactions of one update's handler. The first one that writes marks the update done.

    Raises AlreadyDone instead of writing if it is done already.
    """

    def __init__(self, tx: Transactions, update_id: int) -> None:
        self._tx = tx
        self._update_id = update_id
        self.tried = False
        """Whether a write began. It may be committed even if its result was lost."""
        self.done = False
        """Whether the update is done for certain."""

    async def write(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        if self.done:
            return await self._tx.write(function, *args, **kwargs)

        def finishing(session: Session) -> T:
            if not inbound.finish(session, self._update_id):
                raise AlreadyDone
            return function(session, *args, **kwargs)

        self.tried = True
        result = await self._tx.write(finishing)
        self.done = True
        return result

    async def read(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self._tx.read(function, *args, **kwargs)

    async def finish(self) -> bool:
        """Mark the update done after a handler that wrote nothing. Return False if it was done already."""
        self.done = await self._tx.write(inbound.finish, self._update_id)
        return self.done
