"""The command line: `stockbell run | web | bot | clock | sandbox | migrate | user create`."""

import argparse
import asyncio
import getpass
import sys
from collections.abc import Sequence

from core.config import Settings, load_settings
from core.errors import ConfigurationError, DomainError
from stockbell import commands, logs

HELP = {
    "run": "everything in one process, migrated at start; without a token, with the sandbox and a demo",
    "web": "the web API and its live sockets",
    "bot": "the Telegram bot and its outbox",
    "clock": "what is due at a time",
    "sandbox": "a Telegram Bot API server on this machine, with a chat page",
    "migrate": "bring the database to this release's tables",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Return 0, or 1 after one sentence on standard error."""
    chosen = parser().parse_args(arguments)
    try:
        settings = load_settings()
        logs.set_up([settings.telegram_bot_token.get_secret_value(), settings.jwt_secret.get_secret_value()])
        obey(chosen, settings)
    except (ConfigurationError, DomainError) as error:
        print(f"stockbell: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="stockbell", description="A household's inventory that lives in Telegram."
    )
    subcommands = top.add_subparsers(dest="command", required=True, metavar="command")
    for name, text in HELP.items():
        subcommands.add_parser(name, help=text, description=text)
    user = subcommands.add_parser("user", help="accounts").add_subparsers(dest="action", required=True)
    create = user.add_parser("create", help="make an account, and print a link that links a phone to it")
    create.add_argument("email")
    create.add_argument("--name", required=True, help="how others see this person")
    create.add_argument("--timezone", help="such as Europe/Berlin; DEFAULT_TIMEZONE unless given")
    return top


def obey(chosen: argparse.Namespace, settings: Settings) -> None:
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
        case "user":
            _create_user(chosen, settings)


def _create_user(chosen: argparse.Namespace, settings: Settings) -> None:
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    timezone = chosen.timezone or settings.default_timezone
    how_to_link = commands.create_user(settings, chosen.email, chosen.name, password, timezone)
    print(f"{chosen.name} can sign in as {chosen.email}.\nTo link a phone, {how_to_link}")  # noqa: T201
