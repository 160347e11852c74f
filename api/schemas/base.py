"""The two kinds of schema."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema


def example(more: dict[str, Any] | None = None, /, **fields: Any) -> ConfigDict:
    """Return the configuration of a body that the OpenAPI document shows with these values.

    `more` is what its schema says beside: rules between several fields.
    """
    return ConfigDict(json_schema_extra={**(more or {}), "examples": [fields]})


class Body(BaseModel):
    """What a client sends. Keys that are not ours, and those that only we write, are ignored."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore")


class Patch(Body):
    """Some fields of a thing: what is missing stays. `NEVER_NULL` names those that null does not clear."""

    NEVER_NULL: ClassVar[tuple[str, ...]]

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        schema = handler.resolve_ref_schema(handler(core_schema))
        for name in cls.NEVER_NULL:
            field = schema["properties"][to_camel(name)]
            field.update(field.pop("anyOf")[0])
        return schema


class Out(BaseModel):
    """What we answer. Every key is always there, null when there is nothing to say."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)
