"""An address is proven by whoever gets what is mailed to it; only then its invitations are shown."""

import pytest

from core.config import Settings
from tests.core.world import Watch
from tests.support.mail import MailServer
from tests.support.people import Person
from tests.support.post import Post, mailing, token_in


@pytest.fixture
def settings(settings: Settings, mail_server: MailServer) -> Settings:
    return mailing(settings, mail_server)


async def verify(person: Person, post: Post) -> None:
    await person.post("/auth/verify-email", {"token": await token_for(person, post)})


async def token_for(person: Person, post: Post) -> str:
    return token_in(await post.mail(person.email, "Confirm your email address"), "verify-email")


async def test_invitations_wait_until_the_address_is_proven(
    alice: Person, charlie: Person, post: Post
) -> None:
    asked = {"email": charlie.email, "role": "member"}
    invitation = await alice.post(f"{alice.home}/members", asked, expect=201)
    accept = f"{alice.home}/invitations/{invitation['invitationId']}/accept"
    assert (await charlie.get("/invitations"))["total"] == 0
    refused = await charlie.post(accept, expect=403)
    assert "Confirm your email address" in refused["message"]
    await charlie.post(f"{alice.home}/invitations/{alice.user_id}/accept", expect=403)

    token = await token_for(charlie, post)
    assert not (await charlie.get("/auth/me"))["emailVerified"]
    await charlie.post("/auth/verify-email", {"token": token})
    assert (await charlie.get("/auth/me"))["emailVerified"]
    assert (await charlie.get("/invitations"))["total"] == 1
    await charlie.post(accept)


async def test_a_link_works_once_for_a_day_and_for_its_own_account(
    alice: Person, charlie: Person, post: Post, watch: Watch
) -> None:
    token = await token_for(alice, post)
    await charlie.post("/auth/verify-email", {"token": token})
    assert not (await charlie.get("/auth/me"))["emailVerified"], "it proves whose address it was mailed to"
    await alice.post("/auth/verify-email", {"token": token}, expect=400)
    late = await token_for(charlie, post)
    watch.advance(hours=24)
    await charlie.post("/auth/verify-email", {"token": late}, expect=400)


async def test_another_link_can_be_asked_for_a_few_times(alice: Person, post: Post, watch: Watch) -> None:
    await post.deliver()
    for _ in range(3):
        watch.advance(minutes=2)
        assert "on its way" in (await alice.post("/auth/verify-email/resend"))["message"]
        await post.deliver()
    limited = await alice.call("POST", "/auth/verify-email/resend")
    assert (limited.status_code, int(limited.headers["Retry-After"]) > 60) == (429, True)
    assert len(post.server.to(alice.email)) == 4
    await verify(alice, post)
    assert "already" in (await alice.post("/auth/verify-email/resend"))["message"]


async def test_who_gets_no_mail_any_more_proves_the_address_again(
    alice: Person, post: Post, watch: Watch
) -> None:
    await verify(alice, post)
    watch.advance(minutes=2)
    post.server.answers["RCPT"] = ["550 5.1.1 no such user"]
    await alice.post("/auth/forgot-password", {"email": alice.email})
    await post.deliver()
    [newest] = (await alice.get("/notifications", {"limit": 1}))["notifications"]
    assert newest["title"] == "Mail cannot reach you"
    watch.advance(minutes=2)
    await alice.add_item(quantity=1, minQuantity=2)
    history = (await alice.get("/notifications/history", {"channel": "email", "type": "account"}))["history"]
    assert ("skipped", "mailbox_suspended") in [(one["state"], one["reason"]) for one in history]
    await alice.post("/auth/verify-email/resend")
    await verify(alice, post)
    assert "already" in (await alice.post("/auth/verify-email/resend"))["message"]


async def test_an_invitation_is_mailed_to_whoever_is_invited(alice: Person, post: Post, watch: Watch) -> None:
    await post.deliver()
    asked = {"email": "Dora@Example.com", "role": "viewer"}
    await alice.post(f"{alice.home}/members", asked, expect=201)
    taken = await post.newest("Dora@example.com")
    assert taken.mail["Subject"] == "Alice invites you to Alice's Home"
    assert "invites Dora@example.com to the household Alice's Home as a viewer" in taken.part("plain")
    assert "https://stockbell.example/invitations?token=" in taken.part("plain")
    history = (await alice.get("/notifications/history", {"channel": "email"}))["history"]
    assert (history[0]["title"], history[0]["state"]) == ("Invitation", "sent")


async def test_an_invitation_that_cannot_be_delivered_says_so_to_who_invited(
    alice: Person, post: Post
) -> None:
    await post.deliver()
    post.server.answers["RCPT"] = ["550 5.1.1 no such user"]
    await alice.post(f"{alice.home}/members", {"email": "dora@example.com", "role": "member"}, expect=201)
    await post.deliver()
    [newest, *_] = (await alice.get("/notifications/history", {"channel": "email"}))["history"]
    assert (newest["title"], newest["state"], newest["reason"]) == ("Invitation", "failed", "refused")


async def test_nobody_is_flooded_with_invitations(alice: Person, post: Post, watch: Watch) -> None:
    for number in range(7):
        home = await alice.post("/households", {"name": f"Home {number}"}, expect=201)
        asked = {"email": "dora@example.com", "role": "member"}
        await alice.post(f"/households/{home['id']}/members", asked, expect=201)
        await post.deliver()
        watch.advance(minutes=2)
    await post.deliver()
    assert len(post.server.to("dora@example.com")) == 5
    history = (await alice.get("/notifications/history", {"channel": "email"}))["history"]
    reasons = [one["reason"] for one in history if one["type"] == "account"]
    assert reasons[:2] == ["too_many", "too_many"]


async def test_who_was_removed_in_the_meantime_invites_nobody(
    alice: Person, charlie: Person, post: Post, watch: Watch
) -> None:
    await verify(charlie, post)
    await alice.invite(charlie, "admin")
    await post.deliver()
    before = len(post.server.taken)
    await charlie.post(f"{alice.home}/members", {"email": "dora@example.com", "role": "member"}, expect=201)
    await alice.delete(f"{alice.home}/members/{charlie.user_id}")
    await post.deliver()
    assert [taken.recipient for taken in post.server.taken[before:]] != ["dora@example.com"]
    assert post.server.to("dora@example.com") == []


async def test_settings_say_which_channels_there_are(alice: Person) -> None:
    shown = await alice.get("/notifications/settings")
    assert shown["available"] == {"telegram": False, "inApp": True, "email": True}
