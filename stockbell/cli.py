"""The command line: the commands of `stockbell` and their arguments."""

import argparse
import contextlib
import os
import signal
from collections.abc import Iterator, Sequence
from types import FrameType

# The exit code of a program that SIGINT ended.
INTERRUPTED = 130

# As in core.models.DeliveryState, which would take a second to import.
STATES = ("pending", "sending", "sent", "failed", "skipped", "superseded", "folded", "unconfirmed")

HELP = {
    "run": "everything in one process, after migrating; without a token, a demo with the sandbox",
    "web": "the web API with its live sockets",
    "bot": "the Telegram bot, and the sending of its messages",
    "clock": "scheduled work and mail",
    "sandbox": "a Telegram Bot API server on this machine, with a page to chat",
    "migrate": "upgrade the database to this release's tables",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Return 0, 1 after an error on standard error, or 130 after Ctrl-C."""
    chosen = parser().parse_args(arguments)
    try:
        with _leaving_at_once():
            # This takes two seconds, and somebody may press Ctrl-C meanwhile.
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
    user = subcommands.add_parser("user", help="create accounts and set passwords").add_subparsers(
        dest="action", required=True
    )
    create = user.add_parser("create", help="create an account, and print a link that connects a phone to it")
    create.add_argument("email")
    create.add_argument("--name", required=True, help="how others see this person")
    create.add_argument("--timezone", help="such as Europe/Berlin; DEFAULT_TIMEZONE unless given")
    _add_deliveries(
        subcommands.add_parser("deliveries", help="messages to people: which were sent or not, and why")
    )
    password = user.add_parser("password", help="set an account's password, and sign it out everywhere")
    password.add_argument("email")
    taking = subcommands.add_parser("import", help="add and change a household's items from a CSV file")
    taking.add_argument("file", help="in UTF-8, with the names of its columns in the first line")
    taking.add_argument("--dry-run", action="store_true", help="only print what each line would change")
    giving = subcommands.add_parser("export", help="write a household's items to a CSV file")
    giving.add_argument("file", help="- for standard output")
    giving.add_argument("--force", action="store_true", help="replace an existing file")
    for command in (taking, giving):
        command.add_argument("--household", required=True, metavar="NAME-OR-ID")
        command.add_argument("--as", dest="email", required=True, metavar="EMAIL", help="a member of it")
    return top


def _add_deliveries(deliveries: argparse.ArgumentParser) -> None:
    actions = deliveries.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="list them, the newest first")
    listing.add_argument("--state", choices=STATES)
    listing.add_argument("--channel", choices=("telegram", "inApp", "email"))
    listing.add_argument("--limit", type=_one_or_more, default=50)
    for name, text in (("show", "show all about one"), ("replay", "try one that is over once more")):
        actions.add_parser(name, help=text).add_argument("id", type=int)
    test = actions.add_parser("test", help="send somebody a test message on all their channels")
    test.add_argument("email")


def _one_or_more(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and int(typed)):
        raise argparse.ArgumentTypeError(f"{typed} is not a number of 1 or more")
    return int(typed)


def _add_backups(subcommands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "write the database to a file, even while everything is running"
    subcommands.add_parser("backup", help=text, description=text).add_argument("file")
    text = "replace the database by a backup"
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
