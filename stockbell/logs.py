"""Logging for a person who reads the terminal, with secrets kept out of it."""

import logging
import sys
from collections.abc import Sequence


class WithoutSecrets(logging.Formatter):
    """Writes records, tracebacks included, with every known secret replaced."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S")
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return text


def set_up(secrets: Sequence[str]) -> None:
    """Send warnings, and what our own packages say, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(WithoutSecrets(secrets))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for package in ("api", "bot", "core", "sandbox", "stockbell"):
        logging.getLogger(package).setLevel(logging.INFO)
