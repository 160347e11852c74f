"""Running the chosen command. Importing this imports everything that commands need."""

import argparse
import asyncio
import getpass
import sys
from pathlib import Path

from core.config import Settings, load_settings
from core.errors import ConfigurationError, DomainError
from core.inventory.import_plan import WrongLines
from stockbell import logs
from stockbell.backup import archive
from stockbell.commands import accounts, csv, database, deliveries, running


def execute(chosen: argparse.Namespace) -> int:
    """Run one command. Return 0, or 1 after an error on standard error, which lists all wrong cells."""
    try:
        settings = load_settings()
        logs.set_up(settings)
        _obey(chosen, settings)
    except (ConfigurationError, DomainError) as error:
        print(f"stockbell: {error}", file=sys.stderr, flush=True)  # noqa: T201
        if isinstance(error, WrongLines) and len(error.problems) > 1:
            for problem in error.problems:
                print(f"{problem.field}: {problem.message}", file=sys.stderr, flush=True)  # noqa: T201
        return 1
    return 0


def _obey(chosen: argparse.Namespace, settings: Settings) -> None:
    match chosen.command:
        case "run" | "web" | "bot" | "clock" | "sandbox":
            asyncio.run(_RUNNING[chosen.command](settings))
        case "migrate":
            database.migrate(settings)
        case "backup":
            print(archive.backup(settings, Path(chosen.file).absolute()), flush=True)  # noqa: T201
        case "restore":
            database.prepare(settings)
            file = Path(chosen.file).absolute()
            print(archive.restore(settings, file, force=chosen.force), flush=True)  # noqa: T201
        case "user":
            _USERS[chosen.action](chosen, settings)
        case "deliveries":
            print(deliveries.obey(chosen, settings))  # noqa: T201
        case "import":
            where = Path(chosen.file), chosen.household, chosen.email
            print(csv.import_items(settings, *where, dry_run=chosen.dry_run))  # noqa: T201
        case "export":
            csv.export_items(settings, chosen.file, chosen.household, chosen.email, force=chosen.force)


def _create_user(chosen: argparse.Namespace, settings: Settings) -> None:
    password = _password()
    timezone = chosen.timezone or settings.default_timezone
    how_to_link = accounts.create_user(settings, chosen.email, chosen.name, password, timezone)
    print(f"{chosen.name} can sign in as {chosen.email}.\nTo link a phone, {how_to_link}", flush=True)  # noqa: T201


def _set_password(chosen: argparse.Namespace, settings: Settings) -> None:
    accounts.set_password(settings, chosen.email, _password())
    print(f"{chosen.email} has a new password and is signed out everywhere.", flush=True)  # noqa: T201


def _password() -> str:
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


_RUNNING = {
    "run": running.run_all,
    "web": running.run_web,
    "bot": running.run_bot,
    "clock": running.run_clock,
    "sandbox": running.run_sandbox,
}
_USERS = {"create": _create_user, "password": _set_password}
