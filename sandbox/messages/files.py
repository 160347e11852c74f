"""Files that the bot sent, kept in the database and fetched by path as at Telegram."""

import mimetypes
import secrets
import sqlite3
from io import BytesIO
from pathlib import PurePath
from typing import Any, Literal

from aiogram.types import BufferedInputFile, Document, InputFile, PhotoSize
from PIL import Image

from sandbox.errors import BotApiError, bad_request
from sandbox.store import Store

MAX_PHOTO, MAX_DOCUMENT = 10 << 20, 50 << 20  # bytes: the Bot API's limits


def photo_of(store: Store, given: InputFile | str) -> list[PhotoSize]:
    """A message's photo, from an upload or the id of an earlier photo. Raises BotApiError."""
    row = _given_file(store, given, "photos")
    if row["width"] is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if len(row["content"]) > MAX_PHOTO:
        raise BotApiError(413, "Request Entity Too Large")
    return [PhotoSize(width=row["width"], height=row["height"], **file_fields(row))]


def document_of(store: Store, given: InputFile | str) -> Document:
    """A message's document, from an upload or the id of an earlier one. Raises BotApiError."""
    row = _given_file(store, given, "documents")
    if len(row["content"]) > MAX_DOCUMENT:
        raise BotApiError(413, "Request Entity Too Large")
    return Document(file_name=row["name"], mime_type=row["mime"], **file_fields(row))


def find_file(store: Store, key: Literal["file_id", "path"], value: str) -> sqlite3.Row | None:
    """A file by its `file_id` or its `path`."""
    return store.row(f"SELECT * FROM files WHERE {key} = ?", value)  # noqa: S608


def file_fields(row: sqlite3.Row) -> dict[str, Any]:
    """The fields that all of Telegram's file objects share."""
    unique_id = f"SBF{row['id']}"
    return {"file_id": row["file_id"], "file_unique_id": unique_id, "file_size": len(row["content"])}


def _given_file(store: Store, given: InputFile | str, folder: str) -> sqlite3.Row:
    if isinstance(given, BufferedInputFile):
        if not given.data:
            raise bad_request("file must be non-empty")
        return _keep(store, given, folder)
    if not isinstance(given, str) or given.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    row = find_file(store, "file_id", given)
    if row is None:
        raise bad_request("wrong remote file identifier specified: Wrong character in the string")
    return row


def _keep(store: Store, upload: BufferedInputFile, folder: str) -> sqlite3.Row:
    name = PurePath((upload.filename or "file").replace("\\", "/")).name or "file"
    size = image_size(upload.data) or (None, None)
    file_id = f"SBX{secrets.token_urlsafe(30)}"
    path = f"{folder}/file_{secrets.token_hex(8)}{PurePath(name).suffix}"
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    row = store.row(
        "INSERT INTO files (file_id, path, name, mime, width, height, content) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "RETURNING *",
        *(file_id, path, name, mime, *size, upload.data),
    )
    assert row is not None
    return row


def image_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, GIF or JPEG; None for anything else."""
    try:
        with Image.open(BytesIO(content), formats=("PNG", "GIF", "JPEG")) as image:
            return image.size
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
