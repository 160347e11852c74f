"""Refresh tokens: single use, and a stolen one ends everything that came of it."""

import asyncio
from uuid import UUID

import pytest

from core.accounts import accounts, sign_ins
from core.accounts.sign_ins import SignIn
from core.db import Database


async def signed_in(database: Database) -> tuple[UUID, SignIn]:
    made = await database.write(accounts.register, "alice@example.com", "no hash", "Alice", "UTC")
    return made.id, await database.write(sign_ins.open_family, made.id)


@pytest.mark.both_databases
async def test_a_used_token_that_returns_ends_the_family(database: Database) -> None:
    _, first = await signed_in(database)
    second = await database.write(sign_ins.rotate, first.refresh_token)
    assert second is not None
    assert await database.write(sign_ins.rotate, first.refresh_token) is None
    assert await database.write(sign_ins.rotate, second.refresh_token) is None


@pytest.mark.both_databases
async def test_a_rotation_at_the_same_moment_does_not_escape_the_revocation(database: Database) -> None:
    user_id, _ = await signed_in(database)
    for _ in range(20):
        stolen = await database.write(sign_ins.open_family, user_id)
        current = await database.write(sign_ins.rotate, stolen.refresh_token)
        assert current is not None
        newest, nothing = await asyncio.gather(
            database.write(sign_ins.rotate, current.refresh_token),
            database.write(sign_ins.rotate, stolen.refresh_token),
        )
        assert nothing is None
        if newest is not None:
            assert await database.write(sign_ins.rotate, newest.refresh_token) is None


@pytest.mark.both_databases
async def test_of_ten_who_use_one_token_at_once_one_gets_the_next(database: Database) -> None:
    _, first = await signed_in(database)
    outcomes = await asyncio.gather(
        *(database.write(sign_ins.rotate, first.refresh_token) for _ in range(10))
    )
    assert sum(outcome is not None for outcome in outcomes) == 1


async def test_signing_out_ends_the_family(database: Database) -> None:
    _, first = await signed_in(database)
    second = await database.write(sign_ins.rotate, first.refresh_token)
    assert second is not None
    await database.write(sign_ins.close_family, second.refresh_token)
    assert await database.write(sign_ins.rotate, second.refresh_token) is None
