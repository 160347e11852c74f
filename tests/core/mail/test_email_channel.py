"""What is told by mail: over a real SMTP connection, whatever the mail server does."""

import logging
import re
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.accounts import accounts
from core.actors import Actor, Face
from core.config import Settings
from core.db import Database, table
from core.delivery import chats, inbox, mailboxes
from core.households import households
from core.inventory import stock
from core.models import Message
from core.settings import preferences
from core.wording.sentences import sentence
from tests.core import world
from tests.core.world import Built, Watch, World
from tests.support.mail import HANG, RESET, MailServer
from tests.support.post import Post, mailing

ALICE = "alice@home.example"


@pytest.fixture
def settings(settings: Settings, mail_server: MailServer) -> Settings:
    return mailing(settings, mail_server)


@pytest.fixture
async def home(watch: Watch, database: Database, post: Post, mail_server: MailServer, built: Built) -> World:
    """Everybody, who has read the mail about their linked chat already."""
    made = await built.anew(database, can_mail=True)
    await post.deliver()
    mail_server.taken.clear()
    mail_server.commands.clear()
    watch.advance(minutes=5)
    return made


async def bob_uses(database: Database, home: World, thousandths: int) -> None:
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, thousandths)


async def mails_of(database: Database, person: Any) -> list[tuple[str, str | None]]:
    told = await database.read(world.deliveries_of, person)
    not_asked_for = {"own_act", "topic_off"}
    return [
        (state, reason)
        for channel, state, reason in told
        if channel == "email" and reason not in not_asked_for
    ]


async def test_alice_is_told_by_mail_that_milk_ran_low(
    database: Database, home: World, post: Post, mail_server: MailServer, watch: Watch
) -> None:
    await bob_uses(database, home, 3000)
    await post.deliver()
    [taken] = mail_server.to(ALICE)
    told = "Milk is running low: 1 l left, the minimum is 2 l. Bob used 3 l."
    assert taken.sender == "bell@stockbell.example"
    assert taken.mail["From"] == "Stockbell <bell@stockbell.example>"
    assert (taken.mail["To"], taken.mail["Subject"]) == (ALICE, told)
    assert parsedate_to_datetime(taken.mail["Date"]) == watch.now
    assert re.fullmatch(r"<[0-9a-f-]{36}@stockbell\.example>", taken.mail["Message-ID"])
    assert taken.mail.get_content_type() == "multipart/alternative"
    assert told in taken.part("plain")
    assert "<b>Milk</b> is running low" in taken.part("html")
    [stop] = re.findall(
        r"<(https://stockbell\.example/unsubscribe\?token=\S+)>", taken.mail["List-Unsubscribe"]
    )
    assert stop in taken.part("plain")
    assert taken.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail_server.to("bob@home.example") != [], "he used it in the chat, and a mail is not the chat"
    assert ("sent", None) in await mails_of(database, home.alice)


async def test_what_people_typed_is_neither_markup_nor_a_header(
    database: Database, post: Post, mail_server: MailServer, watch: Watch
) -> None:
    name = "<script>alert(1)</script> & Co."
    eve = await database.write(accounts.register, "eve@home.example", "no hash", name, "UTC")
    who = Actor(eve.id, Face.WEB)
    home = await database.write(households.create, who, "Küche 🥛", None, "UTC")
    item = await database.write(stock.add, who, home.id, {**world.milk_columns(), "name": "Süß: a=b"})
    await database.write(stock.consume, who, home.id, item.item.id, 4000)
    taken = await post.newest("eve@home.example")
    assert "<script>" not in taken.part("html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co." in taken.part("html")
    assert taken.mail["Subject"].startswith("Süß: a=b is out of stock. <script>")
    assert taken.raw.isascii()


async def test_a_line_break_begins_no_header(
    database: Database, home: World, post: Post, mail_server: MailServer, watch: Watch
) -> None:
    def break_line(session: Session) -> None:
        session.execute(update(table(Message)).values(subject="Milk\r\nBcc: eve@example.com"))

    mail_server.answers["RCPT"] = ["450 4.2.1 later"] * 2
    await bob_uses(database, home, 3000)
    await post.deliver()
    await database.write(break_line)
    watch.advance(minutes=2)
    await post.deliver()
    assert mail_server.taken == []
    assert ("failed", "refused") in await mails_of(database, home.alice)


async def test_alerts_within_a_minute_come_together(
    database: Database, home: World, post: Post, mail_server: MailServer, watch: Watch
) -> None:
    eggs = {**world.milk_columns(), "name": "Eggs"}
    await bob_uses(database, home, 3000)
    await post.deliver()
    watch.advance(seconds=5)
    for name in ("Eggs", "Rice", "Tea"):
        item = await database.write(stock.add, home.on_web("alice"), home.home, {**eggs, "name": name})
        await database.write(stock.consume, home.in_chat("bob"), home.home, item.item.id, 4000)
        await post.deliver()
        watch.advance(seconds=15)
    assert len(mail_server.to(ALICE)) == 2
    watch.advance(seconds=60)
    await post.deliver()
    together = mail_server.to(ALICE)[-1]
    assert len(mail_server.to(ALICE)) == 3
    assert together.mail["Subject"] == "2 alerts"
    assert "Rice is out of stock" in together.part("plain")
    assert "<b>Tea</b> is out of stock" in together.part("html")


async def test_a_telegram_chat_that_is_suspended_is_told_by_mail(
    database: Database, home: World, post: Post
) -> None:
    await database.write(chats.suspend, world.ALICE.telegram_id, "bot was blocked by the user")
    taken = await post.newest(ALICE)
    assert "Telegram no longer delivers to the chat of @alice" in taken.part("plain")


async def test_who_has_no_address_or_wants_no_mail_gets_none(
    database: Database, home: World, post: Post, mail_server: MailServer
) -> None:
    await database.write(preferences.change, home.on_web("alice"), {"email_enabled": False})
    await bob_uses(database, home, 3000)
    await post.deliver()
    assert mail_server.to(ALICE) == []
    dora = await database.write(accounts.create_without_email, "Dora", "UTC")
    who = Actor(dora.id, Face.TELEGRAM)
    place = await database.write(households.create, who, "Cabin", None, "UTC")
    item = await database.write(stock.add, who, place.id, world.milk_columns())
    await database.write(stock.consume, who, place.id, item.item.id, 4000)
    assert await mails_of(database, dora.id) == [("skipped", "no_address")]


@pytest.mark.parametrize(
    ("command", "answer", "wait"),
    [
        ("CONNECT", "421 4.3.2 closing", 1),
        ("CONNECT", RESET, 1),
        ("EHLO", RESET, 1),
        ("MAIL", "451 4.3.0 try later", 1),
        ("MAIL", RESET, 1),
        ("RCPT", RESET, 1),
        ("RCPT", "421 4.7.0 too many", 1),
        ("RCPT", "450 4.2.0 greylisted", 60),
        ("DATA", "452 4.2.2 full", 60),
        ("CONTENT", "451 4.3.0 try later", 60),
    ],
)
async def test_what_passes_is_waited_for_and_mailed_once(
    database: Database,
    home: World,
    post: Post,
    mail_server: MailServer,
    watch: Watch,
    command: str,
    answer: str,
    wait: int,
) -> None:
    await database.write(preferences.change, home.on_web("bob"), {"email_enabled": False})
    mail_server.answers[command] = [answer]
    await bob_uses(database, home, 3000)
    await post.deliver()
    assert mail_server.taken == []
    assert await post.deliver() == 0, "not at once"
    watch.advance(seconds=wait)
    await post.deliver()
    assert len(mail_server.taken) == 1
    assert await mails_of(database, home.alice) == [*_linked(), ("sent", None)]


def _linked() -> list[tuple[str, str | None]]:
    """That Alice's chat was linked, which she heard before."""
    return [("sent", None)]


async def test_a_recipient_that_is_put_off_for_a_day_is_given_up(
    database: Database, home: World, post: Post, mail_server: MailServer, watch: Watch
) -> None:
    mail_server.answers["RCPT"] = ["450 4.2.0 greylisted"] * 100
    await bob_uses(database, home, 3000)
    for _ in range(40):
        await post.deliver()
        watch.advance(minutes=60)
    assert mail_server.taken == []
    assert ("failed", "refused") in await mails_of(database, home.alice)
    assert len(mail_server.answers["RCPT"]) > 40, "it does not ask more often than it must"


@pytest.mark.parametrize("ending", [RESET, HANG])
async def test_a_mail_that_may_have_arrived_comes_again_under_the_same_id(
    database: Database, home: World, post: Post, mail_server: MailServer, watch: Watch, ending: str
) -> None:
    await database.write(preferences.change, home.on_web("bob"), {"email_enabled": False})
    mail_server.answers["CONTENT"] = [ending]
    await bob_uses(database, home, 3000)
    await post.deliver()
    watch.advance(seconds=5)
    await bob_uses(database, home, 1000)
    await post.deliver()
    assert len(mail_server.taken) == 2
    first, again = mail_server.taken
    # A mail server that knows the id drops the second one; MIME boundaries are drawn anew.
    assert first.mail["Message-ID"] == again.mail["Message-ID"]
    assert first.mail["Date"] == again.mail["Date"]
    assert first.part("plain") == again.part("plain")


async def test_a_server_that_never_answers_leaves_it_unconfirmed(
    database: Database, home: World, post: Post, mail_server: MailServer, watch: Watch
) -> None:
    await database.write(preferences.change, home.on_web("bob"), {"email_enabled": False})
    mail_server.answers["CONTENT"] = [RESET] * 3
    await bob_uses(database, home, 3000)
    for _ in range(5):
        await post.deliver()
        watch.advance(minutes=20)
    assert len(mail_server.taken) == 3
    assert ("unconfirmed", "no_answer") in await mails_of(database, home.alice)


@pytest.mark.parametrize("answer", ["550 no such user", "550 5.1.1 unknown", "553 5.2.1 disabled"])
async def test_a_mailbox_that_is_gone_is_left_alone_and_its_person_told_elsewhere(
    database: Database, home: World, post: Post, mail_server: MailServer, watch: Watch, answer: str
) -> None:
    await database.write(preferences.change, home.on_web("bob"), {"email_enabled": False})
    mail_server.answers["RCPT"] = [answer]
    await bob_uses(database, home, 3000)
    watch.advance(seconds=1)
    await post.deliver()
    newest = (await database.read(inbox.read, home.on_web("alice"), 1, 0)).entries[0]
    assert (newest.topic, ALICE in sentence(newest.event)) == ("account", True)
    mail_server.commands.clear()
    watch.advance(minutes=30)
    await bob_uses(database, home, 1000)
    assert await post.deliver() == 0
    assert mail_server.commands == []
    assert ("skipped", "mailbox_suspended") in await mails_of(database, home.alice)
    await database.write(mailboxes.resume, home.alice)
    await database.write(stock.restock, home.in_chat("bob"), home.home, home.milk, 5000)
    watch.advance(minutes=30)
    await bob_uses(database, home, 5000)
    await post.deliver()
    assert "Milk is out of stock" in mail_server.to(ALICE)[-1].part("plain")


@pytest.mark.parametrize(
    ("command", "answer"),
    [("RCPT", "554 5.7.1 looks like spam"), ("CONTENT", "554 looks like spam"), ("DATA", "554 5.5.1 no")],
)
async def test_one_mail_that_is_refused_is_no_reason_to_stop_mailing(
    database: Database,
    home: World,
    post: Post,
    mail_server: MailServer,
    watch: Watch,
    command: str,
    answer: str,
) -> None:
    await database.write(preferences.change, home.on_web("bob"), {"email_enabled": False})
    mail_server.answers[command] = [answer]
    await bob_uses(database, home, 3000)
    await post.deliver()
    assert ("failed", "refused") in await mails_of(database, home.alice)
    watch.advance(minutes=20)
    await bob_uses(database, home, 1000)
    await post.deliver()
    assert len(mail_server.to(ALICE)) == 1


async def test_a_hanging_server_holds_nobody_up_for_long(
    database: Database, home: World, post: Post, mail_server: MailServer, watch: Watch
) -> None:
    mail_server.answers["MAIL"] = [HANG]
    await database.write(preferences.change, home.on_web("bob"), {"email_enabled": False})
    await bob_uses(database, home, 3000)
    await post.deliver()
    assert mail_server.reached.is_set()
    watch.advance(seconds=1)
    await post.deliver()
    assert len(mail_server.to(ALICE)) == 1, "nothing can have arrived, so it is tried again soon"


async def test_a_mail_server_that_is_away_loses_nothing(
    database: Database, home: World, settings: Settings, watch: Watch
) -> None:
    away = MailServer()
    async with away.running():
        pass
    post = Post(mailing(settings, away), database, away)
    await bob_uses(database, home, 3000)
    for _ in range(3):
        await post.deliver()
        watch.advance(minutes=10)
    assert post.dispatcher.problem is not None
    assert "no connection to the mail server" in post.dispatcher.problem
    async with MailServer(port=away.port).running() as back:
        await post.deliver()
        watch.advance(minutes=10)
        await post.deliver()
        assert {taken.recipient for taken in back.taken} == {ALICE, "bob@home.example"}


async def test_a_server_that_can_mail_no_more_says_so_of_what_waits(
    database: Database, home: World, database_url: str, mail_server: MailServer, post: Post
) -> None:
    await database.write(preferences.change, home.on_web("bob"), {"email_enabled": False})
    mail_server.answers["MAIL"] = ["451 later"]
    await bob_uses(database, home, 3000)
    await post.deliver()
    await database.write(mailboxes.suspend, await database.read(_mailbox_of, home.bob), "550")
    without = Database(database_url)
    await without.write(mailboxes.skip_unreachable)
    without.dispose()
    assert ("skipped", "channel_unavailable") in await mails_of(database, home.alice)
    assert await post.deliver() == 0


def _mailbox_of(session: Session, user_id: Any) -> Any:
    return mailboxes.of_user(session, user_id)


async def test_an_address_that_is_not_ascii_gets_its_mail(
    database: Database, post: Post, mail_server: MailServer, watch: Watch
) -> None:
    for name, address in (("Jürgen", "jürgen@home.example"), ("Ana", "ana@köln.example")):
        made = await database.write(accounts.register, address, "no hash", name, "UTC")
        who = Actor(made.id, Face.WEB)
        home = await database.write(households.create, who, "Home", None, "UTC")
        item = await database.write(stock.add, who, home.id, world.milk_columns())
        await database.write(stock.consume, who, home.id, item.item.id, 4000)
    await post.deliver()
    recipients = {taken.recipient for taken in mail_server.taken}
    assert recipients == {"jürgen@home.example", "ana@xn--kln-sna.example"}
    sent = [command for command in mail_server.commands if command.startswith("MAIL")]
    assert sorted("SMTPUTF8" in command for command in sent) == [False, True]


async def test_nothing_secret_is_in_a_frozen_mail(database: Database, home: World, post: Post) -> None:
    await bob_uses(database, home, 3000)
    await post.deliver()

    def frozen(session: Session) -> str:
        messages = table(Message)
        rows = session.execute(select(messages.c.text, messages.c.html, messages.c.buttons)).all()
        return " ".join(str(value) for row in rows for value in row)

    assert "token" not in await database.read(frozen)


async def test_the_log_stays_quiet_and_knows_no_address(
    database: Database, home: World, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await bob_uses(database, home, 3000)
    await post.deliver()
    assert ALICE not in caplog.text
