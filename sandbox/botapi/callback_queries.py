"""Answers to pressed buttons."""

import json
import time

from aiogram.methods import AnswerCallbackQuery

from sandbox.errors import bad_request
from sandbox.messages.storage import find_message
from sandbox.state import Sandbox

MAX_ANSWER = 200  # characters: https://core.telegram.org/bots/api#answercallbackquery


def answer_callback_query(sandbox: Sandbox, call: AnswerCallbackQuery) -> bool:
    """https://core.telegram.org/bots/api#answercallbackquery. A press can be answered once, and soon."""
    press_id = int(call.callback_query_id) if call.callback_query_id.isdigit() else 0
    row = sandbox.store.row("SELECT * FROM presses WHERE id = ? AND answer IS NULL", press_id)
    if row is None or time.time() - row["pressed_at"] > sandbox.settings.callback_lifetime:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(call.text or "") > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = {"text": call.text or "", "show_alert": bool(call.show_alert)}
    sandbox.store.run("UPDATE presses SET answer = ? WHERE id = ?", json.dumps(answer), press_id)
    event = {"type": "answer", "press_id": str(press_id), "person_id": row["person_id"], **answer}
    sandbox.feed.publish(row["chat_id"], event)
    message = find_message(sandbox.store, row["chat_id"], row["message_id"])
    if message is not None:
        sandbox.show(message)
    return True
