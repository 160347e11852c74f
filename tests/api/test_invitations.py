"""Invitations: shown to the invited person and the admins, accepted once, taken back, expired."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from api.tokens import AccessTokens
from core import clock
from core.config import Settings
from tests.support.people import Person


async def test_charlie_sees_who_invited_him_and_comes(alice: Person, charlie: Person) -> None:
    sent = {"email": charlie.email.upper(), "role": "viewer"}
    made = await alice.post(f"{alice.home}/members", sent, expect=201)
    assert set(made) == {"invitationId", "email", "role", "status", "expiresAt"}
    assert made["email"].lower() == charlie.email
    assert (await alice.get(f"{alice.home}/invitations")) == {"invitations": [made], "total": 1}
    mine = await charlie.get("/invitations")
    assert mine == {
        "invitations": [
            {
                "invitationId": made["invitationId"],
                "householdId": alice.household_id,
                "householdName": "Alice's Home",
                "role": "viewer",
                "invitedBy": "Alice",
                "expiresAt": made["expiresAt"],
            }
        ],
        "total": 1,
    }
    # An admin cannot accept for him, and he cannot look at the household before he is in.
    accept = f"{alice.home}/invitations/{made['invitationId']}/accept"
    await alice.post(accept, expect=403)
    await charlie.get(alice.home, expect=403)
    await charlie.get(f"{alice.home}/invitations", expect=403)
    await charlie.post(accept)
    assert (await charlie.get(alice.home))["role"] == "viewer"
    for nothing_left in (await charlie.get("/invitations"), await alice.get(f"{alice.home}/invitations")):
        assert nothing_left == {"invitations": [], "total": 0}
    again = await charlie.post(accept, expect=409)
    assert again["error"] == "CONFLICT"
    await alice.delete(f"{alice.home}/invitations/{made['invitationId']}", expect=404)


async def test_bob_the_member_neither_sees_nor_makes_invitations(alice: Person, bob: Person) -> None:
    made = await alice.post(f"{alice.home}/members", {"email": "dora@example.com"}, expect=201)
    assert made["role"] == "member"
    await bob.get(f"{bob.home}/invitations", expect=403)
    await bob.delete(f"{bob.home}/invitations/{made['invitationId']}", expect=403)
    await bob.post(f"{bob.home}/members", {"email": "eve@example.com", "role": "admin"}, expect=403)
    assert (await alice.get(f"{alice.home}/invitations"))["total"] == 1


async def test_an_invitation_that_was_taken_back_is_worth_nothing(alice: Person, charlie: Person) -> None:
    body = {"email": charlie.email, "role": "member"}
    made = await alice.post(f"{alice.home}/members", body, expect=201)
    path = f"{alice.home}/invitations/{made['invitationId']}"
    await alice.delete(path)
    await alice.delete(path, expect=404)
    assert (await charlie.get("/invitations"))["total"] == 0
    assert "Ask for a new one" in (await charlie.post(f"{path}/accept", expect=409))["message"]
    await charlie.get(alice.home, expect=403)
    # The address may be asked anew.
    await alice.post(f"{alice.home}/members", body, expect=201)


async def test_an_invitation_of_another_household_is_none_here(alice: Person, charlie: Person) -> None:
    made = await alice.post(f"{alice.home}/members", {"email": charlie.email}, expect=201)
    there = f"{charlie.home}/invitations/{made['invitationId']}"
    await charlie.post(f"{there}/accept", expect=403)
    await charlie.delete(there, expect=404)
    unknown = await charlie.post(f"{alice.home}/invitations/{uuid4()}/accept", expect=403)
    nowhere = await charlie.post(f"/households/{uuid4()}/invitations/{uuid4()}/accept", expect=403)
    assert {**unknown, "traceId": ""} == {**nowhere, "traceId": ""}
    assert (await charlie.get("/invitations"))["total"] == 1


async def test_after_a_week_nobody_sees_an_invitation_and_it_may_be_sent_anew(
    alice: Person, charlie: Person, settings: Settings
) -> None:
    made = await alice.post(f"{alice.home}/members", {"email": charlie.email}, expect=201)
    later = clock.utcnow() + timedelta(days=7, seconds=1)
    assert made["expiresAt"] <= later.isoformat()
    with clock.reading_from(lambda: later):
        for person in (alice, charlie):
            person.carry(AccessTokens(settings.signing_key()).issue(UUID(person.user_id)))
        path = f"{alice.home}/invitations/{made['invitationId']}"
        assert (await charlie.get("/invitations"))["total"] == 0
        assert (await alice.get(f"{alice.home}/invitations"))["total"] == 0
        await charlie.post(f"{path}/accept", expect=409)
        await alice.delete(path, expect=404)
        again = await alice.post(f"{alice.home}/members", {"email": charlie.email}, expect=201)
        await charlie.post(f"{alice.home}/invitations/{again['invitationId']}/accept")


@pytest.mark.both_databases
async def test_of_many_who_accept_or_invite_at_once_one_does(alice: Person, charlie: Person) -> None:
    body = {"email": charlie.email, "role": "member"}
    asked = await asyncio.gather(
        *(alice.call("POST", f"{alice.home}/members", body) for _ in range(5)),
    )
    assert sorted(answer.status_code for answer in asked) == [201, 409, 409, 409, 409]
    made = next(answer.json() for answer in asked if answer.status_code == 201)
    accept = f"{alice.home}/invitations/{made['invitationId']}/accept"
    came = await asyncio.gather(*(charlie.call("POST", accept) for _ in range(5)))
    assert sorted(answer.status_code for answer in came) == [200, 409, 409, 409, 409]
    assert len((await alice.get(alice.home))["members"]) == 2


async def test_a_wrong_address_or_role_is_refused(alice: Person) -> None:
    for wrong in (
        {"email": "nobody"},
        {"email": None},
        {"role": "member"},
        {"email": "a@example.com", "role": "owner"},
    ):
        answer = await alice.post(f"{alice.home}/members", wrong, expect=400)
        assert answer["details"], wrong
    assert (await alice.get(f"{alice.home}/invitations"))["total"] == 0
