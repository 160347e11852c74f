"""Logging: lines for people or JSON for machines, both without secrets."""

import json
import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from core import tracing
from core.config import Settings

REQUESTS = "api.requests"


class WithoutSecrets(logging.Formatter):
    """Writes records, including tracebacks, with all known secrets replaced."""

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
    """Writes each record as a line of JSON that includes its `fields`."""

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
        # Cleaned first, because JSON may escape a secret.
        return json.dumps(
            {
                key: self.clean(value) if isinstance(value, str) else value
                for key, value in line.items()
                if value is not None
            }
        )


def set_up(settings: Settings) -> None:
    """Log warnings, and our own packages' messages, to standard error; as JSON in production.

    Requests are only logged in production, so that a developer's terminal stays readable.
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
    # It warns about a slow first picture and a missing font cache, which are no problem.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    logging.getLogger(REQUESTS).setLevel(logging.INFO if settings.production else logging.WARNING)
