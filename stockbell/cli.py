"""The command line: the commands of `stockbell` and their arguments."""

import argparse
import contextlib
import os
import signal
from collections.abc import Iterator, Sequence
from types import FrameType

# The exit code of a program that SIGINT ended.
INTERRUPTED = 130

# Those of core.models.DeliveryState, which would take a second to import.
STATES = ("pending", "sending", "sent", "failed", "skipped", "superseded", "folded", "unconfirmed")

HELP = {
    "run": "everything in one process, migrated at start; without a token, with the sandbox and a demo",
    "web": "the web API and its live sockets",
    "bot": "the Telegram bot and its outbox",
    "clock": "what is due at a time",
    "sandbox": "a Telegram Bot API server on this machine, with a chat page",
    "migrate": "bring the database to this release's tables",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Return 0, 1 after one sentence on standard error, or 130 after Ctrl-C."""
    chosen = parser().parse_args(arguments)
    try:
        with _leaving_at_once():
            # This takes two seconds, in which somebody may press Ctrl-C.
            from stockbell import execution
        return execution.execute(chosen)
    except KeyboardInterrupt:
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="stockbell", description="A household's inventory that lives in Telegram."
    )
    subcommands = top.add_subparsers(dest="command", required=True, metavar="command")
    for name, text in HELP.items():
        subcommands.add_parser(name, help=text, description=text)
    _add_backups(subcommands)
    user = subcommands.add_parser("user", help="accounts").add_subparsers(dest="action", required=True)
    create = user.add_parser("create", help="make an account, and print a link that links a phone to it")
    create.add_argument("email")
    create.add_argument("--name", required=True, help="how others see this person")
    create.add_argument("--timezone", help="such as Europe/Berlin; DEFAULT_TIMEZONE unless given")
    _add_deliveries(subcommands.add_parser("deliveries", help="what was told to whom, and what was not"))
    password = user.add_parser("password", help="give an account a new password, and sign it out everywhere")
    password.add_argument("email")
    taking = subcommands.add_parser("import", help="add and change a household's items from a CSV file")
    taking.add_argument("file", help="in UTF-8; its first line names the columns")
    taking.add_argument("--dry-run", action="store_true", help="only say what each line would come to")
    giving = subcommands.add_parser("export", help="write a household's items to a CSV file")
    giving.add_argument("file", help="- for standard output")
    giving.add_argument("--force", action="store_true", help="replace a file that is there")
    for command in (taking, giving):
        command.add_argument("--household", required=True, metavar="NAME-OR-ID")
        command.add_argument("--as", dest="email", required=True, metavar="EMAIL", help="a member of it")
    return top


def _add_deliveries(deliveries: argparse.ArgumentParser) -> None:
    actions = deliveries.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="the newest first")
    listing.add_argument("--state", choices=STATES)
    listing.add_argument("--channel", choices=("telegram", "inApp", "email"))
    listing.add_argument("--limit", type=_one_or_more, default=50)
    for name, text in (("show", "all about one"), ("replay", "try one again that is over, once")):
        actions.add_parser(name, help=text).add_argument("id", type=int)
    test = actions.add_parser("test", help="send somebody a test on all of their channels")
    test.add_argument("email")


def _one_or_more(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and int(typed)):
        raise argparse.ArgumentTypeError(f"{typed} is not a number of 1 or more")
    return int(typed)


def _add_backups(subcommands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "write the database to a file, while everything is running"
    subcommands.add_parser("backup", help=text, description=text).add_argument("file")
    text = "put a backup into the place of the database"
    restore = subcommands.add_parser("restore", help=text, description=text)
    restore.add_argument("file")
    restore.add_argument("--force", action="store_true", help="replace what is in the database")


@contextlib.contextmanager
def _leaving_at_once() -> Iterator[None]:
    """Exit at once on SIGINT: an import may swallow a KeyboardInterrupt."""
    before = signal.signal(signal.SIGINT, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _leave(_number: int, _frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)
