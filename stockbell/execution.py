"""Executing what the command line chose. Importing this imports all that a command may need at once."""

import argparse
import asyncio
import getpass
import sys
from pathlib import Path

from core.config import Settings, load_settings
from core.errors import ConfigurationError, DomainError
from stockbell import backup, commands, logs


def execute(chosen: argparse.Namespace) -> int:
    """Run one command. Return 0, or 1 after one sentence on standard error."""
    try:
        settings = load_settings()
        secrets = (settings.telegram_bot_token, settings.jwt_secret, settings.metrics_token)
        logs.set_up([secret.get_secret_value() for secret in secrets])
        _obey(chosen, settings)
    except (ConfigurationError, DomainError) as error:
        print(f"stockbell: {error}", file=sys.stderr, flush=True)  # noqa: T201
        return 1
    return 0


def _obey(chosen: argparse.Namespace, settings: Settings) -> None:
    match chosen.command:
        case "run":
            asyncio.run(commands.run_all(settings))
        case "web":
            asyncio.run(commands.run_web(settings))
        case "bot":
            asyncio.run(commands.run_bot(settings))
        case "clock":
            asyncio.run(commands.run_clock(settings))
        case "sandbox":
            asyncio.run(commands.run_sandbox(settings))
        case "migrate":
            commands.migrate(settings)
        case "backup":
            print(backup.backup(settings, Path(chosen.file).absolute()), flush=True)  # noqa: T201
        case "restore":
            commands.prepare(settings)
            file = Path(chosen.file).absolute()
            print(backup.restore(settings, file, force=chosen.force), flush=True)  # noqa: T201
        case "user":
            _create_user(chosen, settings)


def _create_user(chosen: argparse.Namespace, settings: Settings) -> None:
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    timezone = chosen.timezone or settings.default_timezone
    how_to_link = commands.create_user(settings, chosen.email, chosen.name, password, timezone)
    print(f"{chosen.name} can sign in as {chosen.email}.\nTo link a phone, {how_to_link}", flush=True)  # noqa: T201
