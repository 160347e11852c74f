"""Logging: lines for a person who reads the terminal, or JSON for a machine. Secrets are kept out of both."""

import json
import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from core import tracing
from core.config import Settings

REQUESTS = "api.requests"


class WithoutSecrets(logging.Formatter):
    """Writes records, tracebacks included, with every known secret replaced."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S")
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        return self.clean(super().format(record))

    def clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return text


class JsonLines(WithoutSecrets):
    """Writes each record as one JSON object on one line; a record's `fields` are keys of it."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%S}.{record.msecs:03.0f}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "traceId": tracing.trace_id.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        # Before it becomes JSON, which would write some secrets differently.
        return json.dumps(
            {
                key: self.clean(value) if isinstance(value, str) else value
                for key, value in line.items()
                if value is not None
            }
        )


def set_up(settings: Settings) -> None:
    """Send warnings, and what our own packages say, to standard error: JSON in production.

    In development requests are left out, so that the terminal stays readable.
    """
    known = (settings.telegram_bot_token, settings.jwt_secret, settings.metrics_token, settings.smtp_url)
    secrets = [secret.get_secret_value() for secret in (*known, *settings.jwt_previous_secrets)]
    if settings.smtp is not None and settings.smtp.password:
        secrets.append(settings.smtp.password)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(secrets) if settings.production else WithoutSecrets(secrets))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for package in ("api", "bot", "core", "sandbox", "stockbell"):
        logging.getLogger(package).setLevel(logging.INFO)
    # It warns when the first picture takes long, and when it keeps nothing about fonts: neither is a fault.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    logging.getLogger(REQUESTS).setLevel(logging.INFO if settings.production else logging.WARNING)
