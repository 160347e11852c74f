"""A forgotten password: the mail, the link, and everybody who should get nowhere with it."""

import asyncio
import logging

import pytest
from pydantic import SecretStr

from api.app import create_app
from core.accounts import throttling
from core.config import Settings
from core.db import Database
from core.wake import Wake
from tests.core.world import Watch
from tests.support.mail import MailServer
from tests.support.people import PASSWORD, Person
from tests.support.post import Post, mailing, token_in
from tests.support.serving import serving

NEW = "a new horse and another battery"


@pytest.fixture
def settings(settings: Settings, mail_server: MailServer) -> Settings:
    return mailing(settings, mail_server)


async def ask(person: Person, email: str = "") -> None:
    answer = await person.post("/auth/forgot-password", {"email": email or person.email})
    assert answer == {"message": answer["message"]}
    assert "If there is an account" in answer["message"]


async def token_of(person: Person, post: Post, watch: Watch) -> str:
    """Ask for a link and return the token in it."""
    # The mails before this one have been read.
    await post.deliver()
    watch.advance(minutes=2)
    await ask(person)
    return token_in(await post.newest(person.email), "reset-password")


def setting(token: str, password: str = NEW) -> dict[str, str]:
    return {"token": token, "newPassword": password}


async def can_sign_in(person: Person, password: str) -> bool:
    answer = await person.call("POST", "/auth/login", {"email": person.email, "password": password})
    return answer.status_code == 200


async def test_alice_sets_a_new_password_with_the_link(alice: Person, post: Post, watch: Watch) -> None:
    token = await token_of(alice, post, watch)
    assert len(token) == 64
    await alice.post("/auth/reset-password", setting(token))
    assert await can_sign_in(alice, NEW)
    assert not await can_sign_in(alice, PASSWORD)
    await alice.post("/auth/refresh", {"refreshToken": alice.refresh_token}, expect=401)
    watch.advance(minutes=2)
    told = await post.newest(alice.email)
    assert told.mail["Subject"] == "Your password was changed"
    [newest] = (await alice.get("/notifications", {"limit": 1}))["notifications"]
    assert (newest["type"], newest["title"]) == ("account", "Your password was changed")
    assert (await alice.get("/auth/me"))["emailVerified"], "she read what was mailed there"


@pytest.mark.both_databases
async def test_a_link_works_once_and_of_ten_at_once_one_wins(alice: Person, post: Post, watch: Watch) -> None:
    token = await token_of(alice, post, watch)
    answers = await asyncio.gather(
        *(
            alice.call("POST", "/auth/reset-password", setting(token, f"{NEW} {number}"))
            for number in range(10)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[400] * 9]
    again = await alice.post("/auth/reset-password", setting(token), expect=400)
    assert (again["error"], again["details"][0]["field"]) == ("VALIDATION_ERROR", "token")
    works = [await can_sign_in(alice, f"{NEW} {number}") for number in range(10)]
    assert works == [answer.status_code == 200 for answer in answers]


async def test_a_link_lasts_half_an_hour_and_a_changed_password_ends_it(
    alice: Person, post: Post, watch: Watch
) -> None:
    late = await token_of(alice, post, watch)
    watch.advance(minutes=30)
    await alice.post("/auth/reset-password", setting(late), expect=400)
    overtaken = await token_of(alice, post, watch)
    newer = await token_of(alice, post, watch)
    await alice.post("/auth/reset-password", setting(newer))
    await alice.post("/auth/reset-password", setting(overtaken, "whatever it is"), expect=400)
    assert await can_sign_in(alice, NEW)


async def test_nobody_gets_in_with_a_token_that_was_not_mailed_to_them(
    alice: Person, charlie: Person, post: Post, watch: Watch
) -> None:
    token = await token_of(charlie, post, watch)
    verification = token_in(post.server.to(alice.email)[0], "verify-email")
    flipped = ("B" if token[40] == "A" else "A").join((token[:40], token[41:]))
    for wrong in (
        "",
        "x",
        token[:-1],
        token + "A",
        flipped,
        f" {token}",
        verification,
        "\u00e9" * 64,
        "=" * 64,
    ):
        await charlie.post("/auth/reset-password", setting(wrong), expect=400)
    await charlie.post("/auth/reset-password", setting(token, "short"), expect=400)
    await charlie.post("/auth/reset-password", setting(token))
    assert not await can_sign_in(alice, NEW)
    assert await can_sign_in(alice, PASSWORD)
    assert await can_sign_in(charlie, NEW)


async def test_asking_tells_nobody_whether_there_is_an_account(
    alice: Person, post: Post, watch: Watch
) -> None:
    await post.deliver()
    watch.advance(minutes=2)
    known = await alice.call("POST", "/auth/forgot-password", {"email": "ALICE@example.com"})
    unknown = await alice.call("POST", "/auth/forgot-password", {"email": "nobody@example.com"})
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    before = len(post.server.taken)
    await post.deliver()
    assert [taken.recipient for taken in post.server.taken[before:]] == [alice.email]


async def test_asking_again_and_again_mails_three_links_an_hour_and_says_nothing(
    alice: Person, post: Post, watch: Watch
) -> None:
    async def mails(times: int) -> int:
        before = len(post.server.taken)
        for _ in range(times):
            await ask(alice)
            watch.advance(seconds=70)
            await post.deliver()
        return len(post.server.taken) - before

    await post.deliver()
    watch.advance(minutes=2)
    assert await mails(throttling.MAILS_PER_ACCOUNT + 2) == throttling.MAILS_PER_ACCOUNT
    watch.advance(hours=1)
    assert await mails(1) == 1


async def test_a_stranger_who_asks_for_many_accounts_is_not_heard_any_more(
    alice: Person, charlie: Person, post: Post, watch: Watch
) -> None:
    strangers = (f"somebody{number}@example.com" for number in range(throttling.MAILS_PER_ADDRESS))
    await asyncio.gather(*(ask(charlie, email) for email in strangers))
    await post.deliver()
    before = len(post.server.taken)
    watch.advance(minutes=2)
    await ask(charlie, alice.email)
    await post.deliver()
    assert len(post.server.taken) == before


async def test_a_server_that_cannot_mail_answers_alike(
    alice: Person, settings: Settings, database_url: str, wake: Wake
) -> None:
    without = Database(database_url, on_commit=wake)
    async with (
        serving(create_app(settings.model_copy(update={"smtp_url": SecretStr("")}), without, wake)) as url,
        Person(url, "Alice") as here,
    ):
        await ask(here)
        await ask(here, "nobody@example.com")
    without.dispose()
    told = (await alice.get("/notifications/history"))["history"]
    assert "Set a new password" not in [one["title"] for one in told]


async def test_a_token_survives_a_change_of_the_secret(
    alice: Person, post: Post, settings: Settings, database: Database, wake: Wake, watch: Watch
) -> None:
    token = await token_of(alice, post, watch)
    rotated = settings.model_copy(
        update={
            "jwt_secret": type(settings.jwt_secret)("another secret of the tests, 32 bytes or more"),
            "jwt_previous_secrets": [settings.jwt_secret],
        }
    )
    async with serving(create_app(rotated, database, wake)) as url, Person(url, "Alice") as here:
        await here.post("/auth/reset-password", setting(token))


async def test_what_was_asked_for_is_mailed_although_the_process_died(
    alice: Person, post: Post, watch: Watch, settings: Settings, database: Database
) -> None:
    await post.deliver()
    watch.advance(minutes=2)
    post.server.answers["CONTENT"] = ["451 later"]
    await ask(alice)
    await post.deliver()
    watch.advance(minutes=2)
    # Another process takes over.
    token = token_in(await Post(settings, database, post.server).newest(alice.email), "reset-password")
    await alice.post("/auth/reset-password", setting(token))


async def test_no_token_and_no_password_is_in_the_log(
    alice: Person, post: Post, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = await token_of(alice, post, watch)
    await alice.http.get(f"{alice.base_url}/reset-password?token={token}")
    await alice.http.post(f"{alice.base_url}/reset-password", data={"token": token, "password": "short"})
    await alice.post("/auth/reset-password", setting(token))
    assert "/reset-password" in caplog.text
    # pytest listens to uvicorn's own lines about requests as well, which a server of ours does not write.
    theirs = ("httpx", "httpcore", "uvicorn.access")
    ours = [record for record in caplog.records if not record.name.startswith(theirs)]
    text = "\n".join(record.getMessage() for record in ours)
    for secret in (token, NEW, PASSWORD):
        assert secret not in text
