"""What bodies and answers have in common."""

from collections.abc import Sequence
from typing import ClassVar, Self

from pydantic import (
    AliasGenerator,
    BaseModel,
    ConfigDict,
    GetJsonSchemaHandler,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict, JsonValue
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from api.schemas.fields import refusal


def example(more: JsonDict | None = None, /, **fields: JsonValue) -> ConfigDict:
    """Return the configuration of a body with this example in the OpenAPI document.

    `more` adds to its schema, such as rules between fields.
    """
    return ConfigDict(json_schema_extra={**(more or {}), "examples": [fields]})


class Body(BaseModel):
    """What a client sends. Unknown and read-only keys are ignored."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore")


class Change(Body):
    """The body of a PUT or PATCH: refused when only unknown fields are sent.

    Unknown fields beside known ones are ignored, as in every body, because existing clients send back what
    they read. An empty object is accepted where no field is required.
    """

    @model_validator(mode="before")
    @classmethod
    def _something_is_known(cls, sent: object) -> object:
        known = _known_instead(cls, sent)
        if known:
            raise refusal(f"Nothing that was sent can be set here. {' '.join(known)}")
        return sent


def _known_instead(body: type[Body], sent: object, place: str = "") -> list[str]:
    """Return the known fields of each place where only unknown ones were sent; empty if any is known.

    A section counts as known if a field in it is. Bodies that forbid unknown fields name them themselves.
    """
    if not isinstance(sent, dict):
        return []
    fields = {field.alias or name: field.annotation for name, field in body.model_fields.items()}
    said = []
    for name, value in sent.items():
        kind = fields.get(name)
        if isinstance(kind, type) and issubclass(kind, Body):
            below = _known_instead(kind, value, f"{place}.{name}".lstrip("."))
            if not below:
                return []
            said += below
        elif name in fields or body.model_config.get("extra") == "forbid":
            return []
    if not sent.keys() <= fields.keys():
        said.insert(0, f"Known fields{place and f' in {place}'}: {', '.join(fields)}.")
    return said


class Patch(Change):
    """A partial change: missing fields stay. `NEVER_NULL` names the fields that cannot be null."""

    NEVER_NULL: ClassVar[tuple[str, ...]]

    @field_validator("*", mode="before")
    @classmethod
    def _not_null(cls, value: object, info: ValidationInfo) -> object:
        if value is None and info.field_name in cls.NEVER_NULL:
            raise refusal("This field must not be null; leave it out to keep it as it is.")
        return value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler.resolve_ref_schema(handler(core_schema))
        for name in cls.NEVER_NULL:
            field = schema["properties"][to_camel(name)]
            field.update(field.pop("anyOf")[0])
        return schema


class Out(BaseModel):
    """What we answer. Every key is always present, null if there is no value."""

    model_config = ConfigDict(
        alias_generator=AliasGenerator(serialization_alias=to_camel),
        from_attributes=True,
        populate_by_name=True,
    )

    def as_json(self) -> dict[str, object]:
        """Return what the client gets."""
        return self.model_dump(mode="json", by_alias=True)


class View(Out):
    """An answer that shows a value of core: attributes of the same name, or of its `validation_alias`."""

    @classmethod
    def of(cls, value: object) -> Self:
        """Return the view of a value."""
        return cls.model_validate(value)


class Listing(Out):
    """A whole list, and `total`, its length."""

    @classmethod
    def of(cls, values: Sequence[object]) -> Self:
        """Return the list of these values, as the field beside `total` shows them."""
        [name] = cls.model_fields.keys() - {"total"}
        return cls.model_validate({name: values, "total": len(values)})
