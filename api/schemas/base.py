"""The two kinds of schema."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Body(BaseModel):
    """What a client sends. Keys that are not ours, and those that only we write, are ignored."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore")


class Out(BaseModel):
    """What we answer. Every key is always there, null when there is nothing to say."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)
