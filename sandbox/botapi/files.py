"""Files that the bot downloads."""

from aiogram.methods import GetFile
from aiogram.types import File
from starlette.responses import Response

from sandbox.errors import BotApiError, bad_request
from sandbox.messages.files import file_fields, find_file
from sandbox.state import Sandbox

MAX_DOWNLOAD = 20 << 20  # bytes: the Bot API's limit


def get_file(sandbox: Sandbox, call: GetFile) -> File:
    """https://core.telegram.org/bots/api#getfile"""
    row = find_file(sandbox.store, "file_id", call.file_id)
    if row is None:
        raise bad_request("invalid file_id")
    if len(row["content"]) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return File(file_path=row["path"], **file_fields(row))


def download(sandbox: Sandbox, path: str) -> Response:
    """A file's content. Raises BotApiError 404."""
    row = find_file(sandbox.store, "path", path)
    if row is None:
        raise BotApiError(404, "Not Found")
    return Response(row["content"], media_type=row["mime"])
