"""A chart in a mail: seen in the HTML, said in the text."""

import logging
import re
from dataclasses import replace

import pytest

from core.wording import charts, drawing
from tests.core.test_smtp_settings import channel, message
from tests.support.charts import WEEK
from tests.support.mail import MailServer


@pytest.fixture(scope="module", autouse=True)
def drawn_before() -> None:
    """Draw something: the first picture of a process may take longer than a message waits for one."""
    drawing.png(WEEK)


async def test_a_chart_is_seen_in_the_html_and_said_in_the_text(mail_server: MailServer) -> None:
    mail = replace(message(), subject="Your week", text="Your week", html="<p>Your week</p>", picture=WEEK)
    for _ in range(2):
        await channel(mail_server.url).send(mail)
    first, again = mail_server.taken
    figures = charts.describe(WEEK)
    assert first.mail.get_content_type() == "multipart/alternative"
    assert first.part("plain").startswith(f"Your week\n\n{figures}\n\n")
    [(cid, alt)] = re.findall(r'<img src="cid:([^"]+)" alt="([^"]+)"', first.part("html"))
    assert alt == figures
    [picture] = [part for part in first.mail.walk() if part.get_content_type() == "image/png"]
    assert (picture["Content-ID"], picture.get_content_disposition()) == (f"<{cid}>", "inline")
    assert picture.get_payload(decode=True) == drawing.png(WEEK)
    assert list(first.mail.iter_attachments()) == []
    [repeated] = [part for part in again.mail.walk() if part.get_content_type() == "image/png"]
    assert repeated.as_bytes() == picture.as_bytes()


async def test_a_chart_that_cannot_be_drawn_is_left_out(
    mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    await channel(mail_server.url).send(replace(message(), picture=replace(WEEK, used=[1])))
    [taken] = mail_server.taken
    assert "Milk is out of stock." in taken.part("html")
    assert "<img" not in taken.part("html")
    assert "could not be drawn" in caplog.text
