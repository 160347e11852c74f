"""Files that the bot sent: kept in the database, fetched by path as at Telegram."""

import mimetypes
import secrets
import sqlite3
from pathlib import PurePath
from typing import TYPE_CHECKING

from aiogram.methods import GetFile
from aiogram.types import BufferedInputFile, Document, File, InputFile, PhotoSize

from sandbox.errors import BotApiError, bad_request
from sandbox.messages.images import image_size
from sandbox.store import Store

if TYPE_CHECKING:
    from sandbox.state import Sandbox

MAX_PHOTO, MAX_DOCUMENT, MAX_DOWNLOAD = 10 << 20, 50 << 20, 20 << 20  # bytes: the Bot API's limits


def photo_of(store: Store, given: InputFile | str) -> list[PhotoSize]:
    """The photo of a message, from an upload or the id of a photo sent before. Raises BotApiError."""
    row = _given_file(store, given, "photos")
    if row["width"] is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if len(row["content"]) > MAX_PHOTO:
        raise BotApiError(413, "Request Entity Too Large")
    return [
        PhotoSize(
            file_id=row["file_id"],
            file_unique_id=_unique_id(row),
            width=row["width"],
            height=row["height"],
            file_size=len(row["content"]),
        )
    ]


def document_of(store: Store, given: InputFile | str) -> Document:
    """The document of a message, from an upload or the id of one sent before. Raises BotApiError."""
    row = _given_file(store, given, "documents")
    if len(row["content"]) > MAX_DOCUMENT:
        raise BotApiError(413, "Request Entity Too Large")
    return Document(
        file_id=row["file_id"],
        file_unique_id=_unique_id(row),
        file_name=row["name"],
        mime_type=row["mime"],
        file_size=len(row["content"]),
    )


def find_file(store: Store, key: str, value: str) -> sqlite3.Row | None:
    """A file by its `file_id` or its `path`."""
    column = {"file_id": "file_id", "path": "path"}[key]
    return store.row(f"SELECT * FROM files WHERE {column} = ?", value)  # noqa: S608


def get_file(sandbox: "Sandbox", call: GetFile) -> File:
    """https://core.telegram.org/bots/api#getfile"""
    row = find_file(sandbox.store, "file_id", call.file_id)
    if row is None:
        raise bad_request("invalid file_id")
    if len(row["content"]) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return File(
        file_id=row["file_id"],
        file_unique_id=_unique_id(row),
        file_size=len(row["content"]),
        file_path=row["path"],
    )


def _unique_id(row: sqlite3.Row) -> str:
    return f"SBF{row['id']}"


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
    store.insert(
        "INSERT INTO files (file_id, path, name, mime, width, height, content) VALUES (?, ?, ?, ?, ?, ?, ?)",
        file_id,
        path,
        name,
        mime,
        *size,
        upload.data,
    )
    row = find_file(store, "file_id", file_id)
    assert row is not None
    return row
