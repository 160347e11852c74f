"""What a mail says: its subject, its text, the same as HTML, and which links it has."""

from collections.abc import Sequence
from dataclasses import replace

from core import events
from core.mail.links import Target, reference
from core.wording import digest_charts, scheduled, sentences
from core.wording.channels import Composed, Line, Recap

LONGEST_SUBJECT = 120
# How many lines of each list of a digest are told.
LINES_A_LIST = 25
BREAK = "<br>\n"
STOP = ("Stop these mails", reference(Target.UNSUBSCRIBE))


def compose(lines: Sequence[Line], most: int, recap: Recap | None = None) -> Composed:
    """Return the mail that tells the first of the lines; a letter is a mail of its own."""
    [event, *_] = [line.event for line in lines]
    if isinstance(event, events.Letter):
        return _letter(event)
    if isinstance(event, events.DigestGathered) or (
        len(lines) == 1 and isinstance(event, events.ScheduledEvent)
    ):
        return _whole(event, lines[1:], most - 1, recap)
    subject = sentences.heading(lines)
    if len(lines) == 1:
        subject = _in_household(lines[0].household, sentences.told(lines[0]))
    text, html = _told(lines, most)
    first = [sentences.recapped(recap)] if recap is not None else []
    return _mail(subject, [*first, *text], [*first, *html], [STOP])


def _whole(event: events.ScheduledEvent, others: Sequence[Line], most: int, recap: Recap | None) -> Composed:
    """Return the mail that tells all of what was sent at its time, and after it what waited for it."""
    text, html = (
        scheduled.paragraphs(event, style, LINES_A_LIST) for style in (sentences.PLAIN, sentences.HTML)
    )
    subject = scheduled.headline(event)
    if recap is not None:
        text, html = [*text, sentences.recapped(recap)], [*html, sentences.recapped(recap)]
    if others:
        more_text, more_html = _told(others, most)
        text, html = [*text, "Also", *more_text], [*html, sentences.HTML.name("Also"), *more_html]
    mail = _mail(subject, text, html, [STOP])
    return replace(mail, picture=digest_charts.of(event))


def _told(lines: Sequence[Line], most: int) -> tuple[list[str], list[str]]:
    """Return the first of the lines as sentences, in plain text and as HTML, and how many more there are."""
    shown, left = lines[:most], len(lines) - most
    plain = [_in_household(line.household, sentences.told(line)) for line in shown]
    marked = [
        _in_household(
            sentences.HTML.text(line.household) if line.household else None,
            sentences.told(line, sentences.HTML),
        )
        for line in shown
    ]
    more = [f"… and {left:,} more."] if left > 0 else []
    return [*plain, *more], [*marked, *more]


def _letter(letter: events.Letter) -> Composed:
    sentence, marked = sentences.sentence(letter), sentences.sentence(letter, sentences.HTML)
    subject = sentences.title(letter)
    match letter:
        case events.AddressToVerify():
            note = "The link works once, for 24 hours. If it was not you, do nothing."
            link = ("Confirm this address", reference(Target.VERIFY, letter.token_id))
        case events.PasswordResetAsked():
            note = "The link works once, for 30 minutes. If it was not you, do nothing: nothing changes then."
            link = ("Set a new password", reference(Target.RESET, letter.token_id))
        case events.InvitationSent():
            subject = f"{letter.user_name} invites you to {letter.household_name}"
            note = f"You can accept until {letter.expires_at:%Y-%m-%d}. If you do not want to, do nothing."
            link = ("See how to join", reference(Target.INVITATION, letter.invitation_id))
            return _mail(subject, [sentence, note], [marked, note], [link, STOP])
        case _:
            note = "You can always ask for a link that sets another one."
            link = ("Set another password", reference(Target.PASSWORD))
    return _mail(subject, [sentence, note], [marked, note], [link])


def _mail(
    subject: str, text: Sequence[str], html: Sequence[str], links: Sequence[tuple[str, str]]
) -> Composed:
    return Composed(
        text="\n\n".join(text),
        html="\n".join(f"<p>{BREAK.join(paragraph.splitlines())}</p>" for paragraph in html),
        subject=_shorten(" ".join(subject.split())),
        buttons=[[link] for link in links],
    )


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST_SUBJECT else f"{text[: LONGEST_SUBJECT - 1].rstrip()}…"


def _in_household(household: str | None, sentence: str) -> str:
    return f"{household}: {sentence}" if household else sentence
