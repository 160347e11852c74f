"""Registering, signing in, staying signed in, signing out."""

import asyncio
import contextlib
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import clock
from core.accounts.passwords import Passwords
from core.db import Database, table
from core.models import User
from tests.support.people import PASSWORD, Person

REGISTERED = {
    "userId",
    "email",
    "displayName",
    "accessToken",
    "refreshToken",
    "expiresIn",
    "defaultHouseholdId",
}


async def test_a_newcomer_registers_and_has_a_home(api: str) -> None:
    async with Person(api, "Dora") as dora:
        answer = await dora.register()
        assert set(answer) == REGISTERED
        assert answer["expiresIn"] == 900
        homes = await dora.get("/households")
        assert homes["total"] == 1
        home = homes["households"][0]
        assert (home["id"], home["name"], home["role"]) == (
            answer["defaultHouseholdId"],
            "Dora's Home",
            "admin",
        )
        me = await dora.get("/auth/me")
        assert (me["userId"], me["email"], me["timezone"]) == (dora.user_id, dora.email, "Europe/Berlin")

        taken = {"email": dora.email.upper(), "password": PASSWORD, "displayName": "Not Dora"}
        assert (await dora.post("/auth/register", taken, expect=409))["error"] == "CONFLICT"


async def test_alice_signs_in_and_a_wrong_password_looks_like_an_unknown_email(alice: Person) -> None:
    answer = await alice.post("/auth/login", {"email": "Alice@Example.com", "password": PASSWORD})
    assert set(answer) == {"userId", "accessToken", "refreshToken", "expiresIn", "households"}
    assert answer["households"] == [{"id": alice.household_id, "name": "Alice's Home", "role": "admin"}]

    wrong = await alice.call("POST", "/auth/login", {"email": alice.email, "password": "not this one"})
    unknown = await alice.call("POST", "/auth/login", {"email": "nobody@example.com", "password": PASSWORD})
    assert wrong.status_code == unknown.status_code == 401
    assert {**wrong.json(), "traceId": ""} == {**unknown.json(), "traceId": ""}
    assert wrong.json()["error"] == "AUTHENTICATION_ERROR"


async def test_an_unknown_email_costs_as_much_time_as_a_wrong_password(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify, dear = PasswordHasher.verify, []

    def noting(hasher: PasswordHasher, known: str, password: str) -> bool:
        dear.append(extract_parameters(known))
        return verify(hasher, known, password)

    # What takes the time. Whoever measures that measures what else the machine does.
    monkeypatch.setattr(PasswordHasher, "verify", noting)
    for email in (alice.email, "nobody@example.com", "nobody@example.com"):
        await alice.post("/auth/login", {"email": email, "password": "not this one"}, expect=401)
    wrong, unknown, again = dear
    assert wrong == unknown == again


async def test_a_hash_of_before_is_renewed_when_alice_signs_in(alice: Person, database: Database) -> None:
    def keep(session: Session, password_hash: str) -> None:
        session.execute(update(table(User)).values(password_hash=password_hash))

    def kept(session: Session) -> str:
        return str(session.execute(select(table(User).c.password_hash)).scalar_one())

    old = Passwords(9).hash(PASSWORD)
    await database.write(keep, old)
    right = {"email": alice.email, "password": PASSWORD}
    await alice.post("/auth/login", {**right, "password": "not this one"}, expect=401)
    assert await database.read(kept) == old
    await alice.post("/auth/login", right)
    renewed = await database.read(kept)
    assert (renewed != old, "m=1024," in renewed) == (True, True)
    await alice.post("/auth/login", right)
    assert await database.read(kept) == renewed


async def test_a_refresh_token_works_once_and_a_stolen_one_ends_the_sign_in(alice: Person) -> None:
    first = alice.refresh_token
    second = await alice.post("/auth/refresh", {"refreshToken": first})
    assert set(second) == {"accessToken", "refreshToken", "expiresIn"}
    alice.carry(second["accessToken"])
    await alice.get("/auth/me")

    assert (await alice.post("/auth/refresh", {"refreshToken": first}, expect=401))["error"] == (
        "AUTHENTICATION_ERROR"
    )
    # The thief and the victim cannot be told apart: the newest one is dead, too.
    await alice.post("/auth/refresh", {"refreshToken": second["refreshToken"]}, expect=401)


async def test_who_was_signed_out_by_a_stolen_token_is_told_so_once(alice: Person) -> None:
    second = await alice.post("/auth/refresh", {"refreshToken": alice.refresh_token})
    for _ in range(3):
        await alice.post("/auth/refresh", {"refreshToken": alice.refresh_token}, expect=401)
    await alice.post("/auth/refresh", {"refreshToken": second["refreshToken"]}, expect=401)
    [told] = (await alice.get("/notifications"))["notifications"]
    assert (told["type"], told["title"]) == ("account", "Signed out")


async def test_a_token_that_returns_after_signing_out_alarms_nobody(alice: Person) -> None:
    await alice.post("/auth/refresh", {"refreshToken": alice.refresh_token})
    await alice.post("/auth/logout", {"refreshToken": alice.refresh_token}, expect=204)
    await alice.post("/auth/refresh", {"refreshToken": alice.refresh_token}, expect=401)
    assert (await alice.get("/notifications"))["total"] == 0


async def test_alice_signs_out_everywhere_and_bob_stays(alice: Person, bob: Person) -> None:
    login = {"email": alice.email, "password": PASSWORD}
    phone = await alice.post("/auth/login", login)
    await alice.post("/auth/logout-all", expect=204)
    for token in (alice.refresh_token, phone["refreshToken"]):
        await alice.post("/auth/refresh", {"refreshToken": token}, expect=401)
    assert (await alice.get("/notifications"))["total"] == 0
    await bob.post("/auth/refresh", {"refreshToken": bob.refresh_token})
    await alice.post("/auth/login", login)
    alice.carry("nobody's")
    await alice.post("/auth/logout-all", expect=401)


@pytest.mark.both_databases
async def test_of_many_who_refresh_with_one_token_at_once_one_gets_through(alice: Person) -> None:
    body = {"refreshToken": alice.refresh_token}
    answers = await asyncio.gather(*(alice.call("POST", "/auth/refresh", body) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7


async def test_after_signing_out_the_refresh_token_is_dead_even_with_an_expired_access_token(
    alice: Person,
) -> None:
    alice.carry("expired")
    await alice.post("/auth/logout", {"refreshToken": alice.refresh_token}, expect=204)
    await alice.post("/auth/refresh", {"refreshToken": alice.refresh_token}, expect=401)
    await alice.post("/auth/logout", {"refreshToken": "unknown"}, expect=204)


async def test_tokens_run_out(alice: Person) -> None:
    start = clock.utcnow()

    def at(**later: float) -> contextlib.AbstractContextManager[None]:
        return clock.reading_from(lambda: start + timedelta(**later))

    with at(minutes=14):
        await alice.get("/auth/me")
    with at(minutes=16):
        answer = await alice.get("/auth/me", expect=401)
        assert "expired" in answer["message"]
        await alice.post("/auth/refresh", {"refreshToken": alice.refresh_token})
    with at(days=8):
        login = {"email": alice.email, "password": PASSWORD}
        fresh = await alice.post("/auth/login", login)
    with at(days=16):
        await alice.post("/auth/refresh", {"refreshToken": fresh["refreshToken"]}, expect=401)
