"""Updates that the bot has not acknowledged yet."""

import json
from collections.abc import Callable
from typing import Any

from aiogram.types import TelegramObject

from sandbox.messages.storage import dump
from sandbox.store import Store

# Telegram sends these only to bots that name them: https://core.telegram.org/bots/api#getupdates
_ONLY_IF_NAMED = {"chat_member", "message_reaction", "message_reaction_count"}
_ALLOWED = "allowed_updates"


class UpdateQueue:
    """The bot's updates, kept until acknowledged; ids only rise."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each new update."""
        self._listeners.append(listener)

    def add(self, kind: str, content: TelegramObject) -> None:
        """Queue an update of this kind, unless the bot does not want it."""
        if not self._is_allowed(kind):
            return
        self._store.insert("INSERT INTO updates (body) VALUES (?)", json.dumps({kind: dump(content)}))
        for listener in self._listeners:
            listener()

    def allow(self, kinds: list[str] | None) -> None:
        """Remember which kinds the bot wants; None changes nothing, [] means the default set."""
        if kinds is not None:
            self._store.remember(_ALLOWED, kinds or None)

    def allowed(self) -> list[str] | None:
        """The kinds that the bot named, or None for the default set."""
        kinds: list[str] | None = self._store.recall(_ALLOWED)
        return kinds

    def _is_allowed(self, kind: str) -> bool:
        named = self.allowed()
        return kind in named if named else kind not in _ONLY_IF_NAMED

    def acknowledge(self, offset: int) -> None:
        """Delete updates below a positive offset; a negative one keeps only that many of the newest."""
        if offset > 0:
            self._store.run("DELETE FROM updates WHERE id < ?", offset)
        elif offset < 0:
            self._store.run(
                "DELETE FROM updates WHERE id NOT IN (SELECT id FROM updates ORDER BY id DESC LIMIT ?)",
                -offset,
            )

    def read(self, limit: int) -> list[dict[str, Any]]:
        """The oldest updates, as Telegram sends them."""
        rows = self._store.rows("SELECT id, body FROM updates ORDER BY id LIMIT ?", limit)
        return [{"update_id": row["id"], **json.loads(row["body"])} for row in rows]

    def count(self) -> int:
        """How many updates are waiting."""
        ((waiting,),) = self._store.rows("SELECT count(*) FROM updates")
        return int(waiting)

    def drop(self) -> None:
        """Delete them all."""
        self._store.run("DELETE FROM updates")
