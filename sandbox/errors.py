"""Refusals, in Telegram's words and with Telegram's codes."""

from typing import Any


class BotApiError(Exception):
    """An answer with `ok: false`: HTTP status `code`, `description`, and `parameters` for the client."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def answer(self) -> dict[str, Any]:
        """The body that Telegram would send."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class ControlError(Exception):
    """Something impossible, answered by the control API with `status` and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


def bad_request(what: str) -> BotApiError:
    """400 in Telegram's style."""
    return BotApiError(400, f"Bad Request: {what}")


def forbidden(what: str) -> BotApiError:
    """403 in Telegram's style."""
    return BotApiError(403, f"Forbidden: {what}")


def conflict(what: str) -> BotApiError:
    """409 in Telegram's style."""
    return BotApiError(409, f"Conflict: {what}")


def too_many_requests(retry_after: int) -> BotApiError:
    """429: `retry_after` is in whole seconds."""
    return BotApiError(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})


def not_in_the_sandbox() -> BotApiError:
    """400 for what is part of the Bot API but not of the sandbox."""
    return BotApiError(400, "not in the sandbox")
