"""ruff, mypy and the tests, side by side: what `python3 dev.py test` runs in its environment.

    (nothing)   all but the tests that are marked `long`
    --all       everything
    --long      only the tests that are marked so
    [...]       ruff and mypy, then pytest with these arguments, in one process and on this terminal

What a part prints is shown when it fails; pytest's summary always is. The exit code is that of the first
part that failed, in the order below.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import NoReturn

# mypy stays in one process: its workers fail when a busy machine keeps them waiting for three seconds.
CHECKS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
}
# Two processes that take about as long. Workers of xdist would each import everything, the bot's framework
# too, which takes longest.
ORDINARY = {
    "pytest core, api": ["pytest", "-m", "not long", "tests/core", "tests/api"],
    "pytest others": ["pytest", "-m", "not long", "--ignore=tests/core", "--ignore=tests/api"],
}
# More than processors would not pay: each has a PostgreSQL server of its own.
IN_PARALLEL = ["pytest", "-n", str(min(max(os.cpu_count() or 1, 2), 4)), "--dist", "worksteal"]
LOOK_EVERY_S = 0.2
TELL_EVERY_S = 30  # where there is no terminal, on which lines can be rewritten
GREEN, RED = 32, 31


def main(arguments: Sequence[str]) -> int:
    """Run what the arguments ask for, and return the exit code."""
    match arguments:
        case []:
            return together({**CHECKS, **ORDINARY})
        case ["--all"]:
            return together({**CHECKS, "pytest": IN_PARALLEL})
        case ["--long"]:
            return together({"pytest": [*IN_PARALLEL, "-m", "long"]})
    code = together(CHECKS)
    if code == 0:
        os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])
    return code


class Part:
    """One of the checks at work. Its output goes to a file, which holds up neither of the two."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self._began = time.monotonic()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - it is open for as long as the part is known
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-m", *command],
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )
        self.code: int | None = None
        """The exit code once it has ended, 128 + n when signal n ended it."""

    def look(self) -> bool:
        """Return whether it has ended by now."""
        code = self._process.poll()
        if code is not None and self.code is None:
            self.code = code if code >= 0 else 128 - code
            self._seconds = self._age()
        return self.code is not None

    def stop(self, *, told: bool) -> None:
        """Let it end what it has begun; `told` when the terminal has sent it Ctrl-C already."""
        if not told:
            self._process.send_signal(signal.SIGINT)
        self._process.wait()

    def said(self) -> str:
        """Return what it has printed so far."""
        # It writes where the file is at, so nothing here may move that.
        size = os.fstat(self._output.fileno()).st_size
        return os.pread(self._output.fileno(), size, 0).decode("utf-8", "replace")

    def summary(self) -> str:
        """Return how a part that passed ends: for pytest what was skipped and why, and its closing line."""
        if not self.name.startswith("pytest"):
            return ""
        *_, before_last, end = ["", *re.split(r"(?m)^(?==+ short test summary info)", self.said())]
        return end if before_last else self.said().rstrip().rpartition("\n")[2]

    def state(self) -> str:
        """Return in a few words how it is going."""
        if self.code is None:
            tests = progress(self.said()) if self.name.startswith("pytest") else ""
            return f"{tests}{self._age():.0f} s"
        how = colored("failed", RED) if self.code else colored("passed", GREEN)
        return f"{how} in {self._seconds:.0f} s"

    def _age(self) -> float:
        return time.monotonic() - self._began


def progress(said: str) -> str:
    """Return how far pytest is, in a few words: it counts the tests, then prints a letter for each."""
    total = re.search(r"(?m)^(?:\d+ workers? \[|collected .*?)(\d+) (?:items?\]|selected$|items?$)", said)
    if total is None:
        return ""
    running = re.split(r"(?m)^=+ (?:FAILURES|ERRORS|short test summary)", said[total.end() :])[0]
    letters = "".join(re.findall(r"(?m)^(?:\S+\.py )?([.FEsxX]+)(?: +\[ *\d+%\])?$", running))
    failed = sum(letter in "FE" for letter in letters)
    return f"{len(letters)} of {total.group(1)} tests, {f'{failed} failed, ' if failed else ''}"


class Screen:
    """A line for each part, rewritten on a terminal; elsewhere one at first, now and then, and at the end."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._width = max(len(part.name) for part in parts)
        self._drawn = 0
        self._told = time.monotonic()
        if not sys.stdout.isatty():
            for part in parts:
                say(f"{part.name}: begins")

    def refresh(self) -> None:
        if sys.stdout.isatty():
            self._draw("")
        elif time.monotonic() - self._told >= TELL_EVERY_S:
            self._told = time.monotonic()
            for part in self._parts:
                if part.name.startswith("pytest") and part.code is None:
                    say(f"{part.name}: {part.state()}")

    def end(self, part: Part) -> None:
        """Show what is to be known of a part that has ended."""
        shown = part.summary()
        if part.code:
            shown = f"\n{colored(f'== {part.name} failed (exit code {part.code}):', RED)}\n{part.said()}"
        shown = f"{shown.rstrip()}\n" if shown else ""
        if sys.stdout.isatty():
            self._draw(shown)
        else:
            say(f"{shown}{part.name}: {part.state()}")

    def _draw(self, above: str) -> None:
        """Put the lines in the place of those before, and `above` above them."""
        back = f"\033[{self._drawn}F" if self._drawn else ""
        lines = "".join(f"{part.name:{self._width}} {part.state()}\033[K\n" for part in self._parts)
        say(f"{back}\033[J{above}{lines}" if above else f"{back}{lines}", end="")
        self._drawn = len(self._parts)


def together(commands: Mapping[str, Sequence[str]]) -> int:
    """Run all at once to their ends, and return the exit code of the first that failed, or 0."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    parts: list[Part] = []
    told = False
    try:
        for name, command in commands.items():
            parts.append(Part(name, command))
        _watch(parts)
    except KeyboardInterrupt:
        told = os.isatty(0)
        say("\nStopped.")
        return 128 + signal.SIGINT
    finally:
        for part in parts:
            if part.code is None:
                part.stop(told=told)
    failed = [part for part in parts if part.code]
    for part in failed:
        say(colored(f"{part.name} failed (exit code {part.code}).", RED))
    if not failed:
        say(colored(f"All passed: {', '.join(commands)}.", GREEN))
    return next((part.code for part in failed if part.code), 0)


def _watch(parts: Sequence[Part]) -> None:
    screen = Screen(parts)
    while running := [part for part in parts if part.code is None]:
        time.sleep(LOOK_EVERY_S)
        for part in running:
            if part.look():
                screen.end(part)
        screen.refresh()


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def say(text: str, end: str = "\n") -> None:
    print(text, end=end, flush=True)  # noqa: T201


def colored(text: str, color: int) -> str:
    return f"\033[{color}m{text}\033[0m" if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
