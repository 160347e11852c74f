"""The parameters of a Bot API call, however a client sends them.

https://core.telegram.org/bots/api#making-requests: query string, form, multipart or JSON. Objects inside a
form are JSON strings; uploads are parts that a parameter names with `attach://`, or parts with its own name.
"""

import json
import types
from typing import Annotated, Any, Union, get_args, get_origin
from urllib.parse import parse_qsl

from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile, TelegramObject
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request

from sandbox.errors import BotApiError, bad_request

ATTACH = "attach://"
MAX_FIELD = 4 << 20  # bytes of one parameter
_MISSING = {
    "text": "message text is empty",
    "chat_id": "chat_id is empty",
    "message_id": "message identifier is not specified",
}


async def read_parameters(request: Request) -> dict[str, Any]:
    """The raw parameters: strings, JSON values and uploads (BufferedInputFile). Raises BotApiError 400."""
    parameters: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        parameters.update(_json_object(await request.body()))
    elif kind == "application/x-www-form-urlencoded":
        parameters.update(parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True))
    elif kind == "multipart/form-data":
        async with request.form(max_part_size=MAX_FIELD) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    parameters[name] = BufferedInputFile(await value.read(), value.filename or name)
                else:
                    parameters[name] = value
    return parameters


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise bad_request("can't parse JSON object")
    return value


def build_call(method: type[TelegramMethod[Any]], parameters: dict[str, Any]) -> TelegramMethod[Any]:
    """The parameters as aiogram's model of the method. Raises BotApiError 400."""
    values = {}
    for name, value in parameters.items():
        field = method.model_fields.get(name)
        if field is not None and value is not None:
            values[name] = _value(name, value, field.annotation, parameters)
    try:
        return method.model_validate(values)
    except ValidationError as error:
        raise _refusal(error) from error


def _value(name: str, value: Any, annotation: Any, parameters: dict[str, Any]) -> Any:
    if not isinstance(value, str):
        return value
    if value.startswith(ATTACH):
        upload = parameters.get(value.removeprefix(ATTACH))
        if not isinstance(upload, BufferedInputFile):
            raise bad_request(f"there is no file in the request for {value}")
        return upload
    if name in ("chat_id", "from_chat_id"):
        return int(value) if value.lstrip("-").isdecimal() else value
    if _is_structured(annotation):
        try:
            return json.loads(value) if value else None
        except ValueError as error:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from error
    return value


def _is_structured(annotation: Any) -> bool:
    """Whether a parameter of this type is an object or a list, which forms carry as JSON."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType, Annotated):
        return any(_is_structured(part) for part in get_args(annotation))
    if origin in (list, dict):
        return True
    return isinstance(annotation, type) and issubclass(annotation, TelegramObject)


def _refusal(error: ValidationError) -> BotApiError:
    first = error.errors(include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else "parameters"
    if first["type"] == "missing":
        return bad_request(_MISSING.get(name, f"parameter {name} is required"))
    if name == "reply_markup":
        return bad_request("object expected as reply markup")
    return bad_request(f"invalid {name} specified")


def loggable(parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters as JSON for the call log, with name and size (bytes) instead of uploads."""
    return {
        name: {"file": value.filename, "size": len(value.data)}
        if isinstance(value, BufferedInputFile)
        else value
        for name, value in parameters.items()
    }
