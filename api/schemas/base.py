"""The two kinds of schema."""

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


def example(more: dict[str, Any] | None = None, /, **fields: Any) -> ConfigDict:
    """Return the configuration of a body that the OpenAPI document shows with these values.

    `more` is what its schema says beside: rules between several fields.
    """
    return ConfigDict(json_schema_extra={**(more or {}), "examples": [fields]})


class Body(BaseModel):
    """What a client sends. Keys that are not ours, and those that only we write, are ignored."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore")


class Out(BaseModel):
    """What we answer. Every key is always there, null when there is nothing to say."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)
