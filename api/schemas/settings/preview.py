"""What other notification settings would have meant."""

from datetime import datetime

from pydantic import Field

from api.schemas.base import Out, View
from core.models import ChannelName, Topic


class CountsOut(Out):
    """How many messages there would have been on each channel."""

    telegram: int
    in_app: int
    email: int


class ExampleOut(Out):
    """A message. What waits for a digest, or for quiet hours to end, has the moment at which that is."""

    at: datetime
    channel: ChannelName
    type: Topic = Field(validation_alias="topic")
    text: str


class PreviewOut(View):
    """`messages` are those of the draft and `current` those of the settings as they are.

    `examples` are the newest messages of the draft. `truncated`: so much happened that not all was looked at.
    """

    days: int
    messages: CountsOut
    current: CountsOut
    examples: list[ExampleOut]
    truncated: bool
