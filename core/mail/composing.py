"""What a mail says: its subject, its text, also as HTML, and its links."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from markupsafe import Markup

from core import events
from core.mail.links import Target, reference
from core.mail.templating import filled
from core.wording import charts, scheduled, sentences
from core.wording.channels import Composed, Line, Recap
from core.wording.sentences import Style

LONGEST_SUBJECT = 120
# How many lines of each list of a digest are shown.
LINES_A_LIST = 25
STOP = ("Stop these mails", reference(Target.UNSUBSCRIBE))


def compose(lines: Sequence[Line], most: int, recap: Recap | None = None) -> Composed:
    """Return a mail with the first `most` lines, or with only the first if that is transactional."""
    [event, *_] = [line.event for line in lines]
    if isinstance(event, events.TransactionalMail):
        return _transactional(event)
    hidden = [sentences.recapped(recap)] if recap is not None else []
    if isinstance(event, events.DigestGathered) or (
        len(lines) == 1 and isinstance(event, events.ScheduledEvent)
    ):
        return _whole(event, lines[1:], most - 1, hidden)
    subject = sentences.heading(lines) if len(lines) > 1 else _sentence(lines[0], sentences.PLAIN)
    return _mail(subject, lambda style: [*hidden, *_told(lines, most, style)], [STOP])


def _whole(
    event: events.ScheduledEvent, others: Sequence[Line], most: int, hidden: Sequence[str]
) -> Composed:
    """Return a mail with all of a scheduled event, then with what waited for it."""

    def paragraphs(style: Style) -> list[str]:
        whole = [_written(one, style) for one in scheduled.paragraphs(event, style, LINES_A_LIST)]
        also = [_written(style.name("Also"), style), *_told(others, most, style)] if others else []
        return [*whole, *hidden, *also]

    mail = _mail(scheduled.headline(event), paragraphs, [STOP])
    return replace(mail, picture=charts.of(event))


def _told(lines: Sequence[Line], most: int, style: Style) -> list[str]:
    """Return the first `most` lines as sentences, and how many more there are."""
    told = [_sentence(line, style) for line in lines[:most]]
    left = len(lines) - most
    return [*told, f"… and {left:,} more."] if left > 0 else told


def _sentence(line: Line, style: Style) -> str:
    told = sentences.told(line, style)
    return _written(f"{style.text(line.household)}: {told}" if line.household else told, style)


def _written(text: str, style: Style) -> str:
    """Mark text in the HTML style as safe: that style has escaped what people typed."""
    return Markup(text) if style is sentences.HTML else text  # noqa: S704


def _transactional(event: events.TransactionalMail) -> Composed:
    subject, stop = sentences.title(event), []
    match event:
        case events.AddressToVerify():
            note = "The link works once, for 24 hours. If it was not you, do nothing."
            link = ("Confirm this address", reference(Target.VERIFY, event.token_id))
        case events.PasswordResetAsked():
            note = "The link works once, for 30 minutes. If it was not you, do nothing: nothing will change."
            link = ("Set a new password", reference(Target.RESET, event.token_id))
        case events.InvitationSent():
            subject = f"{event.user_name} invites you to {event.household_name}"
            note = f"You can accept until {event.expires_at:%Y-%m-%d}. If you do not want to, do nothing."
            link = ("See how to join", reference(Target.INVITATION, event.invitation_id))
            stop = [STOP]
        case _:
            note = "You can always ask for a link to set a new one."
            link = ("Set a new password", reference(Target.PASSWORD))
    return _mail(
        subject, lambda style: [_written(sentences.sentence(event, style), style), note], [link, *stop]
    )


def _mail(
    subject: str, paragraphs: Callable[[Style], Sequence[str]], links: Sequence[tuple[str, str]]
) -> Composed:
    return Composed(
        text="\n\n".join(paragraphs(sentences.PLAIN)),
        html=filled("paragraphs.html", paragraphs=paragraphs(sentences.HTML)),
        subject=_shorten(" ".join(subject.split())),
        buttons=[[link] for link in links],
    )


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST_SUBJECT else f"{text[: LONGEST_SUBJECT - 1].rstrip()}…"
