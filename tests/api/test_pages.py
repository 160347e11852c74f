"""The pages of this server: a GET changes nothing, a button does, and no token leaks."""

import re
from collections.abc import AsyncIterator
from html import unescape

import httpx
import pytest

from core.config import Settings
from core.db import Database
from core.telegram import bots
from tests.api.live import listening
from tests.core.world import Watch
from tests.support.mail import MailServer
from tests.support.people import PASSWORD, Person
from tests.support.post import Post, link_in, mailing, token_in

NEW = "a new horse and another battery"


@pytest.fixture
def settings(settings: Settings, mail_server: MailServer) -> Settings:
    return mailing(settings, mail_server)


@pytest.fixture
async def browser(api: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that nobody is signed in with."""
    async with httpx.AsyncClient(base_url=api) as browser:
        yield browser


def text_of(answer: httpx.Response) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text)))


async def press(browser: httpx.AsyncClient, shown: httpx.Response, **typed: str) -> httpx.Response:
    """Fill in and send the one form of a page, as a browser does."""
    [(to, inside)] = re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', shown.text, re.DOTALL)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', inside))
    fields = set(re.findall(r'<input name="([^"]+)"', inside))
    assert fields == set(typed)
    return await browser.post(str(shown.url.join(to)), data={**hidden, **typed})


async def test_the_address_of_the_server_says_what_runs_there(
    browser: httpx.AsyncClient, database: Database
) -> None:
    shown = await browser.get("/")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "inventory that lives in Telegram" in text_of(shown)
    assert "No bot has run here yet." in text_of(shown)
    assert "t.me" not in shown.text
    assert (await browser.get(str(shown.url.join("docs")))).status_code == 200
    await database.write(bots.claim, 42, "StockbellBot")
    shown = await browser.get("/")
    assert (
        '<a class="action" href="https://t.me/StockbellBot">Open @StockbellBot in Telegram</a>' in shown.text
    )
    assert '<a href="docs">' in shown.text


async def test_looking_at_a_link_changes_nothing_and_a_button_proves_the_address(
    alice: Person, post: Post, browser: httpx.AsyncClient
) -> None:
    link = link_in(await post.newest(alice.email), "verify-email")
    for _ in range(3):
        shown = await browser.get(link)
        assert shown.status_code == 200
    assert not (await alice.get("/auth/me"))["emailVerified"]
    assert "is confirmed" in text_of(await press(browser, shown))
    assert (await alice.get("/auth/me"))["emailVerified"]
    again = await press(browser, shown)
    assert (again.status_code, "was used" in text_of(again)) == (400, True)


async def test_alice_sets_a_password_on_the_page(
    alice: Person, post: Post, watch: Watch, browser: httpx.AsyncClient
) -> None:
    await post.deliver()
    watch.advance(minutes=2)
    asked = await press(browser, await browser.get("/forgot-password"), email=f" {alice.email} ")
    assert "a link is on its way" in text_of(asked)
    link = link_in(await post.newest(alice.email), "reset-password")
    shown = await browser.get(link)
    short = await press(browser, shown, password="short")
    assert (short.status_code, "8 to 1024" in text_of(short)) == (400, True)
    assert "was changed" in text_of(await press(browser, short, password=NEW))
    for password, status in ((NEW, 200), (PASSWORD, 401)):
        body = {"email": alice.email, "password": password}
        assert (await alice.call("POST", "/auth/login", body)).status_code == status
    used = await browser.get(link)
    assert (used.status_code, "Send me a link" in text_of(used)) == (400, True)
    late = await press(browser, shown, password="too late, somebody")
    assert (late.status_code, "was used" in text_of(late)) == (400, True)


async def test_one_click_in_the_mail_program_stops_the_mails_and_the_page_undoes_it(
    alice: Person, post: Post, watch: Watch, browser: httpx.AsyncClient
) -> None:
    await post.deliver()
    watch.advance(minutes=2)
    await alice.add_item(quantity=3, minQuantity=2)
    [item] = (await alice.get(f"{alice.home}/items"))["items"]
    await alice.post(f"{alice.home}/items/{item['id']}/consume", {"quantity": 2})
    taken = await post.newest(alice.email)
    link = link_in(taken, "unsubscribe")
    assert f"<https://stockbell.example{link}>" == taken.mail["List-Unsubscribe"]

    async def enabled() -> bool:
        return bool((await alice.get("/notifications/settings"))["email"]["enabled"])

    page = await browser.get(link)
    assert await enabled()
    async with listening(alice) as hers:
        one_click = await browser.post(link, data={"List-Unsubscribe": "One-Click"})
        told = (await hers.first("settings.updated"))["payload"]["settings"]
        assert told["email"]["enabled"] is False
    assert (one_click.status_code, await enabled()) == (200, False)
    assert "mails again" in text_of(await press(browser, one_click))
    assert await enabled()
    await press(browser, page)
    assert not await enabled()
    watch.advance(minutes=2)
    await alice.post("/auth/forgot-password", {"email": alice.email})
    assert (await post.newest(alice.email)).mail["Subject"] == "Set a new password"


async def test_who_is_invited_without_an_account_sees_how_to_join_and_can_stop_it(
    alice: Person, post: Post, watch: Watch, browser: httpx.AsyncClient
) -> None:
    await post.deliver()
    body = {"email": "dora@example.com", "role": "member"}
    invitation = await alice.post(f"{alice.home}/members", body, expect=201)
    taken = await post.newest("dora@example.com")
    shown = await browser.get(link_in(taken, "invitations"))
    assert shown.status_code == 200
    assert "Alice invites you to Alice's Home, as a member." in text_of(shown)
    assert "dora@example.com" in text_of(shown)

    await browser.post(link_in(taken, "unsubscribe"), data={"List-Unsubscribe": "One-Click"})
    await alice.delete(f"{alice.home}/invitations/{invitation['invitationId']}")
    assert "taken back" in text_of(await browser.get(link_in(taken, "invitations")))
    watch.advance(minutes=2)
    await alice.post(f"{alice.home}/members", body, expect=201)
    await post.deliver()
    assert len(post.server.to("dora@example.com")) == 1
    [newest, *_] = (await alice.get("/notifications/history", {"channel": "email"}))["history"]
    assert (newest["state"], newest["reason"]) == ("skipped", "mailbox_suspended")


async def test_what_people_typed_is_no_markup(alice: Person, post: Post, browser: httpx.AsyncClient) -> None:
    typed = '<b>"&'
    await alice.call("PATCH", "/auth/me", {"displayName": typed})
    await alice.call("PUT", alice.home, {"name": f"{typed}'s"})
    body = {"email": "d&d@example.com", "role": "member"}
    await alice.post(f"{alice.home}/members", body, expect=201)
    shown = await browser.get(link_in(await post.newest("d&d@example.com"), "invitations"))
    assert f"{typed} invites you to {typed}'s, as a member." in text_of(shown)
    assert "Sign in with d&d@example.com in" in text_of(shown)
    asked = await press(browser, await browser.get("/forgot-password"), email="d&d@example.com")
    assert "an account with d&d@example.com, a" in text_of(asked)
    assert "d&d" not in shown.text + asked.text
    for page in ("/verify-email", "/unsubscribe"):
        odd = await browser.get(page, params={"token": f"{typed}'>"})
        assert re.findall(r'name="token" value="([^"<>]*)">', odd.text) == ["&lt;b&gt;&#34;&amp;&#39;&gt;"]


async def test_a_token_of_one_kind_opens_no_other_page(
    alice: Person, post: Post, watch: Watch, browser: httpx.AsyncClient
) -> None:
    token = token_in(await post.newest(alice.email), "verify-email")
    for page, typed in (("unsubscribe", {}), ("reset-password", {"password": NEW})):
        answer = await browser.post(f"/{page}", data={"token": token, **typed})
        assert answer.status_code == 400
    assert (await browser.get("/invitations", params={"token": token})).status_code == 400


@pytest.mark.parametrize(
    "path", ["/", "/verify-email", "/reset-password", "/forgot-password", "/unsubscribe", "/invitations"]
)
async def test_no_page_lets_a_token_out_or_a_script_in(browser: httpx.AsyncClient, path: str) -> None:
    for query in ("", "?token=x", "?token=%00%ff&token=2"):
        answer = await browser.get(path + query)
        assert answer.status_code in {200, 400}
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
        assert answer.headers["Content-Security-Policy"] == policy + "frame-ancestors 'none'"
        assert "style=" not in answer.text
        assert "<script" not in answer.text
        [style] = re.findall(r'<link rel="stylesheet" href="([^"]+)">', answer.text)
        assert (await browser.get(str(answer.url.join(style)))).headers["Content-Type"].startswith("text/css")


@pytest.mark.parametrize("path", ["/verify-email", "/reset-password", "/forgot-password", "/unsubscribe"])
async def test_a_broken_form_is_a_page_and_never_a_fault(browser: httpx.AsyncClient, path: str) -> None:
    urlencoded = {"Content-Type": "application/x-www-form-urlencoded"}
    for content in (b"", b"token=\xff\xfe&email=\x00", b"again=perhaps&token=" + b"A" * 5000, b"&&&==="):
        answer = await browser.post(path, content=content, headers=urlencoded)
        assert answer.status_code == 400, content
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    file = await browser.post(path, files={"token": ("x", b"1"), "email": ("y", b"2")})
    assert file.status_code == 400
    broken = await browser.post(path, content=b"--x\r\n", headers={"Content-Type": "multipart/form-data"})
    assert broken.status_code == 400
