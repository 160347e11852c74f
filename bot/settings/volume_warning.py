"""Before a change that would bring many more messages: how many, and whether to save it anyway.

People are not asked about what they start to follow: they name it, and one tap undoes it.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from bot.filters import Caller
from bot.keyboards import confirmation
from bot.markup import plain, shorten
from bot.replies import Reply
from bot.settings.callbacks import SetApart, SetChannel, SetQuiet, SetRoute, SetTopic
from bot.settings.commands import Change, choice
from bot.settings.menu import page_of
from bot.settings.topic_view import Choice
from bot.settings.words import COLUMNS
from core.actors import Actor
from core.models import ChannelName, When
from core.preferences import routing
from core.preferences.routing import Routing
from core.settings import preview
from core.settings.preview import Draft, Preview

SHOWN = 3
LONGEST_EXAMPLE = 160


async def question(me: Caller, pressed: Change) -> Reply | None:
    """Return the question whether to save what was pressed, or None if there is no need to ask.

    Raises Invalid, NotAllowed.
    """
    # A button that cannot be `sure` never asks.
    louder = None if getattr(pressed, "sure", True) else await me.read(_louder, pressed)
    return _ask(louder, pressed) if louder else None


def _louder(session: Session, who: Actor, pressed: Change) -> Preview | None:
    """Return how many messages a change would have brought lately, if that is many more."""
    match pressed:
        case SetTopic(on=True):
            now = choice(session, who, pressed.household)
            draft = _draft(now, [*now.topics, pressed.topic], {})
        case SetRoute() if pressed.when is not When.OFF:
            now = choice(session, who, pressed.household)
            draft = _draft(now, now.topics, {pressed.topic: {pressed.channel: pressed.when}})
        case SetChannel(on=True):
            draft = Draft({COLUMNS[pressed.channel]: True})
        case SetQuiet(on=False):
            draft = Draft({"quiet_enabled": False})
        case SetApart(on=False):
            draft = Draft(apart={pressed.household: None})
        case _:
            return None
    found = preview.replay(session, who, draft)
    return found if preview.is_noisy(found.current, found.messages) else None


def _draft(now: Choice, topics: Sequence[str], routes: Mapping[str, Mapping[str, str | None]]) -> Draft:
    if now.household is None:
        return Draft({"topics": list(topics)}, routes)
    return Draft(apart={now.household: Routing(list(topics), routing.merge(now.routes, routes))})


def _ask(louder: Preview, pressed: Change) -> Reply:
    here = [one for one in louder.examples if one.channel is ChannelName.TELEGRAM][:SHOWN]
    examples = [f"• {plain(shorten(one.text, LONGEST_EXAMPLE))}" for one in here]
    now, then = louder.current.telegram, louder.messages.telegram
    text = (
        f"<b>That is much more</b>\nIn the last {louder.days} days it would have been {then:,} messages here "
        f"instead of {now:,}. The latest:"
    )
    save = pressed.model_copy(update={"sure": True})
    return Reply(
        "\n".join([text, *examples, "", "Save it?"]),
        confirmation("Save", save, page_of(pressed)),
    )
