"""What people typed reads as they typed it in every mail, in its text and in its HTML."""

import dataclasses
import re
from datetime import UTC, date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from enum import Enum
from html import unescape
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest

from core import events
from core.events import severity
from core.mail import composing, rendering
from core.mail.links import MailLinks
from core.models import ChannelName, MovementKind, Topic
from core.wording.channels import Line, Outgoing, Recap

TYPED = "<b>\"& it's"
NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)
ID = UUID(int=1)
VALUES: dict[Any, Any] = {
    str: TYPED,
    int: 2000,
    bool: True,
    UUID: ID,
    datetime: NOW,
    date: NOW.date(),
    MovementKind: MovementKind.CONSUMED,
}
NOT_MAILED = (events.ShoppingListEvent, events.PersonNotified, events.SettingsUpdated, events.Unreadable)
NAMELESS = (events.AddressToVerify, events.PasswordResetAsked, events.PasswordChanged)


def kinds(base: type[events.Event]) -> list[type[events.Event]]:
    return [kind for one in base.__subclasses__() for kind in kinds(one)] or [base]


MAILED = [kind for kind in kinds(events.Event) if not issubclass(kind, NOT_MAILED)]


def made(kind: Any) -> Any:
    """Return a value of a type; all that somebody may have typed into it is what Alice typed."""
    if kind in VALUES:
        return VALUES[kind]
    if get_args(kind):
        first = made(get_args(kind)[0])
        return [first, first] if get_origin(kind) is list else first
    if issubclass(kind, Enum):
        return next(iter(kind))
    return kind(**{field.name: made(get_type_hints(kind)[field.name]) for field in dataclasses.fields(kind)})


def mailed(lines: list[Line]) -> EmailMessage:
    composed = composing.compose(lines, 2, Recap(alerts=2, solved=1))
    message = Outgoing(
        id=ID,
        channel=ChannelName.EMAIL,
        destination=ID,
        address="alice@home.example",
        text=composed.text,
        buttons=composed.buttons,
        subject=composed.subject,
        html=composed.html,
        severity=lines[0].severity,
        fence=1,
        attempts=1,
        repeats=0,
        most_lines=2,
        plain=False,
        frozen_at=NOW,
        picture=composed.picture,
    )
    links = MailLinks("https://stockbell.example", b"a key of the tests")
    bell = Address("", "bell", "stockbell.example")
    return rendering.render(message, links, bell, Address("", "alice", "home.example"), b"a picture")


def written(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content())


@pytest.mark.parametrize("others", [0, 3])
@pytest.mark.parametrize("kind", MAILED, ids=lambda kind: kind.__name__)
def test_a_mail_says_the_same_in_its_text_and_in_its_html(kind: type[events.Event], others: int) -> None:
    event = made(kind)
    line = Line(Topic.MEMBER_ACTIVITY, event, severity.of(event), NOW, household=TYPED)
    mail = mailed([line] * (1 + others))
    text, html = written(mail, "plain"), written(mail, "html")
    assert (TYPED in text) is not issubclass(kind, NAMELESS)
    assert TYPED not in html, "its markup is escaped"
    [title, shown] = re.findall("<title>(.*)</title>.*<body[^>]*>(.*)</body>", html, re.DOTALL)[0]
    assert unescape(title) == mail["Subject"]
    # What stands in attributes are words of the text, too: where a link leads, what a chart shows.
    shown = re.sub(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', r"\2: \1", shown)
    shown = re.sub(r'<img [^>]*alt="([^"]*)"[^>]*>', r"\1", shown)
    words = unescape(re.sub("<[^>]*>", "", shown).replace(" · ", " ")).split()
    assert sorted(words) == sorted(text.split())
