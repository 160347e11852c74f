"""What other notification settings would have meant."""

from datetime import datetime
from typing import Self

from api.schemas.base import Out
from core.models import ChannelName, Topic
from core.settings.preview import Counts, Preview


class CountsOut(Out):
    """How many messages there would have been on each channel."""

    telegram: int
    in_app: int
    email: int

    @classmethod
    def of(cls, counts: Counts) -> Self:
        return cls(telegram=counts.telegram, in_app=counts.in_app, email=counts.email)


class ExampleOut(Out):
    """A message. What waits for a digest, or for quiet hours to end, has the moment at which that is."""

    at: datetime
    channel: ChannelName
    type: Topic
    text: str


class PreviewOut(Out):
    """`messages` are those of the draft and `current` those of the settings as they are.

    `examples` are the newest messages of the draft. `truncated`: so much happened that not all was looked at.
    """

    days: int
    messages: CountsOut
    current: CountsOut
    examples: list[ExampleOut]
    truncated: bool

    @classmethod
    def of(cls, preview: Preview) -> Self:
        return cls(
            days=preview.days,
            messages=CountsOut.of(preview.messages),
            current=CountsOut.of(preview.current),
            examples=[
                ExampleOut(at=one.at, channel=one.channel, type=one.topic, text=one.text)
                for one in preview.examples
            ],
            truncated=preview.truncated,
        )
