"""Asking for a new password, so that nobody learns from the answer whether there is an account."""

import asyncio
import time

from core.accounts import password_reset
from core.db import Transactions

# An answer takes so long, in seconds, whatever there was to do for it; otherwise it would take longer for an
# account that exists.
TAKES_S = 0.2


async def forget_password(tx: Transactions, email: str, client: str) -> None:
    """Mail a link that sets a new password, if there is such an account and this server can mail."""
    begin = time.monotonic()
    await tx.write(password_reset.ask, email, client)
    await asyncio.sleep(begin + TAKES_S - time.monotonic())
