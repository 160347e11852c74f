"""Linking a Telegram chat."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints

from api.schemas.base import Body, Out, View, example
from api.schemas.fields import as_username
from core.telegram.linking import Linked


class LinkBody(Body):
    model_config = example(verificationCode="K7WMPX3R")

    verification_code: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class LinkedOut(View):
    linked: Literal[True] = True
    telegram_username: str = Field(validation_alias="name")
    linked_at: datetime


class LinkCodeOut(Out):
    """`deepLink` is null until a bot has run on this database."""

    code: str
    expires_at: datetime
    deep_link: str | None
    instructions: str


class ReceivedOut(Out):
    ok: Literal[True] = True


class LinkStatusOut(Out):
    """`username` is @name, or null if the person has none on Telegram."""

    linked: bool
    username: str | None
    linked_at: datetime | None

    @classmethod
    def of(cls, linked: Linked | None) -> Self:
        if linked is None:
            return cls(linked=False, username=None, linked_at=None)
        return cls(linked=True, username=as_username(linked.username), linked_at=linked.linked_at)
