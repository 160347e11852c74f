"""Before a change that is much more noise: what it would have been, and the question whether to save it.

What somebody begins to follow is not asked about: they name it, and a tap takes it back.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from aiogram.filters.callback_data import CallbackData
from sqlalchemy.orm import Session

from bot.keyboards import button, keyboard
from bot.markup import plain, shorten
from bot.replies import Reply
from bot.settings.callbacks import SetApart, SetChannel, SetQuiet, SetRoute, SetTopic
from bot.settings.commands import COLUMNS, choice
from bot.settings.topic_view import Choice
from core.actors import Actor
from core.models import ChannelName, Topic, When
from core.preferences import routing
from core.preferences.routing import Routing
from core.settings import preview
from core.settings.preview import Draft, Preview

SHOWN = 3
LONGEST_EXAMPLE = 160


def of_topic(session: Session, who: Actor, household_id: UUID | None, topic: Topic) -> Preview | None:
    """Return what switching a topic on would have meant, if that is much more. Raises NotAllowed."""
    now = choice(session, who, household_id)
    return _of(session, who, _draft(now, [*now.topics, topic], {}))


def of_route(
    session: Session, who: Actor, household_id: UUID | None, topic: Topic, channel: ChannelName, when: When
) -> Preview | None:
    """Return what news of a topic on a channel would have meant, if that is much more. Raises NotAllowed."""
    now = choice(session, who, household_id)
    return _of(session, who, _draft(now, now.topics, {topic: {channel: when}}))


def of_channel(session: Session, who: Actor, channel: ChannelName) -> Preview | None:
    """Return what switching a channel on would have meant, if that is much more. Raises Invalid."""
    return _of(session, who, Draft({COLUMNS[channel]: True}))


def of_no_quiet(session: Session, who: Actor) -> Preview | None:
    """Return what switching quiet hours off would have meant, if that is much more."""
    return _of(session, who, Draft({"quiet_enabled": False}))


def of_rejoining(session: Session, who: Actor, household_id: UUID) -> Preview | None:
    """Return what the general settings would have meant for a household, if that is much more."""
    return _of(session, who, Draft(apart={household_id: None}))


def ask(
    louder: Preview, pressed: SetTopic | SetRoute | SetChannel | SetApart | SetQuiet, cancel: CallbackData
) -> Reply:
    """Return the question whether to save what was pressed all the same."""
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
        keyboard([button("Save", save), button("Cancel", cancel)]),
    )


def _of(session: Session, who: Actor, draft: Draft) -> Preview | None:
    found = preview.replay(session, who, draft)
    return found if preview.is_noisy(found.current, found.messages) else None


def _draft(now: Choice, topics: Sequence[str], routes: Mapping[str, Mapping[str, str | None]]) -> Draft:
    if now.household is None:
        return Draft({"topics": list(topics)}, routes)
    return Draft(apart={now.household: Routing(list(topics), routing.merge(now.routes, routes))})
