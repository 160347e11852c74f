"""Asking for a new password without learning whether the account exists."""

import asyncio
import time

from core.accounts import password_reset
from core.db import Transactions

# Every answer takes this long, in seconds: otherwise it would take longer for an account that exists.
TAKES_S = 0.2


async def forget_password(tx: Transactions, email: str, client: str) -> None:
    """Mail a link to set a new password, if there is such an account and this server can send mail."""
    begin = time.monotonic()
    await tx.write(password_reset.ask, email, client)
    await asyncio.sleep(begin + TAKES_S - time.monotonic())
