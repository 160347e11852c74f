"""Acceptances: every message that the sandbox took from the bot, whatever the bot heard of it."""

import time
from typing import Any

from aiogram.types import Message

from sandbox.faults.fault import Fault
from sandbox.store import Store

MAX_READ = 10_000  # acceptances in one answer


def add_acceptance(store: Store, method: str, message: Message, silent: bool, fault: Fault | None) -> None:
    """Write down a message in the transaction that took it; `fault` is what its answer suffers, or None."""
    store.run(
        "INSERT INTO acceptances (at, method, chat_id, message_id, text, silent, fault) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        time.time(),
        method,
        message.chat.id,
        message.message_id,
        message.text or message.caption or "",
        silent,
        fault.kind if fault else None,
    )


def read_acceptances(store: Store, after: int) -> list[dict[str, Any]]:
    """At most MAX_READ acceptances whose `number` is above `after`, in the order in which they happened.

    `ambiguous` is True where a fault kept the answer from the bot: it may rightly send that message again.
    """
    rows = store.rows("SELECT * FROM acceptances WHERE number > ? ORDER BY number LIMIT ?", after, MAX_READ)
    return [
        {**dict(row), "silent": bool(row["silent"]), "ambiguous": row["fault"] is not None} for row in rows
    ]
