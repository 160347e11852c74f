"""Acceptances: every message accepted from the bot, whatever answer the bot got."""

import time
from typing import Any

from aiogram.types import Message

from sandbox.faults.fault import Fault
from sandbox.store import Store

MAX_READ = 10_000  # acceptances in one answer


def add_acceptance(store: Store, method: str, message: Message, silent: bool, fault: Fault | None) -> None:
    """Record a message in the transaction that accepts it; `fault` is what happens to the answer."""
    store.run(
        "INSERT INTO acceptances (at, method, chat_id, message_id, text, silent, fault) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(time.time(), method, message.chat.id, message.message_id),
        *(message.text or message.caption or "", silent, fault.kind if fault else None),
    )


def read_acceptances(store: Store, after: int) -> list[dict[str, Any]]:
    """At most MAX_READ acceptances with a number above `after`, in order; see sandbox.records.Acceptance."""
    rows = store.rows("SELECT * FROM acceptances WHERE number > ? ORDER BY number LIMIT ?", after, MAX_READ)
    return [
        {**dict(row), "silent": bool(row["silent"]), "ambiguous": row["fault"] is not None} for row in rows
    ]
