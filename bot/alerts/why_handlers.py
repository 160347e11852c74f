"""/why and /test: what somebody was told or not, and why, and whether messages arrive."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from bot import days
from bot.filters import Caller, HasAccount
from bot.markup import plain
from bot.replies import Reply
from core.delivery import history
from core.delivery.history import Story
from core.models import ChannelName
from core.notifications import announcing
from core.settings import preferences
from core.wording import reasons, sentences

SHOWN = 5
SENT = "A test is on its way to every channel that is on. /why shows how it went."


def create_router() -> Router:
    router = Router(name=__name__)
    router.message.register(_why, Command("why", ignore_case=True), HasAccount())
    router.message.register(_test, Command("test", ignore_case=True), HasAccount())
    return router


async def _why(_message: Message, me: Caller) -> Reply:
    stories = await me.read(history.recent, SHOWN)
    if not stories:
        return Reply("Nothing has happened yet that concerns you.")
    zone = (await me.read(preferences.get)).timezone
    told = "\n\n".join(_story(story, zone) for story in stories)
    return Reply(f"<b>What happened lately, and what I told you</b>\n\n{told}")


def _story(story: Story, zone: str) -> str:
    lines = [f"{days.moment(story.at, zone)}: {sentences.sentence(story.event, sentences.HTML)}"]
    [reason, *others] = {outcome.reason for outcome in story.outcomes} or {None}
    if reason is not None and not others and not reasons.waits(story.outcomes[0].state):
        # A reason that all channels share is said once.
        return "\n".join([*lines, plain(f"✗ not told: {reasons.explain(story.outcomes[0].state, reason)}")])
    for outcome in story.outcomes:
        mark = "✓" if reasons.is_told(outcome.state) else "…" if reasons.waits(outcome.state) else "✗"
        channel = reasons.CHANNELS[ChannelName(outcome.channel)]
        lines.append(plain(f"{mark} {channel}: {reasons.explain(outcome.state, outcome.reason)}"))
    return "\n".join(lines)


async def _test(_message: Message, me: Caller) -> Reply:
    await me.write(announcing.send_test)
    return Reply(SENT)
