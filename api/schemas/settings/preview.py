"""What other notification settings would have changed."""

from datetime import datetime

from pydantic import Field

from api.schemas.base import Out, View
from core.models import ChannelName, Topic


class CountsOut(Out):
    """The number of messages on each channel."""

    telegram: int
    in_app: int
    email: int


class ExampleOut(Out):
    """A message. `at` is when it would be sent: for some, at the next digest or after quiet hours."""

    at: datetime
    channel: ChannelName
    type: Topic = Field(validation_alias="topic")
    text: str


class PreviewOut(View):
    """`messages` counts those of the draft, and `current` those of the present settings.

    `examples` are the newest messages of the draft. `truncated`: too much happened to examine it all.
    """

    days: int
    messages: CountsOut
    current: CountsOut
    examples: list[ExampleOut]
    truncated: bool
