"""What the control API takes and returns, as plain objects. Imports neither aiogram nor fastapi."""

from dataclasses import dataclass
from typing import Any, Literal

GroupChange = Literal["kick", "remove", "restore", "silence", "delete"]
OutageKind = Literal["html_502", "html_504", "5xx", "reset_before"]
FaultKind = Literal[
    "429",
    "429_bare",
    "429_empty",
    "429_html",
    "401",
    "5xx",
    "html_502",
    "html_504",
    "html_504_after",
    "timeout",
    "timeout_after",
    "reset_before",
    "reset_after",
    "unreadable_after",
    "truncated_after",
]


@dataclass(frozen=True)
class Button:
    """A button under a message, with callback data or a URL."""

    text: str
    callback_data: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Answer:
    """The bot's answer to a pressed button: a toast or an alert."""

    press_id: str
    person_id: int
    data: str
    text: str
    show_alert: bool


@dataclass(frozen=True)
class SentFile:
    """A photo or document; `url` is a path in the sandbox, `size` is in bytes."""

    name: str
    mime: str
    size: int
    width: int | None
    height: int | None
    url: str


@dataclass(frozen=True)
class ChatMessage:
    """One message bubble. `entities` are in UTF-16 code units, and `html` is the text with them as tags.

    `silent`: it came without a sound.
    """

    id: int
    chat_id: int
    from_id: int
    from_name: str
    from_bot: bool
    date: int
    edited: bool
    silent: bool
    text: str
    entities: list[dict[str, Any]]
    html: str
    buttons: list[list[Button]]
    photo: SentFile | None
    document: SentFile | None
    reply_to: int | None
    answers: list[Answer]

    def labels(self) -> list[str]:
        """The labels of all buttons, row by row."""
        return [button.text for row in self.buttons for button in row]

    def button(self, label: str) -> Button:
        """The first button whose label contains this. Raises LookupError, which lists the labels."""
        for row in self.buttons:
            for button in row:
                if label in button.text:
                    return button
        raise LookupError(f"No button {label!r} under {self.text!r}, only {self.labels()}.")


@dataclass(frozen=True)
class Pressed:
    """A pressed button: the id of its callback query, or the URL that it opened."""

    press_id: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class ApiCall:
    """A Bot API call; `status` and `answer` are None while it waits, or if it got no answer."""

    id: int
    method: str
    parameters: dict[str, Any]
    at: float
    status: int | None
    answer: dict[str, Any] | None
    fault: str | None


@dataclass(frozen=True)
class OutageCall:
    """A call made while Telegram was down; `at` is Unix time."""

    at: float
    method: str
    chat_id: int | None


@dataclass(frozen=True)
class Acceptance:
    """A message that the sandbox accepted from the bot, by whatever method it was sent.

    `number` only rises; `at` is Unix time. `fault` is what happened to the answer, or None. If there was one,
    the message is `ambiguous`: the sender cannot know that it arrived, and may send it again.
    """

    number: int
    at: float
    method: str
    chat_id: int
    message_id: int
    text: str
    silent: bool
    fault: str | None
    ambiguous: bool


def read_message(raw: dict[str, Any]) -> ChatMessage:
    """A message from the JSON of the control API."""
    return ChatMessage(
        **{
            **raw,
            "buttons": [[Button(**button) for button in row] for row in raw["buttons"]],
            "photo": SentFile(**raw["photo"]) if raw["photo"] else None,
            "document": SentFile(**raw["document"]) if raw["document"] else None,
            "answers": [Answer(**answer) for answer in raw["answers"]],
        }
    )
